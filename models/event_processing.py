"""Producer and consumers of three kinds of event: who waits for whom, and when does everybody wait for ever?"""

from enum import Enum

from sagacity import *
from sagacity.eda import Channel


class Event(Enum):
    ORDER_CREATED = 1; PAYMENT_PROCESSED = 2; ORDER_SHIPPED = 3


class Consumer(Enum):
    ONE = 1; TWO = 2


class Wiring(Enum):
    NONE = 1; HANDSHAKE = 2; CHANNEL = 3


class EventProcessing(Model):
    """One producer and two consumers; a consumer that took an ORDER_CREATED takes nothing but a PAYMENT_PROCESSED next.

    Pattern: the processes of the document's mCRL2 specification, decoupled by a channel that keeps the order, and a
    producer that follows the order of the business.
    Source: the event-driven architecture guide, section 4.2; mcrl2/seed has the specification as written and as
    corrected, and what the mCRL2 tools say of each: the same counts as here.

    Assumes: the channel loses nothing; each consumer takes what it may if it can for ever (weak fairness).
    Guarantees: what is consumed was produced; no deadlock; whatever stands in the channel is consumed.
    WIRING=NONE is the specification as written: nobody synchronises, so a consumer takes an event that nobody
    produced, and the absence of deadlocks says nothing. ORDERED=False lets the producer send anything at any time:
    both consumers wait for a payment behind another event, and a larger channel (CAPACITY) only postpones it.
    WIRING=HANDSHAKE hands each event over in the step that produces it; then the order does not matter.
    RUNNING=False: without fairness an event may stand in the channel for ever.
    """

    CAPACITY = const(2, doc="events that the channel holds")
    ORDERED = const(True, doc="the producer keeps to the order of the business")
    WIRING = const(Wiring.CHANNEL, doc="how events get from the producer to the consumers")
    RUNNING = const(True, doc="the consumers keep running (weak fairness)")

    assume(CAPACITY >= 1)

    channel = component(Channel, Item=Event, capacity=CAPACITY)
    turn = var(Event, init=Event.ORDER_CREATED, doc="what an ordered producer sends next")
    waiting = var(Map[Consumer, bool], init=False, doc="does a consumer wait for a payment?")

    def produced_in_turn(self, e):
        require(not self.ORDERED or e == self.turn)
        if self.ORDERED:
            match e:
                case Event.ORDER_CREATED:
                    self.turn = Event.PAYMENT_PROCESSED
                case Event.PAYMENT_PROCESSED:
                    self.turn = Event.ORDER_SHIPPED
                case Event.ORDER_SHIPPED:
                    self.turn = Event.ORDER_CREATED

    def taken(self, c, e):
        require(not self.waiting[c] or e == Event.PAYMENT_PROCESSED)
        self.waiting[c] = e == Event.ORDER_CREATED

    @action(e=Event)
    def produce(self, e):
        require(self.WIRING != Wiring.HANDSHAKE)
        self.produced_in_turn(e)
        if self.WIRING == Wiring.CHANNEL:
            self.channel.send(e)
        note(f"{e}", sender="producer", receiver="channel")

    @fair(when=RUNNING)
    @action(c=Consumer, e=Event)
    def consume(self, c, e):
        require(self.WIRING != Wiring.HANDSHAKE)
        if self.WIRING == Wiring.CHANNEL:
            head = self.channel.receive()
            require(head == e)
        self.taken(c, e)
        note(f"{e}", sender="channel", receiver=c)

    @action(c=Consumer, e=Event)
    def hand_over(self, c, e):
        require(self.WIRING == Wiring.HANDSHAKE)
        self.produced_in_turn(e)
        self.taken(c, e)
        note(f"{e}", sender="producer", receiver=c)

    @step_invariant
    def consumed_was_produced(self, old):
        """Who begins to wait has taken an order that stood at the head of the channel, or was handed over."""
        began = any(self.waiting[c] and not old.waiting[c] for c in Consumer)
        return not began or self.WIRING == Wiring.HANDSHAKE or (
            len(old.channel.queue) > 0 and old.channel.queue[0] == Event.ORDER_CREATED)

    @predicate(e=Event)
    def stands(self, e):
        """Is such an event in the channel?"""
        return e in self.channel.queue

    consumed = temporal("forall e in Event: [] (stands(e) -> <> not stands(e))")
    both_wait = possible("all(waiting[c] for c in Consumer)")
