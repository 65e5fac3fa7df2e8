"""The project's own commands, one a file, named as they are called; `newscrawl/command_line.py` is what they share.

Scrapy takes every command class of this package for a command: a base class cannot be here.
"""
