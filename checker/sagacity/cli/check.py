"""`sagacity check MODEL`: does every property hold in every reachable state?"""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from .. import constants, engines
from ..engine.options import SearchOptions
from .build import build, second_system
from .completion import ModelName, PropertyName, Setting
from .jsonout import print_document
from .layout import print_layout
from .outputs import Outputs, output_options
from .progress import progress_line
from .render import Renderer
from .resources import resource_options, resources
from .solve import solve


@click.command()
@click.argument("model", type=ModelName())
@click.option("-c", "--constant", "texts", type=Setting(), multiple=True, metavar="NAME=VALUE",
              help="Set a constant of the model.")
@click.option("--property", "-p", "properties", type=PropertyName(), multiple=True, metavar="NAME",
              help="Check only this property.")
@click.option("--engine", type=click.Choice((*engines.NAMES, "smt")), default="auto", show_default=True,
              help="native: compiled to C; interp: CPython; auto: native where it can; smt: z3.")
@click.option("--induction", type=click.IntRange(min=1), is_flag=False, flag_value=1, metavar="[K]",
              help="With --engine smt: prove the properties by K-induction (1 if K is left out).")
@click.option("--second-opinion", is_flag=True, help="Explore a second, independent evaluation too; they must agree.")
@click.option("--deadlock", type=click.Choice(["error", "ignore"]), default="error", show_default=True)
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Explore N breadth-first levels at most.")
@click.option("--max-states", type=click.IntRange(min=1), metavar="N", help="Stop after N distinct states.")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Stop after S seconds.")
@click.option("--continue", "keep_going", is_flag=True, help="Go on after the first violation.")
@click.option("--full", is_flag=True, help="Show whole states in counterexamples, not only what changed.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (schema check-1).")
@click.option("--explain-layout", is_flag=True, help="Print how the native engine packs a state, and explore nothing.")
@output_options
@resource_options
@click.option("--quiet", "-q", is_flag=True, help="Print only the verdict.")
@click.pass_context
def check(ctx: click.Context, model: str, texts: tuple[str, ...], properties: tuple[str, ...], second_opinion: bool,
          deadlock: str, depth: int | None, max_states: int | None, max_seconds: float | None, keep_going: bool,
          full: bool, as_json: bool, trace_file: Path | None, trace_format: str, diagram_file: Path | None,
          report_file: Path | None, quiet: bool, engine: str, induction: int | None,
          explain_layout: bool, **used) -> None:
    """Explore MODEL (a path, path:Class or the name of a corpus model) and decide its properties."""
    outputs = Outputs(trace_file, trace_format, diagram_file, report_file)
    built = build(model, constants.split(texts))
    if explain_layout:
        print_layout(built.system.model)
        return
    options = SearchOptions(properties=properties or None, deadlock=deadlock == "error", max_depth=depth,
                            max_states=max_states, max_seconds=max_seconds, keep_going=keep_going)
    proof = None
    if engine == "smt" or induction:
        engines.only_native(resources(**used))
        proof = solve(ctx, built.system, options)
        result = proof.result
    else:
        second = second_system(built.system) if second_opinion else None
        with progress_line(hidden=quiet or as_json) as progress:
            result = engines.check_with(engine, built.system, options, second=second, progress=progress,
                                        tell=lambda reason: click.echo(reason, err=True),
                                        resources=resources(**used))
    command = reproduction(ctx)
    outputs.save(result, built.origin, command)
    if as_json:
        print_document(result, built.origin, command)
    else:
        renderer = Renderer(result.model, full=full)
        renderer.result(result, command, quiet=quiet)
        if proof and not quiet:
            renderer.inductions(proof.counterexamples)
    ctx.exit(result.exit_status)


#: Options that change what is explored, and so belong to the line that reproduces the run.
_REPRODUCED = ("texts", "properties", "engine", "induction", "second_opinion", "deadlock", "depth", "max_states",
               "max_seconds", "keep_going", "workers", "memory", "fingerprint")


def reproduction(ctx: click.Context) -> str:
    """The command that repeats this run: the options that were given and change what is explored."""
    words = ["sagacity", "check", ctx.params["model"]]
    for option in ctx.command.params:
        value = ctx.params.get(option.name)
        given = ctx.get_parameter_source(option.name) is click.core.ParameterSource.COMMANDLINE
        if option.name not in _REPRODUCED or not given:
            continue
        name = next((o for o in option.opts if o == "-c"), option.opts[0])
        if value is True:
            words.append(name)
        else:
            for item in value if isinstance(value, tuple) else (value,):
                words += [name, str(item)]
    return shlex.join(words)
