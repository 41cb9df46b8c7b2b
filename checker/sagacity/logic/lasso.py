"""Does this very behaviour satisfy a formula, and is it fair?  Lassos, evaluated directly.

This is the definition of what formulas and fairness mean. It shares nothing with the automata but the syntax, and
the tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from ..ir.formula import (And, Atom, Finally, Formula, Globally, Iff, Implies, LeadsTo, Not, Or, Release, Until,
                          WeakUntil)
from .graph import Edge, StateGraph
from .ground import evaluate


@dataclass(frozen=True)
class Lasso:
    """A prefix and a cycle. ``steps[i]`` leaves ``states[i]`` for the next state, the last one for ``states[loop]``;
    None is a stutter."""

    states: tuple[int, ...]
    steps: tuple[Edge | None, ...]
    loop: int

    @property
    def stutters(self) -> bool:
        """Does the behaviour stop: is the cycle a stutter in one state?"""
        return all(step is None for step in self.steps[self.loop:])

    @property
    def cycle(self) -> range:
        """The positions that recur for ever."""
        return range(self.loop, len(self.states))

    def word(self, graph: StateGraph) -> list[int]:
        """The atoms that are true at each position."""
        return [graph.label(s) | (e.steps if e else 0) for s, e in zip(self.states, self.steps)]

    def real(self, graph: StateGraph) -> bool:
        """Does it start in an initial state and follow edges of the graph, or stutters, all the way?"""
        following = (*self.states[1:], self.states[self.loop])
        return self.states[0] in graph.initial and all(
            s == t if e is None else e.target == t and e in graph.edges(s)
            for s, e, t in zip(self.states, self.steps, following))

    def honours(self, graph: StateGraph) -> list[str | None]:
        """For each obligation, how the cycle meets it: "taken", "disabled" (at some time, or for ever if strong); None
        if it does not."""
        return [self._honour(graph, 1 << j, o.strong) for j, o in enumerate(graph.fairness)]

    def _honour(self, graph: StateGraph, bit: int, strong: bool) -> str | None:
        steps = ((self.states[i], self.steps[i]) for i in self.cycle)
        if any(e and e.target != s and e.taken & bit for s, e in steps):
            return "taken"
        enabled = [bool(graph.enabled(self.states[i]) & bit) for i in self.cycle]
        return None if (any(enabled) if strong else all(enabled)) else "disabled"

    def fair(self, graph: StateGraph) -> bool:
        """Is every obligation met?"""
        return None not in self.honours(graph)

    def tightened(self) -> Lasso:
        """The same behaviour up to stuttering, and as fair, without needless steps.

        Dropping a stutter is fair: what is disabled there is disabled in the state that the next real step leaves.
        """
        way = list(zip(self.states, self.steps))
        prefix = [step for step in way[:self.loop] if step[1]]
        cycle = [step for step in way[self.loop:] if step[1]] or way[self.loop:][:1]
        size = len(cycle)
        cycle = next(cycle[:k] for k in range(1, size + 1) if size % k == 0 and cycle == cycle[:k] * (size // k))
        while prefix and prefix[-1] == cycle[-1]:
            cycle.insert(0, cycle.pop())
            prefix.pop()
        states, steps = zip(*prefix, *cycle)
        return Lasso(states, steps, len(prefix))


def holds(formula: Formula, word: list[int], loop: int, index: Mapping[Atom, int]) -> bool:
    """Does the word, whose positions from `loop` recur for ever, satisfy the LTL formula at its start?"""
    return _truth(formula, word, loop, index)[0]


def _truth(f: Formula, word: list[int], loop: int, index: Mapping[Atom, int]) -> list[bool]:
    """The truth of a formula at each position."""
    if not f.temporal:
        return [evaluate(f, bits, index) for bits in word]
    parts = [_truth(g, word, loop, index) for g in f.operands]
    a, b = parts[0], parts[-1]
    yes = [True] * len(word)
    match f:
        case Not():
            return _negated(a)
        case And():
            return [x and y for x, y in zip(a, b)]
        case Or():
            return [x or y for x, y in zip(a, b)]
        case Implies():
            return [not x or y for x, y in zip(a, b)]
        case Iff():
            return [x == y for x, y in zip(a, b)]
        case Finally():
            return _until(yes, a, loop)
        case Globally():
            return _negated(_until(yes, _negated(a), loop))
        case Until():
            return _until(a, b, loop)
        case Release():
            return _negated(_until(_negated(a), _negated(b), loop))
        case WeakUntil():
            always = _negated(_until(yes, _negated(a), loop))
            return [x or y for x, y in zip(always, _until(a, b, loop))]
        case LeadsTo():
            broken = [x and not y for x, y in zip(a, _until(yes, b, loop))]
            return _negated(_until(yes, broken, loop))
    raise TypeError(f"no LTL formula: {f}")


def _until(a: list[bool], b: list[bool], loop: int) -> list[bool]:
    """The least solution of ``u = b or (a and next u)``: two passes backwards, as the end continues at `loop`."""
    found = [False] * len(b)
    for _ in range(2):
        following = found[loop]
        for i in range(len(b) - 1, -1, -1):
            found[i] = following = b[i] or (a[i] and following)
    return found


def _negated(values: list[bool]) -> list[bool]:
    return [not x for x in values]
