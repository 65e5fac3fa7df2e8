"""`python -m tests.benchmarks.mutants [--sample 150] [--seed N] [--package archive …]`: do the tests notice changes?

Draws places of the code at random, changes one at a time in a copy of the tree, and runs the tests that cover the
file: those of the folder of its package and its doctests, then those of the packages that use it, then the tests that
crawl. A change that no test notices is printed as survived, with its line.

The changes are those of cosmic-ray (`pip install newscrawl[mutation]`): comparisons, boolean and binary operators,
numbers, `not`, `break`, exceptions, loops. Two that it lacks are added: a statement left out, a return
without its value. Annotations,
docstrings, decorators and log lines are not changed. cosmic-ray's own runner is not used: it runs
one and the same test command for every change, which takes a day for this suite.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from time import monotonic

from tests.crawling import ROOT

# Package → the folders of the tests of those that use it, beside the folder of its own.
USED_BY = {
    "archive": ("extensions", "pipelines", "commands", "spiders"),
    "monitoring": ("extensions", "commands", "spiders"),
    "spiders": ("middlewares", "archive", "commands"),
    "middlewares": ("spiders",),
    "pipelines": ("spiders", "archive"),
    "extensions": ("archive", "monitoring", "spiders"),
    "pages": ("spiders",),
    "almayadeen": ("pages", "spiders"),
}
SECONDS = 300.0
"""Longest run of one step's tests; a change that takes longer counts as noticed."""
LEFT_OUT, NO_VALUE = "statement left out", "return without value"
PLAIN_STATEMENTS = ast.Expr | ast.Assign | ast.AugAssign | ast.Raise | ast.Delete
Position = tuple[int, int]
"""Line, from 1, and column, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One possible change."""

    path: Path
    start: Position
    end: Position
    operator: str
    occurrence: int = 0
    """Which of the places that the operator would change."""

    @property
    def family(self) -> str:
        """The kind of change, of which an operator may have many variants."""
        return self.operator.partition("_")[0]

    def source(self) -> str:
        """Return the changed text of the file."""
        text = self.path.read_text("utf-8")
        if self.operator in (LEFT_OUT, NO_VALUE):
            lines = text.splitlines(keepends=True)
            (first, left), (last, right) = self.start, self.end
            # Columns of `ast` count bytes.
            head, tail = lines[first - 1].encode()[:left].decode(), lines[last - 1].encode()[right:].decode()
            word = "pass" if self.operator == LEFT_OUT else "return None"
            return "".join((*lines[: first - 1], head, word, tail, *lines[last:]))
        from cosmic_ray import mutating, plugins

        return str(mutating.mutate_code(text, plugins.get_operator(self.operator)(), self.occurrence))

    def describe(self) -> str:
        """Return the file, the line, and the lines that differ."""
        old, new = self.path.read_text("utf-8").splitlines(), self.source().splitlines()
        changed = ndiff(old[self.start[0] - 1 : self.end[0]], _same_part(old, new, self))
        shown = " ".join(" ".join(line.split()) for line in changed if line[:2] in ("- ", "+ "))
        name = self.path.relative_to(ROOT)
        return f"{name}:{self.start[0]} {self.operator.rpartition('/')[2]}: {shown[:300]}"


def _same_part(old: Sequence[str], new: Sequence[str], mutant: Mutant) -> Sequence[str]:
    """Return the lines of the changed text that stand where the changed lines stood."""
    return new[mutant.start[0] - 1 : mutant.end[0] + len(new) - len(old)]


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every change of a file."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    skipped = list(_not_changed(tree))
    for node in ast.walk(tree):
        if (isinstance(node, PLAIN_STATEMENTS) and _does_something(node)) or (
            isinstance(node, ast.Return) and ast.unparse(node) not in ("return", "return None")
        ):
            start, end = _span(node)
            if not any(_span(each)[0] <= start < _span(each)[1] for each in skipped):
                operator = NO_VALUE if isinstance(node, ast.Return) else LEFT_OUT
                yield Mutant(path=path, start=start, end=end, operator=operator)
    from cosmic_ray import ast as parso_ast
    from cosmic_ray import plugins

    nodes = list(parso_ast.ast_nodes(parso_ast.get_ast(text)))
    for name in plugins.operator_names():
        # Without arguments an operator that wants some changes nothing.
        operator_class = plugins.get_operator(name)
        # "is" in place of "==" is a warning of Python's own, and with that noticed.
        is_warned_of = name.endswith(("_Is", "_IsNot")) and "Operator_Is" not in name
        if operator_class.arguments() or is_warned_of or name.endswith(("NoOp", "RemoveDecorator")):
            continue
        operator, occurrence = operator_class(), 0
        for each in nodes:
            # cosmic-ray fails on an exception of a module: `except errors.Late`.
            is_dotted = name.endswith("ExceptionReplacer") and "." in each.get_code()
            for start, end in operator.mutation_positions(each):
                if not is_dotted and not any(_span(part)[0] <= start < _span(part)[1] for part in skipped):
                    yield Mutant(path=path, start=start, end=end, operator=name, occurrence=occurrence)
                occurrence += 1


def _does_something(node: ast.stmt) -> bool:
    """Return whether a test could miss a statement; a docstring does nothing, a name without its value always fails."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    return not isinstance(node, ast.Assign) or not all(
        isinstance(each, ast.Name) for target in node.targets for each in getattr(target, "elts", [target])
    )


def _not_changed(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the parts of a file that say nothing of what it does: annotations, decorators and log lines."""
    for node in ast.walk(tree):
        yield from getattr(node, "decorator_list", ())
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            yield node.returns
        elif isinstance(node, ast.Call) and "logger." in ast.unparse(node.func):
            yield node


def _span(node: ast.expr | ast.stmt) -> tuple[Position, Position]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def draw(packages: Sequence[str], size: int, seed: int) -> list[Mutant]:
    """Return changes at random places: first the place and the kind of change are drawn, then one of its variants."""
    by_place: dict[tuple[Path, Position, str], list[Mutant]] = {}
    for package in packages:
        for path in sorted((ROOT / "newscrawl" / package).rglob("*.py")):
            for mutant in mutants_of(path):
                by_place.setdefault((path, mutant.start, mutant.family), []).append(mutant)
    rng = random.Random(seed)
    places = sorted(by_place)
    drawn = rng.sample(places, min(size, len(places)))
    print(f"{len(places)} places, {len(drawn)} drawn (seed {seed})", flush=True)
    return [rng.choice(by_place[place]) for place in drawn]


def steps(path: Path, *, with_crawls: bool) -> Iterator[list[str]]:
    """Yield the arguments of pytest, step by step, for a file: the nearest and fastest tests first."""
    name = path.relative_to(ROOT / "newscrawl")
    own = [each for each in (f"tests/{name.parts[0]}", str(path.relative_to(ROOT))) if (ROOT / each).exists()]
    others = [f"tests/{each}" for each in USED_BY[name.parts[0]]]
    yield ["-m", "not crawl", *own]
    yield ["-m", "not crawl", *others]
    if with_crawls:
        yield ["-m", "crawl", *own]
        yield ["-m", "crawl", *others]


def run_tests(tree: Path, arguments: Sequence[str], seconds: float) -> str:
    """Return which test failed in a copy of the tree, "" when none did."""
    line = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tree)}
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            line, cwd=tree, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return "the time limit"
        output.seek(0)
        found = [
            each
            for each in output.read().splitlines()
            if each.startswith(("FAILED ", "ERROR tests", "ERROR newscrawl/"))
        ]
    # 5: no test was collected.
    return "" if status in (0, 5) else (found[0].split(" - ")[0] if found else f"pytest's status {status}")


def copy_tree(folder: str) -> Path:
    """Copy what the tests need into a folder."""
    tree = Path(folder) / "tree"
    ignore = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "data", "logs")
    shutil.copytree(ROOT, tree, ignore=ignore)
    return tree


def main() -> None:
    """Draw, change, test, and print the share that was noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=150, metavar="N", help="how many changes (default: 150)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed draws others (default: 1)")
    parser.add_argument("--package", nargs="+", choices=list(USED_BY), default=list(USED_BY), metavar="NAME")
    parser.add_argument("--fast", action="store_true", help="without the tests that crawl: minutes in place of hours")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="longest run of a step (default: 300)")
    given = parser.parse_args()
    try:
        drawn = draw(given.package, given.sample, given.seed)
    except ModuleNotFoundError as error:
        parser.error(f"{error}; pip install newscrawl[mutation]")
    survived: list[str] = []
    sound: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = copy_tree(folder)
        for number, mutant in enumerate(drawn, 1):
            started, killer = monotonic(), ""
            file = tree / mutant.path.relative_to(ROOT)
            file.write_text(mutant.source(), "utf-8")
            try:
                for arguments in steps(mutant.path, with_crawls=not given.fast):
                    killer = run_tests(tree, arguments, given.seconds)
                    if killer:
                        break
            finally:
                shutil.copy(mutant.path, file)
            if "::" in killer and killer not in sound:
                # A test that fails without the change as well has noticed nothing.
                if run_tests(tree, [killer.partition(" ")[2]], given.seconds):
                    print(f"    {killer} without any change")
                    killer = ""
                else:
                    sound.add(killer)
            what = mutant.describe()
            if not killer:
                survived.append(what)
            outcome = f"killed by {killer}" if killer else "SURVIVED"
            print(f"{number:3} {what}\n    {outcome} ({monotonic() - started:.0f} s)", flush=True)
    share = 1 - len(survived) / max(len(drawn), 1)
    print(f"\n{len(drawn) - len(survived)} of {len(drawn)} noticed ({share:.0%}); survived:")
    print("\n".join(survived) or "none")


if __name__ == "__main__":
    main()
