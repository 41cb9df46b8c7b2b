"""Corners of the language in which two evaluations could easily differ."""

from enum import Enum

from agreement import assert_all_agree

from sagacity import *


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class TypesAsSets(Model):
    """A type stands for the set of its values, whatever kind of type it is."""

    Node = ids("node", 2)
    Small = Int[1, 3]
    Entry = record(color=Color, on=bool)
    Pair = Tuple[bool, Small]

    c = var(Color, init=Color.RED)
    e = var(Entry, init=Entry(color=Color.RED, on=False))
    n = var(Int[0, 9], init=0)
    p = var(Option[Pair], init=None)

    @action
    def other_color(self):
        self.c = choose(Color - {self.c})

    @action
    def any_color(self):
        self.c = choose(Color)

    @action
    def any_entry(self):
        self.e = choose(self.Entry)

    @action
    def other_entry(self):
        self.e = choose(self.Entry - {self.e})
        b = choose(bool)
        self.e.on = b

    @action
    def any_pair(self):
        self.p = choose(self.Pair)

    @action
    def count(self):
        total = 0
        for c in Color:
            for b in bool:
                if c == self.c and b == self.e.on:
                    total += 1
        for e in self.Entry:
            if e.on:
                total += 1
        self.n = total + len(Color) + len(self.Small) % 3

    @predicate
    def inside(self):
        return self.n in self.Small and self.c in Color and self.e in self.Entry and True in bool

    @predicate
    def quantified(self):
        return all(any(e.color == c for e in self.Entry) for c in Color) and {c for c in Color if c != self.c} < Color | set()

    known = possible("all(c in Color for c in Color - {Color.RED}) and len(Entry) == 6")


def test_types_are_sets_of_values():
    assert not assert_all_agree(TypesAsSets, limit=200).faults


class Kinded(Model):
    Kind = const(type)
    k = var(Option[Kind], init=None)

    @action
    def pick(self):
        self.k = choose(self.Kind)

    @action
    def another(self):
        v = self.k
        require(v is not None)
        self.k = choose(self.Kind - {v})

    @predicate
    def full(self):
        return all(k in self.Kind for k in self.Kind) and len(self.Kind) > 2


class Kinds(Model):
    Entry = record(color=Color, on=bool)
    a = component(Kinded, Kind=Color)
    b = component(Kinded, Kind=bool)
    c = component(Kinded, Kind=Entry)

    @action
    def reset(self):
        require(self.a.full() and not self.b.full() and self.a.k == Color.RED)
        self.a.k = Color.GREEN
        self.c.k = self.c.Kind(color=Color.RED, on=len(self.a.Kind) == 3)


def test_types_given_to_components():
    assert not assert_all_agree(Kinds).faults


class NoneInSets(Model):
    o = var(Option[Int[0, 2]], init=None)
    s = var(Set[Option[Int[0, 2]]], init=set())

    @action(v=Int[0, 2])
    def both(self, v):
        self.s = {v, None}
        self.s.add(self.o)
        self.o = v

    @action
    def pick(self):
        self.o = choose(self.s)

    @predicate
    def ordered(self):
        return [v is None for v in sorted(self.s)] == [True, False]


def test_none_sorts_first():
    assert not assert_all_agree(NoneInSets).faults


class Finding(Model):
    """Helpers that may find nothing, locals that start as None, narrowing in conditional expressions."""

    Node = ids("node", 2)
    level = var(Map[Node, Int[0, 2]], init=0)
    best = var(Option[Node], init=None)
    top = var(Int[0, 5], init=0)

    def highest(self):
        found = None
        for n in self.Node:
            if self.level[n] > 0 and (found is None or self.level[n] > self.level[found]):
                found = n
        return found

    def first(self, least):
        for n in self.Node:
            if self.level[n] >= least:
                return n
        return None

    def bump(self, n):
        if n is None:
            return None
        self.level[n] = (self.level[n] + 1) % 3
        return n

    @action(n=Node)
    def up(self, n):
        self.level[n] = (self.level[n] + 1) % 3
        self.best = self.highest()

    @action
    def use(self):
        n = self.first(2)
        self.top = self.level[n] if n is not None else 4
        m = self.bump(self.best)
        self.best = m

    @action
    def default(self):
        v = self.best
        w = 0 if v is None else self.level[v]
        self.top = w + 1

    @action
    def fault(self):
        n = self.first(2)
        self.top = self.level[n]


def test_none_from_helpers():
    assert {f[:2] for f in assert_all_agree(Finding).faults} == {("fault", "none")}


class Aliasing(Model):
    """Loops and mutators see the value as it was when they began."""

    P = ids("p", 2)
    q = var(Seq[Int[0, 3], 4], init=[1, 2])
    rows = var(Seq[Seq[Int[0, 3], 2], 2], init=[[1], []])
    k = var(Int[0, 3], init=0)
    table = var(Map[P, Map[bool, Int[0, 3]]], init=0)

    @action
    def loop(self):
        for v in self.q:
            self.q.append(v)
            self.q.popleft()
            self.k = v

    @action
    def itself(self):
        self.q.extend(self.q)

    @action
    def shift(self):
        self.k, self.q[self.k] = 1, 3

    @action
    def index_moves(self):
        self.rows[self.k].append(self.k)
        self.k = (self.k + 1) % 4

    @action
    def nothing_to_extend(self):
        self.rows[self.k].extend([])
        self.k = 0

    @action
    def local_copy(self):
        t = self.table
        for p in self.P:
            t[p][True] += 1
            t[p][p in {p}] %= 4
        require(t != self.table)
        self.table = t

    @action
    def drop(self):
        x = self.rows[0]
        y = x.pop()
        self.rows[1].append(y)
        self.rows.popleft()
        self.rows.append(x)


def test_aliasing():
    assert ("nothing_to_extend", "index") in {f[:2] for f in assert_all_agree(Aliasing).faults}


class More(Model):
    Node = ids("node", 2)
    LEVELS = const(frozenset({0, 2}))
    ORDER = (2, 0, 1)

    q = var(Seq[Int[0, 2], 2], init=[])
    s = var(Set[Int[0, 2]], init={0})
    b = var(Map[bool, Int[0, 2]], init=0)
    i = var(Map[Int[0, 1], Int[0, 2]], init=0)
    c = var(Map[Color, bool], init=False)
    bag = var(Bag[Int[0, 2], 2], init=[0])

    @action(v=Int[0, 2])
    def push(self, v):
        require(len(self.q) < 2)
        self.q.append(self.ORDER[v])

    @action
    def literals(self):
        self.b = {True: 1, False: 2}
        self.i = {1: 2, 0: self.b[True]}
        self.c = {Color.BLUE: True, Color.RED: False, Color.GREEN: self.i[0] == 1}
        self.s = self.LEVELS

    @action
    def indices(self):
        for k in range(len(self.q)):
            self.i[k] = self.q[len(self.q) - 1 - k]
        self.q = [v for v in self.ORDER if v in self.s][:2]

    @action
    def bags(self):
        self.bag = self.bag + self.bag
        self.bag.remove(0)

    def worst(self):
        best = self.q[0]
        for v in self.q[1:]:
            best = max(best, 2 // v)
        return best

    @predicate
    def extreme(self):
        return max(v for v in self.q if v > 0) > min(w for w in self.s)

    @predicate
    def faulty_helper(self):
        return self.worst() > 1

    @predicate
    def views(self):
        return 1 in self.b.values() and True in self.b.keys() and (False, 2) in self.b.items() and len(self.b.items()) == 2

    @predicate
    def flags(self):
        return any(self.c.values()) and not all([self.c[Color.RED], self.b[True] == 1]) and any([])

    @predicate
    def constants(self):
        return self.s == self.LEVELS or self.ORDER[0] == 2 and self.s <= self.LEVELS and list(self.ORDER) != self.q

    @predicate
    def nested(self):
        return {(a, {b for b in self.s if b > a}) for a in self.q} != {(0, {2})} and [[v] for v in self.q] == [[2], [0]]

    @predicate
    def in_bag(self):
        return 0 in self.bag and len(self.bag) > 1 and [v for v in self.bag] == sorted(self.bag) and set(self.bag) == {0}

    @predicate
    def empty_ranges(self):
        return [k for k in range(len(self.q) - 2)] == [] and sum(range(2, -1, -1)) == 3 and self.q == []


def test_more_expressions():
    assert {f[:2] for f in assert_all_agree(More).faults} == set()


# ---- components with their own initialisation, changed from outside


class Cell(Model):
    HIGH = const(2)
    v = var(Int[0, HIGH])
    log = var(Seq[Int[0, 2], 1], init=[])

    @init
    def begin(self):
        self.v = choose({0, self.HIGH})

    @action
    def tick(self):
        require(self.v > 0)
        self.v -= 1


class Row(Model):
    Node = ids("node", 2)
    one = component(Cell)
    two = component(Cell, HIGH=1)
    x = var(Int[0, 3])

    @init
    def begin(self):
        self.x = self.one.v + self.two.v
        require(self.x > 0)

    @action
    def outside(self):
        self.one.log.append(self.two.v)
        self.one.v, self.two.v = 0, 1

    @invariant
    def same(self):
        return self.x <= 3

    @step_invariant
    def down(self, old):
        return self.one.v <= old.one.v and len(old.two.log) == 0


def test_component_initialisation():
    graph = assert_all_agree(Row)
    assert {f[:2] for f in graph.faults} == {("outside", "capacity")}


class Plain(Model):
    q = var(Seq[bool, 1], init=[])
    on = var(bool, init=False)

    @action
    def flip(self):
        self.on = not self.on


class Grid(Model):
    P = ids("p", 2)
    cell = component(Plain, each=(P, bool))
    line = component(Plain, each=P)

    @action(p=P, b=bool)
    def push(self, p, b):
        self.cell[p, b].q.append(self.line[p].on)
        if self.cell[p, not b].on:
            self.cell[p, b].q = []
            self.line[p].q.clear()
        for o in self.P - {p}:
            self.line[o].on = b

    @action(p=P)
    def shift(self, p):
        v = self.cell[p, True].q.pop()
        self.line[p].q = [v]

    @step_invariant
    def one_at_a_time(self, old):
        return sum(1 for p in self.P for b in bool if self.cell[p, b].on != old.cell[p, b].on) <= 1


def test_families_changed_from_outside():
    graph = assert_all_agree(Grid, limit=150)
    assert {f[:2] for f in graph.faults} == {("push", "capacity"), ("shift", "index")}
