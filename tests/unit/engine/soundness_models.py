"""Micro-models that were real bugs or misunderstandings in published checkers. `ROWS` in the tests has the answers."""

from sagacity import (Int, Map, Model, Seq, Set, action, choose, component, const, constraint, fair, ids, invariant,
                      predicate, require, strongly_fair, temporal, terminal, var, weak_fair)


class Flip(Model):
    """TLC #971: x' in {false, true}"""

    x = var(bool, init=False)

    @action
    def step(self):
        self.x = choose({False, True})

    nested = temporal("[] (x -> [] (not x -> [] not x))")


class ToFive(Model):
    """TLC #1037"""

    x = var(Int[0, 5], init=0)

    @fair
    @action
    def step(self):
        require(self.x < 5)
        self.x += 1

    @terminal
    def there(self):
        return self.x == 5

    stays = temporal("x == 1 ~> <> [] (x == 5)")


class OwnFairness(Model):
    """TLC #201: A is x' = (x+1) % 3, B is x' in 0..2; the property is WF(A) itself."""

    x = var(Int[0, 2], init=0)

    @fair
    @action
    def a(self):
        self.x = (self.x + 1) % 3

    @action
    def b(self):
        self.x = choose(range(3))

    wf = temporal("[] <> not enabled(a) or [] <> <a>")


class NoFairness(OwnFairness):
    """The same without the fairness of A."""

    @action
    def a(self):
        self.x = (self.x + 1) % 3


class Broadcast(Model):
    """TLC #644: broadcast and deliver over interchangeable nodes"""

    N = const(3)
    Node = ids("node", N)
    sent = var(Set[Node], init=frozenset())
    got = var(Map[Node, Set[Node]], init=frozenset())

    @action(n=Node)
    def broadcast(self, n):
        require(len(self.sent) == 0)
        self.sent.add(n)

    @fair
    @action(n=Node, m=Node)
    def deliver(self, n, m):
        require(m in self.sent and m not in self.got[n])
        self.got[n].add(m)

    @terminal
    def stopped(self):
        return True

    everyone = temporal("forall m in Node, n in Node: [] (m in sent -> <> (m in got[n]))")
    anyone = temporal("forall m in Node: <> (m in sent)")


class MayStutter(Model):
    """tla-rs #63: weak fairness of an action that may also stutter, x' in {x, x+1}"""

    x = var(Int[0, 3], init=0)

    @fair
    @action
    def step(self):
        self.x = choose({self.x, min(self.x + 1, 3)})

    reaches = temporal("<> (x == 3)")


class MayStop(Model):
    """tla-rs #62: no fairness at all; and <>[]p is not dropped"""

    x = var(Int[0, 1], init=0)

    @action
    def step(self):
        self.x = 1 - self.x

    moves = temporal("<> (x == 1)")
    settles = temporal("<> [] (x == 1)")


class ThreeCycle(Model):
    """tla-rs #64: a 3-cycle and a self-loop"""

    x = var(Int[0, 2], init=0)

    @fair
    @action
    def turn(self):
        self.x = (self.x + 1) % 3

    @action
    def idle(self):
        require(self.x == 1)

    leaves = temporal("<> [] (x != 0)")


class Modulo(Model):
    """FizzBee #169"""

    N = const(100)
    x = var(Int[0, N - 1], init=0)

    @fair
    @action
    def step(self):
        self.x = (self.x + 1) % self.N

    returns = temporal("[] <> (x == N - 1)")


class Overwrite(Model):
    """SPIN #38: two processes that set n to 1 and to 2"""

    n = var(Int[0, 2], init=0)

    @fair
    @action(k={1, 2})
    def put(self, k):
        require(self.n != k)
        self.n = k

    one = temporal("<> [] (n == 1)")


class FaultAtStart(Model):
    """TLC PR #1440: an evaluation error in the initial state, an invariant broken later"""

    q = var(Seq[bool, 1], init=())
    x = var(Int[0, 1], init=0)

    @action
    def step(self):
        require(self.x == 0)
        self.x = 1

    @invariant
    def first(self):
        return self.q[0]

    @invariant
    def small(self):
        return self.x == 0

    first_ever = temporal("<> q[0]")


class Around(Model):
    """stateright's `eventually`: a reachable cycle on which p never holds"""

    x = var(Int[0, 2], init=0)

    @action
    def turn(self):
        require(self.x < 2)
        self.x = 1 - self.x

    @action
    def leave(self):
        require(self.x == 1)
        self.x = 2

    @terminal
    def left(self):
        return self.x == 2

    out = temporal("<> (x == 2)")


class Bits(Model):
    """rumur #51: five interchangeable bits"""

    Bit = ids("bit", 5)
    up = var(Map[Bit, bool], init=False)

    @action(b=Bit)
    def flip(self, b):
        self.up[b] = not self.up[b]


class WeakOut(Model):
    """A is enabled infinitely often and not continuously: weak fairness is not enough."""

    x = var(Int[0, 2], init=0)

    @fair
    @action
    def turn(self):
        require(self.x < 2)
        self.x = 1 - self.x

    @fair
    @action
    def out(self):
        require(self.x == 1)
        self.x = 2

    @terminal
    def gone(self):
        return self.x == 2

    leaves = temporal("<> (x == 2)")
    branching = temporal("AF (x == 2)")


class StrongOut(WeakOut):
    """... strong fairness is."""

    @strongly_fair
    @action
    def out(self):
        require(self.x == 1)
        self.x = 2


class Consumers(Model):
    """Two consumers; what is fair is for the subclasses to say."""

    served = var(Map[Int[0, 1], Int[0, 1]], init=0)

    @action(c={0, 1})
    def take(self, c):
        self.served[c] = 1 - self.served[c]

    both = temporal("forall c in range(2): [] <> (served[c] == 1)")


class Union(Consumers):
    """Fairness of the union of both consumers' steps"""

    @action(c={0, 1})
    def take(self, c):
        self.served[c] = 1 - self.served[c]

    weak_fair(take)


class ByConsumer(Consumers):
    """... of each of them"""

    @action(c={0, 1})
    def take(self, c):
        self.served[c] = 1 - self.served[c]

    weak_fair(take, by="c")


class PerBinding(Consumers):
    """... of each binding"""

    @fair
    @action(c={0, 1})
    def take(self, c):
        self.served[c] = 1 - self.served[c]


class AsAWhole(Consumers):
    """... of the action as a whole"""

    @fair(each=False)
    @action(c={0, 1})
    def take(self, c):
        self.served[c] = 1 - self.served[c]


class Unchanged(Model):
    """A fair action whose step changes nothing discharges no fairness: it may go on for ever."""

    x = var(Int[0, 1], init=0)

    @fair
    @action
    def nothing(self):
        self.x = self.x

    @action
    def move(self):
        require(self.x == 0)
        self.x = 1

    moves = temporal("<> (x == 1)")
    able = temporal("[] enabled(nothing)")
    taken = temporal("[] <> <nothing>")


class Stuck(Model):
    """A deadlock is reached with a liveness property pending."""

    x = var(Int[0, 2], init=0)

    @fair
    @action
    def step(self):
        require(self.x == 0)
        self.x = 1

    answered = temporal("[] (x == 1 -> <> (x == 2))")


class Same(Model):
    """A and B both x' = 1 - x: a step of B is one of A."""

    x = var(Int[0, 1], init=0)

    @fair
    @action
    def a(self):
        self.x = 1 - self.x

    @action
    def b(self):
        self.x = 1 - self.x

    only_a = temporal("[] [a]_x")
    not_a = temporal("[] [not a]_x")
    moves = temporal("[] <> <a>")


class TwoReasons(Model):
    """A guard with two true disjuncts is one transition."""

    x = var(Int[0, 1], init=0)
    y = var(Int[0, 1], init=0)

    @action
    def step(self):
        require(self.x == 0 or self.y == 0)
        self.x = 1


class EmptyQueue(Model):
    """The first statement fails, whatever a later require says."""

    q = var(Seq[Int[0, 1], 2], init=())

    @action
    def take(self):
        x = self.q[0]
        require(len(self.q) > 0)
        self.q.append(x)


class Constrained(Model):
    """States outside a constraint: seven generated, one distinct"""

    x = var(Int[0, 6], init=0)

    @fair
    @action(k={1, 2, 3, 4, 5, 6})
    def jump(self, k):
        self.x = k

    @constraint
    def near(self):
        return self.x == 0

    @invariant
    def small(self):
        return self.x < 9

    moves = temporal("<> (x > 0)")
    stays = temporal("[] (x == 0)")
    never = temporal("<> (x > 6)")


class Cell(Model):
    full = var(bool, init=False)

    @fair
    @action
    def fill(self):
        require(not self.full)
        self.full = True

    fills = temporal("<> full and [] [fill]_vars")


class Cells(Model):
    """Components bring their fairness and their properties along."""

    Place = ids("place", 2)
    cells = component(Cell, each=Place)

    @action
    def empty(self):
        for p in self.Place:
            self.cells[p].full = False

    @predicate
    def all_full(self):
        return all(self.cells[p].full for p in self.Place)

    full = temporal("<> all_full")
