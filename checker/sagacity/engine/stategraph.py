"""The state graph of an exploration, as temporal logic sees it (logic.graph).

Its states are those that were expanded. A step to a state that was not, because of a constraint or of a limit, is no
edge, but it counts in what is enabled. So a lasso in the graph is a fair behaviour of the system even if the
exploration was cut; that there is none means something only if it was complete.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, Sequence

from ..errors import ModelFault
from ..ir import formula as F
from ..logic.ctl import GraphSets, StateSets
from ..logic.emptiness import find
from ..logic.graph import Edge, Obligation
from ..logic.lasso import Lasso
from .labels import Atoms, Duty, duties, producers
from .protocol import Step, System


class Explored(NamedTuple):
    """What a search found: `rows` are the completed steps out of ``arrived[i].target``, for the states it expanded."""

    arrived: Sequence[Step]
    parents: Sequence[int]
    rows: Sequence[Sequence[Step]]


class StateFault(Exception):
    """An atom could not be evaluated in a state."""

    def __init__(self, state: int, fault: ModelFault):
        self.state, self.fault = state, fault


class Exploration(Protocol):
    """What an engine offers once it has explored: its state graph, and ways through it as steps of the reference."""

    system: System
    duties: Sequence[Duty]
    initial: Sequence[int]

    def sets(self, atoms: Sequence[F.Atom], evaluate: Atoms) -> StateSets:
        """The sets of states for a CTL formula over these atoms. Raises StateFault."""

    def lasso(self, formula: F.Formula, atoms: Sequence[F.Atom], evaluate: Atoms) -> Lasso | None:
        """A fair behaviour that satisfies an LTL formula over these atoms, if there is one. Raises StateFault."""

    def way_to(self, state: int) -> list[Step]:
        """The shortest way to a state."""

    def way_along(self, lasso: Lasso) -> list[Step]:
        """The steps of a lasso, stutters left out: the last one leads back to where its cycle begins."""


class Graph:
    """The edges and the fairness of an exploration; `labelled` adds the atoms of one formula."""

    def __init__(self, system: System, explored: Explored):
        self.system, self.explored = system, explored
        self.duties = duties(system.model)
        self.fairness = [d.obligation for d in self.duties]
        self.initial = [i for i in range(len(explored.rows)) if explored.parents[i] < 0]
        self._bits: dict[tuple[int, int], int] = {}
        for j, duty in enumerate(self.duties):
            for instance in duty.instances:
                self._bits[instance] = self._bits.get(instance, 0) | 1 << j
        self._plain: list[tuple | None] = [None] * len(explored.arrived)
        self._rows()

    def _rows(self) -> None:
        number = {step[3]: i for i, step in enumerate(self.explored.arrived[:len(self.explored.rows)])}
        bits = self._bits.get
        self.edges: list[list[Edge]] = []
        self.made_by: list[list[set]] = []
        self.enabledness: list[int] = []
        for s, row in enumerate(self.explored.rows):
            state = self.explored.arrived[s][3]
            first = {step[3]: step for step in reversed(row)}
            edges, made_by, enabled = [], [], 0
            for target, instances in producers(row, state).items():
                taken = 0
                for instance in instances:
                    taken |= bits(instance, 0)
                enabled |= taken
                if target in number:
                    edges.append(Edge(number[target], taken, 0, first[target]))
                    made_by.append(instances)
            self.edges.append(edges)
            self.made_by.append(made_by)
            self.enabledness.append(enabled)

    def plain(self, state: int) -> tuple:
        """The values of the variables in a state."""
        if self._plain[state] is None:
            self._plain[state] = self.system.plain(self.explored.arrived[state][3])
        return self._plain[state]

    def sets(self, atoms: Sequence[F.Atom], evaluate: Atoms) -> StateSets:
        """As in Exploration."""
        return GraphSets(Labelled(self, atoms, evaluate), atoms)

    def lasso(self, formula: F.Formula, atoms: Sequence[F.Atom], evaluate: Atoms) -> Lasso | None:
        """As in Exploration."""
        return find(Labelled(self, atoms, evaluate), formula, atoms)

    def way_to(self, state: int) -> list[Step]:
        """As in Exploration."""
        path = []
        while state >= 0:
            path.append(self.explored.arrived[state])
            state = self.explored.parents[state]
        return path[::-1]

    def way_along(self, lasso: Lasso) -> list[Step]:
        """As in Exploration."""
        return [self.explored.arrived[lasso.states[0]], *(e.action for e in lasso.steps if e)]


class Labelled:
    """A StateGraph."""

    def __init__(self, graph: Graph, atoms: Sequence[F.Atom], evaluate: Atoms):
        self.initial: Sequence[int] = graph.initial
        self.fairness: Sequence[Obligation] = graph.fairness
        self._enabled = graph.enabledness
        self._labels: list[int] = []
        self._edges: list[list[Edge]] = graph.edges
        steps = [(1 << i, a) for i, a in enumerate(atoms) if isinstance(a, F.STEP)]
        for s in range(len(graph.edges)):
            try:
                self._labels.append(self._label(graph, s, atoms, evaluate))
            except ModelFault as fault:
                raise StateFault(s, fault) from None
        if steps:
            self._edges = [self._marked(graph, s, steps, evaluate) for s in range(len(graph.edges))]

    @staticmethod
    def _label(graph: Graph, s: int, atoms: Sequence[F.Atom], evaluate: Atoms) -> int:
        bits = 0
        for i, atom in enumerate(atoms):
            if isinstance(atom, F.State) and evaluate.holds(atom, graph.plain(s)):
                bits |= 1 << i
            elif isinstance(atom, F.Enabled) and evaluate.enabled(atom, graph.plain(s), graph.explored.rows[s]):
                bits |= 1 << i
        return bits

    @staticmethod
    def _marked(graph: Graph, s: int, steps: list[tuple[int, Any]], evaluate: Atoms) -> list[Edge]:
        old, edges = graph.plain(s), []
        for edge, made_by in zip(graph.edges[s], graph.made_by[s]):
            new = graph.plain(edge.target)
            try:
                bits = sum(bit for bit, atom in steps if evaluate.of_step(atom, old, new, made_by))
            except ModelFault as fault:
                raise StateFault(edge.target, fault) from None
            edges.append(edge._replace(steps=bits))
        return edges

    def __len__(self) -> int:
        return len(self._edges)

    def edges(self, state: int) -> Sequence[Edge]:
        """The steps that change the state."""
        return self._edges[state]

    def label(self, state: int) -> int:
        """The state atoms that are true."""
        return self._labels[state]

    def enabled(self, state: int) -> int:
        """The obligations that a step from here could discharge, constraints aside."""
        return self._enabled[state]
