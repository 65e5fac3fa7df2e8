"""The index beside a WARC file, in the form CDXJ: one line a page, sorted by URL and time."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

from newscrawl.archive.files import open_plain
from newscrawl.archive.part_file import write_whole

_VISIBLE = "".join(map(chr, range(0x21, 0x7F))).translate({ord(each): None for each in "#%"})
"""The characters that are not percent-encoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page in a WARC file."""

    url: str
    when: str
    """Its `WARC-Date`."""
    status: int
    mime: str
    """The type that its answer states, "" for none; `warc/revisit` where it is kept elsewhere."""
    digest: str
    """Digest of its payload, as the record states it; "" for none."""
    length: int
    offset: int
    """Bytes of its record in the file, and before it."""
    file: str

    def line(self) -> str:
        """Return the row as a line of the index, without its end."""
        values = {
            "url": self.url,
            "mime": self.mime,
            "status": str(self.status),
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": self.file,
        }
        stated = {name: value for name, value in values.items() if value}
        return f"{sort_key(self.url)} {re.sub(r'[^0-9]', '', self.when)} {json.dumps(stated, ensure_ascii=False)}"


def sort_key(url: str) -> str:
    """Return the form of a URL by which indexes of web archives sort: the host from its end, all in small letters.

    >>> sort_key("https://www.Example.com:8080/A//b/?z=1&a=2#c"), sort_key("http://127.0.0.1/%7Euser/é")
    ('com,example:8080)/a/b?a=2&z=1', '1,0,0,127)/~user/%c3%a9')
    """
    parts = urlsplit(url)
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    labels = host if ":" in host else ",".join(reversed(host.split(".")))
    port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme) else ""
    path = re.sub(r"/+", "/", _escaped(parts.path))
    path = path.rstrip("/") or "/"
    query = f"?{'&'.join(sorted(_escaped(parts.query).split('&')))}" if parts.query else ""
    return f"{labels}{port}){path}{query}".lower()


def _escaped(text: str) -> str:
    """Return a part of a URL in which only what has to be is percent-encoded."""
    return quote(unquote_to_bytes(text), safe=_VISIBLE)


def cdxj_path(warc: Path) -> Path:
    """Return the path of the index of a WARC file.

    >>> cdxj_path(Path("pages/x-00001.warc.gz")).name
    'x-00001.cdxj'
    """
    return warc.with_name(f"{warc.name.removesuffix('.warc.gz')}.cdxj")


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write an index, whole or not at all; raises `OSError`."""
    write_whole(path, (f"{line}\n".encode("utf-8", "surrogatepass") for line in sorted(row.line() for row in rows)))


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of an index in their order; raises `OSError`, and `ValueError` for a line that is none."""
    with open_plain(path) as file:
        for line in file:
            _, stamp, text = line.decode("utf-8", "surrogatepass").split(" ", 2)
            values = json.loads(text)
            if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
                raise ValueError(f"a line of an index has other values than texts: {text[:100]}")
            row = Row(
                url=values.get("url", ""),
                when=f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}Z",
                status=int(values.get("status", "0")),
                mime=values.get("mime", ""),
                digest=values.get("digest", ""),
                length=int(values.get("length", "0")),
                offset=int(values.get("offset", "-1")),
                file=values.get("filename", ""),
            )
            if not row.url or row.length <= 0 or row.offset < 0:
                raise ValueError(f"a line of an index has no place of a page: {text[:100]}")
            yield row
