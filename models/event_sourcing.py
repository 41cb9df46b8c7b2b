"""Event sourcing: the state is what the events add up to, at any time and from any snapshot."""

from enum import Enum

from sagacity import *
from sagacity.eda import Snapshot


class Kind(Enum):
    DEPOSITED = 1; WITHDRAWN = 2; CLOSED = 3


class EventSourcing(Model):
    """A bank account that is kept as its events: State(t) = fold(events[0..t], initial state, apply).

    Pattern: a command is checked against the state and appends an event; applying the event changes the state. The
    state can be rebuilt from all events, or from a snapshot and the events after it.
    Source: the event-driven architecture guide, section 2.2.1 (the bank account) and section 9.2, project 1
    (snapshots).

    Assumes: one writer, so appending needs no expected version (that is event_store); events are never changed.
    Guarantees: the fold over the first t events is the state as it was at time t (time travel, audit); snapshot and
    suffix give the same state as a full replay; the balance never falls below zero.
    SNAPSHOT_EARLY=True takes the snapshot between append and apply, and names the version it should not have.
    IMPURE=True applies an event with the fee of the day, so that a replay after a change of the fee gives another
    state. CHECKED=False appends a withdrawal without asking the state.
    """

    EVENTS = const(3, doc="events in the life of the account")
    AMOUNT = const(2, doc="largest amount of one event")
    SNAPSHOT_EARLY = const(False, doc="a snapshot may be taken between append and apply")
    IMPURE = const(False, doc="applying a withdrawal charges the fee of the day")
    CHECKED = const(True, doc="a withdrawal asks for the balance")

    assume(lo(EVENTS, AMOUNT) >= 1)

    MOST = EVENTS * AMOUNT + EVENTS

    Event = record(kind=Kind, amount=Int[0, AMOUNT])
    Account = record(balance=Int[-MOST, MOST], open=bool)

    events = var(Seq[Event, EVENTS], init=[])
    history = var(Seq[Account, EVENTS + 1], init=[Account(balance=0, open=True)], doc="the state after each event")
    fee = var(Int[0, 1], init=0, doc="the fee of the day, for IMPURE")
    snapshot = component(Snapshot, State=Account, length=EVENTS)

    def now(self):
        return self.history[-1]

    def apply(self, a, e):
        """The state after one event."""
        match e.kind:
            case Kind.DEPOSITED:
                return a.replace(balance=a.balance + e.amount)
            case Kind.WITHDRAWN:
                return a.replace(balance=a.balance - e.amount - (self.fee if self.IMPURE else 0))
        return a.replace(open=False)

    def fold(self, a, first, upto):
        """The state a, then the events first .. upto - 1."""
        state = a
        for e in self.events[first:upto]:
            state = self.apply(state, e)
        return state

    def idle(self):
        """Has everything that was appended been applied?"""
        return len(self.history) == len(self.events) + 1

    @fair
    @action(k=Kind, n=Int[1, AMOUNT])
    def command(self, k, n):
        require(self.idle() and self.now().open and len(self.events) < self.EVENTS)
        require(k != Kind.CLOSED or n == 1)
        require(k != Kind.WITHDRAWN or not self.CHECKED or self.now().balance >= n)
        self.events.append(self.Event(kind=k, amount=0 if k == Kind.CLOSED else n))
        note(f"{k} {n}", sender="customer", receiver="account")

    @fair
    @action
    def apply_event(self):
        require(not self.idle())
        self.history.append(self.apply(self.now(), self.events[-1]))

    @action
    def take_snapshot(self):
        require(self.idle() or self.SNAPSHOT_EARLY)
        self.snapshot.take(self.now(), len(self.events))

    @action
    def change_fee(self):
        require(self.IMPURE and self.fee == 0)
        self.fee = 1

    @invariant
    def time_travel(self):
        return all(self.fold(self.history[0], 0, t) == a for t, a in enumerate(self.history))

    @invariant
    def snapshot_and_suffix_is_full_replay(self):
        n, first = len(self.events), self.history[0]
        return self.fold(self.snapshot.restore(first), self.snapshot.version, n) == self.fold(first, 0, n)

    @invariant
    def never_overdrawn(self):
        return all(a.balance >= 0 for a in self.history)

    @terminal
    def over(self):
        return self.idle() and (len(self.events) == self.EVENTS or not self.now().open)

    @predicate
    def appended(self):
        return not self.idle()

    applied_in_the_end = temporal("[] (appended -> <> !appended)")
    closed = possible("not now().open")
