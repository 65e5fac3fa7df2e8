"""The house stands as it was planned: imports go down, schemas are current, the README tells the truth."""

import ast
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from newscrawl.archive.schema import NAMES, schema_of, shipped_schema
from newscrawl.items import Article, Headline, Image
from newscrawl.text import content_hash, word_count

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "newscrawl"

# Room → floor. A module imports from lower floors, and from its own floor where `SAME` says so.
FLOORS = {
    "__init__": 0,
    "items": 0,
    "errors": 0,
    "text": 1,
    "urls": 1,
    "dates": 1,
    "editions": 1,
    "schema": 1,
    "near": 1,
    "pages": 2,
    "verdict": 2,
    "ledger": 2,
    "seen": 2,
    "archive": 2,
    "audit": 2,
    "told": 2,
    "logs": 2,
    "canary": 2,
    "signals": 0,
    "pipelines": 3,
    "feeds": 3,
    "middlewares": 3,
    "extensions": 3,
    "spiders": 4,
    "settings": 5,
    "commands": 5,
}
# What each floor may import from outside, beside the standard library; the floors below included.
OUTSIDE = {
    0: set(),
    1: {"w3lib", "ftfy", "rensa"},
    2: {"w3lib", "ftfy", "parsel", "lxml", "trafilatura", "prometheus_client"},
    3: {"w3lib", "ftfy", "parsel", "lxml", "trafilatura", "scrapy", "itemadapter", "twisted", "rich", "spidermon"},
    4: {"w3lib", "parsel", "scrapy", "twisted", "itemadapter"},
    5: {"scrapy", "itemadapter", "rich", "twisted"},
}
STDLIB = set(__import__("sys").stdlib_module_names)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(module: Path) -> set[str]:
    """Return the dotted names of all modules that a module imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            names.add(node.module or "")
            if node.module == "newscrawl":
                names.update(f"newscrawl.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(module: Path) -> None:
    room = room_of(module)
    for name in imports_of(module):
        package, _, rest = name.partition(".")
        if package == "newscrawl":
            target = rest.partition(".")[0]
            if not target or target.startswith("__"):
                continue
            if room == "replica" or target == "replica":
                assert room == target or (target == "replica" and module.name == "demo.py"), f"{module}: {name}"
                continue
            below = FLOORS[target] < FLOORS[room]
            same_floor = FLOORS[target] == FLOORS[room] and (room == target or FLOORS[room] in (0, 1, 2, 5))
            assert below or same_floor, f"{module} imports {name} from a floor above or beside its own"
        elif room == "replica":
            assert package in STDLIB | {"jinja2"}, f"{module}: {name}"
        else:
            assert package in STDLIB | OUTSIDE[FLOORS[room]], (
                f"{module}: {name} does not belong on floor {FLOORS[room]}"
            )


def test_every_module_says_what_lives_there() -> None:
    for module in modules():
        assert ast.get_docstring(ast.parse(module.read_text("utf-8"))), f"{module} has no first line that says so"


@pytest.mark.parametrize("record", list(NAMES))
def test_shipped_schema_is_current(record: type) -> None:
    assert shipped_schema(record) == json.loads(json.dumps(schema_of(record))), (
        "run: python -m newscrawl.archive.schema"
    )


@pytest.mark.parametrize("record", [Article, Headline, Image])
def test_every_field_is_documented(record: type) -> None:
    for field in fields(record):
        assert len(field.metadata["description"]) > 10, field.name


def test_readme_field_table_is_the_class() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.partition("<!-- fields -->")[2].partition("<!-- end -->")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (.+) \|$", table, re.MULTILINE)
    properties = schema_of(Article)["properties"]
    assert [name for name, _, _ in rows] == list(properties)
    for name, kind, meaning in rows:
        stated = properties[name]["type"]
        stated = " or ".join(stated) if isinstance(stated, list) else stated
        assert kind.strip() == stated, name
        assert meaning.strip() == properties[name]["description"], name


def test_readme_names_every_setting_and_argument() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in (
        "DATA_DIR",
        "CONTACT",
        "PAGE_PARAMETER",
        "MISSING_SHARE",
        "PROGRESS_INTERVAL",
        "FIRST_CONTACT_TIMEOUT",
    ):
        assert f"`{name}`" in readme, name
    for name in ("edition", "sections", "tags", "discover", "urls", "max_pages", "deep", "refresh", "site", "kinds"):
        assert f"| `{name}` |" in readme, name


def test_readme_line_is_a_line() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    example = readme.partition("<!-- line -->")[2].partition("```json")[2].partition("```")[0]
    line = json.loads(example)
    Draft202012Validator(schema_of(Article)).validate(line)
    assert list(line) == list(schema_of(Article)["properties"])
    assert line["word_count"] == word_count(line["body"])
    assert line["content_hash"] == content_hash(line["title"], line["summary"], line["body"])
