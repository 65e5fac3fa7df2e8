"""All files of a run bear one name."""

from pathlib import Path

from newscrawl.replica import Options, Replica
from tests.crawling import crawl


def test_log_report_and_files_of_a_run_bear_one_name(tmp_path: Path) -> None:
    with Replica(Options(articles=5)) as site:
        done = crawl(site, tmp_path / "data", settings={"LOG_DIR": str(tmp_path / "log")})
    assert done.status == 0, done.log
    (log,) = (tmp_path / "log").glob("*.log")
    (report,) = (tmp_path / "data" / "en" / "runs").glob("*.json")
    (articles,) = (tmp_path / "data" / "en" / "articles").glob("*.jsonl")
    assert log.stem == report.stem == articles.stem.removesuffix("-00001")
