"""What the findings of `scrapy doctor` mean: the open points about the site, settings to change, the verdict."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from newscrawl.almayadeen.markup import BODY, TICKER_ITEM
from newscrawl.errors import STOPPED
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.verdict import Verdict, fault_verdict

MAX_REQUESTS = 24
REFUSED, UNREACHABLE = "refused", "unreachable"
"""Why an examination stopped early."""
UNREACHABLE_ADVICE = "Check that; else this machine's network and name service, and whether the site is up."
MIN_BATCH = 10
"""Articles of the first batch of two listings that say by the same length that they go on."""
CONFIRMED, REFUTED, NOT_SEEN = "confirmed", "refuted", "not seen"
Findings = Mapping[str, Any]
"""What the spider has found (`spiders/doctor.py`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a point holds, and the evidence in words."""

    holds: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Point:
    """Something about the site that was gathered from public material and is to be seen on the site itself."""

    statement: str
    look: Callable[[Findings], Answer | None]
    """Returns None where the examination has not seen what would answer it."""


def _articles(found: Findings) -> list[dict[str, Any]]:
    return [article for article in found["articles"] if "error" not in article]


def _all_articles(test: Callable[[dict[str, Any]], bool], words: str) -> Callable[[Findings], Answer | None]:
    """Return the look at a point that holds if it does for every article."""

    def look(found: Findings) -> Answer | None:
        articles = _articles(found)
        count = sum(map(test, articles))
        return Answer(count == len(articles), f"{count} of {len(articles)} articles {words}") if articles else None

    return look


def _layer(name: str) -> Callable[[Findings], Answer | None]:
    return _all_articles(lambda article: name in article["layers"], "have it")


def _times_agree(found: Findings) -> Answer | None:
    dates = [article["dates"] for article in _articles(found) if article["dates"]["agree"] is not None]
    if not dates:
        return None
    shown = next((each for each in dates if not each["agree"]), dates[0])
    return Answer(
        all(each["agree"] for each in dates),
        ", ".join(f"{layer} says {stated['utc']}" for layer, stated in shown["stated"].items()),
    )


def _shown_dates(found: Findings) -> Answer | None:
    shown = [article["dates"]["beirut"] for article in _articles(found) if article["dates"]["beirut"] is not None]
    return Answer(all(shown), f"{sum(shown)} of {len(shown)} agree with their metadata") if shown else None


def _video_pages(found: Findings) -> Answer | None:
    types = {article["page_type"] for article in _articles(found) if article["kind"] == "video"} - {None, ""}
    return Answer(types == {"article"}, f"it calls itself {', '.join(sorted(types))}") if types else None


def _load_more(found: Findings) -> Answer | None:
    more = found.get("load_more")
    return more and Answer(bool(more["shown"]), f"seen: {', '.join(more['shown']) or 'none'}")


def second_batch(found: Findings) -> Answer | None:
    """Return whether a listing has a second batch, and how it was had."""
    more = found.get("load_more")
    if more is None:
        return None
    if more["works"]:
        return Answer(True, f"by {more['works']}: {more['new']} new articles at {more['url']}")
    listings = len(found.get("listings", ())) or 1
    return Answer(False, f"none in {listings} listings; tried: {', '.join(more['tried']) or 'nothing'}")


def has_more(found: Findings) -> bool:
    """Return whether a listing has more than its first batch: on a small site, it may not.

    It has where a control for more is shown, where listings are cut off at one length, and where the sitemap of a
    month alone names more articles than the first batches of all sections can show. Where too few requests were left
    to look at the sitemap, nobody knows.
    """
    lengths: Counter[int] = Counter(found.get("batch_lengths", ()))
    longest = max(lengths, default=0)
    is_cut_off = longest >= MIN_BATCH and lengths[longest] > 1
    listed = found.get("sitemap", {}).get("articles", 0)
    shown = found.get("load_more", {}).get("shown")
    is_unknown = "sitemap" not in found and found["requests"] >= found.get("most", MAX_REQUESTS)
    return bool(shown) or is_cut_off or is_unknown or listed > longest * found.get("sections", 0)


def tag_page(found: Findings) -> Answer | None:
    """Return whether a tag's page is where the setting says, and where it is."""
    tag = found.get("tag")
    return tag and Answer(
        tag["guess_is_right"], f"the tag {tag['tag']} leads to {tag['url']}, which lists {tag['articles']} articles"
    )


def sitemap_index(found: Findings) -> Answer | None:
    """Return whether there is an index of sitemaps, and what it names."""
    sitemap = found.get("sitemap")
    if not sitemap:
        return Answer(False, "none found")
    month = f"; that of {sitemap['month']} names {sitemap['articles']} articles" if "month" in sitemap else ""
    return Answer(bool(sitemap["months"]), f"{sitemap['url']} names the sitemaps of {sitemap['months']} months{month}")


def _padded_months(found: Findings) -> Answer | None:
    padded = found.get("sitemap", {}).get("padded")
    if padded is None:
        return None
    return Answer(not padded, "the month has " + ("two digits" if padded else "one digit"))


def _last_day(found: Findings) -> Answer | None:
    sitemap = found.get("sitemap", {})
    if sitemap.get("has_last_day") is None:
        return None
    has = "an article" if sitemap["has_last_day"] else "no article"
    return Answer(not sitemap["has_last_day"], f"that of {sitemap['month']} names {has} of its last day")


def _feed_state(value: object) -> str:
    return f"{value} articles" if isinstance(value, int) else str(value)


def feed(found: Findings) -> Answer | None:
    """Return whether there is a feed where the setting says, and what each URL answered."""
    feeds = found.get("feeds", {})
    if not feeds:
        return None
    answers = "; ".join(f"{path}: {_feed_state(value)}" for path, value in feeds.items())
    return Answer(isinstance(next(iter(feeds.values())), int), answers)


def _rss(found: Findings) -> Answer | None:
    feeds = found.get("feeds", {})
    if "/rss" not in feeds:
        return None
    state = _feed_state(feeds["/rss"])
    return Answer("403" in state or state == "refused", state)


def _tracked_links(found: Findings) -> Answer | None:
    listing = found.get("listing")
    return listing and Answer(bool(listing["tracked_links"]), f"{listing['tracked_links']} links of a listing do")


def _other_kinds(found: Findings) -> Answer | None:
    if not found["menu"]["sections"]:
        return None
    learnt = found["menu"]["learnt"]
    return Answer(bool(learnt), ", ".join(f"{path}: {kind}" for path, kind in learnt.items()) or "none in the menu")


def robots(found: Findings) -> Answer | None:
    """Return whether robots.txt names sitemaps, and what else it says."""
    said = found["robots"]
    words = f"it names {len(said['sitemaps']) or 'none'}"
    if said.get("status"):
        words += f"; it was answered with status {', '.join(said['status'])}"
    if said.get("crawl_delay"):
        words += f"; Crawl-delay: {said['crawl_delay']} s"
    return Answer(bool(said["sitemaps"]), words)


POINTS: tuple[Point, ...] = (
    Point("Articles have the site's own metadata block (tawsiyat)", _layer("tawsiyat")),
    Point("Articles have JSON-LD (json-ld)", _layer("json-ld")),
    Point("Articles have meta times and texts (meta)", _layer("meta")),
    Point(f"The body is in .{BODY}", _all_articles(lambda article: article["known_body"], "have it")),
    Point("The standfirst is a p.summary", _all_articles(lambda article: article["named_summary"], "have it")),
    Point(
        f"The ticker's lines are .{TICKER_ITEM}",
        _all_articles(lambda article: article["ticker_items"] > 0, "have them"),
    ),
    Point("Times of the meta elements are UTC: they agree with the other layers", _times_agree),
    Point("Dates shown to readers are Beirut's", _shown_dates),
    Point("A video's page calls itself an article too", _video_pages),
    Point("Listings show a load-more control", _load_more),
    Point("A listing has a second batch", second_batch),
    Point("A tag's page is at TAG_PATTERN", tag_page),
    Point("There is an index of monthly sitemaps", sitemap_index),
    Point("Their months are not padded", _padded_months),
    Point("They lack the last day of a month", _last_day),
    Point("There is a feed", feed),
    Point("/rss is refused", _rss),
    Point("Links carry tracking parameters", _tracked_links),
    Point("Other kinds are found where only the menu says so", _other_kinds),
    Point("robots.txt names sitemaps", robots),
)


def points_of(found: Findings, points: Sequence[Point] = POINTS) -> list[dict[str, str]]:
    """Return the open points about the site, one by one: confirmed, refuted or not seen, and the evidence."""
    answers = [(point.statement, point.look(found)) for point in points]
    return [
        {
            "point": statement,
            "verdict": NOT_SEEN if answer is None else CONFIRMED if answer.holds else REFUTED,
            "evidence": answer.evidence if answer else "",
        }
        for statement, answer in answers
    ]


def settings_of(found: Findings) -> list[str]:
    """Return the settings that the findings propose, as they are given on a command line."""
    proposed = []
    tag = found.get("tag")
    if tag and not tag["guess_is_right"] and tag["articles"]:
        parts = urlsplit(tag["url"])
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        for form in (quote(tag["tag"], safe=""), quote(tag["tag"]), quote(tag["tag"].replace(" ", "-"))):
            if form and form in path:
                proposed.append(f"-s TAG_PATTERN='{path.replace(form, '{tag}')}'")
                break
    sitemap = found.get("sitemap")
    if sitemap and not sitemap["url"].endswith("/sitemaps/all.xml"):
        proposed.append(f"-s SITEMAP_PATH='{urlsplit(sitemap['url']).path}'")
    feeds = found.get("feeds", {})
    works = [path for path, value in feeds.items() if isinstance(value, int)]
    if works and works[0] != next(iter(feeds)):
        proposed.append(f"-s FEED_PATH='{works[0]}'")
    return proposed


def verdict_of_examination(found: Findings) -> Verdict:
    """Return what the findings mean for a crawl."""
    if found.get("faults"):
        return fault_verdict(found["faults"])
    by = str(found.get("stopped_by", ""))
    if found.get("stopped") == REFUSED:
        return Verdict(ExitStatus.BLOCKED, "blocked by the site", by, "Write to the site; do not hide.")
    if found.get("stopped") == UNREACHABLE:
        return Verdict(ExitStatus.INCOMPLETE, "site unreachable", by, UNREACHABLE_ADVICE)
    if found.get("stopped") == STOPPED:
        return Verdict(ExitStatus.INCOMPLETE, "stopped", f"the examination was stopped {by}", "Run it again.")
    failures = found.get("failures", {})
    if failures and len(failures) >= found["requests"]:
        url, why = next(iter(failures.items()))
        return Verdict(ExitStatus.INCOMPLETE, "no page came", f"{url}: {why}", UNREACHABLE_ADVICE)
    readable = _articles(found)
    lacking = [
        what
        for what, is_there in (
            ("no menu", found["menu"]["sections"]),
            ("no article in a listing", found.get("listing", {}).get("articles")),
            ("no way to a second batch", found.get("load_more", {}).get("works") or not has_more(found)),
            ("no readable article", readable),
            (
                "no date_published",
                not readable or any("date_published" in article["fields"] for article in readable),
            ),
        )
        if not is_there
    ]
    if lacking:
        return Verdict(
            ExitStatus.PAGES_CHANGED, "not recognised", ", ".join(lacking), "The saved pages show why; see the README."
        )
    return Verdict(ExitStatus.HEALTHY, "recognised", f"all that a crawl needs, with {found['requests']} requests")
