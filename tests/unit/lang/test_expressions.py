"""Expressions: CPython, the IR and the functional form give the same values everywhere."""

from enum import Enum

from agreement import assert_all_agree

from sagacity import *


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class Division(Model):
    """Floor semantics: -7 // 2 == -4 and -7 % 3 == 2, as in Python and not as in C."""

    a = var(Int[-7, 7], init=anything)
    b = var(Int[-3, 3], init=anything)
    quotient = var(Int[-7, 7], init=0)
    remainder = var(Int[-7, 7], init=0)

    @action
    def divide(self):
        self.quotient = self.a // self.b
        self.remainder = self.a % self.b

    @action
    def augmented(self):
        self.quotient = self.a
        self.quotient //= 2
        self.remainder = self.a
        self.remainder %= -3

    @invariant
    def floor(self):
        return (-7) // 2 == -4 and -7 % 3 == 2 and 7 // -2 == -4 and 7 % -3 == -2


def test_floor_division_and_modulo():
    graph = assert_all_agree(Division)
    assert {k for _, k, _ in graph.faults} == {"division"}
    for a, b, q, r in graph.states:
        assert (q, r) == (0, 0) or b == 0 or (q, r) in {(a // b, a % b), (a // 2, a % -3)}
    assert any(s == (-7, 2, -4, 1) for s in graph.states) and any(s == (7, -2, -4, -1) for s in graph.states)


class Arithmetic(Model):
    x = var(Int[-3, 3], init=anything)
    y = var(Int[-3, 3], init=anything)
    z = var(Int[-30, 30], init=0)

    @action
    def compute(self):
        self.z = self.x * self.y - -self.x + abs(self.y) * 2 + min(self.x, self.y, 1) - max(self.x, self.y)

    @action
    def conditional(self):
        self.z = (self.x if self.x > self.y else self.y) if self.x != 0 else -1

    @predicate
    def chain(self):
        return -2 <= self.x < self.y <= 3 != self.x

    @predicate
    def chain_equal(self):
        return self.x == self.y == 1 or self.x > self.y >= 0

    @predicate
    def logic(self):
        return not (self.x > 0 and self.y > 0) or self.x == self.y

    @predicate
    def shortcut(self):
        return self.y == 0 or self.x // self.y > 0

    @predicate
    def shortcut_and(self):
        return self.y != 0 and self.x % self.y == 0

    @predicate
    def strict(self):
        return self.x // self.y > 0

    @predicate
    def members(self):
        return self.x in (1, 2) or self.x in {-1} or self.y not in [0, 3] or self.x in range(-3, 4, 2)

    @predicate
    def sums(self):
        return sum([self.x, self.y]) == sum(v for v in range(3) if v > self.x) or sum([]) == self.y

    @predicate
    def lazy_any(self):
        return any(6 // v == self.x for v in [self.x, self.y])

    @predicate
    def lazy_all(self):
        return all(6 // v == self.x for v in [self.x, self.y])


def test_arithmetic_and_logic():
    assert assert_all_agree(Arithmetic).complete


class Collections(Model):
    Node = ids("node", 2)
    Entry = record(color=Color, node=Option[Node])

    q = var(Seq[Int[0, 2], 3], init=[])
    s = var(Set[Int[0, 2]], init=anything)
    e = var(Set[Entry, 2], init=set())
    m = var(Map[Node, Int[0, 2]], init=1)
    k = var(Int[-4, 4], init=anything)

    @action(v=Int[0, 2])
    def push(self, v):
        require(len(self.q) < 3)
        self.q = self.q + [v]

    @action(n=Node)
    def mark(self, n):
        require(len(self.e) < 2)
        self.m[n] = 2
        self.e = self.e | {self.Entry(color=Color.BLUE, node=n)}
        self.e = self.e | {self.Entry(color=Color.RED)} if len(self.e) < 2 else self.e

    @predicate
    def slices(self):
        return (self.q[1:] == [1, 2] or self.q[:2] == [0] or self.q[-2:] == [2, 2] or self.q[:-1] == [0, 1]
                or self.q[1:2] == [1] or self.q[:] == self.q[0:9] and len(self.q[2:1]) == 0)

    @predicate
    def sliced(self):
        return len(self.q[self.k:]) > 1

    @predicate
    def sliced_to(self):
        return len(self.q[:self.k]) > len(self.q[-1:])

    @predicate
    def indexed(self):
        return self.q[self.k] == 1

    @predicate
    def last(self):
        return self.q[-1] > self.q[-2]

    @predicate
    def extremes(self):
        return min(self.q) < max(self.s)

    @predicate
    def algebra(self):
        t = {v for v in self.q}
        return (self.s & t == {1} or self.s | t == {0, 1, 2} or self.s - t == set() or self.s ^ t == {0, 2}
                or t <= self.s and t < self.s or self.s >= {1} and self.s > {0} or self.s.isdisjoint(t)
                or self.s.union({1}).issubset(t) or self.s.issuperset(self.q) or t.intersection(self.q).difference({2}) != t)

    @predicate
    def comprehensions(self):
        pairs = {(a, b) for a in self.q for b in self.s if a < b if b > 0}
        listed = [a * 2 for a in self.q if a in self.s]
        nested = [b for a in self.q for b in range(a)]
        return len(pairs) > 1 or listed == [2, 4] or (1, 2) in pairs or nested == [0, 0, 1] or sorted(self.q) == [0, 1]

    @predicate
    def builtins(self):
        return (sorted(self.s) == [0, 2] and list(self.s) == [0, 2] or set(self.q) == self.s or frozenset(self.q) == {1}
                or list(range(3, 0, -1)) == self.q or [v for i, v in enumerate(self.q) if i > 0] == [1]
                or self.q.count(1) == 2 or list(enumerate(self.q)) == [(0, 1)])

    @predicate
    def maps(self):
        return (max(self.m.values()) == 2 and len(self.m) == 2 and len(self.m.keys()) == 2
                and all(self.m[n] == v for n, v in self.m.items()) and self.m == {n: 2 for n in self.Node})

    @predicate
    def records(self):
        return (any(x.node is not None and x.color == Color.BLUE for x in self.e)
                and self.Entry(color=Color.RED) in self.e and {x.replace(node=None) for x in self.e} != self.e)

    @predicate
    def tuples(self):
        pair = (self.k, (self.q, Color.RED))
        a, (b, c) = pair
        return pair[0] == a and pair[1][1] == c and pair[-1][0] == b and (a, 1) == (1, 1) or (self.k, self.s) in {(1, {0})}

    @predicate
    def order_of_sets(self):
        total = 0
        for v in {2, 0, 1} | self.s:
            total = total * 3 + v
        return total == 5 and [c for c in Color] == [Color.RED, Color.GREEN, Color.BLUE]

    @predicate
    def order_of_records(self):
        return [x.node is None for x in self.e] == [True, False]

    @predicate
    def domain(self):
        return any(self.m[n] == 1 for n in self.Node) and len([n for n in self.Node]) == 2


def test_collections():
    graph = assert_all_agree(Collections, limit=300)
    assert not graph.faults


class Options(Model):
    Node = ids("node", 2)
    P = record(left=Option[Int[0, 2]], right=Option[Node])

    o = var(Option[Int[0, 2]], init=anything)
    p = var(P, init=anything)
    s = var(Set[Option[Int[0, 1]]], init=set())
    q = var(Seq[Option[Int[0, 2]], 2], init=[])
    m = var(Map[Node, Option[Int[0, 2]]], init=None)

    @action
    def narrowed(self):
        v = self.o
        require(v is not None)
        self.o = None if v == 2 else v + 1

    @action
    def narrowed_by_if(self):
        v = self.p.left
        if v is None:
            self.p.left = 0
        elif v > 1:
            self.p.left = None
        else:
            self.p.left = v + 1

    @action
    def early(self):
        v = self.o
        if v is None:
            return
        w = v * 2
        self.o = w % 3

    @action
    def unwrapped_fault(self):
        self.o = self.o + 1

    @action(n=Node)
    def wrapped(self, n):
        self.p.right = n
        self.p = self.p.replace(left=1)
        self.m[n] = self.o

    @action
    def in_collections(self):
        self.s = {None, 1} if self.o is None else {0}
        self.q = [self.o, None]

    @action
    def key(self):
        n = self.p.right
        self.m[n] = 2

    @predicate
    def equal(self):
        return self.o == self.p.left or self.o == 2 or self.o != None and self.p.right is None

    @predicate
    def member(self):
        return self.o in {0, 1} or None in self.s or 1 in self.s

    @predicate
    def both(self):
        a, b = self.o, self.p.left
        return a is not None and b is not None and a < b

    @predicate
    def either(self):
        a = self.o
        return a is None or a > 1

    @predicate
    def chosen(self):
        return (0 if self.o is None else self.o) > 1

    @predicate
    def order(self):
        return [x is None for x in self.s] == [True, False]


def test_options():
    graph = assert_all_agree(Options, limit=300)
    assert {("unwrapped_fault", "none"), ("key", "none")} == {(a, k) for a, k, _ in graph.faults if k != "range"}
