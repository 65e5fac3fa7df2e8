"""All that is known of the publisher before a page is read; the first place to repair when the site changes.

Read in this order: `editions.py` (the three editions), `kinds.py` (kinds of articles), `addresses.py` (what the shape
of a URL says), `sections.py` (what a link of the menu says), `markup.py` (every class, id and selector), `labels.py`
(every word of menus, bylines, boxes and controls, by language). No class, id or label of the site is written anywhere
else.

Facts and how sure they are: certain are the hosts, the English menu and the URL shapes `/news/{section}/{slug}`,
`/articles/{kind}/{slug}`, `/news/{section}/{id}/{slug}`, `/news/{id}/{slug}`. Whatever is only likely is one source
among several: the site's own menu goes before the built-in sections.
"""
