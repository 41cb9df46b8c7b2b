"""The files that a command can write beside its result: a trace, a sequence diagram, a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import click

from ..engine import tracefile
from ..engine.tracefile import Origin
from ..errors import Diagnostic, UsageError
from ..export.itf import itf
from ..ir.nodes import Model
from ..report import wording
from ..report.diagramtext import diagram
from ..report.mermaid import mermaid
from ..report.sequence import Sequence, sequence
from ..report.svg import svg
from ..result import CheckResult, PropertyResult, Trace

FILE = click.Path(dir_okay=False, path_type=Path)

#: How a sequence diagram is written, by the suffix of the file.
DIAGRAMS: dict[str, Callable[[Sequence], str]] = {
    ".svg": svg, ".mmd": mermaid, ".txt": lambda s: "\n".join(diagram(s, 10_000)) + "\n"}

_OPTIONS = (
    click.option("--trace", "trace_file", type=FILE, metavar="FILE",
                 help="Save the first counterexample as a trace for `sagacity replay`."),
    click.option("--trace-format", type=click.Choice(["json", "itf"]), default="json", show_default=True,
                 help="The format of --trace: ours, which can be replayed, or Apalache's ITF."),
    click.option("--diagram", "diagram_file", type=FILE, metavar="FILE",
                 help="Save the sequence diagram of the first counterexample: .svg, .mmd (Mermaid) or .txt."),
    click.option("--report", "report_file", type=FILE, metavar="FILE",
                 help="Save the whole result as one HTML page, readable without a network."),
)


@dataclass(frozen=True)
class Outputs:
    """Which files are wanted."""

    trace: Path | None = None
    trace_format: str = "json"
    diagram: Path | None = None
    report: Path | None = None

    def __post_init__(self):
        if self.diagram and self.diagram.suffix not in DIAGRAMS:
            raise UsageError(Diagnostic(code="SAG140", hint=f"end the name in {', '.join(DIAGRAMS)}",
                                        message=f"{self.diagram}: a diagram cannot be written in that format"))

    def save(self, result: CheckResult, origin: Origin, command: str) -> None:
        """Write the files, and say on stderr what was written, or why not."""
        told = next((p for p in result.failures if p.trace is not None), None)
        if self.trace and _told(self.trace, told):
            self._save_trace(result.model, told, origin)
            click.echo(f"trace of {told.name} saved in {self.trace}", err=True)
        if self.diagram and _told(self.diagram, told):
            save_diagram(self.diagram, result.model, told.trace)
        if self.report:
            from ..report.page import page   # the template engine is slow to import

            write(self.report, page(result, command, dict(origin.constants)))
            click.echo(f"report saved in {self.report}", err=True)

    def _save_trace(self, model: Model, p: PropertyResult, origin: Origin) -> None:
        if self.trace_format == "itf":
            write(self.trace, itf_text(model, p.trace, wording.complaint(p)))
        else:
            tracefile.write(self.trace, origin, tracefile.record(model, p))


def output_options(command: Callable) -> Callable:
    """Adds the options to a command, which gets trace_file, trace_format, diagram_file and report_file."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def save_diagram(path: Path, model: Model, trace: Trace) -> None:
    """Write the sequence diagram of a trace. A trace without notes has none: that is said, and nothing is written."""
    messages = sequence(model, trace)
    if not messages.participants:
        click.echo(f"no step has a note with a sender or receiver: {path} was not written", err=True)
        return
    write(path, DIAGRAMS[path.suffix](messages))
    click.echo(f"sequence diagram saved in {path}", err=True)


def itf_text(model: Model, trace: Trace, description: str) -> str:
    """The trace as the text of an ITF file."""
    return json.dumps(itf(model, trace, description), indent=1, ensure_ascii=False) + "\n"


def write(path: Path, text: str) -> None:
    """Write a file of the user's. Raises UsageError where that is not possible."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise UsageError(Diagnostic(code="SAG141", message=f"{path} cannot be written: {e.strerror}")) from None


def _told(path: Path, p: PropertyResult | None) -> bool:
    if p is None:
        click.echo(f"there is no counterexample: {path} was not written", err=True)
    return p is not None
