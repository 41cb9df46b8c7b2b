"""Random small graphs with every kind of fairness, as models, and random temporal properties of them, as text."""

from __future__ import annotations

from random import Random

from sagacity import *
from sagacity.ir import nodes as ir
from sagacity.lang import compile_model
from sagacity.lang.lower import Claim
from sagacity.source import Loc

PLACES = 4


class Graph(Model):
    """A walker between places. Each way belongs to an action; several actions may go the same way."""

    WAYS = const(frozenset({(0, 0, 1)}), doc="(kind, from, to)")
    WEAK = const(True)
    STRONG = const(True)

    Place = Int[0, PLACES - 1]
    at = var(Int[0, PLACES - 1], init=anything)

    @fair(when=WEAK)
    @action(k={0, 1})
    def each(self, k):
        self.at = choose({w[2] for w in self.WAYS if w[0] == k and w[1] == self.at})

    @strongly_fair(when=STRONG)
    @action
    def strong(self):
        self.at = choose({w[2] for w in self.WAYS if w[0] == 2 and w[1] == self.at})

    @action(b=bool)
    def left(self, b):
        require(b == (self.at < 2))
        self.at = choose({w[2] for w in self.WAYS if w[0] == 3 and w[1] == self.at})

    @action(b=bool, c=bool)
    def right(self, b, c):
        require(c or self.at > 0)
        self.at = choose({w[2] for w in self.WAYS if w[0] == 4 and w[1] == self.at})

    weak_fair(left, right, by="b", when=WEAK)

    @action
    def free(self):
        self.at = choose({w[2] for w in self.WAYS if w[0] == 5 and w[1] == self.at})

    @predicate(p=Place)
    def here(self, p):
        return self.at == p

    @predicate
    def even(self):
        return self.at % 2 == 0

    @predicate
    def sharp(self):
        """It cannot be evaluated everywhere."""
        return 6 // (3 - self.at) > 2


def model(seed: int, count: int) -> ir.Model:
    """A random graph, and so many random properties of it."""
    random = Random(seed)
    ways = {(random.randrange(6), random.randrange(PLACES), random.randrange(PLACES))
            for _ in range(random.randint(5, 14))}
    claims = tuple(Claim(f"c{i}", text(random), Loc("<claims>", i + 1, 1)) for i in range(count))
    constants = {"WAYS": frozenset(ways), "WEAK": random.random() < 0.8, "STRONG": random.random() < 0.6}
    return compile_model(Graph, constants, claims).ir


def text(random: Random) -> str:
    """A random property, in linear or branching time."""
    if random.random() < 0.3:
        return branching(random, 2)
    found = linear(random, random.randint(1, 3))
    return f"forall p in Place: ({found})" if random.random() < 0.3 else found


def state(random: Random) -> str:
    atoms = ["even", "here(0)", "here(1)", "here(3)", "enabled(strong)", "enabled(each)", "enabled(each(1))",
             "enabled(each(at % 2))", "enabled(right(True))", "true"] + ["sharp"] * (random.random() < 0.1)
    found = random.choice(atoms)
    return random.choice([found, found, f"!({found})", f"({found} and {random.choice(atoms)})",
                          f"({found} <-> {random.choice(atoms)})"])


def linear(random: Random, depth: int) -> str:
    """A random formula of LTL."""
    if depth == 0:
        return state(random)
    sign = random.choice(["[]", "<>", "[]", "<>", "!", "and", "or", "->", "<->", "U", "R", "W", "~>"])
    if sign in ("[]", "<>", "!"):
        return f"{sign} ({linear(random, depth - 1)})"
    return f"({linear(random, depth - 1)}) {sign} ({linear(random, random.randrange(depth))})"


def branching(random: Random, depth: int) -> str:
    """A random formula of CTL."""
    if depth == 0:
        return state(random)
    sign = random.choice(["AG", "AF", "EG", "EF", "A", "E", "!", "and", "->"])
    one, two = branching(random, depth - 1), branching(random, random.randrange(depth))
    if sign in ("A", "E"):
        return f"{sign}[({one}) U ({two})]"
    return f"{sign} ({one})" if sign in ("AG", "AF", "EG", "EF", "!") else f"({one}) {sign} ({two})"
