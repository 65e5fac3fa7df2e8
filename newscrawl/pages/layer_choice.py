"""Which layer wins: one function for each field that several layers state. It returns the value and its layer."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from newscrawl.almayadeen.bylines import AGENCIES
from newscrawl.dates import format_utc
from newscrawl.pages.authors import split_authors, unique_names, without_label
from newscrawl.pages.byline import Byline
from newscrawl.pages.headline import Pick, best_of
from newscrawl.pages.metadata import Layer, Metadata
from newscrawl.pages.times import Time, most_exact
from newscrawl.text import comparison_key

_POST_ID = re.compile(r"[\w-]{1,64}$")
_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{2}))?$")


class ChosenTime(NamedTuple):
    """A time of an article."""

    utc: str
    """As records hold it: `2024-08-22T13:28:00Z`."""
    raw: str
    """The text it was read from."""
    layer: str


def choose_id(metadata: Metadata) -> Pick | None:
    """Return the post id of the most trusted layer that states a valid one, or None."""
    for layer in metadata.layers:
        if layer.post_id and _POST_ID.match(layer.post_id) and layer.post_id.strip("0"):
            return Pick(layer.post_id, layer.name)
    return None


def choose_language(stated: str | None, default: str) -> str:
    """Return the BCP 47 tag of a page's language: the stated one if it is valid, else `default`.

    >>> choose_language("en_US", "en"), choose_language("العربية", "ar")
    ('en-US', 'ar')
    """
    match = _LANGUAGE.match(stated or "")
    if match is None:
        return default
    return match[1].lower() if match[2] is None else f"{match[1].lower()}-{match[2].upper()}"


def choose_summary(metadata: Metadata, byline: Byline) -> Pick | None:
    """Return the summary. A standfirst that the markup names goes before every layer except tawsiyat."""
    picks = [Pick(layer.summary, layer.name) for layer in metadata.layers if layer.summary]
    if byline.standfirst and (byline.standfirst_is_named or not picks):
        picks.insert(1 if picks and picks[0].layer == "tawsiyat" else 0, Pick(byline.standfirst, "dom"))
    elif byline.standfirst:
        picks.append(Pick(byline.standfirst, "dom"))
    return best_of(picks)


def choose_authors(metadata: Metadata, byline: Byline) -> tuple[tuple[str, ...], str] | None:
    """Return the authors that two layers agree on, else those of the most trusted layer, with their layer; or None.

    Layers agree too when one names all authors of another and more: then it is the whole list, unless it is only shown
    and two or more are stated. The outlet's name in the metadata counts where nobody else is named.
    """
    stated = [(_names(layer), layer.name) for layer in metadata.layers if layer.authors]
    if byline.authors:
        stated.insert(1 if stated and stated[0][1] == "tawsiyat" else 0, (byline.authors, "dom"))
    stated = [pick for pick in stated if pick[0]]
    ending = comparison_key(metadata.document_title or "")
    keys = [{comparison_key(name) for name in names} for names, _ in stated]
    outlets = [
        name in ("json-ld", "meta") and all(ending.endswith(key) or key in AGENCIES for key in each)
        for (_, name), each in zip(stated, keys, strict=True)
    ]
    if not all(outlets):
        stated = [pick for pick, is_outlet in zip(stated, outlets, strict=True) if not is_outlet]
        keys = [key for key, is_outlet in zip(keys, outlets, strict=True) if not is_outlet]
    for pick, key in zip(stated, keys, strict=True):
        alike = [
            other
            for other, names in zip(stated, keys, strict=True)
            if other is not pick and (key <= names or names <= key)
        ]
        if alike:
            whole = [each for each in (pick, *alike) if each[1] != "dom" and len(each[0]) > 1]
            return max(whole or (pick, *alike), key=lambda each: len(each[0]))
    return stated[0] if stated else None


def choose_published(metadata: Metadata, byline: Byline | None, downloaded: datetime | None) -> ChosenTime | None:
    """Return when an article was published, by tawsiyat, meta, JSON-LD, else the page's text. Skips times to come.

    Where layers state one time, the most exact statement is taken: with a time of day, with a zone. Where one has the
    time of the last change in place of the first one, that of a layer which knows both is taken.
    """
    layers = _by_trust_in_times(metadata)
    times = [(layer.published, layer.name) for layer in layers]
    changed = [(layer.published, layer.modified) for layer in layers]
    if byline is not None:
        times.append((byline.published, "dom"))
        changed.append((byline.published, byline.modified))
    known = _past(times, downloaded)
    if not known:
        return None
    first = known[0][0].moment
    for published, modified in changed:
        if published and modified and published.moment < modified.moment and _is_same_second(modified.moment, first):
            known = [pair for pair in known if not _is_same_second(pair[0].moment, first)] or known
            break
    return _most_exact(known)


def choose_modified(metadata: Metadata, byline: Byline | None, downloaded: datetime | None) -> ChosenTime | None:
    """Return when an article was last changed according to its metadata, else to the page's text; or None."""
    times = [(layer.modified, layer.name) for layer in _by_trust_in_times(metadata)]
    if byline is not None:
        times.append((byline.modified, "dom"))
    return _most_exact(_past(times, downloaded))


def _by_trust_in_times(metadata: Metadata) -> tuple[Layer, ...]:
    return metadata.tawsiyat, metadata.meta, metadata.json_ld


def _past(times: list[tuple[Time | None, str]], downloaded: datetime | None) -> list[tuple[Time, str]]:
    """Return the times that are at most a day after the download; the day allows for errors in zones."""
    latest = downloaded + timedelta(days=1) if downloaded else None
    return [(time, layer) for time, layer in times if time and (latest is None or time.moment <= latest)]


def _most_exact(times: list[tuple[Time, str]]) -> ChosenTime | None:
    if not times:
        return None
    time, layer = times[most_exact([time for time, _ in times])]
    return ChosenTime(format_utc(time.moment), time.text, layer)


def _is_same_second(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(seconds=1)


def _names(layer: Layer) -> tuple[str, ...]:
    """Return the authors of a layer; a string that may name several authors is split."""
    names: list[str] = []
    for text in layer.authors:
        if text.startswith("/"):
            continue  # the path of an author's page
        found = split_authors(text)
        # In a list each text is one author, unless it plainly has two full names.
        whole = layer.authors_are_listed and len(found) > 1 and any(" " not in name for name in found)
        names += [without_label(text)] if whole else found
    return unique_names(names)
