"""How many paragraphs of real pages read as a browser shows them: our text beside `innerText` of Chromium.

    python -m tests.benchmarks.inner_text FOLDER [...] [--show 20] [--chromium PROGRAM]

A folder has saved pages, `*.html` and `*.html.gz`, which you bring; nothing of them is kept. It needs Chromium (Debian:
`apt-get install chromium`). Each page is shown without the network, scripts and style sheets, as our reader sees it,
but with the elements hidden that classes hide everywhere (`sr-only`, `d-none`). A paragraph of a body agrees if it is
a line of the page in Chromium, after cleaning and collapsing white space.
"""

import argparse
import difflib
import fcntl
import gzip
import hashlib
import json
import os
import re
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newscrawl.errors import PageError
from newscrawl.pages import parse_article
from newscrawl.pages.encoding import page_text
from newscrawl.text import clean, paragraphs
from tests.benchmarks.outputs import HEADER

NAMES = ("chromium", "chromium-browser", "google-chrome")
# What would change a page while it is read, or give it other words than its HTML has.
NOT_SHOWN = re.compile(
    r"(?is)<(script|style)\b[^>]*>.*?</\1\s*>|<meta\b[^>]*http-equiv[^>]*>|<link\b[^>]*>"
    r"|\son\w+\s*=\s*(?:\"[^\"]*\"|'[^']*')"
)
HIDDEN_CLASSES = (".sr-only", ".visually-hidden", ".screen-reader-text", ".d-none", ".is-hidden", ".hidden")
HIDDEN = f"<style>{','.join(HIDDEN_CLASSES)}{{display:none}}</style>"
# Parts that a reader opens with a click are shown, because their text is part of the page.
LINES = "document.querySelectorAll('details').forEach(each => { each.open = true }); document.body.innerText"
SHOWN = ("dom", "fallback")
"""The layers of a body that was read from what the page shows."""
SECONDS = 60
"""How long the browser may be silent."""


class Chromium:
    """A headless Chromium without a network, spoken to in its DevTools protocol over two pipes."""

    def __init__(self, program: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        # The program reads from descriptor 3 and writes to 4.
        inside, self.to_browser = os.pipe()
        self.from_browser, outside = os.pipe()

        def connect() -> None:
            first, second = (fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (inside, outside))
            os.dup2(first, 3)
            os.dup2(second, 4)

        self.process = subprocess.Popen(
            [
                program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-extensions", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
                "--blink-settings=imagesEnabled=false", f"--user-data-dir={self.folder.name}/profile",
                "--remote-debugging-pipe",
            ],
            preexec_fn=connect,
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(inside)
        os.close(outside)
        self.number = 0
        self.waiting = b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable", self.session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait()
        os.close(self.to_browser)
        os.close(self.from_browser)
        self.folder.cleanup()

    def lines(self, text: str) -> list[str]:
        """Return the lines of a page as a browser shows them; the cells of a table row are separated by ` | `."""
        place = Path(self.folder.name) / "page.html"
        place.write_text(HIDDEN + NOT_SHOWN.sub(" ", text), "utf-8-sig", errors="replace")
        self.call("Page.navigate", self.session, url=place.as_uri())
        while self.message().get("method") != "Page.loadEventFired":
            pass
        found = self.call("Runtime.evaluate", self.session, expression=LINES, returnByValue=True)
        shown = str(found["result"].get("value") or "")
        return [" | ".join(filter(None, map(clean, line.split("\t")))) for line in shown.split("\n")]

    def call(self, method: str, session: str | None = None, /, **values: Any) -> Any:
        """Return the answer to a command; what the browser reports before it is dropped."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": values, **({"sessionId": session} if session else {})}
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while (answer := self.message()).get("id") != self.number:
            pass
        if "error" in answer:
            raise RuntimeError(f"Chromium: {method}: {answer['error']}")
        return answer["result"]

    def message(self) -> dict[str, Any]:
        """Return the next message of the browser."""
        pieces = [self.waiting]
        while b"\0" not in pieces[-1]:
            if not select.select([self.from_browser], [], [], SECONDS)[0]:
                raise RuntimeError(f"Chromium has said nothing for {SECONDS} seconds")
            piece = os.read(self.from_browser, 1 << 20)
            if not piece:
                raise RuntimeError("Chromium has ended")
            pieces.append(piece)
        message, _, self.waiting = b"".join(pieces).partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


def pages(folders: list[Path]) -> Iterator[tuple[str, str, bytes]]:
    """Yield (name, URL, bytes) of each page in the folders."""
    for folder in folders:
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")]):
            body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            match = HEADER.match(body[:2000])
            slug = hashlib.sha256(path.name.encode()).hexdigest()[:12]
            url = match["url"].decode() if match else f"https://english.almayadeen.net/news/politics/page-{slug}"
            yield path.relative_to(folder).as_posix(), url, body


def own_paragraphs(body: bytes, url: str) -> list[str]:
    """Return the paragraphs that we read from what a page shows; [] for a page that is no article for us.

    A body that was read from the metadata is left out, because the page itself shows less.
    """
    try:
        article = parse_article(body, url)
    except PageError:
        return []
    return [clean(each) for each in paragraphs(article.body)] if article.provenance["body"] in SHOWN else []


def runs(lines: list[str], most: int = 12) -> set[str]:
    """Return what some lines in a row make together: the text of a post, or of a paragraph with line breaks."""
    shown = [line for line in lines if line]
    return {" ".join(shown[at : at + size]) for at in range(len(shown)) for size in range(2, most)}


def main() -> None:
    """Compare all pages of the folders; print the shares and the first paragraphs that differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.inner_text", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="differences that are printed (default: 20)")
    parser.add_argument("--chromium", metavar="PROGRAM", help=f"default: the first of {', '.join(NAMES)}")
    given = parser.parse_args()
    if missing := [str(folder) for folder in given.folders if not folder.is_dir()]:
        parser.error(f"no such folder: {', '.join(missing)}")
    names = (given.chromium,) if given.chromium else NAMES
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        parser.error(f"no {' or '.join(names)} on this machine; on Debian: apt-get install chromium")
    number = read = total = 0
    joined: list[tuple[str, str]] = []
    different: list[tuple[str, str]] = []
    with Chromium(program) as browser:
        for name, url, body in pages(given.folders):
            number += 1
            own = own_paragraphs(body, url)
            if not own:
                continue
            read += 1
            total += len(own)
            lines = browser.lines(page_text(body))
            shown = set(lines)
            rest = [each for each in own if each not in shown]
            together = runs(lines) if rest else set()
            for each in rest:
                if each in together:
                    joined.append((f"{name}: some lines in a row", each))
                    continue
                # The search for the nearest line takes long.
                nearest = difflib.get_close_matches(each, shown, 1, 0.3) if len(different) < given.show else []
                different.append((f"{name}: Chromium: {nearest[0] if nearest else '(nothing like it)'}", each))
    if not number:
        parser.error("no *.html or *.html.gz in the folders")
    for about, text in [*different[: given.show], *joined[: given.show]]:
        print(f"{about}\n   ours: {text}")
    print(f"{number} pages, {read} of them articles that show their body, with {total} paragraphs")
    equal = total - len(joined) - len(different)
    for count, words in (
        (equal, "a line in Chromium"),
        (len(joined), "some lines in a row"),
        (len(different), "neither"),
    ):
        print(f"{count:6} {count / max(total, 1):8.2%}  {words}")


if __name__ == "__main__":
    main()
