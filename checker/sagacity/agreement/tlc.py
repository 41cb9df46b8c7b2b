"""TLC as an oracle: the model is exported to TLA+, and TLC is asked about each property.

Everything is claimed in one run; a claim that turns out false is taken away and TLC runs again, so that the last
run counts the whole graph. What must be possible has a run of its own, in which its negation is to be violated.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from ..engine.options import DEADLOCK
from ..errors import UnsupportedError, UsageError
from ..export import tla
from ..export.tla import TlaExport, export_tla
from ..export.tlastate import Unreadable, read_state
from ..external.java import find_jar, find_java
from ..external.tlc import Tlc, TlcResult, TlcVerdict
from ..ir.nodes import Model
from ..result import Outcome
from .graphs import Graph
from .report import NO_ERROR, Claim, Report, not_run

_FALSE = (TlcVerdict.INVARIANT, TlcVerdict.STEP)


class TlcOracle:
    """TLC on the exported module, written to a temporary folder."""

    name = "TLC"

    def __init__(self, model: Model, tlc: Tlc = Tlc(), export=export_tla):
        self.model, self.tlc, self.export = model, tlc, export
        self.exported: TlaExport | None = None
        self.counterexamples: dict[str, TlcResult] = {}

    def report(self) -> Report:
        """As many runs as there are false claims, one more, and one for each `possible`.

        Raises UsageError if a jar was asked for that does not exist.
        """
        started = perf_counter()
        if self.tlc.jar is not None:
            find_jar(self.tlc.jar)          # asked for by name: not to be found is the user's error
        try:
            find_java(), find_jar(self.tlc.jar)
            self.exported = self.export(self.model)
        except (UsageError, UnsupportedError) as e:
            return not_run(self.name, e)
        with tempfile.TemporaryDirectory(prefix="sagacity-agree-") as folder:
            self.exported.write(Path(folder))
            try:
                return self._report(Path(folder), started)
            except _NoAnswer as e:
                late = e.result.verdict is TlcVerdict.TIMEOUT
                return Report(self.name, seconds=perf_counter() - started, late=late, failed=str(e))

    def _report(self, folder: Path, started: float) -> Report:
        x = self.exported
        invariants = {tla.TYPE_OK: "the types of the variables", tla.NO_ERROR: NO_ERROR, tla.NO_DEADLOCK: DEADLOCK,
                      **{operator: name for name, operator in x.invariants.items()}}
        properties = {operator: name for name, operator in x.step_invariants.items()}
        properties |= {} if x.constrained else {operator: name for name, operator in x.temporals.items()}
        claims = {name: Claim(None, why=why) for name, why in x.left_out.items()}
        claims |= {name: Claim(None, why=tla.CONSTRAINED) for name in x.temporals if x.constrained}
        while (run := self._run(folder, invariants, properties)).verdict is not TlcVerdict.HOLDS:
            if run.verdict in _FALSE:
                name = invariants.pop(run.name, None) or properties.pop(run.name)
                claims[name] = self._violated(name, run)
                continue
            alone = [(o, name) for name, o in x.temporals.items() if o in properties]
            if not alone:
                raise _NoAnswer(run)
            for operator, name in alone:         # some of them is violated; which one, TLC does not say
                del properties[operator]
                claims[name] = self._temporal(folder, name, operator)
        if tla.TYPE_OK not in invariants:
            raise _NoAnswer(run, "a state that TLC reaches is outside the types of the variables")
        holds = Outcome.BOUNDED if x.constrained else Outcome.HOLDS
        claims |= {name: Claim(holds) for name in (*invariants.values(), *properties.values())}
        claims.pop("the types of the variables", None)
        for name, operator in x.possibles.items():
            claims[name] = self._possible(folder, name, operator)
        initial = run.initial if run.initial is not None else 0
        return Report(self.name, run.states, run.generated - initial if run.generated is not None else None,
                      run.depth if self.tlc.workers == 1 else None, claims, perf_counter() - started)

    def _possible(self, folder: Path, name: str, operator: str) -> Claim:
        run = self._run(folder, (operator,), ())
        if run.verdict in _FALSE:
            return self._shown(name, run, Outcome.HOLDS)
        return Claim(Outcome.BOUNDED if self.exported.constrained else Outcome.VIOLATED)

    def _temporal(self, folder: Path, name: str, operator: str) -> Claim:
        run = self._run(folder, (), (operator,))
        if run.verdict is TlcVerdict.REFUSED:
            return Claim(None, why=f"TLC: {run.message.splitlines()[0]}")
        if run.verdict in (TlcVerdict.HOLDS, TlcVerdict.TAUTOLOGY):
            return Claim(Outcome.HOLDS)
        return self._violated(name, run)

    def _violated(self, name: str, run: TlcResult) -> Claim:
        """TLC's counterexamples are as short as can be for all but temporal properties."""
        shown = self._shown(name, run)
        return replace(shown, length=None, state=None) if name in self.exported.temporals else shown

    def _shown(self, name: str, run: TlcResult, outcome: Outcome = Outcome.VIOLATED) -> Claim:
        self.counterexamples[name] = run
        states, _ = run.behaviour
        try:
            state = read_state(states[-1][1], self.exported.variables) if states else None
        except Unreadable:
            state = None
        return Claim(outcome, len(states) if states and self.tlc.workers == 1 else None, state=state)

    def _run(self, folder: Path, invariants, properties, dump: Path | None = None) -> TlcResult:
        cfg = folder / "agree.cfg"
        cfg.write_text(self.exported.config(tuple(invariants), tuple(properties)), encoding="ascii")
        run = self.tlc.run(folder / f"{self.exported.name}.tla", cfg, dump=dump)
        if run.failed:
            raise _NoAnswer(run)
        return run

    def graph(self) -> Graph | None:
        """What TLC dumps of the graph; None if it gives no answer."""
        if self.exported is None:
            return None
        with tempfile.TemporaryDirectory(prefix="sagacity-agree-") as folder:
            self.exported.write(Path(folder))
            dump = Path(folder) / "graph.dot"
            try:
                self._run(Path(folder), (), (), dump)
                return read_dump(dump, self.exported)
            except (_NoAnswer, Unreadable):
                return None


class _NoAnswer(Exception):
    def __init__(self, result: TlcResult, message: str = ""):
        super().__init__(message or f"{result.verdict.value}: {result.message}")
        self.result = result


_NODE = re.compile(r'(-?\d+) \[label="((?:[^"\\]|\\.)*)"(,style = filled)?\]')
_ESCAPED = re.compile(r"\\(.)")
_EDGE = re.compile(r'(-?\d+) -> (-?\d+) \[label="(\w*)"')


def read_dump(path: Path, exported: TlaExport) -> Graph:
    """The graph in a file that ``-dump dot,actionlabels`` wrote. Raises Unreadable."""
    actions = {tla_name: name for name, tla_name in exported.actions.items()}
    states: dict[str, tuple] = {}
    edges: list[tuple[str, str, str]] = []
    found = Graph()
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if edge := _EDGE.match(line):
                edges.append((edge[1], actions.get(edge[3], edge[3]), edge[2]))
            elif node := _NODE.match(line):
                text = _ESCAPED.sub(lambda m: "\n" if m[1] == "n" else m[1], node[2])
                states[node[1]] = state = read_state(text, exported.variables)
                if node[3]:
                    found.initial.add(state)
    found.steps = {state: Counter() for state in states.values()}
    for source, action, target in edges:
        if source in states and target in states:
            found.steps[states[source]][action, states[target]] += 1
    return found
