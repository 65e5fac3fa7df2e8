"""A page's text in, values out: no network, no Scrapy, no clock."""
