"""Is there a violation within so many steps?  Bounded model checking [BiereEtAl1999], one level of the search after
another.

The levels are those of the breadth-first search, so a violation that is found is as short as any. Where no path
reaches a further level the search is complete, and what was not violated holds; otherwise it is bounded, and never a
pass.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Any

from ..engine.options import DEADLOCK, SearchOptions, refuse_refinements, select
from ..engine.protocol import Fault, System
from ..engine.tracing import trace_of
from ..errors import FAULTS, ModelFault
from ..result import ERROR, HOLDS, VIOLATED, CheckResult, Kind, PropertyResult, Stats, Vacuity, Verdict, bounded
from .bits import conj, neg
from .encode import Encoding, encode
from .unroll import TimeUp, Unrolling, disagreement, instance, path_in

#: Levels that are searched where the user says nothing.
DEFAULT_DEPTH = 20


class _Stop(Exception):
    """Everything that was asked for is decided, or the first violation was found."""

    def __init__(self, why: Verdict | None):
        self.why = why


def check(system: System, options: SearchOptions = SearchOptions(), *, encoding: Encoding | None = None,
          progress=None) -> CheckResult:
    """Search for violations level by level, up to `options.max_depth` levels; `system` is the reference interpreter.

    Raises UnsupportedError for a model that cannot be given to the solver.
    """
    refuse_refinements(system.model, options, "smt")
    search = Bounded(system, options, encoding or encode(system.model))
    search.run()
    return search.result()


class Bounded:
    """One bounded search. `levels` is the number of levels it has reached."""

    def __init__(self, system: System, options: SearchOptions, encoding: Encoding):
        self.system, self.options, self.encoding = system, options, encoding
        self.model = system.model
        self.selection = chosen = select(self.model, replace(options, temporal=False))
        self.invariants, self.step_invariants = list(chosen.invariants), list(chosen.step_invariants)
        self.possibles, self.deadlock = list(chosen.possibles), chosen.deadlock
        self.failed_actions: set[int] = set()
        self.found: dict[tuple[Kind, str], PropertyResult] = {}
        self.bound: Verdict | None = None
        self.levels = 0
        self.started = monotonic()
        deadline = None if options.max_seconds is None else self.started + options.max_seconds
        self.path = Unrolling(encoding, deadline)
        self.lemmas: list[Any] = []     # instances of enabledness: in a deadlock none of them holds

    def run(self) -> None:
        """Search until the depth is reached, everything is decided, or time is up."""
        depth = self.options.max_depth or DEFAULT_DEPTH
        try:
            self._initial_errors()
            for k in range(depth):
                if not self._arrive(k):
                    self.bound = bounded("constraint") if self.model.constraints else None
                    return
                self.levels = k + 1
                self._states(k)
                if k + 1 < depth:
                    self._steps(k)
            self.bound = bounded("depth", depth)
        except TimeUp:
            self.bound = bounded("seconds", self.options.max_seconds)
        except _Stop as stop:
            self.bound = stop.why
        except KeyboardInterrupt:
            self.bound = bounded("interrupted")

    # ---- levels --------------------------------------------------------------------------------

    def _arrive(self, k: int) -> bool:
        """Extend the path to position k; False if there is no such path."""
        if k == 0:
            self.path.initial()
        else:
            self.path.assume(self.encoding.step, k - 1)
        return self.path.model() is not None

    def _initial_errors(self) -> None:
        probe = Unrolling(self.encoding, self.path.deadline)
        if self.encoding.init_error is False or probe.model((self.encoding.init_error, -1)) is None:
            return
        fault = next((s for s in self.system.initial() if isinstance(s, Fault)), None)
        if fault is None:
            raise disagreement("a failing initialisation")
        self._fault([fault])

    def _states(self, k: int) -> None:
        """The claims about states, at position k."""
        while self.invariants:
            claims = {name: self.encoding.holds(name) for name in self.invariants}
            found = self.path.model((neg(conj(*claims.values())), k))
            if found is None:
                self.path.assume(conj(*claims.values()), k)   # nothing new, but the solver need not find it again
                break
            path = self._path(found, k)
            for name in [n for n, holds in claims.items() if not self.path.truth(found, holds, k)]:
                self.invariants.remove(name)
                self._violated(Kind.INVARIANT, name, path)
        for name in tuple(self.possibles):
            found = self.path.model((self.encoding.holds(name), k))
            if found is not None:
                self.possibles.remove(name)
                trace = trace_of(self.system, self._path(found, k))
                self.found[Kind.POSSIBLE, name] = PropertyResult(name, Kind.POSSIBLE, HOLDS, trace, loc=self._loc(name))
                self._stop_if_decided()

    def _steps(self, k: int) -> None:
        """The claims about what follows position k; from here on the path goes on inside the constraints."""
        for name in self.model.constraints:
            self.path.assume(self.encoding.holds(name), k)
        self._errors(k)
        for name in tuple(self.step_invariants):
            claim = conj(self.encoding.step, neg(self.encoding.stepwise(name)))
            found = self.path.model((claim, k))
            if found is not None:
                self.step_invariants.remove(name)
                self._violated(Kind.STEP_INVARIANT, name, self._path(found, k + 1))
        if self.deadlock:
            self._deadlock(k)

    def _errors(self, k: int) -> None:
        while True:
            others = [neg(self.encoding.selected(self.encoding.alternatives[i])) for i in self.failed_actions]
            found = self.path.model((conj(self.encoding.error, *others), k))
            if found is None:
                return
            self.failed_actions.add(self.path.action(found, k))   # one failure of each action is enough
            self._fault(self._path(found, k, failing=True))

    def _deadlock(self, k: int) -> None:
        """A state where nothing is enabled, by refuting candidates: the reference says what is enabled in one."""
        if (found := stuck(self.system, self.path, k, self.lemmas)) is not None:
            self.deadlock = False
            self._record(Kind.DEADLOCK, DEADLOCK, VIOLATED, self._path(found, k),
                         message="no action is enabled, and no @terminal allows stopping here")

    # ---- findings ------------------------------------------------------------------------------

    def _path(self, found, k: int, failing: bool = False) -> list:
        return path_in(self.system, self.path, found, k, initial=True, failing=failing)

    def _fault(self, path: list) -> None:
        fault = path[-1].fault
        asserted = fault.kind == "assert"
        kind, verdict = (Kind.ASSERTION, VIOLATED) if asserted else (Kind.EVALUATION, ERROR)
        name = self.model.actions[path[-1].action].name if path[-1].action >= 0 else "init"
        self._record(kind, name, verdict, path, message=fault.message, code=FAULTS[fault.kind], loc=fault.loc)

    def _violated(self, kind: Kind, name: str, path: list) -> None:
        """The claim is false at the end of the path, or cannot be evaluated there: the reference says which."""
        states = [s.target for s in path]
        try:
            if kind is Kind.STEP_INVARIANT:
                holds = self.system.evaluate_step(name, states[-2], states[-1])
            else:
                holds = self.system.evaluate(name, states[-1])
        except ModelFault as fault:
            self._record(kind, name, ERROR, path, message=fault.message, code=FAULTS[fault.kind], loc=fault.loc)
            return
        if holds:
            raise disagreement(f"a violation of {name}")
        self._record(kind, name, VIOLATED, path, loc=self._loc(name))

    def _record(self, kind: Kind, name: str, verdict: Verdict, path: list, **more) -> None:
        self.found.setdefault((kind, name), PropertyResult(name, kind, verdict, trace_of(self.system, path), **more))
        if not self.options.keep_going:
            raise _Stop(bounded("stopped at the first violation"))
        self._stop_if_decided()

    def _stop_if_decided(self) -> None:
        if self.selection.explicit and not (self.invariants or self.step_invariants or self.possibles or self.deadlock):
            raise _Stop(None)

    def _loc(self, name: str):
        return self.model.function(name).loc

    # ---- the result ----------------------------------------------------------------------------

    def result(self) -> CheckResult:
        """What was found, in the order in which other engines report."""
        stats = Stats(depth=self.levels, seconds=monotonic() - self.started)
        return CheckResult(self.model, tuple(self._properties()), stats, Vacuity(), self.bound, self.bound is None,
                           "smt", self.selection.unchecked)

    def _properties(self):
        chosen, left = self.selection, dict(self.found)
        claimed = [(Kind.INVARIANT, n) for n in chosen.invariants]
        claimed += [(Kind.STEP_INVARIANT, n) for n in chosen.step_invariants]
        claimed += [(Kind.DEADLOCK, DEADLOCK)] * chosen.deadlock
        claimed += [(Kind.POSSIBLE, n) for n in chosen.possibles]
        for kind, name in claimed:
            yield left.pop((kind, name), None) or self._undisputed(kind, name)
        yield from left.values()

    def _undisputed(self, kind: Kind, name: str) -> PropertyResult:
        loc = None if kind is Kind.DEADLOCK else self._loc(name)
        if self.bound:
            return PropertyResult(name, kind, self.bound, loc=loc)
        if kind is Kind.POSSIBLE:
            return PropertyResult(name, kind, VIOLATED, message="no reachable state satisfies it", loc=loc)
        return PropertyResult(name, kind, HOLDS, loc=loc)


def stuck(system: System, path: Unrolling, k: int, lemmas: list):
    """A path to a deadlock at position k, or None. Instances of what is enabled elsewhere are learned into `lemmas`."""
    encoding = path.encoding
    while True:
        found = path.model((conj(neg(encoding.terminal()), *map(neg, lemmas)), k))
        if found is None:
            return None
        state = path.state(found, k)
        step = next(iter(system.successors(system.state(state))), None)
        if step is None:
            return found
        lemma = instance(encoding, system, state, step)
        if path.truth(found, neg(lemma), k):
            raise disagreement("a disabled action")
        lemmas.append(lemma)
