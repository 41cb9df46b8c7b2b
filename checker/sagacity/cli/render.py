"""Results in the terminal: the lines of `report.lines`, in colour."""

from __future__ import annotations

from typing import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..ir.nodes import Model
from ..report.lines import Line, induction_lines, result_lines, trace_lines, verdict_line
from ..result import CheckResult, Trace

#: What stands for the characters of a diagram on a terminal that cannot show them.
_ASCII = str.maketrans("│─▶◀↺•✗┄", "|-><@*x.")

#: The width of a table that goes to a file or a log, where nothing need fit a window.
UNBOUNDED = 1000


def print_table(console: Console, table: Table) -> None:
    """A table, as wide as it needs to be where the output is no terminal."""
    wide = console if console.is_terminal else Console(file=console.file, highlight=False, markup=False, width=UNBOUNDED)
    wide.print(table, soft_wrap=False)


class Renderer:
    """Prints results over one model; `full` shows whole states instead of what changed."""

    def __init__(self, model: Model, *, full: bool = False, console: Console | None = None):
        self.model, self.full = model, full
        self.console = console or Console(soft_wrap=True, highlight=False)

    def line(self, *parts: str | tuple[str, str]) -> None:
        """One line; a part is a text or (text, style). Nothing in a part is read as markup."""
        self.console.print(self._shown(Text.assemble(*parts)))

    def _shown(self, text: Text) -> Text:
        """The text in characters that the terminal has."""
        try:
            text.plain.encode(self.console.encoding)
        except UnicodeEncodeError:
            drawn = text.plain.translate(_ASCII)
            text.plain = drawn.encode(self.console.encoding, "replace").decode(self.console.encoding)
        return text

    def lines(self, lines: Iterable[Line]) -> None:
        """Several lines."""
        for line in lines:
            self.line(*line)

    def result(self, result: CheckResult, command: str, *, quiet: bool = False) -> None:
        """The report of a check; quiet: the verdict line alone."""
        if quiet:
            self.line(*verdict_line(result))
        else:
            self.lines(result_lines(result, command, full=self.full, width=self.console.width))

    def inductions(self, counterexamples: dict[str, Trace]) -> None:
        """The counterexamples to induction, by property."""
        self.lines(induction_lines(self.model, counterexamples, full=self.full))

    def trace(self, trace: Trace) -> None:
        """The behaviour, step by step, with what each step changed."""
        self.lines(trace_lines(self.model, trace, full=self.full, width=self.console.width))
