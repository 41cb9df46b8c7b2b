"""`sagacity replay TRACE`: can the model really do what a saved trace says?"""

from __future__ import annotations

from pathlib import Path

import click

from ..engine import tracefile
from ..engine.replay import Refusal
from ..engine.replay import replay as replayed
from ..errors import Diagnostic, UsageError
from ..result import Outcome
from .build import build
from .render import Renderer


@click.command()
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--model", metavar="MODEL", help="Replay in this model instead of the one the trace names.")
@click.option("--full", is_flag=True, help="Show whole states, not only what changed.")
@click.option("--quiet", "-q", is_flag=True, help="Print only whether the trace is accepted.")
def replay(trace: Path, model: str | None, full: bool, quiet: bool) -> None:
    """Replay a saved TRACE step by step.

    The status is 0 if the model can do every step and the property comes out as recorded, and 2 otherwise.
    """
    origin, recording = tracefile.read(trace)
    built = build(model, dict(origin.constants)) if model else _built(origin, trace)
    found = replayed(built.system, recording)
    if isinstance(found, Refusal):
        raise UsageError(Diagnostic(code="SAG131", message=f"{trace} is refused at {found}"))
    renderer = Renderer(built.system.model, full=full)
    if not quiet:
        renderer.trace(found)
    what = {Outcome.HOLDS: "is reached", Outcome.ERROR: "cannot be evaluated"}.get(recording.outcome, "is violated")
    renderer.line(f"accepted: {len(recording.steps)} steps, and {recording.property} {what} at the end")


def _built(origin: tracefile.Origin, trace: Path):
    path = Path(origin.path)
    beside = trace.parent / path
    if not path.is_file() and beside.is_file():
        path = beside
    return build(str(path), dict(origin.constants), origin.cls)
