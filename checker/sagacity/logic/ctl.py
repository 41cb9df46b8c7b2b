"""In which states does a CTL formula hold?  Fixpoints, over the very behaviours that LTL quantifies over.

The fair semantics of [EmersonLei1987]: path quantifiers range over fair paths, stuttering included. So ``AF p`` holds
of a system iff ``<> p`` does. ``EG p`` holds where a path within p reaches a fair component within p; the other
operators come from it and from ``E[p U q]`` by duality.
"""

from __future__ import annotations

from typing import Sequence

from ..ir.formula import All, And, Atom, Finally, Formula, Globally, Iff, Implies, Not, Or, Some, Until, atoms
from .fairness import Arena, Marks, fair_components
from .graph import StateGraph
from .ground import evaluate


def violating(graph: StateGraph, formula: Formula, numbered: Sequence[Atom] | None = None) -> list[int]:
    """The initial states where the CTL formula fails."""
    truth = satisfying(graph, formula, numbered)
    return [s for s in graph.initial if not truth[s]]


def satisfying(graph: StateGraph, formula: Formula, numbered: Sequence[Atom] | None = None) -> list[bool]:
    """The truth of a CTL formula without quantifiers over domains, in each state."""
    numbered = atoms(formula) if numbered is None else numbered
    return _Fixpoints(graph, {a: i for i, a in enumerate(numbered)}).truth(formula)


class _Fixpoints:
    def __init__(self, graph: StateGraph, index: dict[Atom, int]):
        self.graph = graph
        self.index = index
        marks = Marks(graph)
        self.arena = Arena([marks.arcs(s) for s in range(len(graph))], [marks.pending(s) for s in range(len(graph))],
                           marks.weak)
        self.before: list[list[int]] = [[] for _ in range(len(graph))]
        for s, arcs in enumerate(self.arena.arcs):
            for arc in arcs:
                self.before[arc.target].append(s)
        self.fair = self.some_globally([True] * len(graph))

    def truth(self, f: Formula) -> list[bool]:
        if not f.temporal:
            return [evaluate(f, self.graph.label(s), self.index) for s in range(len(self.graph))]
        match f:
            case Not():
                return _negated(self.truth(f.body))
            case And():
                return [a and b for a, b in zip(self.truth(f.left), self.truth(f.right))]
            case Or():
                return [a or b for a, b in zip(self.truth(f.left), self.truth(f.right))]
            case Implies():
                return [not a or b for a, b in zip(self.truth(f.left), self.truth(f.right))]
            case Iff():
                return [a == b for a, b in zip(self.truth(f.left), self.truth(f.right))]
            case All() | Some():
                return self.path(isinstance(f, All), f.body)
        raise TypeError(f"no CTL formula: {f}")

    def path(self, universal: bool, f: Formula) -> list[bool]:
        """The truth of a path formula under a path quantifier."""
        everywhere = [True] * len(self.graph)
        parts = [self.truth(g) for g in f.operands]
        match f, universal:
            case Globally(), False:
                return self.some_globally(parts[0])
            case Globally(), True:
                return _negated(self.some_until(everywhere, _negated(parts[0])))
            case Finally(), False:
                return self.some_until(everywhere, parts[0])
            case Finally(), True:
                return _negated(self.some_globally(_negated(parts[0])))
            case Until(), False:
                return self.some_until(*parts)
            case Until(), True:
                p, q = map(_negated, parts)
                never, broken = self.some_globally(q), self.some_until(q, [a and b for a, b in zip(p, q)])
                return [not a and not b for a, b in zip(never, broken)]
        raise TypeError(f"no CTL path formula: {f}")

    def some_until(self, p: list[bool], q: list[bool]) -> list[bool]:
        """E[p U q], where q must be met in a state with a fair future."""
        return self.backwards(p, [s for s, (a, b) in enumerate(zip(q, self.fair)) if a and b])

    def some_globally(self, p: list[bool]) -> list[bool]:
        """EG p."""
        inside = [s for s, x in enumerate(p) if x]
        return self.backwards(p, [s for c in fair_components(self.arena, inside) for s in c])

    def backwards(self, through: list[bool], goal: list[int]) -> list[bool]:
        """The states from which a path through some states leads to a goal: a least fixpoint, by a work list."""
        found = [False] * len(through)
        for s in goal:
            found[s] = True
        todo = list(goal)
        while todo:
            for s in self.before[todo.pop()]:
                if through[s] and not found[s]:
                    found[s] = True
                    todo.append(s)
        return found


def _negated(values: list[bool]) -> list[bool]:
    return [not x for x in values]
