"""Publish and subscribe: what a subscriber misses while it is away, with and without a log."""

from enum import Enum

from sagacity import *


class Broker(Enum):
    PLAIN = 1; LOG = 2


class Subscriber(Enum):
    MAIL = 1; STOCK = 2


class PubSub(Model):
    """Subscribers come and go; the producer publishes without knowing them.

    Pattern: a plain broker hands an event to whoever is connected and forgets it; a log keeps it, and each subscriber
    has a position in the log at which it resumes, and to which it can be set back (replay).
    Source: the event-driven architecture guide, section 1.2 (event-driven against plain publish-subscribe:
    persistence, event sourcing, fault isolation).

    Assumes: one topic; a subscriber that fails keeps what it has processed (unless it LOSES_STATE) and may come back.
    Guarantees, with a log: a subscriber that was away misses nothing; it can rebuild its state from the beginning; the
    producer and the other subscribers go on while one is away (temporal decoupling and fault isolation).
    BROKER=PLAIN: what is published while a subscriber is away is missed. RETENTION below EVENTS: the log forgets what
    nobody has read yet, and a replay finds a gap. BACKPRESSURE=True: the producer waits for every subscriber, and one
    that stays away stops everybody: `isolation` is out of reach, and nothing makes the producer go on.
    """

    EVENTS = const(3, doc="events published")
    ABSENCES = const(1, doc="times that a subscriber goes away")
    BROKER = const(Broker.LOG, doc="whether the broker keeps events")
    RETENTION = const(3, doc="events that the log keeps")
    BACKPRESSURE = const(False, doc="publishing waits until every subscriber has read the event before")
    LOSES_STATE = const(False, doc="a subscriber that goes away loses its state and replays the log")

    assume(RETENTION >= 1)

    Count = Int[0, EVENTS]

    published = var(Count, init=0)
    first = var(Count, init=0, doc="number of the oldest event that the log still has")
    position = var(Map[Subscriber, Count], init=0, doc="number of the next event to read")
    seen = var(Map[Subscriber, Set[Int[0, EVENTS - 1]]], init=set())
    here = var(Map[Subscriber, bool], init=True)
    absences = var(Int[0, ABSENCES], init=0)

    @fair
    @action
    def publish(self):
        require(self.published < self.EVENTS)
        require(not self.BACKPRESSURE or all(self.position[s] == self.published for s in Subscriber))
        self.published += 1
        note(f"event {self.published - 1}", sender="producer", receiver="broker")
        if self.BROKER == Broker.PLAIN:
            for s in Subscriber:
                if not self.here[s]:
                    self.position[s] = self.published
        self.first = max(self.first, self.published - self.RETENTION)

    @fair
    @action(s=Subscriber)
    def read(self, s):
        require(self.here[s] and self.position[s] < self.published)
        i = max(self.position[s], self.first)
        self.seen[s].add(i)
        self.position[s] = i + 1
        note(f"event {i}", sender="broker", receiver=s)

    @action(s=Subscriber)
    def go_away(self, s):
        require(self.here[s] and self.absences < self.ABSENCES)
        self.here[s] = False
        self.absences += 1
        if self.LOSES_STATE:
            self.seen[s] = set()
            self.position[s] = 0 if self.BROKER == Broker.LOG else self.published

    @action(s=Subscriber)
    def come_back(self, s):
        require(not self.here[s])
        self.here[s] = True

    @invariant
    def nothing_is_missed(self):
        """Whatever lies before a subscriber's position was seen by it."""
        return all(i in self.seen[s] for s in Subscriber for i in range(self.position[s]))

    @terminal
    def all_published(self):
        """A subscriber may stay away for ever; the others have read everything."""
        return self.published == self.EVENTS and all(
            self.position[s] == self.EVENTS or not self.here[s] for s in Subscriber)

    @predicate
    def through(self):
        return self.published == self.EVENTS

    @predicate(s=Subscriber)
    def complete(self, s):
        return len(self.seen[s]) == self.EVENTS

    @predicate(s=Subscriber)
    def absent(self, s):
        """Away, and it has seen nothing."""
        return not self.here[s] and len(self.seen[s]) == 0

    the_producer_goes_on = temporal("<> through")
    isolation = possible("any(complete(s) for s in Subscriber) and any(absent(s) for s in Subscriber)")
    returned = possible("absences > 0 and all(complete(s) for s in Subscriber)")
