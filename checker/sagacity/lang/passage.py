"""Where in the file does each character of a property's text stand?  So that carets point inside string literals."""

from __future__ import annotations

import ast
import io
import linecache
import re
import tokenize
from dataclasses import dataclass

from ..source import Loc
from .sourcefile import location, tree


@dataclass(frozen=True)
class Passage:
    """A text, and the place (line, column) of each of its characters; without `places` all of it stands at `at`."""

    text: str
    at: Loc
    places: tuple[tuple[int, int], ...] = ()

    def loc(self, start: int, end: int) -> Loc:
        """The region of the characters from `start` up to `end`."""
        if not self.places:
            return self.at
        if start >= len(self.places):
            line, col = self.places[-1]
            return Loc(self.at.file, line, col + 1, line, col + 2)
        (line, col), (end_line, end_col) = self.places[start], self.places[max(start, min(end, len(self.places)) - 1)]
        return Loc(self.at.file, line, col, end_line, end_col + 1)

    def inside(self, region: Loc) -> tuple[int, int]:
        """The characters of a region that is given by line and column of the text itself."""
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts[region.line - 1] + region.col - 1, starts[region.end_line - 1] + region.end_col - 1

    def placed(self, region: Loc) -> Loc:
        """The place in the file of a region of the text."""
        return self.loc(*self.inside(region))


def passage(text: str, at: Loc) -> Passage:
    """The text given as the first argument of the call at `at`, or what stands there as it is in no Python file."""
    found = tree(at.file)
    for n in ast.walk(found) if found else ():
        if isinstance(n, ast.Call) and n.args and location(at.file, n) == at:
            places = _places(at.file, n.args[0])
            if places and "".join(c for c, _ in places) == text:
                return Passage(text, at, tuple(place for _, place in places))
    return Passage(text, at, () if found else _verbatim(text, at))


def _verbatim(text: str, at: Loc) -> tuple[tuple[int, int], ...]:
    """The places of a text that stands as it is in its file, from `at` on; none if it does not."""
    lines = linecache.getlines(at.file)[at.line - 1:]
    start = "".join(lines).find(text, at.col - 1)
    places = [(at.line + i, col) for i, line in enumerate(lines) for col in range(1, len(line) + 1)]
    return tuple(places[start:start + len(text)]) if start >= 0 else ()


def _places(file: str, node: ast.expr) -> list[tuple[str, tuple[int, int]]] | None:
    """Each character of a string constant, which may be several literals side by side; None if it is no constant."""
    segment = ast.get_source_segment("".join(linecache.getlines(file)), node)
    if segment is None or not isinstance(node, ast.Constant):
        return None
    out = []
    first = len(linecache.getline(file, node.lineno).encode()[:node.col_offset].decode(errors="ignore"))
    for token in tokenize.generate_tokens(io.StringIO(f"({segment})").readline):
        if token.type == tokenize.STRING:
            prefix = token.string[:len(token.string) - len(token.string.lstrip("rRuU"))]
            quote = token.string[len(prefix):][:3] if token.string[len(prefix):][:3] in ('"""', "'''") else '"'
            body = token.string[len(prefix) + len(quote):-len(quote)]
            line, col = token.start[0], token.start[1] + len(prefix) + len(quote)
            for piece in (_PIECE if "r" not in prefix.lower() else _RAW).findall(body):
                # the parenthesis before the segment makes up for columns that count from 1
                place = (node.lineno + line - 1, col + (first if line == 1 else 1))
                out += ((c, place) for c in (ast.literal_eval(f'"""{piece}"""') if len(piece) > 1 else piece))
                line, col = (line + 1, 0) if piece.endswith("\n") else (line, col + len(piece))
    return out


#: An escape or a character of a literal; an escaped line end is no character at all.
_PIECE = re.compile(r"\\(?:[0-7]{1,3}|x..|u.{4}|U.{8}|N\{[^}]*\}|\n|.)|.", re.DOTALL)
_RAW = re.compile(".", re.DOTALL)
