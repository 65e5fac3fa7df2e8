"""The documents against the code: tables, the example line, the test command, links, paths, the changelog's version."""

import ast
import json
import re
import runpy
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from scrapy.commands import ScrapyCommand
from scrapy.settings import default_settings

import newscrawl.pages
from newscrawl import __version__
from newscrawl.archive.schema import schema_of, shipped_schema
from newscrawl.exit_status import ExitStatus
from newscrawl.items import Article, Headline
from newscrawl.plain_html import is_html_of
from newscrawl.replica.controls import ACTIONS
from newscrawl.spiders.arguments import ARGUMENTS
from newscrawl.text import content_hash, word_count

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "newscrawl"
README = (ROOT / "README.md").read_text("utf-8")
DEVELOPERS = (PACKAGE / "README.md").read_text("utf-8")
CHANGELOG = (PACKAGE / "CHANGELOG.md").read_text("utf-8")
TEST_COMMAND = """<!-- test command -->
```sh
python3 -m venv .venv && .venv/bin/pip install --quiet --editable '.[test]' && .venv/bin/pytest --numprocesses auto
```
<!-- end -->"""
MAX_LINES = 300


def documents() -> list[Path]:
    """Return the Markdown files of the project; folders that are not the project's own are left out."""
    own = (ROOT, ROOT / ".github", ROOT / "deploy", PACKAGE, ROOT / "tests")
    return sorted({file for folder in own for file in (folder.glob if folder == ROOT else folder.rglob)("*.md")})


def table(text: str, first_header: str) -> list[list[str]]:
    """Return the cells of the one table whose first column has this header; without header and rule."""
    lines = text.splitlines()
    (start,) = (number for number, line in enumerate(lines) if line.startswith(f"| {first_header} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def code(cell: str) -> str:
    """Return the code that a cell consists of."""
    assert re.fullmatch(r"`[^`]+`", cell), f"{cell}: this cell is one piece of code"
    return cell.strip("`")


# -- README.md: for the person who runs it ---------------------------------------------------------------------------


def test_readme_fits_on_a_few_screens() -> None:
    assert len(README.splitlines()) <= MAX_LINES


def test_readme_has_the_test_command_that_ci_runs() -> None:
    assert README.count(TEST_COMMAND) == 1
    assert "/<!-- test command -->/,/<!-- end -->/p" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_readme_line_is_a_line() -> None:
    line = json.loads(README.partition("<!-- line -->")[2].partition("```json")[2].partition("```")[0])
    Draft202012Validator(schema_of(Article)).validate(line)
    assert list(line) == list(schema_of(Article)["properties"])
    assert is_html_of(line["body_html"], line["body"])
    assert line["word_count"] == word_count(line["body"])
    assert line["content_hash"] == content_hash(line["title"], line["summary"], line["body"])


def test_readme_has_each_argument_as_the_code_explains_it() -> None:
    expected = [[f"`{each.name}`", each.meaning, each.default_text] for each in ARGUMENTS]
    assert table(README, "argument") == expected


def own_settings(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the settings that Scrapy does not have, with their values where the environment says nothing."""
    for name in ("NEWSCRAWL_DATA_DIR", "NEWSCRAWL_CONTACT", "NEWSCRAWL_LOG_JSON"):
        monkeypatch.delenv(name, raising=False)
    values = runpy.run_path(str(PACKAGE / "settings.py"))
    return {name: value for name, value in values.items() if name.isupper() and not hasattr(default_settings, name)}


def test_readme_has_each_setting_once_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table(README, "setting")
    expected = own_settings(monkeypatch)
    assert sorted(code(name) for name, _, _ in rows) == sorted(expected)
    for name, _, default in rows:
        value = expected[code(name)]
        if value in (None, ""):
            assert default.startswith("none"), name
        else:
            assert code(default) == (value if isinstance(value, str) else repr(value).replace("'", '"')), name


def command_names() -> list[str]:
    return sorted(file.stem for file in (PACKAGE / "commands").glob("*.py") if not file.stem.startswith("_"))


def test_readme_has_each_command_with_its_short_description() -> None:
    rows = {code(name): text for name, text in table(README, "command")}
    assert sorted(rows) == command_names()
    for name, text in rows.items():
        command: ScrapyCommand = import_module(f"newscrawl.commands.{name}").Command()
        assert len(command.short_desc()) > 10, name
        assert text == command.short_desc(), name


def test_exit_statuses_are_the_enum() -> None:
    assert table(README, "status") == [[str(status.value), status.meaning] for status in ExitStatus]


def test_statuses_on_a_server_are_those_of_the_enum() -> None:
    numbers = [int(row[0]) for row in table((ROOT / "deploy" / "README.md").read_text("utf-8"), "status")]
    assert numbers == [status.value for status in ExitStatus]


def texts_of_the_code() -> str:
    """Return all string literals of the package, and the constant parts of its f-strings."""
    trees = [ast.parse(module.read_text("utf-8")) for module in PACKAGE.rglob("*.py")]
    return "\n".join(
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_messages_in_the_readme_are_those_of_the_code() -> None:
    texts = texts_of_the_code()
    for cell, _ in table(README, "message above it"):
        for message in re.findall(r"`([^`]+)`", cell):
            for part in (part.strip(" :") for part in message.split("…")):
                assert len(part) < 3 or part in texts, f"{message}: no text of the code has {part!r}"


# -- newscrawl/README.md: for the person who changes it --------------------------------------------------------------


@pytest.mark.parametrize("record", [Article, Headline])
def test_shipped_schemas_are_current(record: type) -> None:
    assert shipped_schema(record) == json.loads(json.dumps(schema_of(record))), (
        "run: python -m newscrawl.archive.schema"
    )


def test_field_table_is_the_class() -> None:
    expected = []
    for name, stated in schema_of(Article)["properties"].items():
        kinds = [stated["type"]] if isinstance(stated["type"], str) else stated["type"]
        expected.append([f"`{name}`", " or ".join(kinds), stated["description"]])
    assert table(DEVELOPERS, "field") == expected


def test_what_broke_names_files_tests_and_commands() -> None:
    rows = table(DEVELOPERS, "what broke")
    assert len(rows) >= 15
    for broken, files, tests, command in rows:
        assert re.search(r"`newscrawl/[^`]+`", files), broken
        assert re.search(r"`tests/[^`]+`|doctests", tests), broken
        assert command.startswith("`pytest "), broken


def test_paths_that_the_developers_read_exist() -> None:
    for path in set(re.findall(r"(?<![\w/.])(?:newscrawl|tests)/[\w./-]*\w/?", DEVELOPERS)) - example_paths():
        assert (ROOT / path).exists(), path
    for path in re.findall(rf"`((?:{'|'.join(packages())})/\w+\.py)`", DEVELOPERS):
        assert (PACKAGE / path).exists(), path


def example_paths() -> set[str]:
    """Return the paths that stand for others."""
    return {"tests/pages/fixtures/SUBJECT/NAME.html"}


def packages() -> list[str]:
    return sorted(init.parent.name for init in PACKAGE.glob("*/__init__.py"))


def test_names_of_the_code_beside_a_path_are_in_that_file() -> None:
    named = re.findall(r"`(newscrawl/[\w/]+\.py)` \(((?:`\w+`(?:, )?)+)\)", DEVELOPERS)
    assert len(named) >= 8
    for path, names in named:
        for name in re.findall(r"\w+", names):
            assert re.search(rf"^(?:class |def )?{name}\b", (ROOT / path).read_text("utf-8"), re.MULTILINE), name


def test_commands_to_see_it_choose_a_test() -> None:
    pages = " ".join(page.relative_to(ROOT).as_posix() for page in (ROOT / "tests/pages/fixtures").rglob("*.html"))
    for command in re.findall(r"`(pytest [^`]+)`", DEVELOPERS):
        files = [ROOT / path for path in re.findall(r"(?:tests|newscrawl)/[\w./]+", command)]
        chosen = re.search(r'-k (?:"([^"]+)"|(\S+))', command)
        if chosen is None:
            continue
        text = pages + "".join(file.read_text("utf-8") if file.is_file() else str(file) for file in files)
        for word in re.split(r" or ", chosen[1] or chosen[2]):
            assert word in text or word == "renamed-class", f"{command}: {word} chooses nothing"


def test_the_tree_has_every_package_and_module() -> None:
    tree = DEVELOPERS.partition("newscrawl/\n")[2].partition("```")[0]
    drawn = set(re.findall(r"\w+(?:/|\.py)", tree))
    modules = {file.name for file in PACKAGE.glob("*.py") if file.name != "__init__.py"}
    assert drawn == {f"{name}/" for name in packages()} | modules


def test_the_readers_of_pages_are_named_each_once() -> None:
    named = re.findall(r"`(\w+\.py)`", newscrawl.pages.__doc__ or "")
    assert sorted(named) == sorted(file.name for file in (PACKAGE / "pages").glob("*.py") if file.name != "__init__.py")


def test_the_replica_is_played_with_as_it_can_be() -> None:
    assert set(re.findall(r"/replica/(\w+)", DEVELOPERS)) - {"faults"} == set(ACTIONS)
    help_text = (PACKAGE / "replica" / "__main__.py").read_text("utf-8")
    options = DEVELOPERS.partition("## Play with the replica")[2].partition("\n## ")[0]
    for option in set(re.findall(r"`(--[a-z-]+)", options)) - {"--help"}:
        assert f'"{option}"' in help_text, option


def test_glossary_is_in_order() -> None:
    terms = [term for term, _ in table(DEVELOPERS, "term")]
    assert terms == sorted(set(terms))


# -- all documents ---------------------------------------------------------------------------------------------------


def test_changelog_begins_with_the_version() -> None:
    assert re.findall(r"^## (\d\S+)", CHANGELOG, re.MULTILINE)[0] == __version__


def links() -> Iterator[tuple[Path, str]]:
    for document in documents():
        text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text):
            if not re.match(r"[a-z]+:", target):
                yield document, target


def test_links_lead_to_files_and_headings() -> None:
    found = list(links())
    assert len(found) > 10
    for document, target in found:
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), f"{document.relative_to(ROOT)}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{document.relative_to(ROOT)}: {target}"
