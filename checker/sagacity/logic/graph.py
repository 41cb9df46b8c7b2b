"""What must a system offer so that its temporal properties can be decided?  A finite state graph with labels.

States are the integers from 0. Stuttering is not in the graph: every state may stutter, as in TLA+
[Lamport1994], and the algorithms add that step themselves. A self-loop changes nothing, so it is a stutter whatever
its labels say, and they are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, Sequence


class Edge(NamedTuple):
    """A step. Bit i of `steps` is the truth of the i-th atom, if that is a step atom.

    Bit j of `taken` says that the step discharges the j-th fairness obligation: that it is an ``<<A>>_v`` step,
    whichever action the engine took. `action` is for the engine to recognise.
    """

    target: int
    taken: int = 0
    steps: int = 0
    action: Any = None


class Obligation(NamedTuple):
    """Weak (or strong) fairness of an action A: if ``<<A>>_v`` is enabled for ever from some time on
    (or infinitely often), it is taken infinitely often."""

    name: str
    strong: bool = False


class StateGraph(Protocol):
    """The reachable states of a system. Atoms are numbered by whoever asks: see `ir.formula.atoms`."""

    @property
    def initial(self) -> Sequence[int]:
        """The initial states."""

    @property
    def fairness(self) -> Sequence[Obligation]:
        """What behaviours must be fair to."""

    def __len__(self) -> int:
        """The number of states."""

    def edges(self, state: int) -> Sequence[Edge]:
        """The steps out of a state."""

    def label(self, state: int) -> int:
        """Bit i is the truth of the i-th atom, if that is a state atom."""

    def enabled(self, state: int) -> int:
        """Bit j is ENABLED ``<<A>>_v`` for the action A of the j-th obligation.

        It may be set where no edge discharges the obligation: a state beyond a constraint has no edges, but what it
        could do still counts.
        """


@dataclass
class TableGraph:
    """A state graph held in lists."""

    initial: list[int]
    successors: list[list[Edge]]
    labels: list[int]
    fairness: list[Obligation] = field(default_factory=list)
    enabledness: list[int] = field(default_factory=list)

    def __post_init__(self):
        if not self.enabledness:
            self.enabledness = [_enabled(s, edges) for s, edges in enumerate(self.successors)]

    def __len__(self):
        return len(self.successors)

    def edges(self, state: int) -> Sequence[Edge]:
        """The steps out of a state."""
        return self.successors[state]

    def label(self, state: int) -> int:
        """The state atoms that are true."""
        return self.labels[state]

    def enabled(self, state: int) -> int:
        """The obligations that can be discharged; by default, those that an edge discharges."""
        return self.enabledness[state]


def _enabled(state: int, edges: list[Edge]) -> int:
    found = 0
    for e in edges:
        if e.target != state:
            found |= e.taken
    return found
