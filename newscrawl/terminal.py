"""What commands print: on a console on which each character shows, and nothing of a page can steer the terminal."""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from newscrawl.escaping import escaped, escaped_line, json_text

WIDTH_OF_A_PIPE = 160
"""Columns of output that goes into a file or a pipe: its reader has no width."""


class SafeConsole(Console):
    """A console that knows no markup, and on which all text is escaped, whoever prints it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, highlight=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        # Before the columns of a table are measured.
        return super().render_str(escaped(text), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        # What came as another object than a string.
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(escaped(segment.text, indent=""), segment.style)

    def on_broken_pipe(self) -> None:
        """Leave a closed pipe to `until_reader_leaves`."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> SafeConsole:
    """Return a console as wide as the terminal, or as a pipe's reader may need."""
    stream = sys.stderr if stderr else sys.stdout
    has_width = stream.isatty() or "COLUMNS" in os.environ
    return SafeConsole(stderr=stderr, width=None if has_width else WIDTH_OF_A_PIPE)


def say(text: str = "", *, style: str = "", stderr: bool = False) -> None:
    """Print a text as one line, or as one line and further ones that are indented; a terminal may wrap it."""
    console(stderr=stderr).print(Text(escaped(text), style=style), soft_wrap=True)


def has_colour() -> bool:
    """Return whether standard error shows colours: a terminal, unless NO_COLOR is set."""
    shown = Console(stderr=True)
    return shown.is_terminal and shown.color_system is not None and not shown.no_color


class NamesTable(Table):
    """A table of which each cell is one line before it is folded: a name with an end of line forges no row."""

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        super().add_row(*(escaped_line(cell) if isinstance(cell, str) else cell for cell in cells), **options)


def narrow_table(*, title: str | None = None) -> NamesTable:
    """Return an empty table that fits into 60 columns, if its cells do."""
    return NamesTable(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0)
    )


def escape_what_cannot_be_shown() -> None:
    """Have letters that the terminal's encoding lacks written as escapes; else Python ends with an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def as_json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON for standard output: letters as letters, where its encoding has them all."""
    has_all = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    return json_text(value, indent=indent, ascii_only=not has_all)


@contextmanager
def until_reader_leaves() -> Iterator[None]:
    """End quietly when standard output is a pipe whose reader has enough (`… | head -1`)."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer goes nowhere: else Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
