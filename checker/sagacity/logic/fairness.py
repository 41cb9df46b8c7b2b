"""Where in a graph can a behaviour go round for ever and be fair?  Components under generalised Büchi and Streett.

A strongly connected component whose edges carry every required mark contains a cycle that does. Strong fairness is a
Streett condition: where a component enables an action that it never takes, the states enabling it are removed and
the rest is decomposed again, as in [EmersonLei1987, section 4] and [LatvalaHeljanko2000]. Components are found by
[Tarjan1972], written as a loop, since models are deeper than Python's stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Iterator, NamedTuple, Sequence

from .graph import Edge, StateGraph


class Arc(NamedTuple):
    """A step between nodes; `edge` is None for a stutter."""

    target: int
    marks: int
    edge: Edge | None


@dataclass
class Arena:
    """A graph whose infinite paths are fair if they see each bit of `required` infinitely often, and each bit that is
    `pending` in infinitely many of their nodes too."""

    arcs: Sequence[Sequence[Arc]]
    pending: Sequence[int]
    required: int


class Marks:
    """Fairness as marks: the j-th obligation is bit j.

    A weak one is marked by every step that takes the action or leaves a state where it is disabled, and is required.
    A strong one is marked by steps that take it, and is pending where it is enabled.
    """

    def __init__(self, graph: StateGraph):
        self.graph = graph
        self.weak = sum(1 << j for j, o in enumerate(graph.fairness) if not o.strong)
        self.strong = sum(1 << j for j, o in enumerate(graph.fairness) if o.strong)

    def arcs(self, state: int) -> list[Arc]:
        """The stutter and the steps out of a state that change it."""
        idle = ~self.graph.enabled(state) & self.weak
        every = self.weak | self.strong
        real = (Arc(e.target, e.taken & every | idle, e) for e in self.graph.edges(state) if e.target != state)
        return [Arc(state, idle, None), *real]

    def pending(self, state: int) -> int:
        """The strong obligations whose action is enabled."""
        return self.graph.enabled(state) & self.strong


def fair_components(arena: Arena, nodes: Iterable[int]) -> Iterator[list[int]]:
    """Disjoint strongly connected sets of nodes, each with a fair cycle through all of it.

    Every fair path within `nodes` ends in a component that one of them is part of or leads to.
    """
    region = [0] * len(arena.arcs)
    fresh = 0
    todo = [list(nodes)]
    while todo:
        part = todo.pop()
        fresh += 1
        for n in part:
            region[n] = fresh
        found = components(arena.arcs, part, region, fresh)
        for component in sorted(found, key=min):
            fresh += 1
            for n in component:
                region[n] = fresh
            inner = [a.marks for n in component for a in arena.arcs[n] if region[a.target] == fresh]
            marks = pending = 0
            for m in inner:
                marks |= m
            if not inner or arena.required & ~marks:
                continue
            for n in component:
                pending |= arena.pending[n]
            starved = pending & ~marks
            if not starved:
                yield component
            elif rest := [n for n in component if not arena.pending[n] & starved]:
                todo.append(rest)


def components(arcs: Sequence[Sequence[Arc]], nodes: list[int], region: list[int], inside: int) -> list[list[int]]:
    """The strongly connected components of the nodes n of ``region[n] == inside``."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    found: list[list[int]] = []
    path: list[int] = []
    open_: set[int] = set()
    for root in nodes:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path.append(root)
        open_.add(root)
        calls = [(root, iter(arcs[root]))]
        while calls:
            n, following = calls[-1]
            for arc in following:
                t = arc.target
                if region[t] != inside:
                    continue
                if t not in order:
                    order[t] = low[t] = len(order)
                    path.append(t)
                    open_.add(t)
                    calls.append((t, iter(arcs[t])))
                    break
                if t in open_:
                    low[n] = min(low[n], order[t])
            else:
                calls.pop()
                if calls:
                    caller = calls[-1][0]
                    low[caller] = min(low[caller], low[n])
                if low[n] == order[n]:
                    start = _index_from_end(path, n)
                    component = path[start:]
                    del path[start:]
                    open_.difference_update(component)
                    found.append(component)
    return found


def _index_from_end(path: list[int], n: int) -> int:
    i = len(path) - 1
    while path[i] != n:
        i -= 1
    return i
