"""The version of the rules that read articles."""

EXTRACTOR = "1"
"""Raise it with every change after which some page gives another record: pages that are kept can then be read again,
and a record says by which rules it was read."""
