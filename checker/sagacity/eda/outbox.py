"""A transactional outbox: events as rows of the database, and a relay that publishes them."""

from enum import Enum

from sagacity import Int, Map, Model, Option, Set, action, const, fair, note, require, terminal, var


class Relay(Enum):
    """How the relay finds what it has not published yet."""

    FIRST = 1; HIGHEST = 2; DIRTY = 3; HASTY = 4


class Outbox(Model):
    """Rows that are written in the transaction of the state they tell of, and published by a relay afterwards.

    `insert` draws the row's number from a sequence while the transaction is open; `commit` makes the row visible,
    `roll_back` removes it and leaves a gap. The relay takes the visible row with the lowest number (`fetch`), the model
    publishes it in the same step, and the relay's own step `mark` deletes it.
    Guarantees with relay=FIRST: what is committed is published, or its row is still there; what is published was
    committed. Rows of transactions that do not overlap are published in their order, each once unless the relay fails
    between `fetch` and `mark`.
    Checked in trials/outbox.py: nothing_is_lost (fails with HIGHEST when transactions overlap, and with HASTY),
    no_ghosts (fails with DIRTY), in_order (fails when transactions overlap), published_once (fails when the relay fails
    between `fetch` and `mark`); all_published under fairness.
    Source: the transactional outbox pattern (Richardson, Microservices Patterns, section 3.3.7); PostgreSQL, "Sequence
    Manipulation Functions": a number drawn is not given back, and numbers become visible out of order.

    Faults, by relay: HIGHEST remembers the highest number that it published, instead of deleting rows, and passes one
    that is committed later. DIRTY reads rows that are not committed. HASTY is MassTransit issue 4990: the delivery for
    a transaction may run before its row is persisted, finds nothing and calls the transaction delivered; the row comes
    and is deleted unpublished. `restarts` of the relay between `fetch` and `mark`; a model whose relay fails along with
    something else calls `relay_failed`.
    Blocks: `insert` once `length` numbers are drawn, `fetch` while there is nothing to publish or a row is in work.
    """

    Item = const(bool, doc="type of an event")
    length = const(2, doc="numbers of the sequence, for all rows that are ever inserted")
    relay = const(Relay.FIRST, doc="how the relay finds what it has not published yet")
    restarts = const(0, doc="restarts of the relay")

    Number = Int[1, length]

    drawn = var(Int[0, length], init=0, doc="the sequence: the number drawn last")
    row = var(Map[Number, Option[Item]], init=None, doc="the table, with rows that are not committed yet")
    uncommitted = var(Set[Number], init=set(), doc="numbers whose transaction is open")
    passed = var(Set[Number], init=set(), doc="numbers at which the relay looks no more, if it deletes no rows")
    publishing = var(Option[Number], init=None, doc="published, and not marked yet; in the relay's memory")
    restarted = var(Int[0, restarts], init=0)

    def insert(self, m):
        """Insert a row in a transaction that stays open; its number."""
        require(self.drawn < self.length)
        self.drawn += 1
        n = self.drawn
        self.row[n] = m
        self.uncommitted.add(n)
        return n

    def commit(self, n):
        """The transaction commits: its row is visible."""
        self.uncommitted.remove(n)
        if self.relay == Relay.HASTY and n in self.passed:
            self.row[n] = None            # the transaction counts as delivered: its row is cleaned up

    def roll_back(self, n):
        """The transaction is rolled back, by its owner or because the owner fails."""
        self.uncommitted.remove(n)
        self.row[n] = None

    def write(self, m):
        """A transaction with one row, which nothing can come between."""
        n = self.insert(m)
        self.commit(n)

    def to_publish(self, n):
        """Does the relay see a row under this number, and means to publish it?"""
        return self.row[n] is not None and n not in self.passed and (
            n not in self.uncommitted or self.relay == Relay.DIRTY)

    def holds(self, n):
        """Is a row there that will be published, unless it is rolled back?"""
        return self.row[n] is not None and n not in self.passed

    def fetch(self):
        """The relay takes the row with the lowest number: the event, for the model to publish."""
        require(self.publishing is None and any(self.to_publish(n) for n in self.Number))
        n = min(n for n in self.Number if self.to_publish(n))
        self.publishing = n
        m = self.row[n]
        require(m is not None)
        return m

    def relay_failed(self):
        """The relay restarts with nothing in memory."""
        self.publishing = None

    def empty(self):
        """Is nothing left to publish or to mark?"""
        return self.publishing is None and not any(self.holds(n) for n in self.Number)

    @fair
    @action
    def mark(self):
        """What the relay has published is done: its row is deleted, or passed."""
        n = self.publishing
        require(n is not None)
        if self.relay == Relay.HIGHEST:
            self.passed = self.passed | {k for k in self.Number if k <= n}
        else:
            self.row[n] = None
        self.publishing = None

    @action
    def relay_restarts(self):
        """The relay restarts between publishing and marking."""
        require(self.publishing is not None and self.restarted < self.restarts)
        self.restarted += 1
        self.relay_failed()
        note("the relay restarts")

    @action(n=Number)
    def come_too_early(self, n):
        """The delivery for an open transaction finds no row."""
        require(self.relay == Relay.HASTY and n in self.uncommitted and n not in self.passed)
        self.passed.add(n)
        note(f"row {n} is not there yet: delivered")

    @terminal
    def idle(self):
        """An outbox alone may rest anywhere."""
        return True
