"""`sagacity graph MODEL -o FILE`: every state and step, as a picture or for another tool."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import click

from .. import constants
from ..engine.protocol import System
from ..engine.statespace import StateSpace, state_space
from ..errors import Diagnostic, UsageError
from ..export.dot import dot
from ..export.mcrl2graph import write_aut
from .build import build
from .completion import ModelName
from .outputs import FILE, write

#: How many states a file may have unless --max-states says otherwise: a picture of more is unreadable.
LIMITS = {".dot": 500, ".svg": 200, ".aut": 1_000_000}

#: Seconds that Graphviz may take.
PATIENCE = 120


@click.command()
@click.argument("model", type=ModelName())
@click.option("-o", "--output", "path", type=FILE, required=True, metavar="FILE", help="A .dot, .svg or .aut file.")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of the model.")
@click.option("--max-states", type=click.IntRange(min=1), metavar="N",
              help="Refuse larger models.  [default: 500 (.dot), 200 (.svg), 1000000 (.aut)]")
def graph(model: str, path: Path, texts: tuple[str, ...], max_states: int | None) -> None:
    """Write the state space of MODEL: for Graphviz, as a picture, or in the Aldebaran format of mCRL2 and CADP.

    The labels of an .aut file are those of the model's mCRL2 export, so the two can be compared.
    """
    if path.suffix not in LIMITS:
        raise UsageError(Diagnostic(code="SAG143", message=f"{path}: a graph cannot be written in that format",
                                    hint=f"end the name in {', '.join(LIMITS)}"))
    if path.suffix == ".svg":
        _graphviz()
    system = build(model, constants.split(texts)).system
    limit = max_states or LIMITS[path.suffix]
    states, transitions = (_aut if path.suffix == ".aut" else _drawing)(path, system, limit)
    click.echo(f"{states:,} states, {transitions:,} transitions written to {path}")


def _aut(path: Path, system: System, limit: int) -> tuple[int, int]:
    out = io.StringIO()
    counts = write_aut(system, out, limit)
    write(path, out.getvalue())
    return counts


def _drawing(path: Path, system: System, limit: int) -> tuple[int, int]:
    space = state_space(system, limit)
    write(path, (dot if path.suffix == ".dot" else drawn)(space))
    if space.faults:
        click.echo(f"{space.faults:,} steps fail and are not shown: `sagacity check` tells why", err=True)
    return len(space.states), len(space.transitions)


def drawn(space: StateSpace) -> str:
    """The picture that Graphviz makes. Raises UsageError where it is missing, fails or takes too long."""
    try:
        done = subprocess.run([_graphviz(), "-Tsvg"], input=dot(space), capture_output=True, text=True,
                              timeout=PATIENCE, encoding="utf-8")
    except subprocess.TimeoutExpired:
        raise _failed(f"took more than {PATIENCE} seconds") from None
    if done.returncode:
        raise _failed(f"failed: {done.stderr.strip()}")
    return done.stdout


def _graphviz() -> str:
    found = shutil.which("dot")
    if found is None:
        raise UsageError(Diagnostic(code="SAG144", message="a picture needs Graphviz: there is no program called dot",
                                    hint="install the package graphviz, or write a .dot file"))
    return found


def _failed(what: str) -> UsageError:
    return UsageError(Diagnostic(code="SAG145", message=f"Graphviz {what}",
                                 hint="write a .dot or an .aut file instead"))
