"""Order saga by choreography: services react to events, and undo their work by compensating events."""

from enum import Enum

from sagacity import *
from sagacity.eda import Bus


class Status(Enum):
    NEW = 1; PENDING = 2; COMPLETED = 3; CANCELLED = 4


class Stock(Enum):
    NONE = 1; RESERVED = 2; REFUSED = 3; RELEASED = 4; SHIPPED = 5


class Payment(Enum):
    NONE = 1; PAID = 2; DECLINED = 3


class Service(Enum):
    ORDERS = 1; INVENTORY = 2; PAYMENTS = 3


class Kind(Enum):
    ORDER_CREATED = 1; STOCK_RESERVED = 2; STOCK_REFUSED = 3; PAYMENT_DONE = 4; PAYMENT_FAILED = 5
    STOCK_RELEASED = 6; SHIPPED = 7


class Choreography(Model):
    """Order saga by choreography, over an at-least-once bus.

    Pattern: no coordinator; each service consumes one event, does one local transaction and publishes the next
    event. OrderCreated, StockReserved, PaymentDone, Shipped leads to COMPLETED; on PaymentFailed the stock is
    released by a compensating event before the order is CANCELLED.
    Source: the event-driven architecture guide, section 6.3 (Saga, choreography) and section 9.2, project 2.
    Assumes: a service commits its own state, the acknowledgement and the next event in one step (an outbox); the
    bus loses nothing but may deliver again, in any order.
    Guarantees: stock is conserved and never oversold, an order is never shipped and cancelled, a cancelled order
    keeps no stock; every placed order settles if the services keep running (weak fairness of each handler).
    Fails with IDEMPOTENT=False (a redelivery loses stock), COMPENSATE=False (a cancelled order keeps its stock) and
    RUNNING=False (an order may wait for ever).
    """

    ORDERS = const(2, doc="orders placed concurrently")
    STOCK = const(1, doc="units in stock, one per order")
    COPIES = const(1, doc="redeliveries the bus may add")
    IDEMPOTENT = const(True, doc="handlers ignore an event that they have handled before")
    COMPENSATE = const(True, doc="the inventory releases the stock of an order whose payment failed")
    RUNNING = const(True, doc="the services keep running: each handles what waits for it (weak fairness)")

    assume(lo(ORDERS, STOCK + 1) >= 1)

    Order = ids("order", ORDERS)                 # interchangeable identities (a scalarset)
    Message = record(kind=Kind, order=Order)

    status = var(Map[Order, Status], init=Status.NEW)
    inventory = var(Map[Order, Stock], init=Stock.NONE, doc="what the inventory did for each order")
    payment = var(Map[Order, Payment], init=Payment.NONE, doc="what the payment service did for each order")
    stock = var(Int[0, STOCK + ORDERS + COPIES], init=STOCK, doc="units that can still be reserved")
    bus = component(Bus, Item=Message, capacity=ORDERS + COPIES, duplicates=COPIES)

    def take(self, m, kind):
        require(m.kind == kind and m in self.bus.deliverable())
        self.bus.ack(m)

    def tell(self, service, kind, o):
        self.bus.publish(self.Message(kind=kind, order=o))
        note(f"{kind} {o}", sender=service, receiver="bus")

    @action(o=Order)
    def place(self, o):
        require(self.status[o] == Status.NEW)
        self.status[o] = Status.PENDING
        self.tell(Service.ORDERS, Kind.ORDER_CREATED, o)

    @fair(when=RUNNING)                           # weak fairness, for each binding of m separately
    @action(m=Message)
    def reserve(self, m):
        self.take(m, Kind.ORDER_CREATED)
        if self.inventory[m.order] == Stock.NONE or not self.IDEMPOTENT:
            self.inventory[m.order] = Stock.RESERVED if self.stock > 0 else Stock.REFUSED
            self.tell(Service.INVENTORY, Kind.STOCK_RESERVED if self.stock > 0 else Kind.STOCK_REFUSED, m.order)
            self.stock = max(self.stock - 1, 0)

    @fair(when=RUNNING)
    @action(m=Message)
    def charge(self, m):
        self.take(m, Kind.STOCK_RESERVED)
        if self.payment[m.order] == Payment.NONE or not self.IDEMPOTENT:
            self.payment[m.order] = choose({Payment.PAID, Payment.DECLINED})
            paid = self.payment[m.order] == Payment.PAID
            self.tell(Service.PAYMENTS, Kind.PAYMENT_DONE if paid else Kind.PAYMENT_FAILED, m.order)

    @fair(when=RUNNING)
    @action(m=Message)
    def ship(self, m):
        self.take(m, Kind.PAYMENT_DONE)
        if self.inventory[m.order] == Stock.RESERVED or not self.IDEMPOTENT:
            self.inventory[m.order] = Stock.SHIPPED
            self.tell(Service.INVENTORY, Kind.SHIPPED, m.order)

    @fair(when=RUNNING)
    @action(m=Message)
    def release(self, m):
        self.take(m, Kind.PAYMENT_FAILED)
        if self.inventory[m.order] == Stock.RESERVED or not self.IDEMPOTENT:
            if self.COMPENSATE:
                self.stock += 1
                self.inventory[m.order] = Stock.RELEASED
            self.tell(Service.INVENTORY, Kind.STOCK_RELEASED, m.order)

    @fair(when=RUNNING)
    @action(m=Message)
    def settle(self, m):
        require(m.kind in (Kind.STOCK_REFUSED, Kind.STOCK_RELEASED, Kind.SHIPPED))
        self.take(m, m.kind)
        self.status[m.order] = Status.COMPLETED if m.kind == Kind.SHIPPED else Status.CANCELLED

    def held(self):   # units that are reserved or shipped
        return sum(1 for o in self.Order if self.inventory[o] in (Stock.RESERVED, Stock.SHIPPED))

    @predicate(o=Order)
    def placed(self, o):
        return self.status[o] != Status.NEW

    @predicate(o=Order)
    def settled(self, o):
        return self.status[o] in (Status.COMPLETED, Status.CANCELLED)

    @invariant
    def no_overselling(self):
        return self.held() <= self.STOCK

    @invariant
    def stock_conserved(self):
        return self.stock + self.held() == self.STOCK

    @invariant
    def never_shipped_and_cancelled(self):
        return not any(self.inventory[o] == Stock.SHIPPED and self.status[o] == Status.CANCELLED for o in self.Order)

    @invariant
    def cancelled_keeps_no_stock(self):
        return not any(self.inventory[o] == Stock.RESERVED and self.status[o] == Status.CANCELLED for o in self.Order)

    @terminal
    def all_settled(self):
        return all(self.settled(o) for o in self.Order)

    settles = temporal("forall o in Order: [] (placed(o) -> <> settled(o))")
    some_completed = possible("any(status[o] == Status.COMPLETED for o in Order)")
