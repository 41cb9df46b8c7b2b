"""`sagacity induct MODEL --invariant I`: is the candidate an inductive invariant, and strong enough?"""

from __future__ import annotations

import click

from .. import constants
from ..errors import Diagnostic, Exit, UsageError
from ..ir.nodes import Model
from .build import build
from .render import Renderer
from .solve import need_z3


@click.command()
@click.argument("model")
@click.option("--invariant", "-i", "candidates", multiple=True, required=True,
              metavar="NAME|EXPRESSION",
              help="An invariant or predicate of the model, or an expression over its variables; several are taken together.")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of the model.")
@click.option("--property", "-p", "targets", multiple=True, metavar="NAME",
              help="The invariants that it should imply (default: all others).")
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Give up after S seconds.")
@click.option("--full", is_flag=True, help="Show whole states.")
@click.pass_context
def induct(ctx: click.Context, model: str, candidates: tuple[str, ...], texts: tuple[str, ...],
           targets: tuple[str, ...], max_seconds: float | None, full: bool) -> None:
    """Check initiation, consecution and sufficiency of an inductive invariant, each by itself, with z3.

    \b
    Exit status: 0 all three hold; 12 an initial state violates the candidate;
    20 it is not inductive, not sufficient, or time was up.
    """
    need_z3()
    from ..smt.induction import obligations
    from ..smt.unroll import TimeUp

    written = {f"candidate{i}": c for i, c in enumerate(candidates, 1) if not c.replace(".", "_").isidentifier()}
    names = {text: name for name, text in written.items()}
    candidates = tuple(names.get(c, c) for c in candidates)
    system = build(model, constants.split(texts), invariants=written).system
    found = system.model
    for name in (*candidates, *targets):
        _known(found, name)
    rest = targets or tuple(n for n in found.invariants if n not in candidates)
    try:
        shown = obligations(system, candidates, rest, max_seconds=max_seconds)
    except TimeUp:
        click.echo(f"UNDECIDED  {found.name}: the solver gave no answer in {max_seconds:g} s")
        ctx.exit(Exit.UNDECIDED)
    renderer = Renderer(found, full=full)
    holds = all(o.holds for o in shown)
    renderer.line(("HOLDS" if holds else "UNDECIDED", "bold green" if holds else "bold yellow"),
                  f"  {found.name}: {' and '.join(written.get(c, c) for c in candidates)} {'is' if len(candidates) == 1 else 'are'} "
                  f"{'' if shown[0].holds and shown[1].holds else 'not '}inductive"
                  f"{'' if all(o.holds for o in shown[2:]) else ', and not sufficient'}")
    renderer.line("")
    for o in shown:
        renderer.line(f"  {o.name:<40}  ", ("holds", "green") if o.holds else ("fails", "yellow"))
    for o in shown:
        if o.trace is not None:
            where = "from an initial state" if o.name == "initiation" else "these states may be unreachable"
            renderer.line("")
            renderer.line((f"{o.name} fails ({where})", "bold"))
            renderer.trace(o.trace)
    ctx.exit(Exit.HOLDS if holds else Exit.UNDECIDED if shown[0].holds else Exit.SAFETY)


def _known(model: Model, name: str) -> None:
    """Raises UsageError unless the name is that of an invariant, or of a predicate without parameters."""
    known = (*model.invariants, *(n for n in model.predicates if not model.function(n).params))
    if name not in known:
        raise UsageError(Diagnostic(code="SAG132", message=f"{model.name} has no invariant or predicate named {name}",
                                    hint=f"there are: {', '.join(known) or 'none'}"))
