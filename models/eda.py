"""Event-driven architecture as a tuple: events, producers, consumers, subscriptions, and what is true of events."""

from enum import Enum

from sagacity import *


class Type(Enum):
    PLACED = 1; PAID = 2


class Producer(Enum):
    SHOP = 1; BANK = 2


class Consumer(Enum):
    MAIL = 1; STOCK = 2


class Fault(Enum):
    NONE = 1; BROADCASTS = 2; FORGETS = 3; REUSES_IDS = 4; REWRITES = 5; CLOCK_GOES_BACK = 6


class Eda(Model):
    """EDA = (E, P, C, R, phi): at most EVENTS events of the types that each producer EMITS, subscriptions R, and the
    property phi that each event must come to have.

    Pattern: a producer publishes events and knows no consumer; the broker hands each event to every consumer that
    subscribed to its type. Event = (id, type, timestamp, payload, metadata); here the payload is the order, and the
    metadata name the producer. A timestamp is what the producer's own clock says.
    Source: the event-driven architecture guide, section 1.1.

    Assumes: a reliable broker; consumers subscribe before anything is published.
    Guarantees: deliveries respect R; every subscriber gets every event (never forgotten; in the end, delivered); ids
    are unique, published events immutable, timestamps monotone for each producer; phi holds of each event in the end.
    Each FAULT breaks the guarantee that its name suggests.
    """

    EVENTS = const(3, doc="events that may be published")
    CLOCK = const(1, doc="highest time of a producer's clock")
    EMITS = const(frozenset({(Producer.SHOP, Type.PLACED), (Producer.BANK, Type.PAID)}), doc="P: who publishes what")
    R = const(frozenset({(Type.PLACED, Consumer.MAIL), (Type.PLACED, Consumer.STOCK), (Type.PAID, Consumer.MAIL)}),
              doc="the subscriptions")
    FAULT = const(Fault.NONE, doc="a fault of the broker or of a producer")

    assume(lo(EVENTS, CLOCK) >= 1)

    Number = Int[0, EVENTS - 1]
    Time = Int[0, CLOCK]
    Event = record(id=Number, type=Type, timestamp=Time, producer=Producer)

    log = var(Seq[Event, EVENTS], init=[], doc="E: what has been published")
    clock = var(Map[Producer, Time], init=0)
    pending = var(Map[Consumer, Set[Event]], init=set(), doc="to be delivered")
    delivered = var(Map[Consumer, Set[Event]], init=set())

    @action(p=Producer)
    def tick(self, p):
        require(self.clock[p] < self.CLOCK)
        self.clock[p] += 1

    @action(p=Producer)
    def set_back(self, p):
        """A correction of the clock, as NTP may make one."""
        require(self.FAULT == Fault.CLOCK_GOES_BACK and self.clock[p] > 0)
        self.clock[p] = 0

    @action(p=Producer, t=Type)
    def publish(self, p, t):
        require((p, t) in self.EMITS and len(self.log) < self.EVENTS)
        number = len([e for e in self.log if e.producer == p]) if self.FAULT == Fault.REUSES_IDS else len(self.log)
        e = self.Event(id=number, type=t, timestamp=self.clock[p], producer=p)
        self.log.append(e)
        for c in Consumer:
            left_out = self.FAULT == Fault.FORGETS and c == Consumer.STOCK and len(self.pending[c]) > 0
            if ((t, c) in self.R or self.FAULT == Fault.BROADCASTS) and not left_out:
                self.pending[c].add(e)
        note(f"{t} number {number}", sender=p, receiver="broker")

    @action(i=Number)
    def rewrite(self, i):
        """Somebody corrects a published event, instead of publishing another one."""
        require(self.FAULT == Fault.REWRITES and i < len(self.log) and self.log[i].type == Type.PLACED)
        self.log[i].type = Type.PAID

    @fair
    @action(c=Consumer, e=Event)
    def deliver(self, c, e):
        require(e in self.pending[c])
        self.pending[c].remove(e)
        self.delivered[c].add(e)
        note(f"{e.type} number {e.id}", sender="broker", receiver=c)

    @invariant
    def delivery_respects_the_subscriptions(self):
        return all((e.type, c) in self.R for c in Consumer for e in self.delivered[c])

    @invariant
    def no_subscriber_is_forgotten(self):
        return all(e in self.pending[c] or e in self.delivered[c]
                   for e in self.log for c in Consumer if (e.type, c) in self.R)

    @invariant
    def ids_are_unique(self):
        return len({e.id for e in self.log}) == len(self.log)

    @invariant
    def timestamps_are_monotone(self):
        return all(a.timestamp <= b.timestamp
                   for i, a in enumerate(self.log) for b in self.log[i:] if a.producer == b.producer)

    @step_invariant
    def events_are_immutable(self, old):
        return self.log[:len(old.log)] == old.log

    @terminal
    def quiet(self):
        return len(self.log) == self.EVENTS and all(len(self.pending[c]) == 0 for c in Consumer)

    @predicate(i=Number)
    def published(self, i):
        return i < len(self.log)

    @predicate(i=Number)
    def phi(self, i):
        """What must come true of an event, by its type: an order reaches everybody, a payment is announced by mail."""
        return i < len(self.log) and (
            all(self.log[i] in self.delivered[c] for c in Consumer if (self.log[i].type, c) in self.R)
            if self.log[i].type == Type.PLACED else self.log[i] in self.delivered[Consumer.MAIL])

    phi_comes_true = temporal("forall i in Number: [] (published(i) -> <> phi(i))")
