"""Causal broadcast: an effect is never delivered before its cause, at any process."""

from enum import Enum

from sagacity import *
from sagacity.eda import VectorClock


class Order(Enum):
    CAUSAL = 1; FIFO = 2; NONE = 3


class CausalDelivery(Model):
    """Every process broadcasts; a receiver delays an event until everything that its sender knew of is delivered.

    Pattern: an event carries the vector clock of its sender; a receiver delivers it when it is the sender's next one
    and the receiver has delivered everything else that the vector counts (Birman, Schiper and Stephenson 1991).
    Source: the event-driven architecture guide, section 4.1 (EventOrdering) and section 8.2 (version vectors).
    tla/seed holds the guide's specification as written and as corrected; its property speaks of timestamps only and
    cannot see a delivery in the wrong order, which is why `causes_first` is stated of deliveries.

    Assumes: the network loses nothing and repeats nothing; it may delay any message for any time.
    Guarantees: causes_first, in_order_of_each_sender; every event is delivered everywhere if deliveries are not
    held up for ever. ORDER=FIFO keeps the order of each sender and yet delivers an answer before the question;
    ORDER=NONE keeps nothing.
    """

    PROCESSES = const(3, doc="processes")
    EVENTS = const(1, doc="broadcasts of each process")
    ORDER = const(Order.CAUSAL, doc="what a receiver waits for")

    assume(lo(PROCESSES - 1, EVENTS) >= 1)

    Process = Int[1, PROCESSES]
    Number = Int[1, EVENTS]
    Event = Tuple[Process, Number]
    Vector = Map[Process, Int[0, EVENTS]]

    vc = component(VectorClock, Process=Process, limit=EVENTS)
    sent = var(Map[Process, Int[0, EVENTS]], init=0)
    stamp = var(Map[Event, Vector], init=0)
    past = var(Map[Event, Set[Event]], init=set(), doc="what the sender had delivered: the causes")
    delivered = var(Map[Process, Set[Event]], init=set())

    @action(p=Process)
    def broadcast(self, p):
        require(self.sent[p] < self.EVENTS)
        self.sent[p] += 1
        self.vc.tick(p)
        e = (p, self.sent[p])
        self.stamp[e] = self.vc.clock[p]
        self.past[e] = self.delivered[p]
        self.delivered[p].add(e)
        note(f"event {self.sent[p]}", sender=p, receiver="everybody")

    def may_deliver(self, p, e):
        match self.ORDER:
            case Order.CAUSAL:
                return self.vc.next_from(p, e[0], self.stamp[e])
            case Order.FIFO:
                return e[1] == 1 or (e[0], e[1] - 1) in self.delivered[p]
        return True

    @fair
    @action(p=Process, e=Event)
    def deliver(self, p, e):
        require(e[1] <= self.sent[e[0]] and e not in self.delivered[p])
        require(self.may_deliver(p, e))
        self.vc.merge(p, self.stamp[e])
        self.delivered[p].add(e)
        note(f"event {e[1]} of {e[0]}", sender=e[0], receiver=p)

    @invariant
    def causes_first(self):
        return all(self.past[e] <= self.delivered[p] for p in self.Process for e in self.delivered[p])

    @invariant
    def in_order_of_each_sender(self):
        return all((e[0], n) in self.delivered[p]
                   for p in self.Process for e in self.delivered[p] for n in range(1, e[1]))

    @terminal
    def all_delivered(self):
        return all(len(self.delivered[p]) == self.PROCESSES * self.EVENTS for p in self.Process)

    @predicate(e=Event)
    def published(self, e):
        return e[1] <= self.sent[e[0]]

    @predicate(p=Process, e=Event)
    def arrived(self, p, e):
        return e in self.delivered[p]

    delivered_everywhere = temporal("forall p in Process: forall e in Event: [] (published(e) -> <> arrived(p, e))")
