"""Eventual consistency at the screen: what a user sees between the command and the query that knows of it."""

from enum import Enum

from sagacity import *
from sagacity.eda import Bus


class State(Enum):
    NONE = 1; CREATED = 2; REFUSED = 3


class Screen(Enum):
    EMPTY = 1; EXPECTED = 2; NOT_FOUND = 3; CREATED = 4; REFUSED = 5


class EventualConsistency(Model):
    """Orders are accepted or refused by the command side, and shown by a query side that learns of it by events.

    Pattern: the client sends a command and asks the query side right away, which may not know of it yet. It asks again
    until it does (RETRY); meanwhile the screen shows what is expected, marked as such (OPTIMISTIC), and is corrected by
    the first real answer (RECONCILE).
    Source: the event-driven architecture guide, section 8.1 (eventual consistency: retries, optimistic UI).

    Assumes: the bus loses nothing and may deliver twice; an order's outcome does not change once it is decided.
    Guarantees: the screen never contradicts what the command side has decided; every order comes to be shown as what
    it is, if the services and the client keep running.
    FRESH=True demands that a query after the decision knows of it: it may be stale. RETRY=False: the client asks once,
    is told that there is no such order, and leaves it at that. RECONCILE=False: the screen shows the order as created
    as soon as it is sent, whatever becomes of it; REFUSALS=False shows that only a refusal makes that a lie.
    RUNNING=False: the event waits for ever.
    """

    ORDERS = const(2, doc="orders")
    COPIES = const(1, doc="events that the bus delivers twice")
    OPTIMISTIC = const(True, doc="the screen shows the expected outcome at once")
    RECONCILE = const(True, doc="what is expected is marked, and corrected by the first answer")
    RETRY = const(True, doc="the client asks again until the order is found")
    REFUSALS = const(True, doc="the command side may refuse an order")
    FRESH = const(False, doc="demand that answers are never stale")
    RUNNING = const(True, doc="the query side keeps running (weak fairness)")

    assume(ORDERS >= 1)

    Order = ids("order", ORDERS)
    Decided = record(order=Order, state=State)

    sent = var(Set[Order], init=set(), doc="commands on their way")
    decided = var(Map[Order, State], init=State.NONE, doc="the command side")
    view = var(Map[Order, State], init=State.NONE, doc="the query side")
    screen = var(Map[Order, Screen], init=Screen.EMPTY)
    stale = var(bool, init=False, doc="was an order not found although it was decided?")
    bus = component(Bus, Item=Decided, capacity=ORDERS + COPIES, duplicates=COPIES)

    def shown(self, state):
        return Screen.CREATED if state == State.CREATED else Screen.REFUSED

    @action(o=Order)
    def submit(self, o):
        require(self.screen[o] == Screen.EMPTY and o not in self.sent and self.decided[o] == State.NONE)
        self.sent.add(o)
        if self.OPTIMISTIC:
            self.screen[o] = Screen.EXPECTED if self.RECONCILE else Screen.CREATED
        note(f"place {o}", sender="client", receiver="commands")

    @fair
    @action(o=Order)
    def decide(self, o):
        require(o in self.sent)
        outcome = choose({State.CREATED, State.REFUSED} if self.REFUSALS else {State.CREATED})
        self.sent.remove(o)
        self.decided[o] = outcome
        self.bus.publish(self.Decided(order=o, state=outcome))
        note(f"{o} {outcome}", sender="commands", receiver="bus")

    @fair(when=RUNNING)
    @action(d=Decided)
    def project(self, d):
        self.bus.ack(d)
        self.view[d.order] = d.state
        note(f"{d.order} {d.state}", sender="bus", receiver="queries")

    @fair
    @action(o=Order)
    def query(self, o):
        """The client asks what has become of its order."""
        require(o in self.sent or self.decided[o] != State.NONE)
        require(self.screen[o] in (Screen.EMPTY, Screen.EXPECTED))
        if self.view[o] != State.NONE:
            self.screen[o] = self.shown(self.view[o])
            note(f"{o} {self.view[o]}", sender="queries", receiver="client")
        else:
            self.stale = self.stale or self.decided[o] != State.NONE
            if not self.RETRY:
                self.screen[o] = Screen.NOT_FOUND
            note(f"{o} not found", sender="queries", receiver="client")

    @invariant
    def the_screen_is_right(self):
        return all(self.screen[o] == self.shown(self.decided[o]) for o in self.Order
                   if self.screen[o] in (Screen.CREATED, Screen.REFUSED) and self.decided[o] != State.NONE)

    @invariant
    def fresh(self):
        return not self.FRESH or not self.stale

    @terminal
    def at_rest(self):
        """Nothing is on its way, and no client waits for an answer."""
        return len(self.sent) == 0 and len(self.bus.deliverable()) == 0 and all(
            self.screen[o] not in (Screen.EMPTY, Screen.EXPECTED) or not self.placed(o) for o in self.Order)

    @predicate(o=Order)
    def placed(self, o):
        return o in self.sent or self.decided[o] != State.NONE

    @predicate(o=Order)
    def settled(self, o):
        return self.decided[o] != State.NONE and self.screen[o] == self.shown(self.decided[o])

    comes_to_be_shown = temporal("forall o in Order: [] (placed(o) -> <> settled(o))")
    may_be_stale = possible("stale or not RECONCILE")
