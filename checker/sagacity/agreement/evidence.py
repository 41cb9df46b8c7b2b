"""Is the behaviour by which mCRL2 shows a verdict one of the reference, and does it show that?

With a verdict on a safety property pbessolve gives a path. Its labels are followed in the reference, from state to state,
and what it claims must be true of a state at its end.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Callable, Iterator

from ..engine.protocol import Fault, Step, System, may_stop
from ..errors import ModelFault
from ..export import mcrl2
from ..export.mcrl2 import Formula
from ..export.mcrl2graph import Labels
from ..external.mcrl2 import Transitions
from .equivalence import label


def way(evidence: Transitions, formula: Formula) -> tuple[str, ...] | None:
    """The labels of a shortest way to the observation that decides the formula, or, of a deadlock, to a state without a step."""
    following: dict[int, list[tuple[str, int]]] = {}
    for source, text, target in evidence.edges:
        following.setdefault(source, []).append((text, target))
    ways, todo = {evidence.start: ()}, deque([evidence.start])
    while todo:
        state = todo.popleft()
        out = following.get(state, ())
        if any(text == formula.shown_by for text, _ in out) or not (formula.shown_by or out):
            return ways[state]
        for text, target in out:
            if target not in ways:
                ways[target] = (*ways[state], text)
                todo.append(target)
    return None


class Replay:
    """Follows labels of the observed specification in the reference."""

    def __init__(self, system: System):
        self.system, self.labels = system, Labels(system, observed=True)

    def of(self, labels: tuple[str, ...], formula: Formula) -> tuple[str, ...] | None:
        """The steps, in the user's notation, of a behaviour with these labels that decides the formula; None if there is none."""
        if self.labels.fresh and not labels:        # nothing has been chosen yet
            return () if formula.kind == mcrl2.NO_FAULT and any(isinstance(s, Fault) for s in self.system.initial()) else None
        here = self._starts(labels)
        for text in labels[self.labels.fresh:]:
            here = {target: (*steps, shown) for state, steps in here.items() for target, shown in self._after(state, text)}
        ends = ((*steps, *last) for state, steps in here.items() if (last := self._end(formula, state)) is not None)
        return next(ends, None)

    def _starts(self, labels: tuple[str, ...]) -> dict[Any, tuple[str, ...]]:
        steps = [s for s in self.system.initial() if not isinstance(s, Fault)]
        return {s.target: () for s in steps if not self.labels.fresh or self.labels.initial(s) == labels[0]}

    def _after(self, state: Any, text: str) -> Iterator[tuple[Any, str]]:
        plain = self.system.plain(state)
        for step in self.system.successors(state):
            if isinstance(step, Step) and self.labels.of(plain, step) == text:
                yield step.target, self._shown(state, step)

    def _shown(self, state: Any, step: Step) -> str:
        return label(self.system.model, self.system.describe(state, step))

    def _end(self, formula: Formula, state: Any) -> tuple[str, ...] | None:
        """The steps out of the state without which the formula is not decided there; None if it is not decided."""
        steps = list(self.system.successors(state))
        match formula.kind:
            case "step_invariant":
                made = (s for s in steps if isinstance(s, Step) and s.target != state)
                bad = (s for s in made if not _true(self.system.evaluate_step, formula.name, state, s.target))
                return next(((self._shown(state, s),) for s in bad), None)
            case "invariant":
                shows = not _true(self.system.evaluate, formula.name, state)
            case "possible":
                shows = _true(self.system.evaluate, formula.name, state)
            case mcrl2.DEADLOCK:
                shows = not steps and not _true(may_stop, self.system, state)
            case mcrl2.NO_FAULT:
                shows = any(isinstance(s, Fault) for s in steps)
        return () if shows else None


def _true(evaluate: Callable[..., bool], *args: Any) -> bool:
    """Can it be evaluated, and is it true?"""
    try:
        return evaluate(*args)
    except ModelFault:
        return False
