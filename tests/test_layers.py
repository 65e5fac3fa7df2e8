"""The layers: imports go down only, without cycles, and each package uses only the libraries that it may."""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "newscrawl"

# Package or module directly below `newscrawl` → its layer. Imports go to lower layers and, within a layer, to the same
# package only.
LAYERS = {
    "__init__": 0,
    "items": 0,
    "errors": 0,
    "signals": 0,
    "exit_status": 0,
    "text": 1,
    "urls": 1,
    "dates": 1,
    "escaping": 1,
    "unpacking": 1,
    "terminal": 2,
    "plain_html": 2,
    "almayadeen": 2,
    "pages": 3,
    "archive": 3,
    "monitoring": 4,
    "pipelines": 5,
    "middlewares": 5,
    "extensions": 5,
    "spiders": 6,
    "setting_checks": 6,
    "settings": 7,
    "command_line": 7,
    "commands": 8,
}
# What a package may import beside the standard library and the packages below it. Nothing is inherited.
LIBRARIES = {
    "text": {"ftfy"},
    "pages": {"parsel", "lxml", "trafilatura", "w3lib"},
    "archive": {"rensa", "warcio"},
    "monitoring": {"prometheus_client"},
    "pipelines": {"scrapy"},
    "middlewares": {"scrapy", "twisted", "OpenSSL", "service_identity", "brotli", "backports", "compression"},
    "extensions": {"scrapy", "twisted", "rich", "spidermon", "w3lib"},
    "spiders": {"scrapy", "twisted"},
    "setting_checks": {"scrapy"},
    "settings": {"scrapy"},
    "terminal": {"rich"},
    "command_line": {"scrapy"},
    "commands": {"scrapy", "rich"},
    "replica": {"jinja2"},
}
STANDARD = set(sys.stdlib_module_names)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def package_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def dotted(module: Path) -> str:
    return ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(module: Path) -> Iterator[str]:
    """Yield the dotted names of all modules that a module imports, wherever the import is written."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            name = node.module or ""
            yield name
            if (PACKAGE.parent / name.replace(".", "/")).is_dir():
                yield from (f"{name}.{alias.name}" for alias in node.names)


def test_imports_go_down() -> None:
    for module in modules():
        check_imports(module)


def check_imports(module: Path) -> None:
    """Assert that a module imports only what its layer may."""
    package = package_of(module)
    for name in imports_of(module):
        top, _, rest = name.partition(".")
        if top != "newscrawl":
            assert top in STANDARD | LIBRARIES.get(package, set()), f"{dotted(module)} imports {name}"
            continue
        target = rest.partition(".")[0]
        if not target or target.startswith("__") or target == package:
            continue
        if "replica" in (package, target):
            assert module.name == "demo.py", f"{dotted(module)} imports {name}: the replica is for the demo alone"
            continue
        assert LAYERS[target] < LAYERS[package], f"{dotted(module)} imports {name} from a layer above or beside its own"


def test_imports_have_no_cycle() -> None:
    names = {dotted(module): module for module in modules()}
    graph = {
        name: {each for each in imports_of(module) if each in names and each != name and "." in each}
        for name, module in names.items()
        if not module.name.startswith("__")
    }
    # A package stands for its modules: `from newscrawl.pages import Page`.
    list(TopologicalSorter(graph).static_order())


def test_every_file_says_in_its_first_line_what_is_in_it() -> None:
    for module in modules():
        assert ast.get_docstring(ast.parse(module.read_text("utf-8"))), f"{dotted(module)} has no docstring"


def test_no_file_has_two_subjects() -> None:
    long = {dotted(module): len(module.read_text("utf-8").splitlines()) for module in modules()}
    assert {name: lines for name, lines in long.items() if lines > 420} == {}


def words_of_the_publisher() -> set[str]:
    """Return the labels and class words of the publisher that are long enough to be no word of another subject."""
    found: set[str] = set()
    for name in ("labels", "markup"):
        tree = ast.parse((PACKAGE / "almayadeen" / f"{name}.py").read_text("utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                found.add(node.value)
    shown = {word for word in found if len(word) > 5 and not word.startswith("data-")}
    return {word for word in shown if " " in word or "-" in word or "__" in word}


def test_labels_and_classes_of_the_publisher_are_in_one_place() -> None:
    wanted = words_of_the_publisher()
    assert {"p-content", "ticker__item", "Most Read", "tawsiyat-metadata"} <= wanted
    for module in modules():
        if package_of(module) in ("almayadeen", "replica"):
            continue
        tree = ast.parse(module.read_text("utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert node.value not in wanted, f"{dotted(module)}: {node.value!r} belongs into almayadeen/"
