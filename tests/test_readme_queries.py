"""The code in the README that reads an archive, run unchanged on an archive of several files."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawling import ROOT, Crawl, StartReplica

SHOW_TYPES = {
    "duckdb": "print(dict(zip(articles.columns, map(str, articles.types))))\nprint(len(articles.fetchall()))\n",
    "pandas": "print({name: str(latest[name].map(type).iloc[0].__name__) for name in latest})\nprint(len(latest))\n",
}
TYPES = {
    "duckdb": {"id": "VARCHAR", "revision": "INTEGER", "title": "VARCHAR", "authors": "VARCHAR[]", "body": "VARCHAR"},
    "pandas": {"id": "str", "revision": "int", "title": "str", "authors": "list", "date_published": "Timestamp"},
}


def block(library: str) -> str:
    """Return the README's piece of Python that imports a library."""
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (found,) = [each for each in blocks if f"import {library}" in each]
    return str(found)


def make_archive(site_of: StartReplica, crawl: Crawl, data: Path) -> dict[str, dict[str, object]]:
    """Crawl a site twice, with an edit in between; return the newest record of each article by id."""
    site = site_of(articles=12)
    crawl(site, data)
    site.edit(11)
    site.add(2)
    crawl(site, data, settings={"REVISIT_SHARE": "0", "COMPRESS": "1"})
    done = crawl(site, data)
    newest = {record["id"]: record for record in sorted(done.records(), key=lambda record: record["revision"])}
    assert len(list((data / "en" / "articles").glob("2*.jsonl*"))) >= 2
    # Hidden, half a line: it belongs to no reader.
    (data / "en" / "articles" / ".20990101T000000Z-1-00001.jsonl.part").write_text('{"id": "1", "url"')
    return newest


@pytest.mark.parametrize("library", ["duckdb", "pandas"])
def test_the_readmes_query_reads_every_file_with_the_right_types(
    library: str, replica: StartReplica, crawl_ok: Crawl, tmp_path: Path
) -> None:
    make_archive(replica, crawl_ok, tmp_path / "data")
    program = f"{block(library)}\n{SHOW_TYPES[library]}"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    types, number = done.stdout.splitlines()[-2:]
    shown = json.loads(types.replace("'", '"'))
    assert {name: shown[name] for name in TYPES[library]} == TYPES[library]
    assert int(number) == 14
    with (tmp_path / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["id"] for row in rows}) == 14
    assert all(row["title"] and row["url"].startswith("http") for row in rows)
    assert [row["date_published"] for row in rows] == sorted(row["date_published"] for row in rows)
