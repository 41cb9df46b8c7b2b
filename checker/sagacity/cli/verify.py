"""`sagacity verify [FILES]`: does every configuration show what its spec says?  The suite for CI."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import engines
from ..errors import worst
from ..report.lines import failure_lines
from ..result import Outcome
from ..suite import junit, sarif
from ..suite.collect import chosen, collect
from ..suite.pool import run_all
from ..suite.run import Report
from ..version import version
from .render import Renderer, print_table

SCHEMA = "sagacity-verify-1"

_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("files", nargs=-1)
@click.option("--config", "tags", multiple=True, metavar="TAG",
              help="Only configurations of this name or tag; `all` for all. Without it: those not tagged large.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes. [default: one for each core]")
@click.option("--engine", type=click.Choice(engines.NAMES), default="auto", show_default=True,
              help="As in `sagacity check`.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="S",
              help="Give up on a configuration after S seconds.")
@click.option("--junit", "junit_file", type=_FILE, metavar="FILE", help="Write JUnit XML.")
@click.option("--sarif", "sarif_file", type=_FILE, metavar="FILE", help="Write SARIF 2.1.0.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON (schema verify-1).")
@click.option("--full", is_flag=True, help="Show whole states in counterexamples, not only what changed.")
@click.pass_context
def verify(ctx: click.Context, files: tuple[str, ...], tags: tuple[str, ...], jobs: int | None, engine: str,
           timeout: float | None, junit_file: Path | None, sarif_file: Path | None, as_json: bool, full: bool) -> None:
    """Run the configurations of spec FILES (paths, folders or names of the corpus; default: the whole corpus).

    The status is 0 if every configuration shows what is expected of it, and otherwise that of the worst surprise: of
    a property, the status it has in `sagacity check`; 16 for a count that differs; 20 for what was not decided in time.
    """
    tasks = chosen(collect(files), tags)
    with _progress(len(tasks), hidden=as_json) as progress:
        reports = run_all(tasks, jobs=jobs or os.cpu_count() or 1, engine=engine, timeout=timeout, done=progress)
    status = worst(r.exit_status for r in reports)
    if junit_file:
        junit_file.write_text(junit.document(reports), encoding="utf-8")
    if sarif_file:
        sarif_file.write_text(json.dumps(sarif.document(reports), indent=1), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(document(reports, status), indent=1))
    else:
        show(reports, full=full)
    ctx.exit(status)


# ---- for people --------------------------------------------------------------------------------


def show(reports: list[Report], *, full: bool = False, console: Console | None = None) -> None:
    """One table, then each surprise with its counterexample, then one line that counts."""
    console = console or Console(soft_wrap=True, highlight=False)
    table = Table(box=None, pad_edge=False)
    for title in ("model", "configuration", "states", "transitions", "depth", "time"):
        table.add_column(title, justify="left" if title in ("model", "configuration") else "right", no_wrap=True)
    table.add_column("as expected?", overflow="fold")
    for r in reports:
        s = r.result and r.result.stats
        counts = (f"{s.states:,}", f"{s.transitions:,}", str(s.depth)) if s else ("", "", "")
        table.add_row(Text(r.spec.name), Text(r.config.name), *counts, f"{r.seconds:.1f} s", _judgement(r))
    print_table(console, table)
    for r in reports:
        _surprises(r, console, full)
    bad = [r for r in reports if r.surprises]
    console.print("")
    console.print(Text.assemble(
        f"{len(reports)} configuration{'s' * (len(reports) != 1)}: ", (f"{len(reports) - len(bad)} as expected", "green"),
        *([", ", (f"{len(bad)} not", "bold red")] if bad else [])))


def _judgement(r: Report) -> Text:
    if r.surprises:
        return Text("NO: " + "; ".join(s.message for s in r.surprises), "bold red")
    bad = [f"{p.name} {_BAD[p.verdict.outcome]}" + (f" in {len(p.trace.steps)} steps" if p.trace else "")
           for p in (r.result.failures if r.result else ())]
    if bad:
        return Text("yes: " + ", ".join(bad), "green")
    return Text("yes: bounded, no violation" if r.result and r.result.bound else "yes: all hold", "green")


_BAD = {Outcome.VIOLATED: "violated", Outcome.ERROR: "fails"}


def _surprises(r: Report, console: Console, full: bool) -> None:
    for s in r.surprises:
        console.print("")
        title = f"{r.spec.name}, {r.config.name}: "
        if s.details:       # an error says itself where it is
            console.print(Text.assemble((title.rstrip(), "bold red"), "\n", s.details))
        else:
            console.print(Text.assemble((title + s.message, "bold red"), f" ({s.loc})"))
        if r.result is not None and s.found is not None and s.found.trace is not None:
            told = failure_lines(r.result.model, s.found, full=full, width=console.width)
            Renderer(r.result.model, console=console).lines(told)
    if r.surprises:
        line = ["sagacity", "verify", str(r.spec.path), "--config", r.config.name]
        console.print(Text(f"reproduce: {shlex.join(line)}"))


class _progress:
    """On a terminal, a line on stderr that counts what is done; the callback it gives is None elsewhere."""

    def __init__(self, total: int, hidden: bool):
        self.console, self.total, self.count, self.hidden = Console(stderr=True), total, 0, hidden
        self.status: Any = None

    def __enter__(self) -> Callable[[Report], None] | None:
        if self.hidden or not self.console.is_terminal:
            return None
        self.status = self.console.status(f"0 of {self.total} configurations")
        self.status.__enter__()
        return self._done

    def _done(self, r: Report) -> None:
        self.count += 1
        self.status.update(f"{self.count} of {self.total} configurations; last {r.spec.name}, {r.config.name}")

    def __exit__(self, *error) -> None:
        if self.status is not None:
            self.status.__exit__(*error)


# ---- for programs ------------------------------------------------------------------------------


def document(reports: list[Report], status: int) -> dict[str, Any]:
    """The reports as JSON values, described by schema/verify-1.json."""
    return {"schema": SCHEMA, "sagacity": version(), "exit_status": int(status),
            "interrupted": any(s.rule == "interrupted" for r in reports for s in r.surprises),
            "configurations": [_report(r) for r in reports]}


def _report(r: Report) -> dict[str, Any]:
    s = r.result and r.result.stats
    return {"spec": str(r.spec.path), "model": r.spec.model, "config": r.config.name,
            "constants": {c.name: c.text for c in r.config.constants}, "exit_status": int(r.exit_status),
            "seconds": r.seconds, "complete": bool(r.result and r.result.complete),
            "stats": s and {"states": s.states, "transitions": s.transitions, "depth": s.depth},
            "properties": [{"name": p.name, "kind": p.kind.value, "outcome": p.verdict.outcome.value,
                            "steps": len(p.trace.steps) if p.trace else None}
                           for p in (r.result.properties if r.result else ())],
            "surprises": [{"rule": x.rule, "name": x.name, "message": x.message, "exit_status": int(x.status),
                           "loc": {"file": x.loc.file, "line": x.loc.line, "column": x.loc.col}}
                          for x in r.surprises]}


