"""Publish and subscribe: what a subscriber misses while it is away, with and without a log."""

from enum import Enum

from sagacity import *
from sagacity.eda import Topic


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
    BROKER=PLAIN: what is published while a subscriber is away is missed, and a lost state cannot be rebuilt.
    RETENTION=1: the log forgets what nobody has read yet, and its start is gone when a replay wants it.
    BACKPRESSURE=True: the producer waits for every subscriber, and one that stays away stops everybody: `isolation` is
    out of reach, and nothing makes the producer go on.
    """

    EVENTS = const(3, doc="events published")
    ABSENCES = const(1, doc="times that a subscriber goes away")
    BROKER = const(Broker.LOG, doc="whether the broker keeps events")
    RETENTION = const(-1, doc="events that the log keeps at least, when it deletes older ones; -1: all")
    BACKPRESSURE = const(False, doc="publishing waits until every subscriber has read the event before")
    LOSES_STATE = const(False, doc="a subscriber that goes away loses its state and replays the log")

    assume(EVENTS >= 1)

    Event = Int[0, EVENTS - 1]

    topic = component(Topic, Item=Event, Group=Subscriber, length=EVENTS, retention=RETENTION)
    seen = var(Map[Subscriber, Set[Event]], init=set())
    had = var(Map[Subscriber, Set[Event]], init=set(), doc="what it had seen when it lost its state")
    here = var(Map[Subscriber, bool], init=True)
    absences = var(Int[0, ABSENCES], init=0)

    @fair
    @action
    def publish(self):
        n = self.topic.end(0)
        require(not self.BACKPRESSURE or all(self.topic.position[s][0] == n for s in Subscriber))
        self.topic.produce(0, n)
        note(f"event {n}", sender="producer", receiver="broker")
        if self.BROKER == Broker.PLAIN:
            for s in Subscriber:
                if not self.here[s]:
                    self.forget(s)

    def forget(self, s):
        """A plain broker has nothing for a subscriber but what is yet to come."""
        self.topic.position[s][0] = self.topic.end(0)

    @fair
    @action(s=Subscriber)
    def read(self, s):
        require(self.here[s])
        e = self.topic.poll(s, 0)
        self.seen[s].add(e.value)
        note(f"event {e.value}", sender="broker", receiver=s)

    @action(s=Subscriber)
    def go_away(self, s):
        require(self.here[s] and self.absences < self.ABSENCES)
        self.here[s] = False
        self.absences += 1
        if self.LOSES_STATE:
            self.had[s] = self.had[s] | self.seen[s]
            self.seen[s] = set()
            if self.BROKER == Broker.LOG:
                self.topic.rewind(s, 0)
            else:
                self.forget(s)

    @action(s=Subscriber)
    def come_back(self, s):
        require(not self.here[s])
        self.here[s] = True

    @invariant
    def nothing_is_missed(self):
        """Whatever lies before a subscriber's position was seen by it."""
        return all(i in self.seen[s] for s in Subscriber for i in range(self.topic.position[s][0]))

    @invariant
    def state_is_rebuilt(self):
        """A subscriber that lost its state has seen again what it had seen, as far as it has replayed."""
        return all(i in self.seen[s] for s in Subscriber for i in self.had[s] if i < self.topic.position[s][0])

    @terminal
    def all_published(self):
        """A subscriber may stay away for ever; the others have read everything."""
        return self.through() and all(not self.topic.has_next(s, 0) or not self.here[s] for s in Subscriber)

    @predicate
    def through(self):
        return self.topic.end(0) == self.EVENTS

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
