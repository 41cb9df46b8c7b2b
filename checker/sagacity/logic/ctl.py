"""In which states does a CTL formula hold?  Fixpoints, over the very behaviours that LTL quantifies over.

The fair semantics of [EmersonLei1987]: path quantifiers range over fair paths, stuttering included. So ``AF p`` holds
of a system iff ``<> p`` does. ``EG p`` holds where a path within p reaches a fair component within p; the other
operators come from it and from ``E[p U q]`` by duality.

A set of states is an integer: bit s says that state s is in it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Protocol, Sequence

from ..ir.formula import All, And, Atom, Finally, Formula, Globally, Iff, Implies, Not, Or, Some, Until, atoms
from .fairness import Arena, Marks, fair_components
from .graph import StateGraph
from .ground import evaluate


class StateSets(Protocol):
    """The sets of states that fixpoints are made of, for the atoms of one formula."""

    def __len__(self) -> int:
        """The number of states."""

    def truth(self, formula: Formula) -> int:
        """Where a formula without temporal operators holds."""

    def fair_within(self, states: int) -> int:
        """The states of the fair components of the graph of these states."""

    def backwards(self, through: int, goal: int) -> int:
        """The goal, and the states from which a path through some states leads to it."""


def violating(graph: StateGraph, formula: Formula, numbered: Sequence[Atom] | None = None) -> list[int]:
    """The initial states where the CTL formula fails."""
    truth = satisfying(graph, formula, numbered)
    return [s for s in graph.initial if not truth[s]]


def satisfying(graph: StateGraph, formula: Formula, numbered: Sequence[Atom] | None = None) -> list[bool]:
    """The truth of a CTL formula without quantifiers over domains, in each state."""
    found = satisfied(GraphSets(graph, atoms(formula) if numbered is None else numbered), formula)
    return [bool(found >> s & 1) for s in range(len(graph))]


def satisfied(sets: StateSets, formula: Formula) -> int:
    """The states where a CTL formula without quantifiers over domains holds."""
    return _Fixpoints(sets).truth(formula)


class _Fixpoints:
    def __init__(self, sets: StateSets):
        self.sets = sets
        self.everywhere = (1 << len(sets)) - 1

    @cached_property
    def fair(self) -> int:
        """The states with a fair future."""
        return self.some_globally(self.everywhere)

    def truth(self, f: Formula) -> int:
        if not f.temporal:
            return self.sets.truth(f)
        match f:
            case Not():
                return self.everywhere & ~self.truth(f.body)
            case And():
                return self.truth(f.left) & self.truth(f.right)
            case Or():
                return self.truth(f.left) | self.truth(f.right)
            case Implies():
                return self.everywhere & ~self.truth(f.left) | self.truth(f.right)
            case Iff():
                return self.everywhere & ~(self.truth(f.left) ^ self.truth(f.right))
            case All() | Some():
                return self.path(isinstance(f, All), f.body)
        raise TypeError(f"no CTL formula: {f}")

    def path(self, universal: bool, f: Formula) -> int:
        """The truth of a path formula under a path quantifier."""
        every = self.everywhere
        parts = [self.truth(g) for g in f.operands]
        match f, universal:
            case Globally(), False:
                return self.some_globally(parts[0])
            case Globally(), True:
                return every & ~self.some_until(every, every & ~parts[0])
            case Finally(), False:
                return self.some_until(every, parts[0])
            case Finally(), True:
                return every & ~self.some_globally(every & ~parts[0])
            case Until(), False:
                return self.some_until(*parts)
            case Until(), True:
                p, q = (every & ~x for x in parts)
                return every & ~(self.some_globally(q) | self.some_until(q, p & q))
        raise TypeError(f"no CTL path formula: {f}")

    def some_until(self, p: int, q: int) -> int:
        """E[p U q], where q must be met in a state with a fair future."""
        return self.sets.backwards(p, q & self.fair)

    def some_globally(self, p: int) -> int:
        """EG p."""
        return self.sets.backwards(p, self.sets.fair_within(p))


class GraphSets:
    """The StateSets of a StateGraph. `numbered` are the atoms in the order of the graph's bits."""

    def __init__(self, graph: StateGraph, numbered: Sequence[Atom]):
        self.graph = graph
        self.index = {a: i for i, a in enumerate(numbered)}
        marks = Marks(graph)
        self.arena = Arena([marks.arcs(s) for s in range(len(graph))], [marks.pending(s) for s in range(len(graph))],
                           marks.weak)
        self.before: list[list[int]] = [[] for _ in range(len(graph))]
        for s, arcs in enumerate(self.arena.arcs):
            for arc in arcs:
                self.before[arc.target].append(s)

    def __len__(self) -> int:
        return len(self.graph)

    def truth(self, formula: Formula) -> int:
        """As in StateSets."""
        return _set(s for s in range(len(self)) if evaluate(formula, self.graph.label(s), self.index))

    def fair_within(self, states: int) -> int:
        """As in StateSets."""
        return _set(s for c in fair_components(self.arena, _members(states)) for s in c)

    def backwards(self, through: int, goal: int) -> int:
        """As in StateSets: a least fixpoint, by a work list."""
        may, todo = set(_members(through)), _members(goal)
        found = set(todo)
        while todo:
            for s in self.before[todo.pop()]:
                if s in may and s not in found:
                    found.add(s)
                    todo.append(s)
        return _set(found)


def _set(members) -> int:
    """The integer of a set."""
    bits = bytearray(b"0")
    for s in members:
        if s >= len(bits):
            bits.extend(b"0" * (s + 1 - len(bits) + len(bits)))
        bits[s] = 49
    return int(bits[::-1], 2)


def _members(states: int) -> list[int]:
    return [s for s, bit in enumerate(reversed(f"{states:b}")) if bit == "1"]
