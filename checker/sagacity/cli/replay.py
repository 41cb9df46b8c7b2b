"""`sagacity replay TRACE`: can the model really do what a saved trace says?"""

from __future__ import annotations

from pathlib import Path

import click

from ..engine import tracefile
from ..engine.replay import Recording, Refusal
from ..engine.replay import replay as replayed
from ..errors import Diagnostic, UsageError
from ..result import Outcome, Trace
from .build import Built, build
from .outputs import FILE, Outputs, save_diagram
from .render import Renderer


@click.command()
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--model", metavar="MODEL", help="Replay in this model instead of the one the trace names.")
@click.option("--full", is_flag=True, help="Show whole states, not only what changed.")
@click.option("--diagram", "diagram_file", type=FILE, metavar="FILE",
              help="Save the sequence diagram: .svg, .mmd (Mermaid) or .txt.")
@click.option("--quiet", "-q", is_flag=True, help="Print only whether the trace is accepted.")
def replay(trace: Path, model: str | None, full: bool, diagram_file: Path | None, quiet: bool) -> None:
    """Replay a saved TRACE step by step.

    The status is 0 if the model can do every step and the property comes out as recorded, and 2 otherwise.
    """
    built, recording, found = replayed_trace(trace, model)
    if diagram_file:
        Outputs(diagram=diagram_file)   # refuses a name with another suffix
        save_diagram(diagram_file, built.system.model, found)
    renderer = Renderer(built.system.model, full=full)
    if not quiet:
        renderer.trace(found)
    what = {Outcome.HOLDS: "is reached", Outcome.ERROR: "cannot be evaluated"}.get(recording.outcome, "is violated")
    renderer.line(f"accepted: {len(recording.steps)} steps, and {recording.property} {what} at the end")


def replayed_trace(trace: Path, model: str | None) -> tuple[Built, Recording, Trace]:
    """The model of a trace file, what the file says, and the behaviour. Raises UsageError if the model refuses it."""
    origin, recording = tracefile.read(trace)
    built = build(model, dict(origin.constants)) if model else _built(origin, trace)
    found = replayed(built.system, recording)
    if isinstance(found, Refusal):
        raise UsageError(Diagnostic(code="SAG131", message=f"{trace} is refused at {found}"))
    return built, recording, found


def _built(origin: tracefile.Origin, trace: Path):
    path = Path(origin.path)
    beside = trace.parent / path
    if not path.is_file() and beside.is_file():
        path = beside
    return build(str(path), dict(origin.constants), origin.cls)
