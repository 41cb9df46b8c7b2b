"""Which states and steps does a model have?  The whole labelled transition system, for export and for reports."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from ..errors import Diagnostic, UsageError
from ..ir.nodes import Model
from .protocol import Fault, Step, StepInfo, System


@dataclass(frozen=True, slots=True)
class Transition:
    """A completed step between two states, which are given by their numbers."""

    source: int
    info: StepInfo
    target: int


@dataclass(frozen=True, slots=True)
class StateSpace:
    """States are numbered in breadth-first order; `states` holds their plain values. `faults` counts steps that fail
    and so lead nowhere."""

    model: Model
    initial: tuple[int, ...]
    states: tuple[tuple, ...]
    transitions: tuple[Transition, ...]
    faults: int = 0


def state_space(system: System, max_states: int) -> StateSpace:
    """Every reachable state and step, inside the model's constraints. Raises UsageError beyond `max_states`, and
    ModelFault where a constraint cannot be evaluated."""
    return _Exploration(system, max_states).run()


class _Exploration:
    def __init__(self, system: System, limit: int):
        self.system, self.limit = system, limit
        self.numbers: dict[Any, int] = {}
        self.queue: deque[Any] = deque()
        self.faults = 0

    def run(self) -> StateSpace:
        starts = [self._number(s.target) for s in self.system.initial() if not self._fault(s)]
        initial = tuple(dict.fromkeys(n for n in starts if n is not None))
        transitions = []
        while self.queue:
            state = self.queue.popleft()
            source = self.numbers[state]
            for step in self.system.successors(state):
                if not self._fault(step) and (target := self._number(step.target)) is not None:
                    transitions.append(Transition(source, self.system.describe(state, step), target))
        states = tuple(map(self.system.plain, self.numbers))
        return StateSpace(self.system.model, initial, states, tuple(transitions), self.faults)

    def _fault(self, step: Step | Fault) -> bool:
        self.faults += isinstance(step, Fault)
        return isinstance(step, Fault)

    def _number(self, state: Any) -> int | None:
        """The number of the state, new or not; None outside a constraint."""
        if state in self.numbers:
            return self.numbers[state]
        if not all(self.system.evaluate(name, state) for name in self.system.model.constraints):
            return None
        if len(self.numbers) >= self.limit:
            raise too_large(self.limit)
        self.queue.append(state)
        return self.numbers.setdefault(state, len(self.numbers))


def too_large(limit: int) -> UsageError:
    """The complaint about a model with more states than a graph may have."""
    return UsageError(Diagnostic(code="SAG142", message=f"the model has more than {limit:,} states: too many for this "
                                 "graph", hint="use smaller constants, or raise --max-states"))
