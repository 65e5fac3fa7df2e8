"""The version of the rules that read articles: it changes with their code."""

import hashlib
from functools import cache
from importlib import resources

from newscrawl import __version__

RULES = ("pages", "almayadeen", "text.py", "urls.py", "dates.py", "plain_html.py")
"""What decides what is read: packages, and modules of this package."""


@cache
def extractor() -> str:
    """Return the version of this package and a digest of its rules: `0.2.0+1c9e03a7`.

    Two different ones may read a page differently; which is the newer one cannot be seen from them.
    """
    digest = hashlib.sha256()
    root = resources.files("newscrawl")
    for name in RULES:
        place = root / name
        files = [place] if place.is_file() else sorted(place.iterdir(), key=lambda file: file.name)
        for file in files:
            if file.name.endswith(".py"):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
