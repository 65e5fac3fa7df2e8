"""What commands print: escaped on the one console, which all of them use."""

import ast
import io
import sys
from pathlib import Path

import pytest
from rich.text import Text

from newscrawl import terminal

PACKAGE = Path(terminal.__file__).parent
HOSTILE = "\x1b]52;c;QUFB\x07\x9b2J\u202e[bold]x[/link] :smile:\n2024-08-22"
IN_A_LINE = "\\x1b]52;c;QUFB\\x07\\x9b2J\\u202e[bold]x[/link] :smile:"


def console() -> tuple[terminal.SafeConsole, io.StringIO]:
    out = io.StringIO()
    return terminal.SafeConsole(file=out, force_terminal=True, width=120), out


def test_strings_and_texts_are_escaped_whoever_prints_them() -> None:
    safe, out = console()
    safe.print(HOSTILE)
    safe.print(Text(f"{HOSTILE}\ud800"), end="")
    assert out.getvalue() == (
        # Of its own texts rich drops some control characters.
        f"{IN_A_LINE}\n    2024-08-22\n" + IN_A_LINE.replace("\\x07", "") + "\n2024-08-22\\ud800"
    )


def test_a_name_in_a_table_makes_no_row_and_no_title_does_harm() -> None:
    safe, out = console()
    table = terminal.narrow_table(title=HOSTILE)
    table.add_column("section")
    table.add_column("number")
    table.add_row(HOSTILE, Text("seven"))
    safe.print(table)
    rows = [line for line in out.getvalue().splitlines() if "seven" in line]
    assert f"{IN_A_LINE}\\n2024-08-22  seven" in rows[0]
    assert "\x1b]" not in out.getvalue()
    assert not {"\x07", "\x9b", "\u202e"} & set(out.getvalue())


def test_a_line_is_said_as_one_line_however_long(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("word " * 100 + HOSTILE, stderr=True)
    terminal.say("plain", style="bold")
    terminal.say()
    shown = capsys.readouterr()
    assert shown.err == "word " * 100 + f"{IN_A_LINE}\n    2024-08-22\n"
    assert shown.out == "plain\n\n"


def test_json_for_a_terminal_has_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, shown in (("utf-8", '"غ\\u009b\\u202e"'), ("ascii", '"\\u063a\\u009b\\u202e"')):
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
        assert terminal.as_json("غ\x9b\u202e") == shown


def test_commands_have_no_other_way_to_a_terminal() -> None:
    for module in [*(PACKAGE / "commands").glob("*.py"), PACKAGE / "command_line.py"]:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("rich.console", "rich.table", "rich"), module.name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                # JSON for programs, which `as_json` has escaped.
                assert ast.unparse(node.args[0]).startswith("as_json("), f"{module.name}:{node.lineno}"
