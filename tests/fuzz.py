"""`python -m tests.fuzz [--seconds 60] [--corpus DIR] [TARGET…]`: a coverage-guided fuzzer of the readers.

It needs atheris (`pip install -e '.[fuzz]'`), which changes the inputs and keeps those that reach new code. Seeds are
the pages in `tests/pages/fixtures`. A finding is an exception that newscrawl does not name, a record that its schema
refuses, HTML of a body whose text is not the body, or more than two seconds of CPU for one input. Each is written into
`DIR/findings`, once for each place in the code; the command then ends with 1. It prints executions, and how many lines
of `newscrawl/pages` the inputs that were kept reach together.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

TARGETS = ("article", "listing", "menu", "headlines", "sitemap", "feed", "dates", "addresses", "text")
_PAGES = Path(__file__).parent / "pages" / "fixtures"
_READERS = str(Path(__file__).parent.parent / "newscrawl" / "pages")
_NOW = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
_ROOT = "https://english.almayadeen.net"
_PATHS = ("/news/politics/a-b", "/videos/a-b", "/gallery/a-b", "/articles/opinion/a-b", "/news/politics")
_LONGEST = 2.0
_FURTHER: dict[str, tuple[str, ...]] = {
    "sitemap": (
        "<urlset><url><loc>https://x.net/a</loc><lastmod>2024-08</lastmod></url></urlset>",
        "<sitemapindex><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>", "https://x.net/a 2024-08-22\n# remark\n",
    ),
    "feed": (
        "<rss><channel><item><link>https://x.net/a</link><guid>b</guid></item></channel></rss>",
        '<feed xmlns="x"><entry><link rel="alternate" href="/a"/><updated>2024</updated></entry></feed>',
        '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/a", "id": "b"}]}',
    ),
    "dates": (
        "2024-08-22T13:28:00.000+03:00", "Thu, 22 Aug 2024 10:00:00 GMT", "22 آب / أغسطس 2024 4:28 مساءً",
        "Today 16:28", "hace 2 horas", "1724333280000", "03/04/2024 4:28 PM", "منذ ساعتين", "/Date(1724333280000)/",
        "Aug 22 13:28:00 2024",
    ),
    "listing": (
        '{"html": "<a href=/news/a/b-c>x</a>", "next_page": 2, "is_last": false}',
        'for (;;);[{"url": "/news/a/b-c"}]',
    ),
}  # fmt: skip


def checks() -> dict[str, Callable[[bytes], None]]:
    """Return target → what reads an input and raises for a finding."""
    from jsonschema import Draft202012Validator

    from newscrawl.almayadeen.addresses import article_url
    from newscrawl.archive.schema import schema_of
    from newscrawl.items import Article, as_dict
    from newscrawl.pages import parse_article, parse_feed, parse_headlines, parse_listing, parse_menu, parse_sitemap
    from newscrawl.pages.load_more import next_by_parameter, with_number
    from newscrawl.pages.page import Page
    from newscrawl.pages.times import parse_shown, parse_stated
    from newscrawl.pipelines.clean import cleaned
    from newscrawl.plain_html import is_html_of
    from newscrawl.text import clean, clean_body, content_hash
    from newscrawl.urls import Site, absolute, canonical, on_site, without_tracking

    schema = Draft202012Validator(schema_of(Article))

    def article(data: bytes) -> None:
        found = parse_article(data[1:], _ROOT + _PATHS[data[0] % len(_PATHS)] if data else _ROOT, downloaded=_NOW)
        for record in (found, cleaned(found)):
            assert is_html_of(record.body_html, record.body), "body_html is not the body"
            schema.validate(as_dict(record))

    def listing(data: bytes) -> None:
        found = parse_listing(data, f"{_ROOT}/news/politics")
        for url in (*found.articles, *(batch.url for batch in found.following)):
            assert on_site(url, _ROOT) == url, f"not on the site: {url!r}"

    def menu(data: bytes) -> None:
        for section in parse_menu(data, _ROOT):
            assert on_site(section.url, _ROOT), f"not on the site: {section.url!r}"

    def headlines(data: bytes) -> None:
        assert all(line and "\n" not in line for line in parse_headlines(data))

    def addresses(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        site = Site(_ROOT, ("https://www.almayadeen.net",))
        own = site.own_link(f"{_ROOT}/news", text)
        next_by_parameter(text), with_number(text, "2"), Page(b"", _ROOT).leads_to_article(text)
        if (url := absolute(f"{_ROOT}/news", text)) is not None:
            assert absolute(url, url) == url, f"another URL again: {url!r}"
            assert canonical(canonical(url)) == canonical(url), f"another spelling: {url!r}"
            without_tracking(url), article_url(url, site)
        assert own is None or own.startswith(f"{_ROOT}/"), f"off the site: {own!r}"

    def dates(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for found in (parse_stated(text), parse_shown(text, _NOW), parse_shown(text, None)):
            moment = found[0] if isinstance(found, tuple) else found
            assert moment is None or moment.tzinfo is not None, "a time without a zone"

    def words(data: bytes) -> None:
        text = data.decode("utf-8", "surrogatepass" if b"\xed" not in data else "replace")
        once = clean(text)
        assert clean(once) == once, "cleaning changes a clean text"
        assert content_hash(text, None, text) == content_hash(once, None, clean_body(text)), "another hash"

    return {
        "article": article, "listing": listing, "menu": menu, "headlines": headlines, "addresses": addresses,
        "dates": dates, "text": words,
        "sitemap": lambda data: void(parse_sitemap(data, f"{_ROOT}/sitemap.xml")),
        "feed": lambda data: void(parse_feed(data, f"{_ROOT}/feed")),
    }  # fmt: skip


def void(_value: object) -> None:
    """Take a value that needs no check."""


def seeds(target: str) -> Iterator[bytes]:
    """Yield the inputs that a target begins with."""
    pages = [path.read_bytes() for path in sorted(_PAGES.rglob("*.html"))]
    if target == "article":
        yield from (b"\0" + page for page in pages)
    elif target in ("listing", "menu", "headlines"):
        yield from pages
    elif target == "addresses":
        yield from {href for page in pages for href in re.findall(rb"(?:href|src)=\"([^\"]{1,300})\"", page)}
    elif target == "text":
        yield from {line for page in pages for line in re.findall(rb">([^<>]{20,300})<", page)}
    yield from (text.encode() for text in _FURTHER.get(target, ()))


class Finder:
    """Runs a target on inputs, and writes down what is found."""

    def __init__(self, target: str, folder: Path) -> None:
        from newscrawl.errors import PageError

        self.target = target
        self.folder = folder
        self.named = PageError
        self.check = checks()[target]
        self.places: set[str] = set()

    def __call__(self, data: bytes) -> None:
        """Read an input; write it into the folder if that is a finding at a place where none was found before."""
        start = time.process_time()
        try:
            self.check(data)
        except self.named:
            pass
        except UnicodeError as error:
            if self.target != "text":
                self._found(data, _place(error), traceback.format_exc())
        except Exception as error:  # noqa: BLE001 (any other exception is what is looked for)
            self._found(data, _place(error), traceback.format_exc())
        if time.process_time() - start > _LONGEST:
            start = time.process_time()
            with suppress(Exception):  # recorded above
                self.check(data)
            if (spent := time.process_time() - start) > _LONGEST:
                self._found(data, "slow", f"{spent:.1f} s of CPU for {len(data)} bytes")

    def _found(self, data: bytes, place: str, words: str) -> None:
        if place not in self.places:
            self.places.add(place)
            name = f"{self.target}-{hashlib.sha256(data).hexdigest()[:8]}"
            (self.folder / name).write_bytes(data)
            (self.folder / f"{name}.txt").write_text(words, "utf-8", "backslashreplace")
            print(f"FOUND {name}: {place}", flush=True)


def _place(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"


def fuzz(target: str, corpus: Path, findings: Path, seconds: int) -> None:
    """Fuzz one target; libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["newscrawl"]):
        finder = Finder(target, findings)
    given = [
        sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-max_len=30000", "-print_final_stats=1",
        "-timeout=120", "-rss_limit_mb=2000", f"-artifact_prefix={findings}/",
    ]  # fmt: skip
    atheris.Setup(given, finder)
    atheris.Fuzz()


# -- Coverage --------------------------------------------------------------------------------------------------------


def lines_reached(inputs: list[tuple[str, bytes]], folder: Path) -> set[tuple[str, int]]:
    """Return (file, line) of `newscrawl/pages` that inputs of targets reach."""
    reached: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_READERS):
            return None
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    finders = {target: Finder(target, folder) for target in {target for target, _ in inputs}}
    sys.settrace(trace)
    try:
        for target, data in inputs:
            finders[target](data)
    finally:
        sys.settrace(None)
    return reached


def all_lines() -> set[tuple[str, int]]:
    """Return (file, line) of the code inside functions of `newscrawl/pages`."""
    found: set[tuple[str, int]] = set()
    for path in Path(_READERS).glob("*.py"):
        pending = [
            each for each in compile(path.read_text("utf-8"), str(path), "exec").co_consts if isinstance(each, CodeType)
        ]
        while pending:
            code = pending.pop()
            pending += [each for each in code.co_consts if isinstance(each, CodeType)]
            if code.co_flags & 2:  # a function, not the body of a class
                found |= {(str(path), line) for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
    return found


def main() -> int:
    """Fuzz the targets, one after the other; print what was found and reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target; default 60")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="where inputs are kept for the next time")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.targets) - set(TARGETS):
        parser.error(f"unknown target {', '.join(sorted(unknown))}; choose from {', '.join(TARGETS)}")
    if given.one:
        fuzz(given.targets[0], given.corpus / given.targets[0], given.corpus / "findings", given.seconds)
    with tempfile.TemporaryDirectory() as temporary:
        corpus: Path = given.corpus or Path(temporary)
        findings = corpus / "findings"
        findings.mkdir(parents=True, exist_ok=True)
        inputs: list[tuple[str, bytes]] = []
        for target in given.targets or TARGETS:
            folder = corpus / target
            folder.mkdir(exist_ok=True)
            for data in seeds(target):
                (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
            line = [
                sys.executable,
                "-m",
                "tests.fuzz",
                "--one",
                "--seconds",
                str(given.seconds),
                "--corpus",
                str(corpus),
                target,
            ]
            process = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=dict(os.environ))
            text = process.stdout.decode("utf-8", "replace")
            count = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
            print("\n".join(re.findall(r"(?m)^FOUND .*|^ERROR: .*", text)))
            print(
                f"{target}: {int(count[1]) if count else 0:,} executions, {len(list(folder.iterdir())):,} inputs kept",
                flush=True,
            )
            if count is None:
                print(text[-2000:])
            inputs += [(target, path.read_bytes()) for path in sorted(folder.iterdir())]
        lines = all_lines()
        reached = lines_reached(inputs, findings) & lines
        print(f"lines of newscrawl/pages reached: {len(reached):,} of {len(lines):,} ({len(reached) / len(lines):.1%})")
        found = sorted(path.name for path in findings.iterdir() if path.suffix != ".txt")
        print(f"{len(found)} findings{': ' if found else ''}{', '.join(found)}")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
