"""Small models made of components, for the process form: values that are read, handed on, and several processes in one step."""

from enum import Enum

from sagacity import *


class Color(Enum):
    RED = 1
    BLUE = 2


class Box(Model):
    """A store with an action of its own."""

    Item = const(Color)
    CAP = const(2)

    held = var(Seq[Item, CAP], init=[])
    leaks = var(Int[0, 1], init=0)

    def put(self, x):
        require(len(self.held) < self.CAP)
        self.held.append(x)

    def get(self):
        require(len(self.held) > 0)
        x = self.held.popleft()
        return x

    def colors(self):
        return {x for x in self.held}

    @action
    def leak(self):
        require(self.leaks < 1 and len(self.held) > 1)
        self.leaks += 1
        x = self.held.popleft()
        note(f"{x} leaks", sender="box")

    @invariant
    def bounded(self):
        return len(self.held) <= self.CAP


class Count(Model):
    """Counts, modulo three."""

    n = var(Int[0, 2], init=0)

    def up(self, by):
        self.n = (self.n + by) % 3


class Pipe(Model):
    """Two boxes and a counter: what one holds decides what happens to another."""

    left = component(Box, Item=Color)
    right = component(Box, Item=Color, CAP=1)
    count = component(Count)
    credit = var(Int[0, 2], init=1)

    @action(c=Color)
    def offer(self, c):
        require(self.credit > 0)
        self.credit -= 1
        self.left.put(c)
        note(f"{c} for {self.credit}", sender="user", receiver="left")

    @action
    def look(self):
        """Reads one component, changes another: the value goes through this process."""
        c = choose(self.left.colors())
        self.count.up(1 if c == Color.RED else len(self.left.held))

    @action
    def copy(self):
        require(self.count.n > 0)
        c = choose(self.left.held)
        self.right.put(c)

    @action
    def drain(self):
        x = self.right.get()
        if x == Color.RED:
            note("red", sender="right")
            self.credit = min(2, self.credit + 1)
        elif self.credit == 0:
            note(f"not {x}")

    @action
    def rest(self):
        """Touches nothing but the model's own variable, and says something for each color."""
        require(self.credit == 2)
        for c in Color:
            note(f"rest {c}")
        self.credit = 0

    @predicate
    def full(self):
        return len(self.right.held) == 1


class Family(Model):
    """An indexed family is one process; a choice among more values than a sort should have."""

    Place = ids("place", 2)
    Load = Tuple[Int[0, 5], Int[0, 5], Int[0, 5]]

    box = component(Box, each=(Place,), Item=Load, CAP=1)
    turn = var(Int[-1, 1], init=-1)

    @action(p=Place)
    def fill(self, p):
        require(self.turn < 1)
        self.turn += 1
        self.box[p].put((self.turn + 1, 0, 5))

    @action(p=Place)
    def take(self, p):
        x = choose(self.box[p].held)
        y = self.box[p].get()
        self.turn = -1 if x[0] == 1 else 0
        note(f"{x}", sender=p)


class Two(Model):
    """Moves from one component to another in one step."""

    a = component(Box)
    b = component(Box)

    @action(c=Color)
    def fill(self, c):
        self.a.put(c)

    def moved(self):
        x = self.a.get()
        self.b.put(x)

    @action
    def move(self):
        self.moved()


class Chosen(Model):
    """Begins anywhere."""

    n = var(Int[0, 3], init=anything)
    box = component(Box)

    @action(c=Color)
    def fill(self, c):
        self.box.put(c)
