"""Does some fair behaviour of a graph satisfy an LTL formula?  Product, emptiness, and a short lasso as the answer.

The product of graph and automaton is explored breadth first, so that the way to a component is shortest. Then
`fairness` finds a component where both the automaton and the fairness obligations are satisfied for ever. Which lasso
is shown is decided here for every engine: `shortest` asks only what an `Arena` answers.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Callable, Iterable, NamedTuple, Protocol, Sequence

from ..ir.formula import Atom, Formula, Not, atoms
from .buchi import Automaton, translate
from .fairness import Arc, Arena, Marks, fair_components
from .graph import StateGraph
from .ground import conjuncts
from .lasso import Lasso

#: How many components, and how many nodes of each, are tried as the start of the cycle in search of a short one.
COMPONENTS, STARTS = 8, 16

#: Nodes with the arcs that leave them.
Way = list[tuple[int, Arc]]


class Violation(NamedTuple):
    """A conjunct of a property, and a fair behaviour that does not satisfy it."""

    part: Formula
    lasso: Lasso


class Component(NamedTuple):
    """A fair component: nodes to try as the start of a cycle, and whatever its product knows it by."""

    starts: Sequence[int]
    key: Any


class FairProduct(Protocol):
    """A product of graph and automaton whose fair components are known. Nodes are integers; an arc has marks."""

    required: int

    def nearest(self, components: int, starts: int) -> Iterable[Component]:
        """So many fair components, nearest first; of each, one node where a behaviour may rest and the nearest one, or
        so many of the nearest."""

    def pending(self, node: int) -> int:
        """The marks that a cycle through a node must have besides those required."""

    def rest(self, node: int, needed: int) -> Arc | None:
        """An arc from a node to itself with all these marks."""

    def seek(self, here: int, component: Component, marks: int, goal: int) -> Way:
        """The shortest way within a component to an arc with one of these marks; without marks, to one that leads to
        the goal."""

    def way(self, node: int) -> Way:
        """The shortest way to a node."""

    def state(self, node: int) -> int:
        """The state of the graph."""


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
    return shortest(Product(graph, translate(formula), numbered))


def shortest(product: FairProduct) -> Lasso | None:
    """The shortest of some lassos of a product; None if it has no fair component."""
    best = None
    for component in product.nearest(COMPONENTS, STARTS):
        for start in component.starts:
            prefix = product.way(start)
            way = [*prefix, *_cycle(product, start, component)]
            states = tuple(product.state(n) for n, _ in way)
            lasso = Lasso(states, tuple(arc.edge for _, arc in way), len(prefix)).tightened()
            if best is None or len(lasso.states) < len(best.states):
                best = lasso
    return best


def _cycle(product: FairProduct, start: int, component: Component) -> Way:
    """A fair cycle from `start` through a fair component: always to the nearest arc with a mark that is missing.

    Whatever the cycle makes pending on its way, it also has to take; the component makes sure that it can.
    """
    path: Way = []
    here, got, needed = start, 0, product.required | product.pending(start)
    if arc := product.rest(start, needed):
        return [(start, arc)]
    while (missing := needed & ~got) or here != start or not path:
        way = product.seek(here, component, missing, start)
        path += way
        for n, arc in way:
            got |= arc.marks
            needed |= product.pending(n)
        here = way[-1][1].target
    return path


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
        self.required = self.arena.required

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

    # ---- a FairProduct -------------------------------------------------------------------------

    def nearest(self, components: int, starts: int) -> Iterable[Component]:
        """As in FairProduct."""
        found = sorted(map(sorted, fair_components(self.arena, range(len(self.nodes)))))
        for nodes in found[:components]:
            resting = (n for n in nodes if self.rest(n, self.required | self.pending(n)))
            n = next(resting, None)
            yield Component(nodes[:starts] if n is None else [n, *nodes[:1]], set(nodes))

    def pending(self, node: int) -> int:
        """As in FairProduct."""
        return self.arena.pending[node]

    def rest(self, node: int, needed: int) -> Arc | None:
        """As in FairProduct."""
        return next((a for a in self.arena.arcs[node] if a.target == node and not needed & ~a.marks), None)

    def seek(self, here: int, component: Component, marks: int, goal: int) -> Way:
        """As in FairProduct."""
        return _nearest(self.arena, here, component.key, lambda a: a.marks & marks if marks else a.target == goal)

    def way(self, node: int) -> Way:
        """As in FairProduct."""
        found = []
        while before := self.parent[node]:
            found.append(before)
            node = before[0]
        return found[::-1]

    def state(self, node: int) -> int:
        """As in FairProduct."""
        return self.nodes[node][0]


def _nearest(arena: Arena, here: int, inside: set[int], goal: Callable[[Arc], int | bool]) -> Way:
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
