"""Statements of method bodies: CPython, the IR and the functional form agree on every state and step."""

import inspect
from enum import Enum

from agreement import assert_all_agree

from sagacity import *


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


def line_of(cls, text):
    """The line on which `text` first stands in a class's source."""
    lines, first = inspect.getsourcelines(cls)
    return first + next(k for k, line in enumerate(lines) if text in line)


# ---- assignment


class Paths(Model):
    Node = ids("node", 2)
    Entry = record(color=Color, size=Int[0, 2], by=Option[Node])

    table = var(Map[Node, Entry], init=Entry(color=Color.RED, size=0))
    rows = var(Seq[Map[Node, Int[0, 2]], 2], init=[])
    deep = var(Map[Node, Seq[Entry, 1]], init=[])

    @action(n=Node, m=Node)
    def paint(self, n, m):
        self.table[n].color = Color.GREEN
        self.table[n].by = m
        self.table[m].size += 1
        self.table[m].size %= 3

    @action(n=Node)
    def row(self, n):
        if len(self.rows) < 2:
            self.rows.append({m: 1 if m == n else 0 for m in self.Node})
        else:
            self.rows[1][n] = 2
            self.rows[-2][n] -= 1

    @action(n=Node)
    def below(self, n):
        self.deep[n].append(self.table[n].replace(size=1, by=None))
        self.deep[n][0].color = Color.BLUE


def test_paths_and_augmented_assignment():
    graph = assert_all_agree(Paths, limit=600)
    assert ("below", "capacity", line_of(Paths, "self.deep[n].append")) in graph.faults
    assert any(kind == "range" for _, kind, _ in graph.faults)


class Locals(Model):
    x = var(Int[0, 5], init=0)
    y = var(Int[0, 5], init=1)
    log = var(Seq[Int[0, 5], 2], init=[])

    @action
    def swap(self):
        self.x, self.y = self.y, self.x

    @action
    def rotate(self):
        a, b = self.x, self.y
        a += 1
        b -= 1
        (c, d), e = (a, b), a + b
        require(0 <= d and c <= 5 and e == self.x + self.y)
        self.x, self.log = c, [d, c]
        self.y = d

    @action
    def local_mutators(self):
        q = self.log
        q.append(4)
        q.append(5)
        q.append(3)
        first = q.popleft()
        last = q.pop()
        q.insert(0, last)
        q[0] = first
        q.remove(5)
        self.log = q[0:2]
        s = set()
        s.add(1)
        s.update({2, 3})
        s.discard(9)
        s.remove(1)
        self.x = len(s) + first % 2


def test_locals_and_unpacking():
    graph = assert_all_agree(Locals)
    assert graph.complete and len(graph.states) > 10


class Values(Model):
    """Reading gives a value, never a reference."""

    P = ids("p", 2)
    log = var(Map[P, Seq[Int[0, 3], 3]], init=[])
    size = var(Int[0, 9], init=0)
    seen = var(Set[P], init=set())

    @action(p=P, e=Int[0, 1])
    def write(self, p, e):
        x = self.log[p]
        require(len(x) < 3)
        self.log[p].append(e)
        y = self.log
        self.log[p][0] = 3
        assert len(x) + 1 == len(self.log[p])
        self.size = 3 * len(x) + len(y[p]) - len(x)
        before = self.seen
        self.seen.add(p)
        z = before
        z.add(p)
        assert z == self.seen
        assert p not in before or p in self.seen


def test_value_semantics():
    graph = assert_all_agree(Values, limit=500)
    assert not graph.faults


# ---- mutators


class Mutators(Model):
    N = ids("n", 2)
    q = var(Seq[Int[0, 2], 3], init=[1])
    s = var(Set[Int[0, 2]], init={0})
    t = var(Set[N, 1], init=set())
    b = var(Bag[N, 2], init=[])
    x = var(Int[0, 2], init=0)

    @action(v=Int[0, 2])
    def append(self, v):
        self.q.append(v)

    @action
    def extend(self):
        self.q.extend([2, 0])

    @action
    def extend_generator(self):
        self.q.extend(v + 1 for v in self.s if v < 2)

    @action(k=Int[0, 3])
    def insert(self, k):
        self.q.insert(k, 2)

    @action
    def popleft(self):
        self.x = self.q.popleft()

    @action
    def pop(self):
        v = self.q.pop()
        require(v != self.x)
        self.x = v

    @action(k=Int[0, 2])
    def pop_at(self, k):
        self.q.pop(k)

    @action
    def pop_second_last(self):
        self.x = self.q.pop(-2)

    @action(v=Int[0, 2])
    def remove(self, v):
        self.q.remove(v)

    @action(v=Int[0, 2])
    def set_remove(self, v):
        self.s.remove(v)

    @action(v=Int[0, 2])
    def set_change(self, v):
        self.s.discard(v)
        self.s.update({(v + 1) % 3, (v + 2) % 3})

    @action(n=N)
    def capped(self, n):
        self.t.add(n)

    @action
    def clear(self):
        self.q.clear()
        self.s.clear()
        self.t.clear()
        self.b.clear()

    @action(n=N)
    def bag(self, n):
        self.b.add(n)

    @action
    def bag_update(self):
        self.b.update(self.N)

    @action(n=N)
    def bag_less(self, n):
        require(self.b.count(n) > 1)
        self.b.remove(n)
        self.b.discard(n)

    @action(n=N)
    def bag_remove(self, n):
        self.b.remove(n)


def test_mutators():
    graph = assert_all_agree(Mutators, limit=400)
    kinds = {(a, k) for a, k, _ in graph.faults}
    assert {("append", "capacity"), ("extend", "capacity"), ("insert", "capacity"), ("popleft", "index"), ("pop", "index"),
            ("pop_at", "index"), ("remove", "absent"), ("set_remove", "absent"), ("capped", "capacity"), ("bag", "capacity"),
            ("bag_update", "capacity"), ("bag_remove", "absent"), ("pop_second_last", "index")} <= kinds
    assert ("append", "capacity", line_of(Mutators, "self.q.append(v)")) in graph.faults


# ---- control


class Control(Model):
    Node = ids("node", 3)
    color = var(Color, init=Color.RED)
    x = var(Int[0, 9], init=0)
    level = var(Map[Node, Int[0, 2]], init=0)
    q = var(Seq[Int[0, 3], 2], init=[2, 1])

    @action
    def by_match(self):
        match self.color:
            case Color.RED:
                self.color = Color.GREEN
            case Color.GREEN | Color.BLUE if self.x > 5:
                self.color = Color.RED
            case Color.BLUE:
                self.x = 9
            case _:
                self.color = Color.BLUE

    @action
    def ladder(self):
        if self.x < 3:
            self.x += 1
        elif self.color == Color.BLUE:
            self.x = 7
        else:
            return
        n = choose({m for m in self.Node if self.level[m] != 1})
        self.level[n] = 1 if self.x > 3 else 0

    @action
    def loops(self):
        total = 0
        for i, v in enumerate(self.q):
            if v == 0:
                continue
            if i + v > 3:
                break
            total += v * (i + 1)
        for k, v in self.level.items():
            self.level[k] = (v + 1) % 3
            if v == 2:
                break
        for m in range(3, 0, -1):
            if m == total:
                total += 1
            for z in range(m):
                if z > 1:
                    break
                total = total + z
        self.x = total % 10

    @action
    def returns_inside(self):
        for n in self.Node:
            if self.level[n] == 1:
                self.x = 0
                return
            self.level[n] = 1

    @action(c=Color)
    def disabled_inside(self, c):
        for k in range(2):
            require(c != Color.RED or self.x > k)
            self.x = (self.x + 1) % 10
        self.color = c



def test_control():
    graph = assert_all_agree(Control, limit=400)
    assert not graph.faults


class Optional(Model):
    """What is matched may be None, which is no member."""

    waits = var(Option[Color], init=None)
    x = var(Int[0, 4], init=0)

    def next(self):
        match self.waits:
            case Color.RED:
                return 1
            case Color.GREEN | None:
                return 2
        return 3

    @action
    def by_match(self):
        match self.waits:
            case Color.RED:
                self.waits = Color.BLUE
            case None:
                self.waits = Color.RED
            case _:
                self.waits = Color.GREEN

    @action
    def by_helper(self):
        self.x = (self.x + self.next()) % 5

    @action
    def forget(self):
        self.waits = None


def test_an_option_can_be_matched():
    graph = assert_all_agree(Optional)
    assert not graph.faults


class Order(Model):
    """Evaluation is in program order: a fault counts even if a later require fails; ranges count only at the end."""

    x = var(Int[0, 3], init=0)
    q = var(Seq[Int[0, 3], 1], init=[])

    @action
    def fault_before_require(self):
        v = self.q[0]
        require(v == 7)

    @action
    def require_before_fault(self):
        require(len(self.q) > 0)
        self.x = self.q[0]

    @action
    def range_in_passing(self):
        self.x = 7
        self.x -= 5

    @action
    def range_at_the_end(self):
        self.x += 2

    @action
    def range_after_require(self):
        self.x = 9
        require(len(self.q) == 1)

    @action
    def capacity_at_the_statement(self):
        self.q.append(1)
        self.q.append(2)
        self.q.clear()

    @action
    def fill(self):
        self.q = [self.x]

    @action
    def too_long(self):
        self.q = [1, 2]

    @action
    def assertion(self):
        assert self.x != 2, f"x is {self.x}"
        require(self.x == 2)

    @action
    def overwritten_fault(self):
        y = 3 // self.x
        y = 1
        self.x = y


def test_order_of_faults():
    graph = assert_all_agree(Order)
    at = lambda text: line_of(Order, text)
    assert {f for f in graph.faults if f[1] != "range"} == {
        ("fault_before_require", "index", at("v = self.q[0]")),
        ("capacity_at_the_statement", "capacity", at("self.q.append(2)")),
        ("capacity_at_the_statement", "capacity", at("self.q.append(1)")),
        ("assertion", "assert", at("assert self.x != 2")),
        ("overwritten_fault", "division", at("y = 3 // self.x"))}
    assert {a for a, kind, _ in graph.faults if kind == "range"} == {"range_at_the_end", "range_after_require", "too_long"}


# ---- choose


class Choices(Model):
    Node = ids("node", 3)
    x = var(Int[0, 3], init=0)
    s = var(Set[Node], init=set())
    q = var(Seq[Int[0, 3], 3], init=[2, 1, 2])
    level = var(Map[Node, Int[0, 1]], init=0)

    @action
    def distinct(self):
        self.x = choose(self.q)

    @action
    def path(self):
        n = choose(self.Node)
        self.level[n] = choose({0, 1})

    @action
    def under_if(self):
        if self.x > 1:
            n = choose(self.Node)
            self.s.add(n)
        else:
            self.x = choose([3, 2])

    @action
    def under_for(self):
        for n in self.Node:
            if n in self.s:
                self.level[n] = choose(range(2))

    @action
    def empty(self):
        n = choose(self.s)
        self.s.remove(n)

    @action
    def then_fault(self):
        v = choose(range(4))
        w = self.q[v]
        require(w == v)
        self.x = w

    @action
    def helper(self):
        v = self.some(1)
        self.x = v
        self.any_node()

    def some(self, least):
        v = choose({w for w in self.q if w >= least})
        return v

    def any_node(self):
        n = choose(self.Node - self.s)
        if self.level[n] == 0:
            return
        self.s.add(n)

    @action
    def pairs(self):
        a, b = choose({(v, n) for v in range(2) for n in self.s})
        self.level[b] = a


def test_choose():
    graph = assert_all_agree(Choices, limit=800)
    assert {f[0] for f in graph.faults} == {"then_fault"}
