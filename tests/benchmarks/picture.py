"""The measurements as an SVG picture: panels of bars, each with its own scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, LABEL, ROW, OWN, OTHER = 760, 190, 24, "#0b6e4f", "#9aa5b1"


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars under a title: (label, value, text after the bar)."""

    title: str
    bars: Sequence[tuple[str, float, str]]
    is_logarithmic: bool = False


def drawn(panels: Sequence[Panel]) -> str:
    """Return an SVG of the panels, one under the other. Bars whose label begins with `newscrawl` have another colour.

    >>> drawn([Panel("Pages", [("newscrawl", 2, "2 ms")])]).count("<rect")
    2
    """
    lines: list[str] = []
    y = 14
    for panel in panels:
        y += 16
        lines.append(f'<text x="14" y="{y}" font-weight="bold">{escape(panel.title)}</text>')
        y += 10
        for label, value, text in panel.bars:
            length = _length(value, panel) * (WIDTH - LABEL - 150)
            colour = OWN if label.startswith("newscrawl") else OTHER
            lines.append(f'<text x="{LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(label)}</text>')
            lines.append(f'<rect x="{LABEL}" y="{y + 4}" width="{length:.1f}" height="{ROW - 8}" fill="{colour}"/>')
            lines.append(f'<text x="{LABEL + length + 6:.1f}" y="{y + 16}">{escape(text)}</text>')
            y += ROW
        y += 14
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" font-family="sans-serif" font-size="13">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>', *lines, "</svg>", ""])


def _length(value: float, panel: Panel) -> float:
    values = [value for _, value, _ in panel.bars]
    if not panel.is_logarithmic:
        return value / max(values)
    least = log10(min(values)) - 0.1
    return (log10(value) - least) / (log10(max(values)) - least)
