"""Small models that between them use every type and almost every operator. Counts come from TLC and our search."""

from enum import Enum

from sagacity import *


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class Counter(Model):
    """Ranges, floor arithmetic, a step invariant."""

    TOP = const(4, doc="the largest value")

    x = var(Int[-4, TOP], init=0)
    IN = var(Int[-20, 20], init=0, doc="its name is a keyword of TLA+")

    @action(d={-3, -1, 2})
    def move(self, d):
        """Divide and multiply by \u00fc and (* *)."""
        require(-4 <= self.x + d <= self.TOP)
        self.x += d
        self.IN = (self.x // d) * 3 + self.x % d + abs(d)

    @action
    def reset(self):
        require(self.x > 1 or self.x < -1)
        self.x = 0 if self.IN > 2 else 1

    @step_invariant
    def small_steps(self, old):
        return abs(self.x - old.x) <= 3

    @invariant
    def below(self):
        return self.x < 4

    def apart(self, a, b):
        return abs(a - b) + 0 * self.x

    @step_invariant
    def near(self, old):
        return self.apart(self.x, old.x) <= 8

    @possible
    def large_in(self):
        return self.IN >= 3

    @possible
    def never(self):
        return self.IN == 20


class Shadowed(Model):
    """A step invariant and an action that bind the same name."""

    x = var(Map[Int[0, 1], Int[0, 3]], init=0)

    @action(m=Int[0, 1])
    def up(self, m):
        self.x[m] += 1
        require(self.x[m] <= 3)

    @step_invariant
    def little_by_little(self, old):
        return all(self.x[m] * 2 - old.x[m] * 2 == 0 or self.x[m] * 2 - old.x[m] * 2 == 2 for m in range(2))


class Leaves(Model):
    """Leaves its range, and stops."""

    n = var(Int[0, 3], init=anything)

    @action
    def up(self):
        require(self.n != 1)
        self.n += 1

    @terminal
    def at_one(self):
        return self.n == 1


class Stops(Model):
    """A deadlock, assertions and nothing else."""

    n = var(Int[0, 5], init=0)
    seen = var(Set[Int[0, 5]], init=set())

    @action
    def up(self):
        require(self.n < 4)
        k = choose([1, 2, 2])
        self.n += k
        self.seen.add(self.n)
        assert self.n != 4 or 1 in self.seen

    @invariant
    def not_three(self):
        return not (3 in self.seen and 2 in self.seen)


class Queue(Model):
    """Sequences of records with options."""

    CAP = const(2)
    Id = ids("id", 2)
    Message = record(color=Color, id=Id, extra=Option[Int[0, 1]])

    queue = var(Seq[Message, CAP], init=[])
    got = var(Map[Id, Option[Color]], init=None)
    log = var(Seq[Int[0, 9], 3], init=[])

    @action(c=Color, i=Id)
    def send(self, c, i):
        require(len(self.queue) < self.CAP and c != Color.BLUE)
        self.queue.append(self.Message(color=c, id=i))

    @action(i=Id)
    def send_front(self, i):
        require(len(self.queue) == 1)
        self.queue.insert(0, self.Message(color=Color.BLUE, id=i, extra=1))

    @fair
    @action
    def receive(self):
        require(len(self.queue) > 0)
        m = self.queue.popleft()
        self.got[m.id] = m.color if m.extra is None else None
        if m.color == Color.RED and len(self.log) < 3:
            self.log.append(len(self.queue))

    @action
    def forget(self):
        require(len(self.log) == 3)
        self.log = sorted(self.log[1:])

    @constraint
    def short(self):
        return len(self.log) < 3 or self.log[0] == 1

    @invariant
    def no_red(self):
        return all(m.color != Color.RED or m.extra is None for m in self.queue)


class Bags(Model):
    """Bags, tuples, sets, order of values and folds."""

    Pair = Tuple[Color, Int[0, 1]]

    bag = var(Bag[Pair, 2], init=[])
    best = var(Option[Pair], init=None)
    sets = var(Set[Color], init={Color.RED})
    total = var(Int[0, 40], init=0)

    @action(p=Pair)
    def put(self, p):
        require(len(self.bag) < 2)
        self.bag.add(p)
        self.best = sorted(self.bag)[-1]

    @action
    def take(self):
        p = choose(self.bag)
        self.bag.remove(p)
        if p[1] == 1:
            self.sets = self.sets | {p[0]}
        else:
            self.sets.discard(p[0])
        total = 0
        for q in sorted(self.bag):
            total = total * 2 + q[1] + self.bag.count(q)
            if q[0] == Color.GREEN:
                break
        self.total = total + len(self.sets)

    @predicate(c=Color)
    def has(self, c):
        return any(p[0] == c for p in self.bag)

    @invariant
    def ordered(self):
        return self.best is None or not self.has(Color.BLUE) or sorted(self.bag)[0][1] <= self.best[1]

    @invariant
    def sums(self):
        return sum(p[1] for p in self.bag) < 2


class Cell(Model):
    """A component."""

    CAP = const(1)
    items = var(Seq[Int[0, 1], CAP], init=[])

    def put(self, x):
        require(len(self.items) < self.CAP)
        self.items.append(x)

    @strongly_fair
    @action
    def lose(self):
        require(len(self.items) > 0)
        self.items.popleft()


class Nested(Model):
    """A family of components, and fairness of unions."""

    Proc = ids("proc", 2)
    cell = component(Cell, each=(Proc,), CAP=1)
    state = var(Map[Proc, Map[Color, bool]], init=False)

    @action(p=Proc, c=Color)
    def work(self, p, c):
        require(not self.state[p][c])
        self.state[p][c] = True
        if c == Color.RED:
            self.cell[p].put(1)

    @action(p=Proc)
    def rest(self, p):
        require(all(self.state[p].values()))
        self.state[p] = {c: False for c in Color}

    weak_fair(work, rest, by="p")

    @invariant
    def not_all(self):
        return not all(self.state[p][c] for p in self.Proc for c in Color)


class Fifo(Model):
    """A queue whose order shows; several ways into the same initial state."""

    queue = var(Seq[Int[0, 2], 2], init=[])
    last = var(Option[Int[0, 2]])

    @init
    def start(self):
        x = choose({0, 1, 2})
        self.last = x if x == 1 else None

    @action(x={0, 1})
    def send(self, x):
        require(len(self.queue) < 2)
        self.queue.append(x)

    @action
    def receive(self):
        if len(self.queue) > 0:
            self.last = self.queue.popleft()


class Live(Model):
    """Fairness of each sort, and a property of each shape; what holds is said in test_agreement."""

    Proc = ids("proc", 2)

    phase = var(Map[Proc, Int[0, 2]], init=0)
    turn = var(bool, init=False)

    @fair
    @action(p=Proc)
    def begin(self, p):
        require(self.phase[p] == 0)
        self.phase[p] = 1

    @strongly_fair
    @action(p=Proc)
    def enter(self, p):
        require(self.phase[p] == 1 and self.turn)
        self.phase[p] = 2

    @fair
    @action
    def flip(self):
        self.turn = not self.turn

    @action(p=Proc)
    def leave(self, p):
        require(self.phase[p] == 2)
        self.phase[p] = 0

    @predicate(p=Proc)
    def inside(self, p):
        return self.phase[p] == 2

    enters = temporal("forall p in Proc: [] (phase[p] == 0 -> <> inside(p))")
    leads = temporal("forall p in Proc: (phase[p] == 1 ~> inside(p))")
    returns = temporal("forall p in Proc: [] <> (phase[p] == 0)")
    rests = temporal("exists p in Proc: <> [] inside(p)")
    flips = temporal("[] <> <flip>")
    takes_turns = temporal("[] <> turn and [] <> (not turn)")
    enabled_often = temporal("[] <> enabled(flip)")
    only_flips = temporal("[] [flip]_turn")
    never_left = temporal("forall p in Proc: [] (not <leave(p)>)")
    grows = temporal("[] [all(phase[p] >= old.phase[p] for p in Proc)]_vars")
    steady = temporal("<> [] [flip]_vars")
    waits = temporal("forall p in Proc: (not inside(p)) U (phase[p] == 1)")
    may_leave = temporal("AG EF (forall p in Proc: phase[p] == 0)")


class Shadows(Model):
    """A helper that can fail, so that it is written out where it is called, binds what the action calls its parameter."""

    Place = Int[0, 1]

    n = var(Map[Place, Int[0, 2]], init=0)

    def lowest(self):
        return min({self.n[i] for i in self.Place if self.n[i] < 2})

    @action(i=Place)
    def up(self, i):
        require(self.n[i] < 2 and self.n[i] <= self.lowest())
        by = choose(range(1, 3 - self.n[i]))
        self.n[i] += by

    @terminal
    def over(self):
        return all(self.n[i] == 2 for i in self.Place)


class Settled(Model):
    """Properties that the constants settle, whatever the state."""

    ON = const(False)

    n = var(Int[0, 3], init=0)

    always_on = temporal("[] ON")
    off_at_last = temporal("<> not ON")
    on = temporal("ON")
    never = temporal("false")
    goes = possible("ON")
    stays = possible("not ON")

    @action
    def up(self):
        require(self.n < 3)
        self.n += 1

    @invariant
    def is_on(self):
        return self.ON

    @invariant
    def is_off(self):
        return not self.ON


class Gauge(Model):
    x = var(Int[0, 2], init=0)

    def once(self):
        return self.x

    def twice(self):
        return self.once() * 2

    @predicate(n=Int[0, 2])
    def at(self, n):
        return self.x == n

    @action
    def up(self):
        require(self.x < 2)
        self.x += 1

    @action
    def down(self):
        require(self.x > 0)
        self.x -= 1


class Before(Model):
    """Helpers and predicates of the state before the step, through a component and a family."""

    main = component(Gauge)
    spare = component(Gauge, each=(Int[0, 1],))

    @step_invariant
    def helpers_are_of_that_state(self, old):
        return old.main.twice() == 2 * old.main.x and all(
            old.main.at(n) == (old.main.x == n) for n in range(3)) and all(
            old.spare[i].twice() == 2 * old.spare[i].x for i in range(2))

    @step_invariant
    def never_falls(self, old):
        return self.main.twice() >= old.main.twice()

    @step_invariant
    def nobody_falls(self, old):
        return all(self.spare[i].twice() >= old.spare[i].twice() for i in range(2))


class Waiting(Model):
    """An action that uses what an iteration finds more than once."""

    queue = var(Seq[Int[0, 2], 3], init=(0, 1, 2))
    score = var(Int[0, 9], init=0)

    @action(n=Int[0, 1])
    def take(self, n):
        waiting = [x for x in self.queue if x > n]
        require(len(waiting) > 0)
        self.score = waiting[0] + self.queue[0] * waiting[0] + len(waiting)
        self.queue.remove(waiting[0])
