"""Sagacity: a model checker for event-driven systems.

Write the design of a system as a Python class; every interleaving is explored, and the shortest story that
breaks it is shown. A model file needs only ``from sagacity import *``.

    >>> from enum import Enum
    >>> from sagacity import *
    >>> from sagacity.eda import Bus
    >>> class Status(Enum):
    ...     NEW = 1; PENDING = 2; COMPLETED = 3; CANCELLED = 4
    ...
    >>> class Kind(Enum):
    ...     ORDER_CREATED = 1; STOCK_RESERVED = 2; PAYMENT_FAILED = 3; PAYMENT_DONE = 4
    ...
    >>> class Choreography(Model):
    ...     '''Order saga by choreography, over an at-least-once bus.'''
    ...
    ...     ORDERS = const(2, doc="orders placed concurrently")
    ...     COPIES = const(1, doc="redeliveries the bus may add")
    ...
    ...     Order = ids("order", ORDERS)                 # interchangeable identities (a scalarset)
    ...     Message = record(kind=Kind, order=Order)
    ...
    ...     status = var(Map[Order, Status], init=Status.NEW)
    ...     stock = var(Int[0, ORDERS], init=ORDERS)
    ...     handled = var(Set[Message], init=set())
    ...     bus = component(Bus, Item=Message, capacity=3, duplicates=COPIES)
    ...
    ...     def first_time(self, m, kind):
    ...         require(m in self.bus.deliverable() and m.kind == kind)
    ...         self.bus.ack(m)
    ...         again = m in self.handled
    ...         self.handled.add(m)
    ...         return not again
    ...
    ...     def tell(self, kind, o):
    ...         self.bus.publish(self.Message(kind=kind, order=o))
    ...
    ...     @action(o=Order)
    ...     def place(self, o):
    ...         require(self.status[o] == Status.NEW)
    ...         self.status[o] = Status.PENDING
    ...         self.tell(Kind.ORDER_CREATED, o)
    ...
    ...     @fair                                         # weak fairness, for each binding of m separately
    ...     @action(m=Message)
    ...     def reserve(self, m):
    ...         first = self.first_time(m, Kind.ORDER_CREATED)
    ...         if first:
    ...             self.stock -= 1
    ...             self.tell(Kind.STOCK_RESERVED, m.order)
    ...
    ...     @fair
    ...     @action(m=Message)
    ...     def pay(self, m):
    ...         first = self.first_time(m, Kind.STOCK_RESERVED)
    ...         if first:
    ...             answer = choose({Kind.PAYMENT_DONE, Kind.PAYMENT_FAILED})
    ...             self.tell(answer, m.order)
    ...
    ...     @fair
    ...     @action(m=Message)
    ...     def complete(self, m):
    ...         first = self.first_time(m, Kind.PAYMENT_DONE)
    ...         if first:
    ...             self.status[m.order] = Status.COMPLETED
    ...
    ...     @fair
    ...     @action(m=Message)
    ...     def cancel(self, m):
    ...         first = self.first_time(m, Kind.PAYMENT_FAILED)
    ...         if first:
    ...             self.stock += 1                       # the compensation
    ...             self.status[m.order] = Status.CANCELLED
    ...
    ...     @predicate(o=Order)
    ...     def placed(self, o):
    ...         return self.status[o] != Status.NEW
    ...
    ...     @predicate(o=Order)
    ...     def settled(self, o):
    ...         return self.status[o] in (Status.COMPLETED, Status.CANCELLED)
    ...
    ...     @invariant
    ...     def no_overselling(self):
    ...         return self.stock >= 0
    ...
    ...     @invariant
    ...     def completed_orders_keep_their_stock(self):
    ...         return self.stock <= self.ORDERS - sum(1 for o in self.Order if self.status[o] == Status.COMPLETED)
    ...
    ...     @terminal
    ...     def all_settled(self):
    ...         return all(self.settled(o) for o in self.Order)
    ...
    ...     settles = temporal("forall o in Order: [] (placed(o) -> <> settled(o))")
    ...
    >>> s = Choreography(ORDERS=1)
    >>> order = s.Order[0]
    >>> s.place(order)
    >>> s.reserve(s.Message(kind=Kind.ORDER_CREATED, order=order))
    >>> s.stock
    0
"""

from .errors import ActionDisabled, AmbiguousChoice, ModelFault, ModelSourceError, SagacityError
from .lang.model import (Model, action, anything, assume, choose, component, constraint, fair, init, invariant, note, possible,
                         predicate, refines, require, step_invariant, strong_fair, strongly_fair, temporal, terminal, var,
                         weak_fair)
from .lang.symbolic import const, hi, lo
from .lang.templates import Bag, Int, Map, Option, Seq, Set, Tuple, ids, record

__version__ = "0.1.0"

__all__ = ["ActionDisabled", "AmbiguousChoice", "Bag", "Int", "Map", "Model", "ModelFault", "ModelSourceError", "Option", "SagacityError",
           "Seq", "Set", "Tuple", "action", "anything", "assume", "choose", "component", "const", "constraint", "fair", "hi", "ids", "init",
           "invariant", "lo", "note", "possible", "predicate", "record", "refines", "require", "step_invariant", "strong_fair", "strongly_fair",
           "temporal", "terminal", "var", "weak_fair"]
