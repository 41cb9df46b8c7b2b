"""Order saga over an at-least-once bus; deadlock checking is off in the benchmark."""

from enum import Enum

from sagacity import *


class Order(Enum):
    NEW = 1; WAIT_STOCK = 2; WAIT_PAY = 3; WAIT_RELEASE = 4; DONE = 5; CANCELLED = 6


class Stock(Enum):
    NONE = 1; RESERVED = 2; REJECTED = 3; RELEASED = 4


class Pay(Enum):
    NONE = 1; CHARGED = 2; DECLINED = 3


class Msg(Enum):
    REQ_STOCK = 1; STOCK_OK = 2; STOCK_FAIL = 3; REQ_PAY = 4; PAY_OK = 5; PAY_FAIL = 6; RELEASE = 7; RELEASED = 8


class Saga(Model):
    """Per order and message type the bus holds 0..K copies; a delivery acknowledges (takes a copy) or does not."""

    NO = const(2, doc="orders")
    S = const(1, doc="units of stock")
    K = const(1, doc="copies of a message that the bus can hold")

    Ord = ids("order", NO)

    ost = var(Map[Ord, Order], init=Order.NEW)
    stk = var(Map[Ord, Stock], init=Stock.NONE)
    pay = var(Map[Ord, Pay], init=Pay.NONE)
    bus = var(Map[Ord, Map[Msg, Int[0, K]]], init=0)
    avail = var(Int[0, S], init=S)

    def send(self, o, t):
        self.bus[o][t] = min(self.bus[o][t] + 1, self.K)

    def receive(self, o, t, ack):
        require(self.bus[o][t] > 0)
        if ack:
            self.bus[o][t] -= 1

    @action(o=Ord)
    def place(self, o):
        require(self.ost[o] == Order.NEW)
        self.ost[o] = Order.WAIT_STOCK
        self.send(o, Msg.REQ_STOCK)

    @action(o=Ord)
    def retry(self, o):
        require(self.ost[o] in (Order.WAIT_STOCK, Order.WAIT_PAY, Order.WAIT_RELEASE))
        asked = Msg.REQ_STOCK if self.ost[o] == Order.WAIT_STOCK else Msg.REQ_PAY
        self.send(o, Msg.RELEASE if self.ost[o] == Order.WAIT_RELEASE else asked)

    @action(o=Ord, ack=bool)
    def rcv_req_stock(self, o, ack):
        self.receive(o, Msg.REQ_STOCK, ack)
        if self.stk[o] == Stock.NONE:
            self.stk[o] = Stock.RESERVED if self.avail > 0 else Stock.REJECTED
            self.avail = max(self.avail - 1, 0)
        if self.stk[o] == Stock.RESERVED:
            self.send(o, Msg.STOCK_OK)
        elif self.stk[o] == Stock.REJECTED:
            self.send(o, Msg.STOCK_FAIL)

    @action(o=Ord, ack=bool)
    def rcv_req_pay(self, o, ack):
        self.receive(o, Msg.REQ_PAY, ack)
        self.pay[o] = choose({Pay.CHARGED, Pay.DECLINED} if self.pay[o] == Pay.NONE else {self.pay[o]})
        self.send(o, Msg.PAY_OK if self.pay[o] == Pay.CHARGED else Msg.PAY_FAIL)

    @action(o=Ord, ack=bool)
    def rcv_release(self, o, ack):
        self.receive(o, Msg.RELEASE, ack)
        if self.stk[o] == Stock.RESERVED:
            self.stk[o] = Stock.RELEASED
            self.avail += 1
        if self.stk[o] == Stock.RELEASED:
            self.send(o, Msg.RELEASED)

    @action(o=Ord, ack=bool)
    def stock_ok(self, o, ack):
        self.receive(o, Msg.STOCK_OK, ack)
        if self.ost[o] == Order.WAIT_STOCK:
            self.ost[o] = Order.WAIT_PAY
            self.send(o, Msg.REQ_PAY)

    @action(o=Ord, ack=bool)
    def pay_fail(self, o, ack):
        self.receive(o, Msg.PAY_FAIL, ack)
        if self.ost[o] == Order.WAIT_PAY:
            self.ost[o] = Order.WAIT_RELEASE
            self.send(o, Msg.RELEASE)

    @action(o=Ord, t=Msg, ack=bool)
    def last_reply(self, o, t, ack):
        require(t in (Msg.STOCK_FAIL, Msg.PAY_OK, Msg.RELEASED))
        self.receive(o, t, ack)
        match t:
            case Msg.PAY_OK if self.ost[o] == Order.WAIT_PAY:
                self.ost[o] = Order.DONE
            case Msg.STOCK_FAIL if self.ost[o] == Order.WAIT_STOCK:
                self.ost[o] = Order.CANCELLED
            case Msg.RELEASED if self.ost[o] == Order.WAIT_RELEASE:
                self.ost[o] = Order.CANCELLED

    @invariant
    def conserve(self):
        return self.avail + len({o for o in self.Ord if self.stk[o] == Stock.RESERVED}) == self.S

    @invariant
    def atomic(self):
        return all((self.ost[o] != Order.DONE or self.pay[o] == Pay.CHARGED and self.stk[o] == Stock.RESERVED)
                   and (self.ost[o] != Order.CANCELLED or self.pay[o] != Pay.CHARGED and self.stk[o] != Stock.RESERVED)
                   for o in self.Ord)
