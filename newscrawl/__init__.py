"""newscrawl: a complete, clean, crash-proof archive of Al Mayadeen's articles as JSON Lines."""

__version__ = "0.2.0"
