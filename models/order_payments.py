"""Can an order be charged twice? Topic with acks=all, PostgreSQL outbox, two consumers, Redis dedupe with a TTL.

Pattern: an order and its event are stored in one transaction; a relay publishes the event; one of two consumers polls
it, sees in Redis whether it was handled already, charges, and commits the offset by hand.
Source: the event-driven architecture guide, sections 2.1.1 (Kafka) and 7.2 (idempotency by a set with a TTL).

Assumes: the topic and the tables keep what they have; the relay may restart between publishing and marking, so that it
publishes again; a consumer may die or be slow and be taken for dead, so that another one starts at the committed offset
(FAILURES of each kind); whatever comes again comes within REDELIVERY ticks.
Guarantees: each order is charged exactly once if the id is stored together with the charge (CLAIM=WITH_CHARGE) and kept
for longer than it takes to come again (TTL > REDELIVERY). "Together" is one step: the idempotency key of the payment
provider, which has a TTL of its own (Stripe may forget it after 24 hours), a row in the transaction of the payment, or
a Redis script where Redis holds the money too.

A Redis store *beside* the charge cannot give both halves of that. AFTER_CHARGE, the usual code: charged, failed before
the id was stored, charged again. BEFORE_CHARGE (SET NX): never twice, but who fails in between leaves an id without a
charge, and every later copy is turned away. TTL=2, no longer than the redelivery: forgotten and charged again, however
the id got there; EVICTIONS=1, an id evicted or lost in a failover, is the same. COMMIT_FIRST=True: committed, dead, not
charged. acks=all is LOSSES=0: with LOSSES=1 an unclean leader election takes a record whose row is deleted already,
and the order is never charged.
"""
from enum import Enum

from sagacity import *
from sagacity.eda import ConsumerGroup, DedupeStore, Outbox


class Claim(Enum):
    WITH_CHARGE = 1; BEFORE_CHARGE = 2; AFTER_CHARGE = 3


class OrderPayments(Model):
    """Orders reach two payment consumers at least once; a dedupe store with a TTL shall keep each charge single."""

    ORDERS = const(1, doc="orders")
    FAILURES = const(1, doc="restarts of the relay; and as many rebalances, because a consumer is dead or slow")
    REDELIVERY = const(2, doc="ticks within which everything comes that comes again")
    TTL = const(3, doc="ticks that Redis keeps an id; 0: for ever, as a table in PostgreSQL does")
    CLAIM = const(Claim.WITH_CHARGE, doc="when the id is stored")
    COMMIT_FIRST = const(False, doc="the offset is committed when the order is polled")
    EVICTIONS = const(0, doc="ids that Redis loses before their time")
    LOSSES = const(0, doc="records that the topic loses; acks=all: none")

    Order = Int[1, ORDERS]
    Consumer = Int[1, 2]

    outbox = component(Outbox, Item=Order, length=ORDERS, restarts=FAILURES)
    topic = component(ConsumerGroup, Item=Order, Member=Consumer, length=ORDERS + FAILURES, steps=2,
                      rebalances=FAILURES, commit_first=COMMIT_FIRST, truncations=LOSSES)
    redis = component(DedupeStore, Key=Order, ttl=TTL, ticks=REDELIVERY, losses=EVICTIONS)
    charges = var(Map[Order, Int[0, 2]], init=0, doc="2: twice or more often")

    @action
    def place(self):
        self.outbox.write(self.outbox.drawn + 1)

    @fair
    @action
    def relay(self):
        o = self.outbox.fetch()
        self.topic.produce(o)

    def charge(self, c, o):
        self.charges[o] = min(self.charges[o] + 1, 2)
        note(f"charge order {o}", sender=c, receiver="bank")

    @fair
    @action(c=Consumer)
    def handle(self, c):
        o = self.topic.item(c, 0)
        new = not self.redis.has(o)
        if new and self.CLAIM != Claim.AFTER_CHARGE:
            self.redis.put(o)           # look and put are one step: SET NX
        if new and self.CLAIM != Claim.BEFORE_CHARGE:
            self.charge(c, o)
        self.topic.go_on(c, 1 if new and self.CLAIM != Claim.WITH_CHARGE else 2)

    @fair
    @action(c=Consumer)
    def finish(self, c):
        o = self.topic.item(c, 1)
        if self.CLAIM == Claim.BEFORE_CHARGE:
            self.charge(c, o)
        else:
            self.redis.put(o)
        self.topic.done(c)

    @invariant
    def charged_once(self):
        return all(self.charges[o] <= 1 for o in self.Order)

    @terminal
    def all_charged(self):
        return self.outbox.drawn == self.ORDERS and all(self.charges[o] > 0 for o in self.Order)

    charged_in_the_end = temporal("forall o in Order: [] ((outbox.drawn >= o) -> <> (charges[o] > 0))")
