"""The plot of the README: bars of transitions per CPU-second, on a logarithmic scale, as SVG text."""

from __future__ import annotations

from math import ceil, floor, log10

_COLOURS = {"sagacity": "#2a6f97", "spin": "#8d99ae", "rumur": "#b08968", "tlc": "#adb5bd"}
_LEFT, _WIDTH, _BAR, _GAP = 170, 460, 18, 14


def draw(rates: list[tuple[str, str, float]]) -> str:
    """Bars for (configuration, tool, transitions per CPU-second), grouped by configuration in the order given."""
    low, high = (f(log10(g(r for _, _, r in rates))) for f, g in ((floor, min), (ceil, max)))
    high = max(high, low + 1)
    rows, y, before = [], 34, None
    for configuration, tool, rate in rates:
        if configuration != before:
            y += _GAP
            before = configuration
        length = _WIDTH * (log10(rate) - low) / (high - low)
        rows.append(_text(_LEFT - 8, y + 13, f"{configuration}  {tool}", "end"))
        rows.append(f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR - 3}" fill="{_COLOURS[tool]}"/>')
        rows.append(_text(_LEFT + length + 6, y + 13, f"{rate / 1e6:.2f} M"))
        y += _BAR
    grid = []
    for k in range(low, high + 1):
        x = _LEFT + _WIDTH * (k - low) / (high - low)
        grid.append(f'<line x1="{x:.1f}" y1="40" x2="{x:.1f}" y2="{y}" stroke="#dddddd"/>')
        grid.append(_text(x, y + 16, f"10^{k}", "middle"))
    title = _text(_LEFT, 22, "transitions per CPU-second (one worker, logarithmic)")
    size = f'width="{_LEFT + _WIDTH + 90}" height="{y + 28}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', title, *grid, *rows, "</svg>"]) + "\n"


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{text}</text>'
