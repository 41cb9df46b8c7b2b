"""What an outbox promises, as a model: transactions that commit or roll back, and a relay that may fail."""

from sagacity import *
from sagacity.eda import Outbox, Relay


class OutboxTrial(Model):
    """Each of the transactions inserts its number as a row; the relay publishes into a sequence."""

    ROWS = const(2, doc="transactions, each with a row")
    OPEN = const(1, doc="transactions that may be open at a time")
    RESTARTS = const(0, doc="restarts of the relay")
    RELAY = const(Relay.FIRST)

    Event = Int[1, ROWS]

    outbox = component(Outbox, Item=Event, length=ROWS, relay=RELAY, restarts=RESTARTS)
    committed = var(Set[Event], init=set())
    published = var(Seq[Event, ROWS + RESTARTS], init=[])

    @fair
    @action
    def insert(self):
        require(len(self.outbox.uncommitted) < self.OPEN)
        n = self.outbox.insert(self.outbox.drawn + 1)
        note(f"row {n}", sender="service", receiver="database")

    @fair
    @action(n=Event)
    def commit(self, n):
        require(n in self.outbox.uncommitted)
        self.outbox.commit(n)
        self.committed.add(n)

    @action(n=Event)
    def roll_back(self, n):
        require(n in self.outbox.uncommitted)
        self.outbox.roll_back(n)

    @fair
    @action
    def publish(self):
        m = self.outbox.fetch()
        self.published.append(m)
        note(f"event {m}", sender="relay", receiver="broker")

    @invariant
    def nothing_is_lost(self):
        return all(m in self.published or self.outbox.holds(m) for m in self.committed)

    @invariant
    def no_ghosts(self):
        return all(m in self.committed for m in self.published)

    @invariant
    def in_order(self):
        return all(a <= b for i, a in enumerate(self.published) for b in self.published[i:])

    @invariant
    def published_once(self):
        return len(self.published) == len(set(self.published))

    @terminal
    def finished(self):
        return self.outbox.drawn == self.ROWS and len(self.outbox.uncommitted) == 0 and self.outbox.empty()

    @predicate(m=Event)
    def is_committed(self, m):
        return m in self.committed

    @predicate(m=Event)
    def is_published(self, m):
        return m in self.published

    all_published = temporal("forall m in Event: [] (is_committed(m) -> <> is_published(m))")
