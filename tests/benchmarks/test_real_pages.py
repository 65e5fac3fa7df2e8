"""The measuring of real pages, on invented ones: a page that is read right, a page that is refused, both layouts."""

import gzip
import json
from pathlib import Path

import pytest

from tests.benchmarks.real_pages import main
from tests.benchmarks.recordings import FUNDUS, recordings

TEXT = (
    "Dockers unloaded the first ship on Thursday, two years after the port of the town was closed.",
    "The harbour master said that the second one is expected in the week that follows.",
    "We counted the days, one of them said, and now there are no more of them to count.",
)
RIGHT = {
    "url": "https://www.daily.example/2024/08/22/port-reopens-after-two-years.html",
    "title": "Port reopens after two years",
    "authors": ["Huda Karam"],
    "date_published": "2024-08-22T13:28:00+00:00",
    "downloaded": "2024-08-23T09:00:00+00:00",
}


def page(*texts: str) -> str:
    """Return a page of an invented publisher."""
    return (
        '<html lang="en"><head><title>Port reopens after two years</title><meta name="author" content="Huda Karam">'
        '<meta property="og:title" content="Port reopens after two years">'
        '<meta property="article:published_time" content="2024-08-22T13:28:00Z"></head><body><article>'
        f"<h1>Port reopens after two years</h1>{''.join(f'<p>{text}</p>' for text in texts)}</article></body></html>"
    )


def put(folder: Path, name: str, html: str, **right: object) -> None:
    """Write a page and what is right on it."""
    (folder / f"{name}.json").write_text(json.dumps(right), "utf-8")
    if name.endswith("packed"):
        (folder / f"{name}.html.gz").write_bytes(gzip.compress(html.encode()))
    else:
        (folder / f"{name}.html").write_text(html, "utf-8")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    put(tmp_path, "port", page(*TEXT), paragraphs=TEXT, **RIGHT)
    put(tmp_path, "empty-packed", page(), paragraphs=TEXT, url="https://daily.example/2")
    (tmp_path / "without-json.html").write_text(page(*TEXT), "utf-8")
    return tmp_path


def cells(printed: str) -> list[str]:
    """Return the row of newscrawl, without the CPU time."""
    return printed.splitlines()[2].strip("| ").split(" | ")[:-1]


def test_pairs_are_measured(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(pairs), "--alone", "--worst", "1"])
    printed = capsys.readouterr().out
    shares = ["1.000", "0.500", "0.667"]
    assert cells(printed) == ["newscrawl", *shares, *shares, *["1 of 1"] * 4]
    assert "2 pages; newscrawl refuses 1\n  empty-packed.html.gz: missing_body" in printed
    assert "empty-packed.html.gz: newscrawl 0.00  missing_body" in printed.splitlines()[-1]


def test_what_is_wrong_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {"title": "Another", "authors": ["Huda Karam", "Lina"], "date_published": "2024-08-22T23:59:00+03:00"}
    put(
        tmp_path,
        "port",
        page(*TEXT[:2]),
        paragraphs=[*TEXT[:1], "Other words.", TEXT[2], "More."],
        **{**RIGHT, **wrong},
    )
    main([str(tmp_path), "--alone"])
    found = cells(capsys.readouterr().out)
    assert found[1:4] == ["0.500", "0.250", "0.333"]
    assert found[7:] == ["0 of 1", "0 of 1", "0 of 1", "1 of 1"]


def test_a_language_is_chosen(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(pairs, "spanish", page(*TEXT), paragraphs=["El puerto de la ciudad que los barcos de la costa usan."], **RIGHT)
    main([str(pairs), "--alone", "--language", "en"])
    assert "\n2 pages" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main([str(pairs), "--alone", "--language", "ar"])
    assert ended.value.code == 2
    assert "no pages in the language ar" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_pages_is_refused(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / name), "--alone"])
    assert ended.value.code == 2
    assert f"no pages in {tmp_path / name}" in capsys.readouterr().err


def test_recordings_of_fundus(tmp_path: Path) -> None:
    folder = tmp_path / FUNDUS / "xx"
    folder.mkdir(parents=True)
    right = {
        "title": "Port",
        "publishing_date": "2024-08-22 16:28:00+03:00",
        "body": {
            "summary": ["Short.", TEXT[0]],
            "sections": [{"headline": ["A subhead"], "paragraphs": [TEXT[0], ""]}],
        },
    }
    (folder / "Daily.json").write_text(json.dumps({"V1_1": {**right, "title": "Ship"}, "V1": right}), "utf-8")
    (folder / "meta.info").write_text(json.dumps({"Daily_2024_08_23.html.gz": {"url": RIGHT["url"]}}), "utf-8")
    for day in ("2024_08_24", "2024_08_23"):
        (folder / f"Daily_{day}.html.gz").write_bytes(gzip.compress(day.encode()))
    first, second = recordings(tmp_path)
    assert (first.html, first.title, first.url) == ("2024_08_23", "Port", RIGHT["url"])
    assert (second.html, second.title, second.url) == ("2024_08_24", "Ship", "")
    assert first.paragraphs == ("A subhead", TEXT[0])
    assert first.apart == {"short"}
    assert first.authors is None
    assert first.published is not None
    assert first.published.isoformat() == "2024-08-22T16:28:00+03:00"
