"""Which infinite words satisfy a formula?  LTL to transition-based generalised Büchi automata.

The tableau of [GerthPeledVardiWolper1995] with acceptance on transitions as in [Couvreur1999]: a state is a set of
formulas that must hold from here on; a transition chooses how they are met now, what it leaves for the next state,
and which eventualities it postpones. A run accepts if it postpones none for ever.

Deviations: letters are maximal temporal-free subformulas, so the automaton is as small as the temporal structure
allows; G and F are operators of their own; a transition that another one makes superfluous is dropped, and states
with equal transitions are merged, until nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, NamedTuple

from ..ir.formula import And, Atom, Const, Finally, Formula, Globally, Not, Or, Release, Until
from .ground import evaluate
from .rewrite import negation_normal_form, simplify


class Transition(NamedTuple):
    """Taken on every letter valuation with all of `positive` true and all of `negative` false.

    `marks` has a bit for each eventuality that is *not* postponed.
    """

    positive: int
    negative: int
    marks: int
    target: int


@dataclass(frozen=True)
class Automaton:
    """A generalised Büchi automaton: a run accepts if it sees every bit of `acceptance` infinitely often.

    `letters` are temporal-free formulas; bit i of a valuation is the truth of the i-th. The initial state is 0.
    """

    letters: tuple[Formula, ...]
    transitions: tuple[tuple[Transition, ...], ...]
    acceptance: int

    def valuation(self, bits: int, index: Mapping[Atom, int]) -> int:
        """The truth of the letters where the atom a is true iff bit ``index[a]`` of `bits` is set."""
        return sum(evaluate(f, bits, index) << i for i, f in enumerate(self.letters))


def translate(formula: Formula) -> Automaton:
    """An automaton that accepts exactly the words satisfying an LTL formula without quantifiers."""
    return _reduced(*_Tableau(simplify(negation_normal_form(formula))).build())


class _Choice(NamedTuple):
    """A way to meet a set of formulas now. The eventualities among what it leaves for `next` are those it postpones."""

    positive: int
    negative: int
    next: frozenset[int]

    def superfluous(self, other: _Choice) -> bool:
        """Does `other` allow everything that this allows?"""
        return not other.positive & ~self.positive and not other.negative & ~self.negative and other.next <= self.next


class _Tableau:
    """Formulas are numbered, so that sets of them are sets of small integers."""

    def __init__(self, formula: Formula):
        self.numbers: dict[Formula, int] = {}
        self.formulas: list[Formula] = []
        self.letters: dict[Formula, int] = {}
        self.root = self.number(formula)

    def number(self, f: Formula) -> int:
        if f not in self.numbers:
            self.numbers[f] = len(self.formulas)
            self.formulas.append(f)
        return self.numbers[f]

    def build(self):
        """(letters, eventualities, states' choices by set of formulas, the initial set)"""
        start = frozenset([self.root])
        states: dict[frozenset[int], list[_Choice]] = {}
        todo = [start]
        while todo:
            here = todo.pop()
            if here in states:
                continue
            states[here] = _undominated(self.choices(here))
            todo += (c.next for c in states[here] if c.next not in states)
        eventual = [n for n, f in enumerate(self.formulas) if isinstance(f, (Until, Finally))]
        return tuple(self.letters), eventual, states, start

    def choices(self, here: frozenset[int]) -> list[_Choice]:
        """Every way to meet all formulas of a set. Each is decomposed at most once on every branch."""
        found = []
        empty: frozenset[int] = frozenset()
        todo = [(tuple(here), empty, _Choice(0, 0, empty))]
        while todo:
            open_, done, choice = todo.pop()
            if not open_:
                found.append(choice)
                continue
            n, rest = open_[-1], open_[:-1]
            if n in done:
                todo.append((rest, done, choice))
                continue
            for operands, literal, later in self.alternatives(n):
                new = self.extended(choice, literal, n if later else None)
                if new:
                    todo.append((rest + operands, done | {n}, new))
        return found

    def alternatives(self, n: int) -> list[tuple[tuple[int, ...], Formula | None, bool]]:
        """The ways to meet a formula now: (what must hold now, a letter or its negation, is it left for later)."""
        f = self.formulas[n]
        if not f.temporal:
            return [] if isinstance(f, Const) and not f.value else [((), f, False)]
        operands = [self.number(g) for g in f.operands]
        match f:
            case And():
                return [(tuple(operands), None, False)]
            case Or():
                return [((g,), None, False) for g in operands]
            case Finally():
                return [((operands[0],), None, False), ((), None, True)]
            case Globally():
                return [((operands[0],), None, True)]
            case Until():
                return [((operands[1],), None, False), ((operands[0],), None, True)]
            case Release():
                return [(tuple(operands), None, False), ((operands[1],), None, True)]
        raise TypeError(f"not in negation normal form: {f}")

    def extended(self, choice: _Choice, literal: Formula | None, later: int | None) -> _Choice | None:
        """The choice with a literal or an obligation for later; None if it contradicts itself."""
        if later is not None:
            return choice._replace(next=choice.next | {later})
        if literal is None or isinstance(literal, Const):
            return choice
        negated = isinstance(literal, Not)
        letter = literal.body if isinstance(literal, Not) else literal
        bit = 1 << self.letters.setdefault(letter, len(self.letters))
        positive, negative = choice.positive | (0 if negated else bit), choice.negative | (bit if negated else 0)
        return None if positive & negative else choice._replace(positive=positive, negative=negative)


def _undominated(choices: list[_Choice]) -> list[_Choice]:
    distinct = list(dict.fromkeys(choices))
    return [c for c in distinct if not any(d is not c and c.superfluous(d) for d in distinct)]


def _reduced(letters, eventual, states, start) -> Automaton:
    """The automaton with integers for sets of formulas, states of equal behaviour merged."""
    acceptance = (1 << len(eventual)) - 1
    name = {here: i for i, here in enumerate(states)}

    def transition(c):
        marks = sum((e not in c.next) << i for i, e in enumerate(eventual))
        return Transition(c.positive, c.negative, marks, name[c.next])

    rows = {name[here]: frozenset(map(transition, choices)) for here, choices in states.items()}
    first = name[start]
    while True:
        leader: dict[frozenset[Transition], int] = {}
        same = {i: leader.setdefault(row, i) for i, row in rows.items()}
        if all(i == j for i, j in same.items()):
            break
        first = same[first]
        rows = {i: frozenset(t._replace(target=same[t.target]) for t in rows[i]) for i in leader.values()}
    order = [first] + [i for i in rows if i != first]
    number = {i: k for k, i in enumerate(order)}
    table = tuple(tuple(sorted(t._replace(target=number[t.target]) for t in rows[i])) for i in order)
    return Automaton(letters, table, acceptance)
