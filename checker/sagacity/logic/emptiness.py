"""Does some fair behaviour of a graph satisfy an LTL formula?  Product, emptiness, and a short lasso as the answer.

The product of graph and automaton is explored breadth first, so that the way to a component is shortest. Then
`fairness` finds a component where both the automaton and the fairness obligations are satisfied for ever.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Callable, NamedTuple, Sequence

from ..ir.formula import Atom, Formula, Not, atoms
from .buchi import Automaton, translate
from .fairness import Arc, Arena, Marks, fair_components
from .graph import StateGraph
from .ground import conjuncts
from .lasso import Lasso

#: How many components, and how many nodes of each, are tried as the start of the cycle in search of a short one.
COMPONENTS, STARTS = 8, 16


class Violation(NamedTuple):
    """A conjunct of a property, and a fair behaviour that does not satisfy it."""

    part: Formula
    lasso: Lasso


def violation(graph: StateGraph, formula: Formula, numbered: Sequence[Atom] | None = None) -> Violation | None:
    """The first conjunct of an LTL formula that some fair behaviour breaks; None if every one satisfies it all.

    `numbered` are the atoms in the order of the graph's bits, by default that of `ir.formula.atoms`.
    """
    numbered = atoms(formula) if numbered is None else numbered
    for part in conjuncts(formula):
        lasso = find(graph, Not(part, loc=part.loc), numbered)
        if lasso:
            return Violation(part, lasso)
    return None


def find(graph: StateGraph, formula: Formula, numbered: Sequence[Atom] | None = None) -> Lasso | None:
    """A fair behaviour that satisfies an LTL formula, as short as a greedy search makes it; None if there is none."""
    numbered = atoms(formula) if numbered is None else numbered
    product = Product(graph, translate(formula), numbered)
    best = None
    for component in islice(fair_components(product.arena, range(len(product.nodes))), COMPONENTS):
        for start in _starts(product.arena, component):
            lasso = product.lasso(start, _cycle(product.arena, start, set(component)))
            if best is None or len(lasso.states) < len(best.states):
                best = lasso
    return best


class Product:
    """The synchronous product: a node is a state of the graph and a state of the automaton, in breadth-first order.

    Marks are the automaton's, then one for each fairness obligation.
    """

    def __init__(self, graph: StateGraph, automaton: Automaton, numbered: Sequence[Atom]):
        self.graph = graph
        self.automaton = automaton
        self.index = {a: i for i, a in enumerate(numbered)}
        self.shift = automaton.acceptance.bit_length()
        self.fairness = Marks(graph)
        self._valuations: dict[int, int] = {}
        self._arcs: dict[int, list[Arc]] = {}
        self.nodes: list[tuple[int, int]] = []
        self.parent: list[tuple[int, Arc] | None] = []
        self.arena = self._explore()

    def _explore(self) -> Arena:
        number: dict[tuple[int, int], int] = {}
        arcs: list[list[Arc]] = []

        def visit(node, parent):
            if node not in number:
                number[node] = len(number)
                self.nodes.append(node)
                self.parent.append(parent)
            return number[node]

        for s in self.graph.initial:
            visit((s, 0), None)
        for n, (state, q) in enumerate(self.nodes):  # the list grows while it is read
            row = []
            for arc in self._steps(state):
                valuation = self._valuation(self.graph.label(state) | (arc.edge.steps if arc.edge else 0))
                for t in self.automaton.transitions[q]:
                    if valuation & t.positive == t.positive and not valuation & t.negative:
                        target = visit((arc.target, t.target), (n, arc))
                        row.append(Arc(target, arc.marks << self.shift | t.marks, arc.edge))
            arcs.append(row)
        pending = [self.fairness.pending(state) << self.shift for state, _ in self.nodes]
        return Arena(arcs, pending, self.automaton.acceptance | self.fairness.weak << self.shift)

    def _steps(self, state: int) -> list[Arc]:
        if state not in self._arcs:
            self._arcs[state] = self.fairness.arcs(state)
        return self._arcs[state]

    def _valuation(self, bits: int) -> int:
        if bits not in self._valuations:
            self._valuations[bits] = self.automaton.valuation(bits, self.index)
        return self._valuations[bits]

    def lasso(self, start: int, cycle: list[tuple[int, Arc]]) -> Lasso:
        """The behaviour that reaches a node by the shortest way and then goes round a cycle."""
        prefix = []
        n = start
        while before := self.parent[n]:
            prefix.append(before)
            n = before[0]
        way = [*reversed(prefix), *cycle]
        states = tuple(self.nodes[n][0] for n, _ in way)
        return Lasso(states, tuple(arc.edge for _, arc in way), len(prefix)).tightened()


def _starts(arena: Arena, component: list[int]) -> list[int]:
    """Nodes to try as the start of a cycle: one where a single arc is enough, else the first to be reached."""
    nearest = sorted(component)
    for n in nearest:
        needed = arena.required | arena.pending[n]
        if any(a.target == n and not needed & ~a.marks for a in arena.arcs[n]):
            return [n, *nearest[:1]]
    return nearest[:STARTS]


def _cycle(arena: Arena, start: int, inside: set[int]) -> list[tuple[int, Arc]]:
    """A fair cycle from `start` through a fair component: always to the nearest arc with a mark that is missing.

    Whatever the cycle makes pending on its way, it also has to take; the component makes sure that it can.
    """
    path: list[tuple[int, Arc]] = []
    here, got, needed = start, 0, arena.required | arena.pending[start]
    for arc in arena.arcs[start]:
        if arc.target == start and not needed & ~arc.marks:
            return [(start, arc)]
    while True:
        missing = needed & ~got
        if missing:
            way = _nearest(arena, here, inside, lambda a: a.marks & missing)
        elif path and here == start:
            return path
        else:
            way = _nearest(arena, here, inside, lambda a: a.target == start)
        path += way
        for n, arc in way:
            got |= arc.marks
            needed |= arena.pending[n]
        here = way[-1][1].target


def _nearest(arena: Arena, here: int, inside: set[int], goal: Callable[[Arc], int | bool]) -> list[tuple[int, Arc]]:
    """The shortest path within a set of nodes whose last arc is a goal."""
    came: dict[int, tuple[int, Arc] | None] = {here: None}
    queue = deque([here])
    while queue:
        n = queue.popleft()
        for arc in arena.arcs[n]:
            if arc.target not in inside:
                continue
            if goal(arc):
                path = [(n, arc)]
                while before := came[path[-1][0]]:
                    path.append(before)
                return path[::-1]
            if arc.target not in came:
                came[arc.target] = (n, arc)
                queue.append(arc.target)
    raise AssertionError("a strongly connected component that is not connected")
