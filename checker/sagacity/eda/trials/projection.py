"""What a projection promises, as a model: transactions that overlap, some of which fail, and one view of them."""

from sagacity import *
from sagacity.eda import EventStore, Follow, Projection


class ProjectionTrial(Model):
    """Each transaction appends an event to a stream of its own, or is rolled back."""

    EVENTS = const(3, doc="transactions")
    REPEATS = const(1, doc="redeliveries")
    FOLLOW = const(Follow.SAFE)
    ATOMIC = const(True)

    Number = Int[1, EVENTS]

    store = component(EventStore, Item=bool, Stream=Number, length=1, numbers=EVENTS)
    view = component(Projection, last=EVENTS, repeats=REPEATS, follow=FOLLOW, atomic=ATOMIC)
    repeats = var(Int[0, REPEATS], init=0)

    @fair
    @action
    def begin(self):
        self.store.begin()

    @fair
    @action(n=Number)
    def commit(self, n):
        require(n in self.store.uncommitted)
        self.store.commit(n, n, 0, True, True)

    @action(n=Number)
    def roll_back(self, n):
        require(n in self.store.uncommitted)
        self.store.roll_back(n)

    @fair
    @action
    def project(self):
        n = self.view.take(self.store.visible, self.store.uncommitted)
        note(f"event {n}", sender="store", receiver="view")

    @action
    def repeat(self):
        require(self.repeats < self.REPEATS)
        self.repeats += 1
        self.view.again()

    @invariant
    def nothing_is_skipped(self):
        return all(n in self.view.applied for n in self.store.visible if n <= self.view.position)

    @invariant
    def once_in_order(self):
        return all(a < b for i, a in enumerate(self.view.applied) for b in self.view.applied[i + 1:])

    @terminal
    def caught_up(self):
        return self.store.drawn == self.EVENTS and len(self.store.uncommitted) == 0 and all(
            n <= self.view.position for n in self.store.visible)

    @predicate(n=Number)
    def committed(self, n):
        return n in self.store.visible

    @predicate(n=Number)
    def shown(self, n):
        return n in self.view.applied

    catches_up = temporal("forall n in Number: [] (committed(n) -> <> shown(n))")
