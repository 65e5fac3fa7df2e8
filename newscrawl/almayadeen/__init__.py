"""All that is known of the publisher before a page is read. When the site changes, look here first.

Read in this order: `editions.py` (the three editions), `kinds.py` (kinds of articles), `addresses.py` (what the shape
of a URL says), `sections.py` (what a link of the menu says), `markup.py` (every class, id and selector), `labels.py`
(every word of menus, bylines, boxes and controls, by language). No other package has a class, id or label of the site.

These facts are certain: the hosts, the English menu and the URL shapes `/news/{section}/{slug}`,
`/articles/{kind}/{slug}`, `/news/{section}/{id}/{slug}`, `/news/{id}/{slug}`. All others are only likely, so no crawl
depends on one of them alone: the site's own menu, for example, goes before the built-in sections.
"""
