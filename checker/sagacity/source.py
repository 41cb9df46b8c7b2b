"""Where does a thing stand in the user's source?  Locations and the text around them."""

from __future__ import annotations

import linecache
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Loc:
    """A region of a source file. Lines count from 1, columns from 1, as editors count them."""

    file: str
    line: int
    col: int = 1
    end_line: int = 0
    end_col: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}"

    def text(self) -> str:
        """The source line on which the region starts, without its line end; empty if unknown."""
        return linecache.getline(self.file, self.line).rstrip("\n")

    def fragment(self) -> str:
        """The text of the region itself, white space folded; empty if the file cannot be read."""
        last = self.end_line or self.line
        lines = [linecache.getline(self.file, n).rstrip("\n") for n in range(self.line, last + 1)]
        if not lines or not lines[0]:
            return ""
        if self.end_col:
            lines[-1] = lines[-1][: self.end_col - 1]
        lines[0] = lines[0][self.col - 1 :]
        return " ".join(" ".join(lines).split())


NOWHERE = Loc("<built-in>", 0, 0)


def excerpt(loc: Loc) -> str:
    """The source line with a caret under the region, as compilers print it; empty if unknown.

    Tabs are kept so that the caret stands where the editor shows the text.
    """
    line = loc.text()
    if not line:
        return ""
    start = max(loc.col - 1, 0)
    end = loc.end_col - 1 if loc.end_line == loc.line and loc.end_col > loc.col else None
    if end is None:
        end = len(line) if loc.end_line > loc.line else start + 1
    pad = "".join("\t" if c == "\t" else " " for c in line[:start])
    gutter = f"{loc.line:>5} | "
    return f"{gutter}{line}\n{' ' * (len(gutter) - 2)}| {pad}{'^' * max(end - start, 1)}"


def at_text(text: str, name: str) -> Loc:
    """The location of a text that is in no file, `name` in messages, which then find its lines."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    return Loc(name, 1)
