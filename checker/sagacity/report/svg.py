"""A sequence diagram as SVG: prints a layout. The element tree escapes every text."""

from __future__ import annotations

from importlib import resources
from xml.etree import ElementTree as Xml

from .layout import LINE, HOOK, PAD, Arrow, Box, Frame, Layout, layout
from .sequence import Sequence


def svg(s: Sequence, *, standalone: bool = True) -> str:
    """The drawing; `standalone` brings its own colours, light and dark, which a page has already."""
    drawing = layout(s)
    size = {"width": _n(drawing.width), "height": _n(drawing.height)}
    root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "class": "sequence", "role": "img",
                               "viewBox": f"0 0 {size['width']} {size['height']}"})
    Xml.SubElement(root, "title").text = "Message sequence diagram: " + ", ".join(s.participants)
    if standalone:
        Xml.SubElement(root, "style").text = style()
        Xml.SubElement(root, "rect", {"class": "ground", "width": "100%", "height": "100%"})
    _draw(root, drawing)
    Xml.indent(root, " ")
    return Xml.tostring(root, encoding="unicode") + "\n"


def style() -> str:
    """The style sheet of the drawing."""
    return resources.files(__package__).joinpath("sequence.css").read_text(encoding="utf-8")


def _draw(root: Xml.Element, drawing: Layout) -> None:
    for f in drawing.frames:
        _frame(root, f)
    for line in drawing.lifelines:
        Xml.SubElement(root, "line", {"class": "lifeline", "x1": _n(line.x), "x2": _n(line.x), "y1": _n(line.top),
                                      "y2": _n(line.bottom)})
    for a in drawing.arrows:
        _arrow(root, a)
    for b in drawing.boxes:
        _box(root, b)
    for n in drawing.numbers:
        _text(root, 14, n.y + 4, (str(n.step),), "number")


def _frame(root: Xml.Element, f: Frame) -> None:
    Xml.SubElement(root, "rect", {"class": "cycle", "x": _n(f.x), "y": _n(f.y), "width": _n(f.width),
                                  "height": _n(f.height), "rx": "6"})
    _text(root, f.x + PAD, f.y + LINE, (f"↻ {f.title}",), "cycle-title")


def _box(root: Xml.Element, b: Box) -> None:
    group = Xml.SubElement(root, "g", {"class": b.role})
    Xml.SubElement(group, "rect", {"x": _n(b.x), "y": _n(b.y), "width": _n(b.width), "height": _n(b.height), "rx": "4"})
    first = b.y + (b.height - LINE * len(b.lines)) / 2 + LINE - 4
    _text(group, b.x + b.width / 2, first, b.lines, "middle")


def _arrow(root: Xml.Element, a: Arrow) -> None:
    group = Xml.SubElement(root, "g", {"class": "message"})
    if a.hook:
        top = a.y - LINE
        line = f"M{_n(a.start)} {_n(top)} h{HOOK - 6} q6 0 6 6 v{LINE - 12} q0 6 -6 6 h-{HOOK - 14}"
        _text(group, a.start + HOOK + PAD, a.y - LINE * (len(a.lines) + 1) / 2 + LINE - 4, a.lines, "hanging")
    else:
        line = f"M{_n(a.start)} {_n(a.y)} H{_n(a.end - 8 if a.end > a.start else a.end + 8)}"
        _text(group, (a.start + a.end) / 2, a.y - LINE * (len(a.lines) - 1) - 5, a.lines, "middle")
    Xml.SubElement(group, "path", {"class": "shaft", "d": line})
    back = 10 if a.hook or a.end < a.start else -10
    Xml.SubElement(group, "path", {"class": "head", "d": f"M{_n(a.end)} {_n(a.y)} l{back} -5 v10 z"})


def _text(parent: Xml.Element, x: float, y: float, lines: tuple[str, ...], role: str) -> None:
    for i, line in enumerate(lines):
        Xml.SubElement(parent, "text", {"class": role, "x": _n(x), "y": _n(y + i * LINE)}).text = _printable(line)


def _printable(text: str) -> str:
    """The text without characters that XML forbids."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
