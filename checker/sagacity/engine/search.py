"""Which states can be reached, and does every property hold in them?  One breadth-first search.

Breadth-first order makes every counterexample as short as it can be. The counts are those of
design section 4. A state outside a constraint is a target whose invariants are checked; it is neither
counted nor expanded. A failing step has no target and is no transition.
"""

from __future__ import annotations

import gc
from array import array
from contextlib import contextmanager
from itertools import product
from time import perf_counter
from typing import Any, Callable, Iterator, NamedTuple

from ..errors import FAULTS, ModelFault
from ..ir.values import domain
from ..result import (ERROR, HOLDS, VIOLATED, CheckResult, Kind, PropertyResult, Seen, Stats, Trace, Vacuity, Verdict,
                      bounded)
from ..source import Loc
from .liveness import judge
from .options import DEADLOCK, SearchOptions, select
from .protocol import Fault, Step, System, may_stop
from .refinement import Refining
from .stategraph import Exploration, Explored, Graph
from .tracing import trace_of
from .vacuity import Antecedents

#: Seconds between two calls of the progress callback.
TICK = 0.2

#: Allocations between two garbage collections of a search.
GC_THRESHOLD = 200_000


class Progress(NamedTuple):
    """How far a running search is; `queue` counts states found and not yet expanded."""

    states: int
    transitions: int
    depth: int
    queue: int
    seconds: float


def check(system: System, options: SearchOptions = SearchOptions(), *, engine: str = "interp",
          progress: Callable[[Progress], None] | None = None) -> CheckResult:
    """Explore the reachable states of `system` and decide the properties that `options` select.

    Stops at the first violation unless `options.keep_going`. Ctrl-C ends the search with a partial result.
    """
    search = Search(system, options, progress)
    with few_collections():
        search.run()
    return search.result(engine)


@contextmanager
def few_collections():
    """Inside, garbage is collected seldom: a search makes millions of tuples and almost no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(GC_THRESHOLD, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Stop(Exception):
    """Raised inside a search: it ends here. `bound` says what cut it, None if everything asked for is decided."""

    def __init__(self, bound: Verdict | None):
        self.bound = bound


class Search:
    """One search, and the bookkeeping of every engine that explores breadth first.

    Another engine overrides how states are explored (`_start`, `_level`), how a trace is found (`_trace`) and what the
    state graph is (`_explored`); what is claimed of states, faults, bounds and the result are decided here, once for all.
    State ids are positions in `arrived`, in breadth-first order; `parents` holds the id each one came from."""

    def __init__(self, system: System, options: SearchOptions, progress):
        self.system, self.options, self.progress = system, options, progress
        self.model = model = system.model
        self.selection = chosen = select(model, options)
        self.invariants = list(chosen.invariants)
        self.step_invariants = list(chosen.step_invariants)
        self.possibles = list(chosen.possibles)
        self.refinements = [Refining(system, r) for r in model.refinements if r.name in chosen.refinements]
        self.deadlock = chosen.deadlock
        self.predicates = self._predicate_calls() if options.vacuity else {}
        self.antecedents = Antecedents(model, chosen.invariants if options.vacuity else ())
        self.rows: list[list[Step]] | None = [] if chosen.temporals else None
        self.faulty: dict[str, str] = {}
        self.found: dict[tuple[Kind, str], PropertyResult] = {}
        self.seen: set = set()
        self.arrived: list[Step] = []
        self.parents = array("q")
        self.taken = bytearray(len(model.actions))
        self.transitions = self.initial = self.depth = self.expanded = 0
        self.level_end = 0
        self.outside = False
        self.complete = False
        self.bound: Verdict | None = None
        self.started = self.tick = perf_counter()
        self.deadline = None if options.max_seconds is None else self.started + options.max_seconds
        self.seconds = 0.0

    # ---- the search ----------------------------------------------------------------------------

    def run(self) -> None:
        try:
            self._start()
            first = 0
            while first < len(self.arrived):
                self.depth += 1
                last = self.level_end = len(self.arrived)
                if self.depth == self.options.max_depth:
                    raise Stop(bounded("depth", self.depth))
                self._level(first, last)
                first = last
            self.complete = not self.outside
        except Stop as stop:
            self.bound = stop.bound
        except KeyboardInterrupt:
            self.bound = bounded("interrupted")
        if self.bound is None and self.outside:
            self.bound = bounded("constraint")
        self.seconds = perf_counter() - self.started

    def _start(self) -> None:
        for step in self.system.initial():
            if step.__class__ is Fault:
                self._fault(-1, step)
            else:
                self.initial += 1
                if self.refinements:
                    self._check_refinements(-1, None, step)
                if step[3] not in self.seen:
                    self._arrive(-1, step)
            if perf_counter() >= self.tick:
                self._tick()

    def _level(self, first: int, last: int) -> None:
        """Expand the states first..last-1. This is the hot loop: what it does per transition, it does inline."""
        successors, arrived, seen, taken = self.system.successors, self.arrived, self.seen, self.taken
        rows, keep = self.rows, None
        clock, arrive = perf_counter, self._arrive
        for sid in range(first, last):
            state = arrived[sid][3]
            completed, failed = 0, False
            if rows is not None:
                row: list[Step] = []
                keep = row.append
            try:
                for step in successors(state):
                    if step.__class__ is Fault:
                        failed = True
                        self._fault(sid, step)
                        continue
                    completed += 1
                    taken[step[0]] = 1
                    target = step[3]
                    if keep is not None:
                        keep(step)
                    if self.step_invariants and target != state:
                        self._check_step(sid, state, step)
                    if self.refinements and target != state:
                        self._check_refinements(sid, state, step)
                    if target not in seen:
                        arrive(sid, step)
            finally:
                self.transitions += completed
            self.expanded = sid + 1
            if rows is not None:
                rows.append(row)
            if not completed and not failed and self.deadlock:
                self._check_deadlock(sid, state)
            if clock() >= self.tick:
                self._tick()

    def _arrive(self, parent: int, step: Step) -> None:
        """A state seen for the first time: record it and check what is claimed of states."""
        state = step[3]
        if not self._inside(parent, step):
            self.outside = True
            self.seen.add(state)
            self._check_invariants(parent, step)
            return
        limit = self.options.max_states
        if limit is not None and len(self.arrived) >= limit:
            raise Stop(bounded("states", limit))
        self.seen.add(state)
        self.arrived.append(step)
        self.parents.append(parent)
        if self.invariants:
            self._check_invariants(parent, step)
        if self.possibles:
            self._check_possibles(parent, step)
        if self.predicates:
            self._watch_predicates(state)
        if self.antecedents.open:
            self.antecedents.watch(self.system.plain(state))

    def _inside(self, parent: int, step: Step) -> bool:
        for name in self.model.constraints:
            try:
                if not self.system.evaluate(name, step[3]):
                    return False
            except ModelFault as fault:
                self._function_fault(Kind.EVALUATION, name, fault, self._trace(parent, step))
        return True

    def _tick(self) -> None:
        now = perf_counter()
        if self.progress and now >= self.tick:
            self.progress(Progress(len(self.arrived), self.transitions, self.depth,
                                   len(self.arrived) - self.expanded, now - self.started))
        if self.deadline is not None and now >= self.deadline:
            raise Stop(bounded("seconds", self.options.max_seconds))
        self.tick = now + TICK if self.deadline is None else min(now + TICK, self.deadline)

    # ---- the properties ------------------------------------------------------------------------

    def _check_invariants(self, parent: int, step: Step) -> None:
        evaluate, state = self.system.evaluate, step[3]
        failed = False
        for name in tuple(self.invariants):
            try:
                if evaluate(name, state):
                    continue
                self._record(Kind.INVARIANT, name, VIOLATED, self._trace(parent, step), loc=self._loc(name))
            except ModelFault as fault:
                self._function_fault(Kind.INVARIANT, name, fault, self._trace(parent, step), stop=False)
            self.invariants.remove(name)
            failed = True
        if failed:
            self._after_violation()

    def _check_step(self, sid: int, state: Any, step: Step) -> None:
        failed = False
        for name in tuple(self.step_invariants):
            try:
                if self.system.evaluate_step(name, state, step[3]):
                    continue
                self._record(Kind.STEP_INVARIANT, name, VIOLATED, self._trace(sid, step), loc=self._loc(name))
            except ModelFault as fault:
                self._function_fault(Kind.STEP_INVARIANT, name, fault, self._trace(sid, step), stop=False)
            self.step_invariants.remove(name)
            failed = True
        if failed:
            self._after_violation()

    def _check_refinements(self, sid: int, state: Any, step: Step) -> None:
        """The step, or the initial state (state: None), seen through each mapping."""
        failed = False
        for r in tuple(self.refinements):
            try:
                if r.starts(step[3]) if state is None else r.allows(state, step[3]):
                    continue
                trace = self._trace(sid, step)
                seen = r.seen(tuple(map(self.system.state, trace.states)))
                what = "this is no initial state" if state is None else "no step"
                self._record(Kind.REFINEMENT, r.name, VIOLATED, trace, loc=r.loc, abstract=seen,
                             message=f"{what} of {r.abstract.name}" + (" leads there" if state is not None else ""))
            except ModelFault as fault:
                self._function_fault(Kind.REFINEMENT, r.name, fault, self._trace(sid, step), stop=False)
            self.refinements.remove(r)
            failed = True
        if failed:
            self._after_violation()

    def _check_possibles(self, parent: int, step: Step) -> None:
        for name in tuple(self.possibles):
            try:
                if not self.system.evaluate(name, step[3]):
                    continue
            except ModelFault as fault:
                self.possibles.remove(name)
                self._function_fault(Kind.POSSIBLE, name, fault, self._trace(parent, step))
                continue
            self.possibles.remove(name)
            self._record(Kind.POSSIBLE, name, HOLDS, self._trace(parent, step), loc=self._loc(name))
            self._stop_if_decided()

    def _check_deadlock(self, sid: int, state: Any) -> None:
        try:
            if may_stop(self.system, state):
                return
        except ModelFault as fault:
            self._function_fault(Kind.EVALUATION, self.model.terminals[0], fault, self._trace(sid))
            return
        self.deadlock = False
        self._record(Kind.DEADLOCK, DEADLOCK, VIOLATED, self._trace(sid),
                     message="no action is enabled, and no @terminal allows stopping here")
        self._after_violation()

    def _fault(self, parent: int, step: Fault) -> None:
        name = self.model.actions[step.action].name if step.action >= 0 else "init"
        fault = step.fault
        asserted = fault.kind == "assert"
        kind, verdict = (Kind.ASSERTION, VIOLATED) if asserted else (Kind.EVALUATION, ERROR)
        if (kind, name) not in self.found:
            self._record(kind, name, verdict, self._trace(parent, step), message=fault.message,
                         code=FAULTS[fault.kind], loc=fault.loc)
        self._after_violation()

    def _function_fault(self, kind: Kind, name: str, fault: ModelFault, trace: Trace, stop: bool = True) -> None:
        if (kind, name) not in self.found:
            self._record(kind, name, ERROR, trace, message=fault.message, code=FAULTS[fault.kind], loc=fault.loc)
        if stop:
            self._after_violation()

    def _record(self, kind: Kind, name: str, verdict: Verdict, trace: Trace, *, message: str = "", code: str = "",
                loc: Loc | None = None, abstract: Seen | None = None) -> None:
        self.found[kind, name] = PropertyResult(name, kind, verdict, trace, None, message, code, loc, abstract)

    def _after_violation(self) -> None:
        if not self.options.keep_going:
            raise Stop(bounded("stopped at the first violation"))
        self._stop_if_decided()

    def _stop_if_decided(self) -> None:
        """Named properties may all be decided early. Without names, faults anywhere matter: go on."""
        chosen = self.selection
        if chosen.explicit and not (self.invariants or self.step_invariants or self.possibles or self.refinements
                                    or self.deadlock or chosen.temporals):
            raise Stop(None)

    # ---- vacuity -------------------------------------------------------------------------------

    def _predicate_calls(self) -> dict[str, list[tuple]]:
        """The arguments with which each predicate is tried until it is true once."""
        calls = {}
        for name in self.model.predicates:
            params = self.model.function(name).params
            calls[name] = list(product(*(p.values if p.values is not None else list(domain(p.type)) for p in params)))
        return calls

    def _watch_predicates(self, state: Any) -> None:
        for name, calls in tuple(self.predicates.items()):
            try:
                if any(self.system.evaluate(name, state, args) for args in calls):
                    del self.predicates[name]
            except ModelFault as fault:
                # No property depends on it here, so the check goes on; the report says that it failed.
                self.faulty[name] = fault.message
                del self.predicates[name]

    # ---- the result ----------------------------------------------------------------------------

    def result(self, engine: str) -> CheckResult:
        begun = len(self.arrived) > self.level_end   # a search that was cut may have begun the next level
        started, properties = perf_counter(), tuple(self._properties())
        self.seconds += perf_counter() - started
        stats = Stats(len(self.arrived), self.transitions, self.depth + begun, self.initial, self.seconds)
        never = tuple(a.name for a, taken in zip(self.model.actions, self.taken) if not taken)
        vacuity = Vacuity(never, tuple(self.predicates), tuple(self.faulty.items()), self.antecedents.never)
        return CheckResult(self.model, properties, stats, vacuity, self.bound, self.complete, engine,
                           self.selection.unchecked)

    def _properties(self):
        chosen, left = self.selection, dict(self.found)
        claimed = [(Kind.INVARIANT, n) for n in chosen.invariants]
        claimed += [(Kind.STEP_INVARIANT, n) for n in chosen.step_invariants]
        claimed += [(Kind.DEADLOCK, DEADLOCK)] * chosen.deadlock
        claimed += [(Kind.POSSIBLE, n) for n in chosen.possibles]
        claimed += [(Kind.REFINEMENT, n) for n in chosen.refinements]
        for kind, name in claimed:
            yield left.pop((kind, name), None) or self._undisputed(kind, name)
        yield from self._temporals()
        yield from left.values()

    def _temporals(self) -> Iterator[PropertyResult]:
        """The temporal properties, as far as the search was meant to come to them. A deadlock is a behaviour, too."""
        left = {t.name: t for t in self.model.temporals if t.name in self.selection.temporals}
        others = [p for (kind, _), p in self.found.items() if kind is not Kind.DEADLOCK and p.verdict is not HOLDS]
        bound = self.bound
        if left and not (bound and bound.why in ("seconds", "interrupted")) and (self.options.keep_going or not others):
            try:
                for found in judge(self._explored(), tuple(left), None if self.complete else bound):
                    del left[found.name]
                    yield found
            except Stop as stop:        # time or memory for the states was enough, but not for their graph
                bound = stop.bound
            except KeyboardInterrupt:
                bound = bounded("interrupted")
        yield from (PropertyResult(t.name, Kind.TEMPORAL, bound, loc=t.loc) for t in left.values())

    def _explored(self) -> Exploration:
        """The state graph, for temporal properties."""
        return Graph(self.system, Explored(self.arrived, self.parents, self.rows))

    def _undisputed(self, kind: Kind, name: str) -> PropertyResult:
        """Nothing spoke against the property (or, if `possible`, for it) in the states searched."""
        loc = None if kind is Kind.DEADLOCK else self._loc(name)
        if self.bound:
            return PropertyResult(name, kind, self.bound, loc=loc)
        if kind is Kind.POSSIBLE:
            return PropertyResult(name, kind, VIOLATED, message="no reachable state satisfies it", loc=loc)
        return PropertyResult(name, kind, HOLDS, loc=loc)

    def _loc(self, name: str) -> Loc:
        refined = (r.loc for r in self.model.refinements if r.name == name)
        return next(refined, None) or self.model.function(name).loc

    def _trace(self, parent: int, step: Step | Fault | None = None) -> Trace:
        """The way from an initial state to state `parent`, then `step`."""
        path = [] if step is None else [step]
        while parent >= 0:
            path.append(self.arrived[parent])
            parent = self.parents[parent]
        return trace_of(self.system, path[::-1])
