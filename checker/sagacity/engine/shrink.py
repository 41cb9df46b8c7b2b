"""Is there a shorter story in a long trace?  Steps are left out as long as the same property still fails.

First cycles are cut: between two visits to one state nothing happened that matters. Then chunks of steps are left
out, ever smaller ones (after delta debugging [ZellerHildebrandt2002], without its complements); the rest is executed
again, and the result counts only if `replay` accepts it. What comes out is often short, not always the shortest.
"""

from __future__ import annotations

import dataclasses

from ..errors import ModelFault
from ..result import Kind, PropertyResult, Trace, TraceStep
from . import tracefile
from .protocol import Fault, Step, System
from .replay import replay
from .tracing import trace_of

#: States whose successors may be computed for one trace: a bound on the work, not on the clock, to stay reproducible.
BUDGET = 5000


def shrunk(system: System, p: PropertyResult) -> PropertyResult:
    """The same failure (or witness) with a trace that is at most as long.

    Lassos stay as they are, and so do failing refinements, which are shown beside the abstract model's steps.
    """
    if p.trace is None or p.trace.loop is not None or p.kind is Kind.REFINEMENT:
        return p
    return dataclasses.replace(p, trace=_Shrinker(system, p).run())


class _Shrinker:
    def __init__(self, system: System, p: PropertyResult):
        self.system, self.p, self.left = system, p, BUDGET
        self.starts = list(system.initial())

    def run(self) -> Trace:
        best = self._accepted(without_cycles(self.p.trace)) or self.p.trace
        size = max(len(best.steps) // 2, 1)
        while self.left > 0 and best.steps:
            shorter = self._pass(best, size)
            if shorter is best and size == 1:
                break
            best, size = shorter, max(min(size, len(shorter.steps)) // 2, 1)
        return best

    def _pass(self, best: Trace, size: int) -> Trace:
        """`best` without as many chunks of `size` steps as possible, from the front."""
        at = 0
        while at < len(best.steps) and self.left > 0:
            candidate = self._guarded(best.start, best.steps[:at] + best.steps[at + size:])
            if candidate and (found := self._accepted(without_cycles(candidate))):
                best = found
            else:
                at += size
        return best

    def _accepted(self, trace: Trace) -> Trace | None:
        found = replay(self.system, tracefile.record(self.system.model, dataclasses.replace(self.p, trace=trace)))
        return found if isinstance(found, Trace) else None

    def _guarded(self, start: TraceStep, steps: tuple[TraceStep, ...]) -> Trace | None:
        try:
            return self._executed(start, steps)
        except ModelFault:                      # a constraint cannot be evaluated on the way
            return None

    def _executed(self, start: TraceStep, steps: tuple[TraceStep, ...]) -> Trace | None:
        """What these actions, arguments and choices lead to; None if the system cannot do them one after the other."""
        path: list[Step | Fault] = [s for s in self.starts if isinstance(s, Step)
                                    and self.system.plain(s.target) == start.state][:1]
        for wanted in steps:
            if not path or isinstance(path[-1], Fault):
                return None
            self.left -= 1
            state = path[-1].target
            if not all(self.system.evaluate(name, state) for name in self.system.model.constraints):
                return None                     # beyond a constraint nothing is explored
            found = next((s for s in self.system.successors(state) if self._same(state, s, wanted)), None)
            if found is None:
                return None
            path.append(found)
        return trace_of(self.system, path) if path else None

    def _same(self, state, step: Step | Fault, wanted: TraceStep) -> bool:
        if self.system.model.actions[step.action].name != wanted.action:
            return False
        info = self.system.describe(state, step)
        return tuple(info.args) == wanted.args and tuple(c[2] for c in info.choices) == tuple(
            c.value for c in wanted.choices)


def without_cycles(trace: Trace) -> Trace:
    """The trace without the steps between two visits to one state; its last step stays."""
    if not trace.steps:
        return trace
    *before, last = (trace.start, *trace.steps)
    kept: list[TraceStep] = []
    seen: dict[tuple, int] = {}
    for step in before:
        if step.state in seen:
            del kept[seen[step.state] + 1:]
            seen = {s.state: i for i, s in enumerate(kept)}
        else:
            seen[step.state] = len(kept)
            kept.append(step)
    return Trace(kept[0], (*kept[1:], last))
