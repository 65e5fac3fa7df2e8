"""The lines of deploy/crontab, run as cron runs them: by `sh -c`, in an almost empty environment."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.replica import Replica
from tests.crawling import ROOT

LINES = [line for line in (ROOT / "deploy" / "crontab").read_text().splitlines() if re.match(r"\d", line)]


def run_line(line: str, folder: Path, **replaced: str) -> str:
    """Run the command of a crontab's line with paths of the test; return what reaches the system log."""
    home = folder / "newscrawl"
    (home / ".venv" / "bin").mkdir(parents=True)
    scrapy = home / ".venv" / "bin" / "scrapy"
    scrapy.write_text(f'#!/bin/sh\nexec {sys.executable} -m scrapy "$@"\n')
    logger = folder / "bin" / "logger"
    logger.parent.mkdir()
    logger.write_text(f'#!/bin/sh\nwhile IFS= read -r line; do echo "$2: $line"; done > {folder}/syslog\n')
    for program in (scrapy, logger):
        program.chmod(0o755)
    for name in ("newscrawl", "scrapy.cfg"):
        (home / name).symlink_to(ROOT / name)
    shell = line.split(maxsplit=5)[5]
    assert "%" not in shell, "cron takes it for the end of the line"
    for old, new in {"/opt/newscrawl": str(home), "/etc/newscrawl.env": str(folder / "env"), **replaced}.items():
        assert old in shell
        shell = shell.replace(old, new)
    variables = {
        "PATH": f"{logger.parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "NEWSCRAWL_DATA_DIR": str(folder / "data"),
    }
    done = subprocess.run(["/bin/sh", "-c", shell], env=variables, capture_output=True, text=True, check=False)
    # What a line prints is mailed by cron, or lost.
    assert done.stdout + done.stderr == ""
    return (folder / "syslog").read_text("utf-8")


@pytest.mark.parametrize("edition", ["en", "ar", "es"])
def test_there_is_a_line_for_each_edition(edition: str) -> None:
    (line,) = [line for line in LINES if f"edition={edition};" in line]
    assert line.endswith(f"logger -t newscrawl-{edition}")


def test_a_line_crawls_with_the_variables_of_the_file(tmp_path: Path) -> None:
    metrics = tmp_path / "metrics & more"
    (tmp_path / "env").write_text(f"# ours\nNEWSCRAWL_CONTACT=desk@example.org\nNEWSCRAWL_PROMETHEUS='{metrics}'\n")
    with Replica() as site:
        options = f"edition=en -a site={site.url} -s DOWNLOAD_DELAY=0"
        log = run_line(LINES[0], tmp_path, **{"edition=en": options})
        agents = {seen.user_agent for seen in site.requests}
    assert "healthy (status 0)" in log.splitlines()[-1]
    assert all(line.startswith("newscrawl-en: ") for line in log.splitlines())
    assert [agent.endswith(" (+desk@example.org)") for agent in agents] == [True]
    assert [path.name for path in metrics.iterdir()] == ["newscrawl-en.prom"]


def test_the_reason_of_a_wrong_argument_is_in_the_system_log(tmp_path: Path) -> None:
    log = run_line(LINES[0], tmp_path, **{"edition=en": "edition=eng"})
    assert "wrong argument (status 2): edition=" in log.splitlines()[-1]


@pytest.mark.parametrize("wrong", ["-a edition=eng", "--nonsense", "-a edition"])
def test_what_is_wrong_is_the_last_line_of_a_log_file_too(wrong: str, tmp_path: Path) -> None:
    settings = ["-s", f"LOG_DIR={tmp_path / 'log'}", "-s", f"DATA_DIR={tmp_path / 'data'}"]
    line = [sys.executable, "-m", "scrapy", "crawl", "mayadeen", *settings, *wrong.split()]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (log,) = (tmp_path / "log").iterdir()
    assert "wrong argument (status 2): " in log.read_text("utf-8").splitlines()[-1]
