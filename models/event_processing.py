"""Competing consumers of one queue of events: who waits for what, and who deadlocks?"""

from enum import Enum

from sagacity import *
from sagacity.eda import Channel


class Event(Enum):
    ORDER_CREATED = 1; PAYMENT_PROCESSED = 2; ORDER_SHIPPED = 3


class Link(Enum):
    NONE = 1; HANDSHAKE = 2; CHANNEL = 3


class EventProcessing(Model):
    """A producer, and consumers of which each takes nothing but a PaymentProcessed after an OrderCreated.

    Pattern: competing consumers, where a step of one waits for a particular event. They are linked in three ways.
    NONE: the process of the document with its syntax error mended, where production and consumption never meet;
    HANDSHAKE: an event is consumed in the step in which it is produced; CHANNEL: first in, first out.
    Source: the event-driven architecture guide, section 4.2 (mCRL2). mcrl2/seed has its process as written and each
    correction; states, transitions and deadlocks of mCRL2 are those of the configurations here.

    Assumes: nothing is lost or repeated; who waits for a payment leaves every other event where it is.
    Guarantees with a channel and a producer that keeps to the order of the business: no deadlock; nothing is consumed
    before it was produced; what has come to the head of the channel is consumed, and nobody waits for ever.
    ORDERED=False: deadlock. Every consumer waits for a payment, and the head of the channel is another event; a larger
    channel only postpones it. LINK=NONE: no deadlock, but events are consumed that nobody produced, so that
    the absence of deadlocks says nothing. LINK=HANDSHAKE needs no order: the producer offers every event at any time.
    STRONG=False: the payments always go to the consumer that does not wait for one, and the other starves.
    RUNNING=False: an event may stay for ever.
    """

    LINK = const(Link.CHANNEL, doc="how an event gets from the producer to a consumer")
    CONSUMERS = const(2, doc="consumers that compete for the events")
    CAPACITY = const(2, doc="events in the channel at once")
    ORDERED = const(True, doc="the producer keeps to the order of the business: created, paid, shipped, created, ...")
    RUNNING = const(True, doc="producer and consumers keep running (weak fairness)")
    STRONG = const(True, doc="a consumer that is free to take an event again and again takes it (strong fairness)")

    assume(lo(CAPACITY, CONSUMERS) >= 1)

    Consumer = Int[1, CONSUMERS]

    channel = component(Channel, Item=Event, capacity=CAPACITY)
    next = var(Event, init=Event.ORDER_CREATED, doc="what an ordered producer produces next")
    waiting = var(Map[Consumer, bool], init=False, doc="for a payment")

    @fair(when=RUNNING, each=False)
    @action(e=Event)
    def produce(self, e):
        require(self.LINK != Link.HANDSHAKE and (e == self.next or not self.ORDERED))
        if self.ORDERED:
            match e:
                case Event.ORDER_CREATED:
                    self.next = Event.PAYMENT_PROCESSED
                case Event.PAYMENT_PROCESSED:
                    self.next = Event.ORDER_SHIPPED
                case Event.ORDER_SHIPPED:
                    self.next = Event.ORDER_CREATED
        if self.LINK == Link.CHANNEL:
            self.channel.send(e)
        note(f"{e}", sender="producer", receiver="channel")

    @fair(when=RUNNING, each=False)
    @action(c=Consumer, e=Event)
    def consume(self, c, e):
        require(e == Event.PAYMENT_PROCESSED or not self.waiting[c])
        if self.LINK == Link.CHANNEL:
            head = self.channel.receive()
            require(e == head)
        self.waiting[c] = e == Event.ORDER_CREATED
        note(f"{e}", sender="channel", receiver=f"consumer {c}")

    strong_fair(consume, by="c", when=STRONG)

    @step_invariant
    def consumes_what_was_produced(self, old):
        """Who begins to wait took an OrderCreated from the head of the channel, who ends a PaymentProcessed."""
        took = {c: Event.ORDER_CREATED if self.waiting[c] else Event.PAYMENT_PROCESSED for c in self.Consumer}
        return self.LINK == Link.HANDSHAKE or all(
            old.channel.queue[:1] == [took[c]] for c in self.Consumer if self.waiting[c] != old.waiting[c])

    @predicate(e=Event)
    def at_head(self, e):
        return self.channel.queue[:1] == [e]

    @predicate(c=Consumer)
    def waits(self, c):
        return self.waiting[c]

    consumed_in_the_end = temporal("forall e in Event: [] (at_head(e) -> <> exists c in Consumer: <consume(c, e)>)")
    nobody_waits_for_ever = temporal("forall c in Consumer: [] (waits(c) -> <> !waits(c))")
    both_wait = possible("all(waiting[c] for c in Consumer)")
