"""`sagacity synthesize MODEL -c TTL=0..10 --minimise TTL`: the smallest constant for which the properties hold."""

from __future__ import annotations

import re
from typing import Any

import click

from .. import constants
from ..engine.options import SearchOptions
from ..engine.protocol import System
from ..errors import ConstantError, Diagnostic, Exit, UsageError
from .build import build
from .render import Renderer
from .solve import need_z3

_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")


@click.command()
@click.argument("model")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE|LO..HI",
              help="Set a constant, or give the range of the one to search.")
@click.option("--minimise", "--minimize", "name", required=True, metavar="NAME", help="The constant to search, upwards.")
@click.option("--property", "-p", "properties", multiple=True, metavar="NAME", help="Only this property must hold.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Levels of the bounded search, where it is needed.")
@click.option("--max-states", type=click.IntRange(min=1), default=200_000, show_default=True, metavar="N",
              help="States up to which a value is decided by the explicit search.")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Time for each value.")
@click.option("--full", is_flag=True, help="Show whole states in counterexamples.")
@click.pass_context
def synthesize(ctx: click.Context, model: str, texts: tuple[str, ...], name: str, properties: tuple[str, ...],
               depth: int | None, max_states: int, max_seconds: float | None, full: bool) -> None:
    """Find the smallest value of a constant with which no property is violated.

    \b
    Exit status: 0 found, and proved by a complete search; 12 no value of the range is safe;
    20 a value was found on which only a bounded search was possible.
    """
    need_z3()
    from ..smt.synthesis import Trial, trials

    fixed, lo, hi = _ranges(texts, name)

    def system(values: tuple[tuple[str, Any], ...]) -> System | str:
        try:
            return build(model, fixed | {n: str(v) for n, v in values}).system
        except ConstantError as e:
            if lo == hi or "SAG11" in str(e):
                raise
            return str(e).splitlines()[0]

    options = SearchOptions(properties=properties or None, max_depth=depth, max_seconds=max_seconds)
    tried: list[Trial] = []
    for trial in trials((((name, v),) for v in range(lo, hi + 1)), system, options, max_states=max_states):
        tried.append(trial)
        click.echo(f"  {name} = {trial.values[0][1]:<4} {_told(trial)}")
    _conclude(ctx, name, tried, full)


def _conclude(ctx: click.Context, name: str, tried: list, full: bool) -> None:
    last, before = tried[-1], next((t for t in reversed(tried[:-1]) if t.result is not None), None)
    shown = last if not last.safe else before
    if shown is not None and shown.result is not None and (found := next(iter(shown.result.failures), None)):
        click.echo("")
        click.echo(f"why {name} = {shown.values[0][1]} is not enough: {found.name} is violated")
        if found.trace:
            Renderer(shown.result.model, full=full).trace(found.trace)
    click.echo("")
    if not last.safe:
        click.echo(f"VIOLATED  no value of {name} from {tried[0].values[0][1]} to {last.values[0][1]} is safe")
        ctx.exit(Exit.SAFETY)
    value = last.values[0][1]
    if last.result.bound is not None:
        click.echo(f"BOUNDED  {name} = {value}: no violation found, by a search that was cut ({last.result.bound})")
        ctx.exit(Exit.UNDECIDED)
    click.echo(f"HOLDS  {name} = {value} is the smallest value for which the properties hold "
               f"({last.result.stats.states:,} states, all explored)" if last.result.engine != "smt" else
               f"HOLDS  {name} = {value} is the smallest value for which the properties hold (every path was searched)")


def _told(trial) -> str:
    if trial.result is None:
        return f"refused: {trial.refusal}"
    result = trial.result
    if result.failures:
        worst = result.failures[0]
        steps = f" in {len(worst.trace.steps)} steps" if worst.trace else ""
        return f"{worst.name} is violated{steps} ({result.engine})"
    return f"{result.verdict} ({result.engine})"


def _ranges(texts: tuple[str, ...], name: str) -> tuple[dict[str, str], int, int]:
    """The constants that are fixed, and the range of the one to search."""
    fixed = constants.split(texts)
    match = _RANGE.fullmatch(fixed.pop(name, ""))
    if match is None or int(match[1]) > int(match[2]):
        raise UsageError(Diagnostic(code="SAG133", message=f"--minimise {name} needs the range of {name}",
                                    hint=f"write -c {name}=0..10"))
    odd = next((n for n, t in fixed.items() if _RANGE.fullmatch(t)), None)
    if odd:
        raise UsageError(Diagnostic(code="SAG134", message=f"{odd} is given a range, but {name} is the constant to search",
                                    hint="one constant at a time: fix the others"))
    return fixed, int(match[1]), int(match[2])
