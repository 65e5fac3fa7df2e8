"""What all commands share: help, options, widths, pipes, colours, the verdict as the last line."""

import ast
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.exit_status import ExitStatus
from newscrawl.replica import Options, Replica
from newscrawl.spiders.arguments import ARGUMENTS
from tests.crawling import FAST, ROOT, Finished, command, crawl, environment, run

COMMANDS = sorted(path.stem for path in (ROOT / "newscrawl" / "commands").glob("[!_]*.py"))
SCRAPY = [sys.executable, "-m", "scrapy"]


def narrow(line: list[str], data: Path, **variables: str) -> Finished:
    """Run a command line as in a terminal of 60 columns."""
    done = subprocess.run(
        line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        env={**environment(), "COLUMNS": "60", **variables},
    )  # fmt: skip
    return Finished(done.returncode, done.stdout + done.stderr, data)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example_and_its_statuses(name: str, tmp_path: Path) -> None:
    done = narrow([*SCRAPY, name, "-h"], tmp_path)
    assert done.status == 0
    assert max(map(len, done.log.splitlines())) <= 100
    example = re.search(r"^Example:\n  (scrapy .*)$", done.log, re.MULTILINE)
    assert example is not None
    assert shlex.split(example[1])[:2] == ["scrapy", name]
    shown = {int(number) for number in re.findall(r"^  (\d+): ", done.log.partition("Exit status:\n")[2], re.MULTILINE)}
    assert {0, 2} <= shown <= {status.value for status in ExitStatus}


def test_the_help_of_the_crawl_lists_the_arguments_of_the_spider(tmp_path: Path) -> None:
    text = narrow([*SCRAPY, "crawl", "-h"], tmp_path).log
    for argument in ARGUMENTS:
        assert f"\n  {argument.name}: " in text


def test_no_status_is_given_by_number() -> None:
    for module in (ROOT / "newscrawl").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Verdict", "Rule"):
                assert not any(isinstance(each, ast.Constant) and isinstance(each.value, int) for each in node.args), (
                    module
                )
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "self.exitcode":
                assert not isinstance(node.value, ast.Constant), module


def test_each_status_has_a_meaning() -> None:
    assert {status: status.value for status in ExitStatus} == dict(
        zip(ExitStatus, (0, 1, 2, 3, 4, 5, 6, 70, 75), strict=True)
    )
    assert all(status.meaning for status in ExitStatus)


def test_only_the_crawls_spider_is_listed(tmp_path: Path) -> None:
    done = subprocess.run([*SCRAPY, "list"], cwd=ROOT, capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == "mayadeen\n"


@pytest.mark.parametrize(
    "line",
    [
        "runs", "history 1", "ledger show", "ledger rebuild", "audit", "runs -n 0", "runs --nonsense", "runs -a none",
        "runs -a edition=de", "history", "ledger", "audit -a urls=-", "doctor --most 0", "doctor -a edition=de",
        "demo x", "demo -a edition=de", "demo -a site=https://english.almayadeen.net", "fixture", "crawl",
        "crawl nobody",
        "crawl mayadeen -a nonsense=1", "crawl mayadeen -s DOWNLOAD_DELAY=-1",
    ],
)  # fmt: skip
def test_what_is_wrong_is_the_last_line(line: str, tmp_path: Path) -> None:
    done = run([*SCRAPY, *line.split(), "-s", f"DATA_DIR={tmp_path / 'none'}"], tmp_path)
    assert done.status == ExitStatus.WRONG_ARGUMENT, done.log
    assert re.search(rf"wrong argument \(status 2\): .+ See scrapy {line.split()[0]} -h\.$", done.last_line), done.log
    assert "Traceback" not in done.log
    assert not (tmp_path / "none").exists()


def test_commands_look_at_one_edition_or_all_and_fit_into_sixty_columns(tmp_path: Path) -> None:
    for edition in ("en", "ar"):
        with Replica(Options(articles=12, edition=edition, kinds=True)) as site:
            assert crawl(site, tmp_path).status == 0
            asked = command(tmp_path, {"site": site.url, "edition": edition}, FAST, name="audit")
            audited = narrow([*asked, "--nolog"], tmp_path)
            assert audited.status == 0, audited.log
            table = audited.log.partition("What http")[2].partition("\nall ")[0]
            assert "analysis" in table
            assert max(map(len, table.splitlines())) <= 60
    where = ["-s", f"DATA_DIR={tmp_path}"]
    for line, words in (
        ("runs", ("en  0 healthy", "ar  0 healthy")),
        ("ledger show", ("Archive of en", "Archive of ar")),
    ):
        both = narrow([*SCRAPY, *line.split(), *where], tmp_path)
        assert all(word in both.log for word in words), both.log
        # A folder's name cannot be cut.
        shown = both.log.replace(str(tmp_path), "")
        assert max(map(len, shown.splitlines())) <= 60, shown
        one = narrow([*SCRAPY, *line.split(), *where, "-a", "edition=ar"], tmp_path)
        assert [word in one.log for word in words] == [False, True], one.log
    reports = narrow([*SCRAPY, "runs", "--json", *where, "-a", f"site={site.url}"], tmp_path).log
    assert [json.loads(line)["edition"] for line in reports.splitlines()] == ["ar"]
    record = json.loads(next(tmp_path.glob("ar/articles/*.jsonl")).read_text("utf-8").splitlines()[0])
    found = narrow([*SCRAPY, "history", record["id"], *where, "-a", "edition=ar"], tmp_path)
    assert (found.status, f"ar {record['id']}" in found.log) == (0, True)
    elsewhere = narrow([*SCRAPY, "history", record["url"], *where, "-a", "edition=en"], tmp_path)
    assert elsewhere.status != 0
    missing = narrow([*SCRAPY, "history", "none-such", *where], tmp_path)
    assert "not found (status 2)" in missing.log
    rebuilt = narrow([*SCRAPY, "ledger", "rebuild", *where, "-a", "edition=ar"], tmp_path)
    assert (rebuilt.status, "The ledger of ar was rebuilt: " in rebuilt.log) == (0, True)
    assert narrow([*SCRAPY, "ledger", "show", *where, "-a", "edition=es"], tmp_path).status == 2


@pytest.mark.parametrize("line", ["demo --articles 5", "runs", "runs --json", "ledger show", "history ID", "crawl -h"])
def test_a_reader_that_leaves_is_no_error(line: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    if "demo" not in line:
        with Replica(Options(articles=5)) as site:
            assert crawl(site, data).status == 0
        record = json.loads(next(data.glob("en/articles/*.jsonl")).read_text("utf-8").splitlines()[0])
        line = line.replace("ID", record["id"])
    # The reader is gone before the first byte is written.
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*SCRAPY, *line.split(), "-s", f"DATA_DIR={data}"], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True,
        env=environment(),
    )  # fmt: skip
    os.close(reader)
    os.close(writer)
    _, log = process.communicate(timeout=120)
    assert "Traceback" not in log, log
    assert "BrokenPipe" not in log, log
    assert process.returncode == 0 or line == "crawl -h", log


@pytest.mark.parametrize("no_color", ["", "1"])
@pytest.mark.parametrize("name", ["crawl", "history"])
def test_verdicts_have_a_colour_at_a_terminal(name: str, no_color: str, tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    line = [*SCRAPY, name, "nobody", "-s", f"DATA_DIR={tmp_path}"]
    variables = {**environment(), "TERM": "xterm", **({"NO_COLOR": no_color} if no_color else {})}
    process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=follower, env=variables)
    os.close(follower)
    said = b""
    try:
        while block := os.read(leader, 4096):
            said += block
    except OSError:
        pass  # the other end is closed
    os.close(leader)
    assert process.wait(60) == ExitStatus.WRONG_ARGUMENT
    assert b"wrong argument (status 2)" in said
    assert (b"\x1b[1;31m" in said) == (not no_color), said


def test_the_line_that_an_audit_prints_brings_back_what_is_missing(tmp_path: Path) -> None:
    with Replica(Options(articles=20, edition="ar")) as site:
        data = tmp_path / "my data"
        assert crawl(site, data).status == 0
        (file,) = data.glob("ar/articles/*.jsonl")
        file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[3:]), "utf-8")
        done = run(command(data, {"site": site.url, "edition": "ar"}, FAST, name="audit"), data)
        assert done.status == ExitStatus.INCOMPLETE, done.log
        (line,) = re.findall(r"Fetch them: (scrapy .*)", done.log)
        fast = [part for name, value in FAST.items() for part in ("-s", f"{name}={value}")]
        assert run([*SCRAPY, *shlex.split(line)[1:], *fast], data).status == 0
        assert run(command(data, {"site": site.url, "edition": "ar"}, FAST, name="audit"), data).status == 0
