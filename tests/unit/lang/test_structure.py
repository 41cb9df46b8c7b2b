"""Helpers, components, families, inheritance, initial states and properties: all evaluations agree."""

from enum import Enum

import pytest
from agreement import assert_all_agree

from sagacity import *
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check
from sagacity.lang import compile_model


class Color(Enum):
    RED = 1
    GREEN = 2


# ---- helpers


class Helpers(Model):
    Node = ids("node", 2)
    LIMIT = const(2)
    FAVOURITES = const(frozenset({0, 2}))

    x = var(Int[0, 4], init=0)
    log = var(Seq[Int[0, 4], 2], init=[])
    __hidden = var(bool, init=False)

    def first_above(self, least, otherwise=-1):
        for v in self.log:
            if v > least:
                return v
        return otherwise

    def keep(self, v, twice=False):
        """Has effects and gives a value early."""
        if v in self.log:
            return False
        self.log.append(v)
        if twice:
            self.log.append(v)
        return True

    def __flip(self):
        self.__hidden = not self.__hidden

    def hook(self):
        pass

    def shape(self, c):
        match c:
            case Color.RED:
                return 1
            case _:
                return self.LIMIT

    def collatz(self, n):
        steps = 0
        for _ in range(5):
            if n == 1:
                break
            n2 = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += n2
        return steps

    @action(v=Int[0, 4])
    def write(self, v):
        require(len(self.log) < 2)
        kept = self.keep(v)
        self.x = self.first_above(1, otherwise=0) if kept else self.first_above(0) + 1
        self.hook()

    @action
    def write_twice(self):
        self.keep(3, twice=True)

    @action
    def flip(self):
        self.__flip()
        if self.__hidden and self.x in self.FAVOURITES:
            self.log = []

    @action(c=Color)
    def shaped(self, c):
        self.x = self.shape(c)

    @predicate(v=Int[0, 4])
    def above(self, v):
        return self.first_above(v) > v

    @predicate
    def hard(self):
        return self.collatz(self.x) > 5

    @invariant
    def bounded(self):
        return len(self.log) <= self.LIMIT


def test_helpers():
    graph = assert_all_agree(Helpers)
    assert {(a, k) for a, k, _ in graph.faults} == {("write_twice", "capacity"), ("write", "range")}
    assert graph.complete
    assert assert_all_agree(Helpers, LIMIT=3, FAVOURITES=frozenset({4})).counts != (0, 0)


def closed_over(limit, shade):
    class Closed(Model):
        x = var(Int[0, 3], init=0)
        c = var(Color, init=Color.RED)

        @action
        def up(self):
            require(self.x < limit)
            self.x += 1
            self.c = shade

    return Closed


def test_closures():
    assert assert_all_agree(closed_over(2, Color.GREEN)).counts == (3, 2)
    assert assert_all_agree(closed_over(3, Color.RED)).counts == (4, 3)


# ---- components


class Fifo(Model):
    Item = const(type)
    SIZE = const(1)

    content = var(Seq[Item, SIZE], init=[])
    lost = var(bool, init=False)

    def send(self, m):
        require(len(self.content) < self.SIZE)
        self.content.append(m)

    def receive(self):
        m = self.content.popleft()
        return m

    def size(self):
        return len(self.content)

    @action
    def lose(self):
        require(len(self.content) > 0 and not self.lost)
        self.content.popleft()
        self.lost = True

    @predicate(m=Item)
    def carries(self, m):
        return m in self.content

    @invariant
    def within(self):
        return self.size() <= self.SIZE

    @step_invariant
    def stays_lost(self, old):
        return self.lost or not old.lost


class Parent(Model):
    Message = record(color=Color, n=Int[0, 1])
    chan = component(Fifo, Item=Message, SIZE=2)
    count = var(Int[0, 3], init=0)

    @action(m=Message)
    def post(self, m):
        require(self.count < 3)
        self.chan.send(m)
        self.count += 1

    @action
    def take(self):
        require(self.chan.size() > 0)
        m = self.chan.receive()
        if m.color == Color.RED and self.chan.size() > 0:
            self.chan.content[0].n = 0

    @action
    def take_blindly(self):
        m = self.chan.receive()
        require(m.n == 1)

    @predicate
    def red(self):
        return any(self.chan.carries(self.Message(color=Color.RED, n=k)) for k in range(2))


def test_component():
    graph = assert_all_agree(Parent, limit=200)
    assert {(a, k) for a, k, _ in graph.faults} == {("take_blindly", "index")}


class Family(Model):
    Proc = ids("proc", 2)
    chan = component(Fifo, each=(Proc, Proc), Item=bool)
    flag = var(Map[Proc, bool], init=False)

    @action(p=Proc, q=Proc)
    def post(self, p, q):
        require(p != q)
        self.chan[p, q].send(self.flag[p])

    @action(p=Proc)
    def flood(self, p):
        for q in self.Proc:
            if q != p and self.chan[p, q].size() == 0:
                self.chan[p, q].send(True)
        n = choose(self.Proc - {p})
        self.flag[p] = not self.chan[n, p].lost

    @action(p=Proc, q=Proc)
    def take(self, p, q):
        require(len(self.chan[q, p].content) > 0)
        v = self.chan[q, p].receive()
        self.flag[p] = v

    @invariant
    def no_self_loop(self):
        return all(self.chan[p, p].size() == 0 for p in self.Proc)


def test_family():
    graph = assert_all_agree(Family, limit=150)
    assert len(graph.states) > 50


class Link(Model):
    Item = const(type)
    there = component(Fifo, Item=Item)
    back = component(Fifo, Item=Item, SIZE=2)
    used = var(Int[0, 2], init=0)

    def ping(self, m):
        require(self.used < 2)
        self.there.send(m)
        self.used += 1

    @action
    def reflect(self):
        require(self.there.size() > 0)
        m = self.there.receive()
        self.back.send(m)


class Nested(Model):
    Node = ids("node", 2)
    links = component(Link, each=Node, Item=Node)
    spare = component(Link, Item=Color)

    @action(a=Node, b=Node)
    def ping(self, a, b):
        self.links[a].ping(b)

    @action
    def ping_spare(self):
        self.spare.ping(Color.RED)
        require(self.spare.there.content[0] == Color.RED)

    @invariant
    def few(self):
        return sum(self.links[n].used for n in self.Node) <= 4


def test_nested_components():
    assert len(assert_all_agree(Nested, limit=150).states) > 100


# ---- inheritance


class Base(Model):
    N = const(2)
    x = var(Int[0, N], init=0)

    def step_size(self):
        return 1

    def after(self):
        pass

    @action
    def up(self):
        require(self.x < self.N)
        self.x += self.step_size()
        self.after()

    @invariant
    def small(self):
        return self.x <= self.N


class Derived(Base):
    seen = var(Set[Int[0, 4]], init=set())

    def step_size(self):
        return 2

    def after(self):
        self.seen.add(self.x)

    @action
    def reset(self):
        require(self.x == self.N)
        self.x = 0


def test_inheritance():
    assert assert_all_agree(Base).counts == (3, 2)
    assert assert_all_agree(Derived).counts == (3, 3)
    assert assert_all_agree(Derived, N=4).values(0) == {0, 2, 4}


# ---- initial states and properties


class Initial(Model):
    Node = ids("node", 2)
    x = var(Int[0, 3])
    y = var(Int[0, 3], init=anything)
    m = var(Map[Node, Color], init=anything)
    leader = var(Option[Node])
    z = var(Int[0, 3], init=1)

    @init
    def start(self):
        self.x = choose(range(3))
        require(self.x <= self.y)
        self.leader = None
        if self.x == 2:
            n = choose(self.Node)
            self.leader = n
            self.m[n] = Color.RED
        self.z = self.x + self.y

    @action
    def go(self):
        self.z = 0


def test_initial_states():
    graph = assert_all_agree(Initial)
    assert {("init", "range")} == {(a, k) for a, k, _ in graph.faults}


class Symbolic(Model):
    N = const(2)
    M = const(3)
    assume(N < M)
    x = var(Int[0, N + M], init=N * M // 2 - 1)
    y = var(Map[Int[0, N], Int[0, hi(N, M)]], init={0: 0, 1: M, 2: lo(N, M)})
    s = var(Set[Int[1, N]], init={1})
    on = var(bool, init=True)

    @action(v=Int[0, N % 2 + 1])
    def step(self, v):
        self.x = self.y[v] + self.N - min(self.M, 2)
        self.on = not self.on


def test_constants():
    assert assert_all_agree(Symbolic).complete


class Properties(Model):
    x = var(Int[0, 3], init=0)
    m = var(Map[bool, Int[0, 3]], init=0)

    @action(v=Int[0, 3])
    def put(self, v):
        self.m[v > 1] = v
        self.x = v

    @step_invariant
    def grows(self, old):
        return self.x >= old.x or old.m[True] == 3

    @step_invariant
    def helper_on_both(self, old):
        return self.total() >= old.total() - 2

    def total(self):
        return sum(self.m.values())

    @constraint
    def short(self):
        return self.x < 3

    @terminal
    def done(self):
        return self.x == 3

    @predicate(v=Int[0, 3])
    def at(self, v):
        return self.x == v

    full = possible("x == 3 and m[True] == 3")
    some = possible("any(at(v) for v in range(1, 3)) and total() > 2")


def test_properties():
    assert assert_all_agree(Properties).complete


class Before(Model):
    x = var(Int[0, 2], init=0)

    def once(self):
        return self.x

    def twice(self):
        return self.once() * 2

    @predicate(n=Int[0, 2])
    def at(self, n):
        return self.x == n

    @action
    def set_back(self):
        self.x = (self.x + 2) % 3

    @terminal
    def always(self):
        return True

    @step_invariant
    def is_that_state(self, old):
        return old.twice() == 2 * old.x and all(old.at(n) == (old.x == n) for n in range(3))

    @step_invariant
    def both_states(self, old):
        return self.twice() != old.twice() and any(self.at(n) != old.at(n) for n in range(3))

    @step_invariant
    def falls(self, old):
        return self.twice() < old.twice()


@pytest.mark.parametrize("evaluation", [lambda m: Interpreter(m), lambda m: IrSystem(m.ir)], ids=["CPython", "IR"])
def test_a_helper_of_the_old_state_reads_the_old_state(evaluation):
    assert assert_all_agree(Before).complete
    result = check(evaluation(compile_model(Before)), SearchOptions(keep_going=True))
    assert [p.name for p in result.failures] == ["falls"]


class Part(Model):
    n = var(Int[0, 2], init=0)

    @action
    def up(self):
        require(self.n < 2)
        self.n += 1


class LikeNames(Model):
    bus = component(Part)
    bus_n = var(Int[0, 2], init=2)

    def both(self):
        return self.bus.n * 10 + self.bus_n

    @terminal
    def always(self):
        return True

    @step_invariant
    def is_that_state(self, old):
        return old.both() == old.bus.n * 10 + old.bus_n and self.both() > old.both()


def test_variables_of_like_names_are_two_in_a_helper_of_the_old_state():
    assert assert_all_agree(LikeNames).complete


class SameName(Model):
    seen = var(Set[Int[0, 2]], init=set())

    def newest(self):
        return max({t for t in self.seen} | {0})

    @action(t=Int[0, 2])
    def see(self, t):
        require(t >= self.newest() and t not in self.seen)
        self.seen.add(t)

    @terminal
    def always(self):
        return True


def test_a_name_bound_in_a_helper_may_be_that_of_a_parameter():
    assert assert_all_agree(SameName).complete
    assert check(IrSystem(compile_model(SameName).ir), SearchOptions()).stats.states == 8
