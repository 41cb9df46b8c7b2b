"""The mCRL2 tools as an oracle: the model is exported, its state space generated, its formulas solved.

lps2lts counts the plain specification, and ltscompare says whether its state space is strongly bisimilar to the one
that the reference finds, label for label. All that must hold is one formula of the observed specification; only where that is
false is each property solved by itself. What decides a safety property must be a behaviour of the reference, too: see `evidence`.
"""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path
from time import perf_counter

from ..engine.options import DEADLOCK
from ..engine.protocol import System
from ..errors import UnsupportedError, UsageError
from ..export import mcrl2
from ..export.mcrl2 import Mcrl2Export, export_mcrl2
from ..export.mcrl2graph import write_aut
from ..external.mcrl2 import ToolError, Tools, read_aut
from ..result import Outcome
from .evidence import Replay, way
from .graphs import Graph
from .report import MOST_TRANSITIONS, NO_ERROR, Claim, Report, not_run

NAMES = {mcrl2.DEADLOCK: DEADLOCK, mcrl2.NO_FAULT: NO_ERROR}


class Mcrl2Oracle:
    """mCRL2 on the exported specifications, written to a temporary folder. Without `formulas`, only the graph is compared.

    State spaces of more than `most` transitions are counted, and not compared.
    """

    name = "mCRL2"

    def __init__(self, system: System, folder: Path | None = None, *, timeout: float | None = None,
                 formulas: bool = True, most: int = MOST_TRANSITIONS, export=export_mcrl2):
        self.system, self.folder, self.timeout, self.formulas, self.export = system, folder, timeout, formulas, export
        self.most = most
        self.deadlocks: int | None = None
        self.bisimilar: bool | None = None

    def report(self) -> Report:
        """Raises UsageError if a folder was asked for that lacks a tool."""
        started = perf_counter()
        if self.folder is not None:
            Tools(self.folder)
        try:
            tools = Tools(self.folder, timeout=self.timeout)
            exported = self.export(self.system.model)
        except (UsageError, UnsupportedError) as e:
            return not_run(self.name, e)
        with tempfile.TemporaryDirectory(prefix="sagacity-agree-") as scratch:
            try:
                return self._report(tools, exported, Path(scratch), started)
            except ToolError as e:
                message = e.diagnostics[0].message
                return Report(self.name, seconds=perf_counter() - started, late=e.late, failed=message)

    def _report(self, tools: Tools, exported: Mcrl2Export, scratch: Path, started: float) -> Report:
        exported.write(scratch)
        plain, lts = scratch / "plain.lps", scratch / "theirs.aut"
        tools.linearise(scratch / f"{exported.name}.mcrl2", plain)
        counts = tools.explore(plain, lts)
        self.deadlocks = counts.deadlocks
        first = _initial_transitions(lts) if exported.fresh else 0
        fresh = int(exported.fresh)
        failures: list[str] = []
        claims = self._claims(tools, exported, scratch, failures) if self.formulas else {}
        claims |= {name: Claim(None, why=why) for name, why in exported.missing}
        if counts.transitions <= self.most:
            ours = scratch / "ours.aut"
            with ours.open("w", encoding="utf-8") as out:
                write_aut(self.system, out)
            self.bisimilar = tools.compare(ours, lts, "strong").equivalent
            if not self.bisimilar:
                failures.append("its state space is not strongly bisimilar to that of the reference")
        return Report(self.name, counts.states - fresh, counts.transitions - first, counts.levels - fresh, claims,
                      perf_counter() - started, failed="; ".join(failures),
                      graph="bisimilar" if self.bisimilar else "")

    def _claims(self, tools: Tools, exported: Mcrl2Export, scratch: Path, failures: list[str]) -> dict[str, Claim]:
        linear = scratch / "observed.lps"
        tools.linearise(scratch / f"{exported.name}.observed.mcrl2", linear)
        signature = scratch / "signature.mcrl2"
        signature.write_text(exported.signature, encoding="utf-8")
        observed = tools.checkable(linear, signature, scratch)

        def written(name: str, text: str) -> Path:
            path = scratch / f"{name}.mcf"
            path.write_text(text, encoding="utf-8")
            return path

        def holds(name: str, text: str) -> bool:
            return tools.check(observed, written(name, text), scratch)

        together = [f for f in exported.formulas if f.kind not in ("possible", "temporal")]
        all_hold = holds("all", "\n&& ".join(f"({f.formula})" for f in together))
        found = {}
        for f in exported.formulas:
            good = all_hold and f in together or all(holds(f"{f.file}_{i}", part) for i, part in enumerate(f.parts))
            evidence = None
            if f.kind != "temporal" and good == (f.kind == "possible"):
                labels = way(tools.evidence(observed, written(f.file, f.formula), scratch), f)
                evidence = None if labels is None else self._replay.of(labels, f)
                if evidence is None:
                    shown = "nothing" if labels is None else ", ".join(labels) or "the initial state"
                    failures.append(f"its evidence on {f.name} is no behaviour of the reference that shows it: {shown}")
            found[NAMES.get(f.name, f.name)] = Claim(Outcome.HOLDS if good else Outcome.VIOLATED, evidence=evidence)
        return found

    @cached_property
    def _replay(self) -> Replay:
        """Made only where there is evidence: it translates the model once more."""
        return Replay(self.system)

    def graph(self) -> Graph | None:
        """States are terms of mCRL2 here: the graphs are compared up to bisimulation instead."""
        return None


def _initial_transitions(lts: Path) -> int:
    """The number of transitions out of the initial state of an .aut file."""
    with lts.open(encoding="utf-8") as lines:
        start, edges = read_aut(lines)
        return sum(source == start for source, _, _ in edges)
