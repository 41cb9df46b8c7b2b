"""A sequence diagram in characters, for a terminal.

Each participant is a column; the columns lie as close as the texts between them allow, and texts that are still
too long are broken. Where even that is wider than the terminal, a sentence says so instead.
"""

from __future__ import annotations

from textwrap import wrap
from unicodedata import combining, east_asian_width

from .sequence import Message, Remark, Sequence

#: Columns before the first lifeline, for the step numbers.
MARGIN = 8

#: The least and the preferred largest distance of two lifelines.
NARROW, WIDE = 14, 40


def diagram(s: Sequence, width: int) -> list[str]:
    """The lines of the diagram, at most `width` columns wide; a single line that says so if it does not fit."""
    for widest in range(WIDE, NARROW - 1, -2):
        columns = _columns(s, widest)
        if _right(s, columns) <= width:
            return _Drawing(s, columns, width).lines()
    return [f"  (the sequence diagram of {len(s.participants)} participants is wider than {width} columns)"]


def _columns(s: Sequence, widest: int) -> list[int]:
    """Where the lifelines stand: a text between neighbours asks for room, up to `widest`."""
    gaps = [max(NARROW, min(widest, (_width(a) + _width(b)) // 2 + 3))
            for a, b in zip(s.participants, s.participants[1:])]
    for e in s.events:
        if isinstance(e, Message) and e.sender != e.receiver:
            first, last = sorted((s.participants.index(e.sender), s.participants.index(e.receiver)))
            if last == first + 1:
                gaps[first] = max(gaps[first], min(widest, _width(e.text) + 6))
    start = max(MARGIN, _width(s.participants[0]) // 2 + 2)
    return [start + sum(gaps[:i]) for i in range(len(s.participants))]


def _right(s: Sequence, columns: list[int]) -> int:
    """The width that is needed: the last column, the half of its title, and room for a text beside it."""
    return columns[-1] + max(_width(s.participants[-1]) // 2 + 1, 16)


class _Drawing:
    def __init__(self, s: Sequence, columns: list[int], width: int):
        self.s, self.columns, self.width = s, columns, width

    def lines(self) -> list[str]:
        found = [self._titles(), self._lifelines()]
        before = None
        for i, e in enumerate(self.s.events):
            if i == self.s.loop:
                found.append(self._band("the cycle begins"))
            number = str(e.step) if e.step != before else ""
            before = e.step
            drawn = self._message(e) if isinstance(e, Message) else self._remark(e)
            found += [f"{number:>5}{drawn[0][5:]}", *drawn[1:]]
        if self.s.loop is not None:
            found.append(self._band("and so on for ever"))
        return [line.rstrip() for line in [*found, self._lifelines()]]

    def _titles(self) -> str:
        line = ""
        for column, name in zip(self.columns, self.s.participants):
            line += " " * (column - _width(name) // 2 - _width(line)) + name
        return line

    def _lifelines(self) -> str:
        return self._put("", *((c, "│") for c in self.columns))

    @staticmethod
    def _put(line: str, *texts: tuple[int, str]) -> str:
        """`line` with each text written over it at its column; columns count what a terminal shows."""
        for column, text in texts:
            cells = _cells(line)
            cells += [" "] * (column - len(cells))
            cells[column:column + _width(text)] = _cells(text)
            line = "".join(cells)
        return line

    def _message(self, e: Message) -> list[str]:
        a, b = (self.columns[self.s.participants.index(n)] for n in (e.sender, e.receiver))
        if a == b:
            return self._beside(a, f"↺ {e.text}")
        left, right = min(a, b) + 1, max(a, b)
        room = right - left
        *above, last = _broken(e.text, room - 4) if _width(e.text) > room - 5 else [e.text]
        if above:
            above, last = [*above, last], ""
        label = f" {last} " if last else ""
        dashes = room - 1 - _width(label)
        line = "─" * (dashes // 2) + label + "─" * (dashes - dashes // 2)
        arrow = line + "▶" if a < b else "◀" + line
        return [*(self._put(self._lifelines(), (left + (room - _width(t)) // 2, t)) for t in above),
                self._put(self._lifelines(), (left, arrow))]

    def _remark(self, e: Remark) -> list[str]:
        text = f"✗ {e.text}" if e.fails else e.text
        if e.at:
            return self._beside(self.columns[self.s.participants.index(e.at)], f"• {text}")
        middle = (self.columns[0] + self.columns[-1]) // 2
        return [self._put(self._lifelines(), (max(self.columns[0] + 2, middle - _width(t) // 2 - 2), f"[ {t} ]"))
                for t in _broken(text, self.width - self.columns[0] - 6)]

    def _beside(self, column: int, text: str) -> list[str]:
        """A text to the right of a lifeline, which may cover the next ones."""
        return [self._put(self._lifelines(), (column + 2, f"{t} ")) for t in _broken(text, self.width - column - 3)]

    def _band(self, text: str) -> str:
        left, right = self.columns[0] - 2, self.columns[-1] + 3
        return " " * left + f"┄┄ {text} ".ljust(right - left, "┄")


def _broken(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` columns."""
    return wrap(" ".join(text.split()), max(room if text.isascii() else room // 2, 6)) or [""]


def _width(text: str) -> int:
    """How many columns a terminal uses for the text."""
    return len(_cells(text))


def _cells(text: str) -> list[str]:
    """The text column by column: a wide character is followed by an empty cell, an accent belongs to its letter."""
    cells: list[str] = []
    for c in text:
        if combining(c) and cells:
            cells[-1] += c
        else:
            cells += [c, ""] if east_asian_width(c) in "WF" else [c]
    return cells
