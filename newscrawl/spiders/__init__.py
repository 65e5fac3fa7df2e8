"""What to ask for, and in what order.

Read in this order: `mayadeen.py` (the spider: which ways lead to articles), `arguments.py` (what it is asked for),
`section_choice.py` (which sections it reads), `listings.py` and `pagination.py` (a listing batch by batch: the part
with Scrapy and the part without), `articles.py` (asks for articles and hands on what their pages show),
`older_archives.py` (the same from captures of other web archives), `failures.py` (the name of a failed request).
"""
