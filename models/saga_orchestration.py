"""Order saga by orchestration: a coordinator tells the services what to do, and what to undo."""

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
    ORCHESTRATOR = 1; INVENTORY = 2; PAYMENTS = 3


class Kind(Enum):
    RESERVE = 1; CHARGE = 2; SHIP = 3; RELEASE = 4    # commands; the others are replies
    STOCK_RESERVED = 5; STOCK_REFUSED = 6; PAYMENT_DONE = 7; PAYMENT_FAILED = 8; SHIPPED = 9; STOCK_RELEASED = 10


class Orchestration(Model):
    """Order saga by orchestration, over a bus that loses, repeats and reorders.

    Pattern: the orchestrator keeps, for each order, the command whose reply it awaits; the reply decides what comes
    next. RESERVE, CHARGE, SHIP leads to COMPLETED; after PAYMENT_FAILED, or when it gives up on a reservation, it
    sends the compensation RELEASE, and the order is CANCELLED when that is confirmed.
    Source: the event-driven architecture guide, section 6.3 (Saga) and section 9.2, project 2; Garcia-Molina and Salem,
    Sagas (1987). docs/sagas.md compares what can be seen of it with saga_choreography.
    Assumes: orchestrator and services commit their own state, the acknowledgement and the next message in one step
    (an outbox); the bus loses at most LOSSES messages and repeats at most COPIES; a command is sent again only when
    neither it nor its reply is on the way (a premature repetition is what COPIES stands for).
    Guarantees: stock is conserved and never oversold, an order is never shipped and cancelled nor shipped without
    payment, a cancelled order keeps neither stock nor money; every placed order settles if everybody keeps running.
    Fails with RESEND=False (a lost command or compensation leaves its saga waiting for ever), COMPENSATE=False,
    TOMBSTONE=False (the release overtakes the reservation, which then holds a unit for a cancelled order),
    CORRELATE=False (a late reply drives on a saga that is being undone), IDEMPOTENT=False (a repeated command is
    obeyed again) and RUNNING=False (an order may wait for ever).
    """

    ORDERS = const(2, doc="orders placed concurrently")
    STOCK = const(1, doc="units in stock, one per order")
    COPIES = const(0, doc="redeliveries the bus may add")
    LOSSES = const(1, doc="messages the bus may lose")
    TIMEOUTS = const(1, doc="reservations on which the orchestrator gives up")
    RESEND = const(True, doc="the orchestrator repeats a command that stays without reply")
    COMPENSATE = const(True, doc="the inventory releases what it is told to release")
    TOMBSTONE = const(True, doc="the inventory remembers the release of what was not reserved yet")
    CORRELATE = const(True, doc="the orchestrator ignores replies to other commands than the one it waits for")
    IDEMPOTENT = const(True, doc="a service answers a repeated command with the result it has")
    RUNNING = const(True, doc="everybody keeps running: each handles what waits for it (weak fairness)")

    assume(lo(ORDERS, STOCK + 1) >= 1)

    Order = ids("order", ORDERS)
    Message = record(kind=Kind, order=Order)

    status = var(Map[Order, Status], init=Status.NEW)
    waits = var(Map[Order, Option[Kind]], init=None, doc="the command whose reply the saga awaits")
    inventory = var(Map[Order, Stock], init=Stock.NONE, doc="what the inventory did for each order")
    payment = var(Map[Order, Payment], init=Payment.NONE, doc="what the payment service did for each order")
    stock = var(Int[0, STOCK + ORDERS + COPIES], init=STOCK, doc="units that can still be reserved")
    timeouts = var(Int[0, TIMEOUTS], init=0)
    bus = component(Bus, Item=Message, capacity=ORDERS + COPIES + TIMEOUTS, duplicates=COPIES, losses=LOSSES)

    def send(self, service, kind, o):
        self.bus.publish(self.Message(kind=kind, order=o))
        note(f"{kind} {o}", sender=service, receiver="bus")

    def command(self, kind, o):
        self.waits[o] = kind
        self.send(Service.ORCHESTRATOR, kind, o)

    def take(self, m, kinds):
        require(m.kind in kinds)
        self.bus.ack(m)

    def awaited(self, m):
        """Is it a reply to the command for which its saga waits?"""
        match self.waits[m.order]:
            case Kind.RESERVE:
                return m.kind in (Kind.STOCK_RESERVED, Kind.STOCK_REFUSED)
            case Kind.CHARGE:
                return m.kind in (Kind.PAYMENT_DONE, Kind.PAYMENT_FAILED)
            case Kind.SHIP:
                return m.kind == Kind.SHIPPED
        return self.waits[m.order] == Kind.RELEASE and m.kind == Kind.STOCK_RELEASED

    @action(o=Order)
    def place(self, o):
        require(self.status[o] == Status.NEW)
        self.status[o] = Status.PENDING
        self.command(Kind.RESERVE, o)

    @fair(when=RUNNING)
    @action(m=Message)
    def proceed(self, m):
        """The orchestrator takes a reply and sends the next command."""
        require(self.awaited(m) or not self.CORRELATE)
        self.take(m, {Kind.STOCK_RESERVED, Kind.PAYMENT_DONE, Kind.PAYMENT_FAILED})
        match m.kind:
            case Kind.STOCK_RESERVED:
                self.command(Kind.CHARGE, m.order)
            case Kind.PAYMENT_DONE:
                self.command(Kind.SHIP, m.order)
            case Kind.PAYMENT_FAILED:
                self.command(Kind.RELEASE, m.order)

    @fair(when=RUNNING)
    @action(m=Message)
    def settle(self, m):
        """The orchestrator takes the last reply of a saga."""
        require(self.awaited(m) or not self.CORRELATE)
        self.take(m, {Kind.STOCK_REFUSED, Kind.STOCK_RELEASED, Kind.SHIPPED})
        self.waits[m.order] = None
        self.status[m.order] = Status.COMPLETED if m.kind == Kind.SHIPPED else Status.CANCELLED

    @fair(when=RUNNING)
    @action(m=Message)
    def ignore(self, m):
        """The orchestrator takes a reply for which no saga waits any more."""
        require(self.CORRELATE and not self.awaited(m))
        self.take(m, set(Kind) - {Kind.RESERVE, Kind.CHARGE, Kind.SHIP, Kind.RELEASE})

    @action(o=Order)
    def give_up(self, o):
        """The orchestrator does not wait any longer for a reservation: it may or may not have been made."""
        require(self.waits[o] == Kind.RESERVE and self.timeouts < self.TIMEOUTS)
        self.timeouts += 1
        self.command(Kind.RELEASE, o)

    @fair(when=RUNNING)
    @action(o=Order)
    def resend(self, o):
        kind = self.waits[o]
        require(self.RESEND and kind is not None and all(m.order != o for m in self.bus.deliverable()))
        self.send(Service.ORCHESTRATOR, kind, o)

    @fair(when=RUNNING)
    @action(m=Message)
    def reserve(self, m):
        self.take(m, {Kind.RESERVE})
        if self.inventory[m.order] == Stock.NONE or not self.IDEMPOTENT:
            self.inventory[m.order] = Stock.RESERVED if self.stock > 0 else Stock.REFUSED
            self.stock = max(self.stock - 1, 0)
        refused = self.inventory[m.order] in (Stock.REFUSED, Stock.RELEASED)
        self.send(Service.INVENTORY, Kind.STOCK_REFUSED if refused else Kind.STOCK_RESERVED, m.order)

    @fair(when=RUNNING)
    @action(m=Message)
    def charge(self, m):
        self.take(m, {Kind.CHARGE})
        if self.payment[m.order] == Payment.NONE or not self.IDEMPOTENT:
            self.payment[m.order] = choose({Payment.PAID, Payment.DECLINED})
        paid = self.payment[m.order] == Payment.PAID
        self.send(Service.PAYMENTS, Kind.PAYMENT_DONE if paid else Kind.PAYMENT_FAILED, m.order)

    @fair(when=RUNNING)
    @action(m=Message)
    def ship(self, m):
        self.take(m, {Kind.SHIP})
        self.inventory[m.order] = Stock.SHIPPED
        self.send(Service.INVENTORY, Kind.SHIPPED, m.order)

    @fair(when=RUNNING)
    @action(m=Message)
    def release(self, m):
        """The compensation. It may come before the reservation that it undoes, and must then prevent it."""
        self.take(m, {Kind.RELEASE})
        if self.COMPENSATE and (self.inventory[m.order] == Stock.RESERVED or not self.IDEMPOTENT):
            self.stock += 1
            self.inventory[m.order] = Stock.RELEASED
        if self.TOMBSTONE and self.inventory[m.order] == Stock.NONE:
            self.inventory[m.order] = Stock.RELEASED
        self.send(Service.INVENTORY, Kind.STOCK_RELEASED, m.order)

    @predicate(o=Order)
    def placed(self, o):
        return self.status[o] != Status.NEW

    @predicate(o=Order)
    def settled(self, o):
        return self.status[o] in (Status.COMPLETED, Status.CANCELLED)

    @invariant
    def stock_conserved(self):
        """Nothing is oversold, or lost: the stock is what it was without the units that are reserved or shipped."""
        held = sum(1 for o in self.Order if self.inventory[o] in (Stock.RESERVED, Stock.SHIPPED))
        return self.stock + held == self.STOCK

    @invariant
    def never_shipped_and_cancelled(self):
        return all(self.status[o] != Status.CANCELLED for o in self.Order if self.inventory[o] == Stock.SHIPPED)

    @invariant
    def shipped_is_paid(self):
        return all(self.payment[o] == Payment.PAID for o in self.Order if self.inventory[o] == Stock.SHIPPED)

    @invariant
    def cancelled_keeps_nothing(self):
        """Neither stock nor money."""
        return all(self.inventory[o] != Stock.RESERVED and self.payment[o] != Payment.PAID
                   for o in self.Order if self.status[o] == Status.CANCELLED)

    @terminal
    def all_settled(self):
        return all(self.settled(o) for o in self.Order)

    settles = temporal("forall o in Order: [] (placed(o) -> <> settled(o))")
    some_completed = possible("any(status[o] == Status.COMPLETED for o in Order)")
