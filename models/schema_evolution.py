"""Schema evolution: producers and consumers are upgraded in any order, and old events stay in the log."""

from enum import Enum

from sagacity import *


class Change(Enum):
    ADD_WITH_DEFAULT = 1; ADD_REQUIRED = 2; REMOVE = 3


class Outcome(Enum):
    UNREAD = 1; READ = 2; BROKEN = 3


class SchemaEvolution(Model):
    """Version 2 of an event changes one field (the currency); nobody upgrades everybody at once.

    Pattern: an event carries its version; a consumer ignores fields that it does not know and has a default for
    fields that an old event does not have (the guide's handle_order_created: version 1 means USD).
    Source: the event-driven architecture guide, section 7.1 (versions of events).

    Assumes: the log keeps old events; consumers read it in order and are upgraded while they read.
    Guarantees with CHANGE=ADD_WITH_DEFAULT: every consumer reads every event, whatever the order of the upgrades.
    CHANGE=ADD_REQUIRED: a new consumer breaks on an old event (not backward compatible). CHANGE=REMOVE: an old consumer
    breaks on a new event (not forward compatible), unless CONSUMERS_FIRST. IGNORE_UNKNOWN=False: a strict old
    consumer breaks on any new field.
    """

    EVENTS = const(3, doc="events in the log")
    CONSUMERS = const(2, doc="consumers")
    CHANGE = const(Change.ADD_WITH_DEFAULT, doc="what version 2 does to the field")
    IGNORE_UNKNOWN = const(True, doc="a consumer ignores a field that it does not know")
    CONSUMERS_FIRST = const(False, doc="the producer is upgraded after every consumer")

    assume(lo(EVENTS, CONSUMERS) >= 1)

    Version = Int[1, 2]
    Consumer = Int[1, CONSUMERS]
    Event = record(version=Version, field=bool)

    producer = var(Version, init=1)
    version = var(Map[Consumer, Version], init=1)
    log = var(Seq[Event, EVENTS], init=[])
    position = var(Map[Consumer, Int[0, EVENTS]], init=0)
    last = var(Map[Consumer, Outcome], init=Outcome.UNREAD, doc="how the last event was read")

    @fair
    @action
    def upgrade_producer(self):
        require(self.producer == 1)
        require(not self.CONSUMERS_FIRST or all(self.version[c] == 2 for c in self.Consumer))
        self.producer = 2

    @fair
    @action(c=Consumer)
    def upgrade_consumer(self, c):
        require(self.version[c] == 1)
        self.version[c] = 2

    @fair
    @action
    def publish(self):
        require(len(self.log) < self.EVENTS)
        has_field = (self.producer == 1) == (self.CHANGE == Change.REMOVE)
        self.log.append(self.Event(version=self.producer, field=has_field))
        note(f"event of version {self.producer}", sender="producer", receiver="log")

    def readable(self, v, e):
        """Can code of version v read the event?"""
        match self.CHANGE:
            case Change.ADD_WITH_DEFAULT:
                return v == 2 or not e.field or self.IGNORE_UNKNOWN
            case Change.ADD_REQUIRED:
                return e.field if v == 2 else (not e.field or self.IGNORE_UNKNOWN)
        return e.field if v == 1 else (not e.field or self.IGNORE_UNKNOWN)

    @fair
    @action(c=Consumer)
    def read(self, c):
        require(self.last[c] != Outcome.BROKEN and self.position[c] < len(self.log))
        e = self.log[self.position[c]]
        if self.readable(self.version[c], e):
            self.position[c] += 1
            self.last[c] = Outcome.READ
        else:
            self.last[c] = Outcome.BROKEN
        note(f"version {e.version} read by version {self.version[c]}", sender="log", receiver=c)

    @invariant
    def nobody_breaks(self):
        return all(self.last[c] != Outcome.BROKEN for c in self.Consumer)

    @terminal
    def all_read(self):
        return all(self.position[c] == self.EVENTS or self.last[c] == Outcome.BROKEN for c in self.Consumer)

    @predicate(c=Consumer)
    def through(self, c):
        return self.position[c] == self.EVENTS

    all_is_read = temporal("forall c in Consumer: <> through(c)")
    old_reads_new = possible("CONSUMERS_FIRST or any(version[c] == 1 and position[c] > 0 "
                             "and log[position[c] - 1].version == 2 for c in Consumer)")
