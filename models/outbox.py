"""The dual write, and the transactional outbox that replaces it."""

from enum import Enum

from sagacity import *
from sagacity.eda import Outbox, Relay


class Way(Enum):
    STORE_THEN_SEND = 1; SEND_THEN_STORE = 2; OUTBOX = 3


class DualWrite(Model):
    """A service stores an order and publishes an event about it: two systems, no common transaction.

    Pattern: with an outbox the event is a row in the same database transaction as the order; a relay reads the rows in
    order, publishes each, and deletes it when the broker has it (at-least-once: a crash between the two repeats the
    event).
    Source: the event-driven architecture guide, section 7 (design of events), dual writes; the transactional outbox
    pattern.

    Assumes: the database keeps what is committed; the broker keeps what it is sent; the service may crash at any
    point and restarts with nothing in memory; a transaction may be rolled back.
    Guarantees with OUTBOX: every stored order is announced in the end (nothing is lost: its row is there until
    then), and nothing is announced that is not stored.
    WAY=STORE_THEN_SEND loses an event, SEND_THEN_STORE announces a ghost. The relay matters as much as the row: with
    RELAY=HIGHEST it polls for numbers above the highest that it saw, but PostgreSQL assigns them before the commit, so
    rows become visible out of order and one is skipped; DIRTY publishes rows of transactions that are rolled back
    afterwards; HASTY (MassTransit issue 4990) takes a transaction for delivered before its row is persisted, and the
    row is deleted unpublished.
    """

    ORDERS = const(2, doc="orders, each in a transaction of its own")
    CRASHES = const(1, doc="crashes of the service or of the relay")
    WAY = const(Way.OUTBOX, doc="how the order and its event are written")
    RELAY = const(Relay.FIRST, doc="how the relay finds the rows that it has not published yet")

    assume(ORDERS >= 1)

    Number = Int[1, ORDERS]

    outbox = component(Outbox, Item=Number, length=ORDERS, relay=RELAY)
    begun = var(Set[Number], init=set(), doc="transactions that are open; in memory")
    half = var(Set[Number], init=set(), doc="orders of which the first of two writes is done; in memory")
    stored = var(Set[Number], init=set(), doc="orders in the database")
    sent = var(Map[Number, Int[0, 1 + CRASHES]], init=0, doc="how often the broker got each event")
    given_up = var(Set[Number], init=set(), doc="rolled back, or begun before a crash")
    crashes = var(Int[0, CRASHES], init=0)

    def send(self, o):
        self.sent[o] = min(self.sent[o] + 1, 1 + self.CRASHES)
        note(f"order {o}", sender="service", receiver="broker")

    @fair
    @action(o=Number)
    def begin(self, o):
        """Open a transaction; with an outbox the order and its row are in it, and its number is taken now."""
        require(o not in self.begun and o not in self.half and o not in self.stored and o not in self.given_up)
        require(o == 1 or o - 1 in self.begun | self.half | self.stored | self.given_up)
        self.begun.add(o)
        if self.WAY == Way.OUTBOX:
            self.outbox.insert(o)

    @fair
    @action(o=Number)
    def commit(self, o):
        require(o in self.begun)
        self.begun.remove(o)
        match self.WAY:
            case Way.OUTBOX:
                self.stored.add(o)
                self.outbox.commit(o)
            case Way.STORE_THEN_SEND:
                self.stored.add(o)
                self.half.add(o)
            case Way.SEND_THEN_STORE:
                self.send(o)
                self.half.add(o)

    @action(o=Number)
    def roll_back(self, o):
        require(o in self.begun)
        self.begun.remove(o)
        if self.WAY == Way.OUTBOX:
            self.outbox.roll_back(o)
        self.given_up.add(o)

    @fair
    @action(o=Number)
    def second_write(self, o):
        """Without an outbox: the other of the two writes."""
        require(o in self.half)
        self.half.remove(o)
        if self.WAY == Way.STORE_THEN_SEND:
            self.send(o)
        else:
            self.stored.add(o)

    @fair
    @action
    def relay(self):
        """The relay publishes the first row that it has not published yet."""
        o = self.outbox.fetch()
        self.send(o)

    @action
    def crash(self):
        require(self.crashes < self.CRASHES)
        self.crashes += 1
        self.given_up = self.given_up | self.begun | (self.half - self.stored)
        for o in self.outbox.uncommitted:
            self.outbox.roll_back(o)
        self.outbox.relay_failed()
        self.begun = set()
        self.half = set()

    @invariant
    def nothing_is_lost(self):
        """A stored order has been announced, or something still is there from which it will be."""
        return all(self.sent[o] > 0 or o in self.half or self.outbox.holds(o) for o in self.stored)

    @invariant
    def no_ghosts(self):
        """What was announced is stored, or about to be."""
        return all(self.sent[o] == 0 or o in self.stored or o in self.half for o in self.Number)

    @terminal
    def finished(self):
        return all(o in self.stored or o in self.given_up for o in self.Number) and len(self.half) == 0 and (
            self.outbox.empty())

    @predicate(o=Number)
    def is_stored(self, o):
        return o in self.stored

    @predicate(o=Number)
    def announced(self, o):
        return self.sent[o] > 0

    announced_in_the_end = temporal("forall o in Number: [] (is_stored(o) -> <> announced(o))")
    announced_twice = possible("any(sent[o] > 1 for o in Number) or WAY != Way.OUTBOX")
