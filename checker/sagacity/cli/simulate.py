"""`sagacity simulate MODEL`: random walks, for models that are too large to explore."""

from __future__ import annotations

import random
import shlex
from pathlib import Path

import click

from .. import constants, engines
from ..engine.simulation import SimulationOptions
from ..result import CheckResult
from .build import build
from .completion import ModelName, PropertyName, Setting
from .jsonout import print_document
from .outputs import Outputs, output_options
from .progress import progress_line
from .render import Renderer


@click.command()
@click.argument("model", type=ModelName())
@click.option("-c", "--constant", "texts", type=Setting(), multiple=True, metavar="NAME=VALUE",
              help="Set a constant of the model.")
@click.option("--property", "-p", "properties", type=PropertyName(), multiple=True, metavar="NAME",
              help="Check only this property.")
@click.option("--deadlock", type=click.Choice(["error", "ignore"]), default="error", show_default=True)
@click.option("--seed", type=click.IntRange(min=0), metavar="N",
              help="Repeat the walks of this number.  [default: a new one]")
@click.option("--walks", type=click.IntRange(min=1), default=1000, show_default=True, metavar="N",
              help="Stop after N walks.")
@click.option("--depth", type=click.IntRange(min=1), default=100, show_default=True, metavar="N",
              help="Take N steps at most in each walk.")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Stop after S seconds.")
@click.option("--engine", type=click.Choice(engines.NAMES), default="auto", show_default=True,
              help="What walks. A seed means other walks to another engine.")
@click.option("--full", is_flag=True, help="Show whole states in counterexamples, not only what changed.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (schema check-1).")
@output_options
@click.option("--quiet", "-q", is_flag=True, help="Print only the verdict.")
@click.pass_context
def simulate(ctx: click.Context, model: str, texts: tuple[str, ...], properties: tuple[str, ...], deadlock: str,
             seed: int | None, walks: int, depth: int, max_seconds: float | None, engine: str, full: bool, as_json: bool,
             trace_file: Path | None, trace_format: str, diagram_file: Path | None, report_file: Path | None,
             quiet: bool) -> None:
    """Walk through MODEL at random until a property fails.

    Nothing found is no proof: the verdict is then SAMPLED, and the exit status 20 (undecided). What is found is
    replayed and shortened, but is not always the shortest counterexample.
    """
    outputs = Outputs(trace_file, trace_format, diagram_file, report_file)
    built = build(model, constants.split(texts))
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    options = SimulationOptions(seed=seed, walks=walks, depth=depth, max_seconds=max_seconds,
                                properties=properties or None, deadlock=deadlock == "error")
    with progress_line(hidden=quiet or as_json) as progress:
        result = engines.simulate_with(engine, built.system, options, progress=progress,
                                       tell=lambda reason: click.echo(reason, err=True))
    command = _reproduction(model, texts, options, result)
    outputs.save(result, built.origin, command)
    if as_json:
        print_document(result, built.origin, command)
    else:
        Renderer(result.model, full=full).result(result, command, quiet=quiet)
    ctx.exit(result.exit_status)


def _reproduction(model: str, texts: tuple[str, ...], options: SimulationOptions, result: CheckResult) -> str:
    """The command that takes the same walks: their number replaces the time, which is another on another machine."""
    words = ["sagacity", "simulate", model, *(w for t in texts for w in ("-c", t)),
             *(w for p in options.properties or () for w in ("--property", p)),
             *([] if options.deadlock else ["--deadlock", "ignore"]),
             "--engine", "native" if result.engine.startswith("native") else "interp", "--seed", str(options.seed), "--walks", str(max(result.bound.k, 1)), "--depth", str(options.depth)]
    return shlex.join(words)
