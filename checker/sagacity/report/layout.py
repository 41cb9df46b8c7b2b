"""Where does each part of a sequence diagram stand?  Geometry as data, in pixels; nothing here knows SVG.

Text widths are estimates for a 13 px sans-serif font, generous enough that no text leaves its place.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from textwrap import wrap

from .sequence import Message, Remark, Sequence

LINE = 17          # height of a line of text
PAD = 8            # between a text and the frame around it
TOP = 12           # above the first row
ROW = 16           # between two rows
MARGIN = 46        # left of the first participant, for the step numbers
NARROW, WIDE = 110, 260   # distance of two lifelines
HOOK = 30          # width of the hook of a message to oneself


@dataclass(frozen=True, slots=True)
class Box:
    """A frame with centred lines of text. `role` is one of participant, remark, fails."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True)
class Lifeline:
    """A vertical line."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A horizontal arrow with its text above it; `hook` where it returns to the lifeline it came from."""

    start: float
    end: float
    y: float
    lines: tuple[str, ...]
    hook: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a step, in the margin."""

    y: float
    step: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What is inside repeats for ever."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything to draw, frames and lifelines first."""

    width: float
    height: float
    lifelines: tuple[Lifeline, ...]
    frames: tuple[Frame, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    numbers: tuple[Number, ...]


def layout(s: Sequence) -> Layout:
    """The geometry of a diagram that has at least one participant."""
    return _Layout(s).run()


class _Layout:
    def __init__(self, s: Sequence):
        self.s = s
        self.titles = [_lines(name, 150) for name in s.participants]
        self.x = dict(zip(s.participants, self._positions()))
        self.ends = list(self.x.values())
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self.numbers: list[Number] = []
        self.right = self.ends[-1] + max(_text_width(self.titles[-1]) / 2 + PAD, 40)

    def _positions(self) -> list[float]:
        """The lifelines: neighbours are far enough apart for their titles and, up to a limit, for their messages."""
        gaps = [max(NARROW, (_text_width(a) + _text_width(b)) / 2 + 4 * PAD) for a, b in zip(self.titles, self.titles[1:])]
        index = {name: i for i, name in enumerate(self.s.participants)}
        for e in self.s.events:
            if isinstance(e, Message) and abs(index[e.sender] - index[e.receiver]) == 1:
                i = min(index[e.sender], index[e.receiver])
                gaps[i] = max(gaps[i], min(WIDE, _width(e.text) + 3 * PAD))
        first = MARGIN + max(_text_width(self.titles[0]) / 2 + PAD, 24)
        return [first + sum(gaps[:i]) for i in range(len(gaps) + 1)]

    def run(self) -> Layout:
        top = TOP + max(map(len, self.titles)) * LINE + 2 * PAD
        for name, lines in zip(self.s.participants, self.titles):
            width = 1.08 * _text_width(lines) + 2 * PAD   # bold
            self.boxes.append(Box(self.x[name] - width / 2, TOP, width, top - TOP, lines, "participant"))
        y, before, cycle = top + ROW, None, None
        for i, e in enumerate(self.s.events):
            if i == self.s.loop:
                cycle, y = y, y + LINE + PAD
            bottom = self._message(e, y) if isinstance(e, Message) else self._remark(e, y)
            if e.step != before:
                straight = isinstance(e, Message) and e.sender != e.receiver
                self.numbers.append(Number(bottom if straight else (y + bottom) / 2, e.step))
            before, y = e.step, bottom + ROW
        left = self.ends[0] - 40
        frames = () if cycle is None else (
            Frame(left, cycle - PAD / 2, self.right + PAD - left, y - cycle - PAD / 2, "repeats for ever"),)
        lifelines = tuple(Lifeline(x, top, y + PAD) for x in self.ends)
        return Layout(self.right + 2 * PAD, y + 2 * PAD, lifelines, frames, tuple(self.boxes), tuple(self.arrows),
                      tuple(self.numbers))

    def _message(self, e: Message, y: float) -> float:
        start, end = self.x[e.sender], self.x[e.receiver]
        hook = start == end
        lines = _lines(e.text, WIDE - HOOK if hook else abs(end - start) - 2 * PAD)
        if hook:
            bottom = y + max(len(lines) * LINE, LINE + PAD)
            middle = (y + bottom + LINE) / 2
            self.right = max(self.right, start + HOOK + PAD + _text_width(lines))
        else:
            bottom = y + len(lines) * LINE + PAD / 2
        self.arrows.append(Arrow(start, end, middle if hook else bottom, lines, hook))
        return bottom

    def _remark(self, e: Remark, y: float) -> float:
        role = "fails" if e.fails else "remark"
        centre = self.x[e.at] if e.at else (self.ends[0] + self.ends[-1]) / 2
        span = 0 if e.at else self.ends[-1] - self.ends[0] + 48
        lines = _lines(e.text, max(span - 2 * PAD, WIDE - HOOK))
        width = max(_text_width(lines) + 2 * PAD, span)
        x = max(centre - width / 2, MARGIN - PAD)
        height = len(lines) * LINE + PAD
        self.boxes.append(Box(x, y, width, height, lines, role))
        self.right = max(self.right, x + width)
        return y + height


def _lines(text: str, width: float) -> tuple[str, ...]:
    """The text broken so that each line is about `width` pixels wide at most."""
    text = " ".join(text.split())
    average = _width(text) / max(len(text), 1) or 1
    return tuple(wrap(text, max(int(width / average), 8))) or ("",)


def _text_width(lines: tuple[str, ...]) -> float:
    return max(map(_width, lines))


def _width(text: str) -> float:
    return sum(map(_character, text))


def _character(c: str) -> float:
    if unicodedata.east_asian_width(c) in "WF":
        return 14
    if c in " .,:;!|'ijl()[]":
        return 5
    return 11 if c in "mwMWOQG@%" else 9.4 if c.isupper() or c == "=" else 8
