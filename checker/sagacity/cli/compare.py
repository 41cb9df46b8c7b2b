"""`sagacity compare A B`: do two models, or two configurations of one, behave alike?"""

from __future__ import annotations

from pathlib import Path

import click

from .. import constants
from ..agreement.equivalence import View, equivalent, view
from ..engine.statespace import state_space
from ..errors import Diagnostic, Exit, UsageError
from ..external.mcrl2 import EQUIVALENCES, Tools
from ..ir.nodes import Model
from .build import build


def _names(value: str) -> frozenset[str]:
    return frozenset(n for n in value.split(",") if n)


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("-a", "--first-constant", "first_texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of FIRST.")
@click.option("-b", "--second-constant", "second_texts", multiple=True, metavar="NAME=VALUE",
              help="Set a constant of SECOND.")
@click.option("--equivalence", type=click.Choice(list(EQUIVALENCES)), default="branching", show_default=True)
@click.option("--hide", default="", metavar="A,B", help="Actions that cannot be seen from outside.")
@click.option("--only", default="", metavar="A,B", help="The only actions that can be seen; all others are hidden.")
@click.option("--max-states", type=click.IntRange(min=1), default=1_000_000, show_default=True, metavar="N")
@click.option("--mcrl2-bin", type=click.Path(path_type=Path), metavar="DIR",
              help="The folder of the mCRL2 tools, instead of $MCRL2_BIN or PATH.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Stop a tool after S seconds.")
@click.pass_context
def compare(ctx: click.Context, first: str, second: str, first_texts: tuple[str, ...], second_texts: tuple[str, ...],
            equivalence: str, hide: str, only: str, max_states: int, mcrl2_bin: Path | None, timeout: float | None) -> None:
    """Compare the behaviour of two models with mCRL2's ltscompare.

    Steps are called by their actions, parameters and choices. The status is 0 if the models are equivalent and 16 if not.
    """
    tools = Tools(mcrl2_bin, timeout=timeout)
    hidden, seen = _names(hide), _names(only)
    systems = [build(m, constants.split(t)).system for m, t in ((first, first_texts), (second, second_texts))]
    _known(hidden | seen, [s.model for s in systems])
    views = [_view(system.model, state_space(system, max_states), hidden, seen) for system in systems]
    found = equivalent(*views, equivalence, tools)
    shown = [" ".join([m, *t]) for m, t in ((first, first_texts), (second, second_texts))]
    for name, v in zip(shown, views):
        click.echo(f"{name}: {v.states:,} states, {len(v.edges):,} transitions")
    if found.equivalent:
        click.echo(f"equivalent ({equivalence})")
        return
    click.echo(f"not equivalent ({equivalence})")
    if found.only is not None:
        click.echo(f"only {shown[found.only]} can do:")
        for i, text in enumerate(found.trace, 1):
            click.echo(f"  {i}. {text}")
    else:
        click.echo("no sequence of visible steps tells them apart: they differ in what remains possible on the way")
    ctx.exit(Exit.DISAGREEMENT)


def _view(model: Model, space, hidden: frozenset[str], seen: frozenset[str]) -> View:
    if model.constraints:
        raise UsageError(Diagnostic(code="SAG142", message=f"{model.name} has a constraint: only part of it would be compared",
                                    loc=model.function(model.constraints[0]).loc))
    return view(space, hidden, seen or None)


def _known(names: frozenset[str], models: list[Model]) -> None:
    actions = {a.name for m in models for a in m.actions}
    for name in sorted(names - actions):
        raise UsageError(Diagnostic(code="SAG142", message=f"no action is called {name}",
                                    hint="the actions are " + ", ".join(sorted(actions))))
