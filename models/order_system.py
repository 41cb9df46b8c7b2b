"""The order system of the guide: six services on one topic, each reacting to the events of the others."""

from enum import Enum

from sagacity import *
from sagacity.eda import Topic


class Service(Enum):
    ORDERS = 1; INVENTORY = 2; PAYMENTS = 3; WAREHOUSE = 4; EMAIL = 5; ANALYTICS = 6


class Kind(Enum):
    ORDER_CREATED = 1; INVENTORY_RESERVED = 2; PAYMENT_PROCESSED = 3; ORDER_SHIPPED = 4; ORDER_COMPLETED = 5


class Effect(Enum):
    CHARGED = 1; PICKED = 2; CONFIRMATION = 3; TRACKING = 4; COUNTED = 5


class OrderSystem(Model):
    """OrderCreated, InventoryReserved, PaymentProcessed, OrderShipped, OrderCompleted, all on the topic order-events.

    Pattern: each service is a consumer group of its own; it handles the records that concern it, in the order of their
    partition, skips the others, and publishes the next event of the order. E-mail (confirmation, tracking), warehouse
    (picking, shipping) and analytics read the same records at their own pace. The key is the order, so all events of
    an order stand in one partition.
    Source: the event-driven architecture guide, section 6.1 (architecture), 6.2 (event flow), 8.2 (order of events).

    Assumes: a service's effect, its offset and the event it publishes are stored together, but a rebalance or a crash
    may bring the last record back, COPIES times in all; the broker loses nothing.
    Guarantees: the log has the five events of an order in the order of the flow, each once; nobody is charged, picked
    for, mailed or counted twice; the tracking mail does not overtake the confirmation; every order completes if the
    services keep running.
    IDEMPOTENT=False: what comes back is done again: a second mail, a second charge, a second event. KEYED=False: events
    are spread over the partitions by kind, and the tracking mail may come first. RUNNING=False: an order may wait for ever.
    """

    ORDERS = const(1, doc="orders")
    COPIES = const(1, doc="records that come back to a service, in all")
    PARTITIONS = const(2, doc="partitions of the topic")
    IDEMPOTENT = const(True, doc="a service recognises what it has handled")
    KEYED = const(True, doc="the key of a record is its order")
    RUNNING = const(True, doc="the services keep running (weak fairness)")

    assume(lo(ORDERS, PARTITIONS) >= 1)

    Order = Int[0, ORDERS - 1]
    Partition = Int[0, PARTITIONS - 1]
    Record = record(kind=Kind, order=Order)
    LENGTH = 5 * ORDERS * (1 + COPIES)

    topic = component(Topic, Item=Record, Group=Service, partitions=PARTITIONS, length=LENGTH)
    done = var(Map[Effect, Map[Order, Int[0, 2]]], init=0, doc="how often each effect was had; 2: more than once")
    handled = var(Map[Service, Set[Record]], init=set(), doc="what each service remembers")
    placed_ = var(Set[Order], init=set(), doc="orders that were placed")
    copies = var(Int[0, COPIES], init=0)
    overtaken = var(bool, init=False, doc="was a tracking mail sent before the confirmation?")

    def concerns(self, s, kind):
        match s:
            case Service.ORDERS:
                return kind == Kind.ORDER_SHIPPED
            case Service.WAREHOUSE:
                return kind in (Kind.INVENTORY_RESERVED, Kind.PAYMENT_PROCESSED)
            case Service.EMAIL:
                return kind in (Kind.ORDER_CREATED, Kind.ORDER_SHIPPED)
        return (s, kind) in ((Service.INVENTORY, Kind.ORDER_CREATED), (Service.PAYMENTS, Kind.INVENTORY_RESERVED),
                             (Service.ANALYTICS, Kind.ORDER_COMPLETED))

    def publish(self, s, kind, o):
        key = o if self.KEYED else 0 if kind in (Kind.ORDER_CREATED, Kind.PAYMENT_PROCESSED) else 1
        self.topic.produce(key % self.PARTITIONS, self.Record(kind=kind, order=o))
        note(f"{kind} {o}", sender=s, receiver="topic")

    def effect(self, s, e, o):
        self.done[e][o] = min(self.done[e][o] + 1, 2)
        note(f"{e} {o}", sender="topic", receiver=s)

    def react(self, s, kind, o):
        match s:
            case Service.ORDERS:
                self.publish(s, Kind.ORDER_COMPLETED, o)
            case Service.INVENTORY:
                self.publish(s, Kind.INVENTORY_RESERVED, o)
            case Service.PAYMENTS:
                self.effect(s, Effect.CHARGED, o)
                self.publish(s, Kind.PAYMENT_PROCESSED, o)
            case Service.WAREHOUSE:
                if kind == Kind.INVENTORY_RESERVED:
                    self.effect(s, Effect.PICKED, o)
                else:
                    self.publish(s, Kind.ORDER_SHIPPED, o)
            case Service.EMAIL:
                if kind == Kind.ORDER_SHIPPED:
                    self.overtaken = self.overtaken or self.done[Effect.CONFIRMATION][o] == 0
                self.effect(s, Effect.CONFIRMATION if kind == Kind.ORDER_CREATED else Effect.TRACKING, o)
            case Service.ANALYTICS:
                self.effect(s, Effect.COUNTED, o)

    @action(o=Order)
    def place(self, o):
        require(o not in self.placed_)
        self.placed_.add(o)
        self.publish(Service.ORDERS, Kind.ORDER_CREATED, o)

    @fair(when=RUNNING)
    @action(s=Service, p=Partition)
    def handle(self, s, p):
        """The next record of a partition that concerns the service; those before it are skipped."""
        waiting = [r.value for r in self.topic.log[p][self.topic.position[s][p]:] if self.concerns(s, r.value.kind)]
        require(len(waiting) > 0)
        for _ in range(self.LENGTH):
            r = self.topic.poll(s, p)
            if r.value == waiting[0]:
                break
        self.topic.commit(s, p, self.topic.position[s][p])
        if not self.IDEMPOTENT or waiting[0] not in self.handled[s]:
            if self.IDEMPOTENT:
                self.handled[s].add(waiting[0])
            self.react(s, waiting[0].kind, waiting[0].order)

    @action(s=Service, p=Partition)
    def come_back(self, s, p):
        """A rebalance or a crash: the last record of the service was not committed, and is delivered again."""
        require(self.copies < self.COPIES and self.topic.committed[s][p] > 0)
        self.copies += 1
        self.topic.commit(s, p, self.topic.committed[s][p] - 1)
        self.topic.rewind(s, p)

    @invariant
    def done_once(self):
        return all(self.done[e][o] <= 1 for e in Effect for o in self.Order)

    @invariant
    def flow(self):
        """The events of an order stand in the log at most once, in each partition in the order of the flow."""
        return all(len(found) == len(set(found)) and found == sorted(found) for o in self.Order for p in self.Partition
                   for found in [[r.value.kind for r in self.topic.log[p] if r.value.order == o]])

    @invariant
    def confirmation_comes_first(self):
        return not self.overtaken

    @terminal
    def at_rest(self):
        return all(self.completed(o) or o not in self.placed_ for o in self.Order)

    @predicate(o=Order)
    def placed(self, o):
        return o in self.placed_

    @predicate(o=Order)
    def completed(self, o):
        """The order is through, everybody has been told, and it was counted."""
        return all(self.done[e][o] > 0 for e in Effect)

    completes = temporal("forall o in Order: [] (placed(o) -> <> completed(o))")
