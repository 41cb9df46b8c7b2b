"""Eventual consistency, seen from a screen: an order is placed, and the query side does not know of it yet."""

from enum import Enum

from sagacity import *


class Screen(Enum):
    OPTIMISTIC = 1; PESSIMISTIC = 2; BELIEVES = 3


class Refresh(Enum):
    RETRY = 1; ASK_ONCE = 2; PUSH = 3


class Shown(Enum):
    NOTHING = 1; PENDING = 2; CONFIRMED = 3; REJECTED = 4


class EventualConsistency(Model):
    """A user places orders; the command side decides on each; the query side, which the screen asks, hears of it later.

    Pattern, the guide's two remedies. REFRESH=RETRY: the screen asks until it has seen the decisions on all its orders
    (PUSH: the query side sends each change, as over a WebSocket). SCREEN=OPTIMISTIC: an order is shown at once, as
    pending, and reconciled with each answer: what the answer does not know of stays pending, the rest is as decided.
    Source: the event-driven architecture guide, section 8.1. The session guarantees read-your-writes and monotonic
    reads: Terry et al., Session Guarantees for Weakly Consistent Replicated Data (1994). Queries that are on their way
    overwriting an optimistic update: TanStack Query, "Optimistic Updates" (which is why they are cancelled there).

    Assumes: decisions are made in the order of the commands, and never changed; events reach the query side in
    order, after any time; an answer says up to which decision it knows; answers come in any order, LOSSES are lost.
    Guarantees: own_orders_are_shown from the moment when they were placed, nothing_false_is_confirmed,
    decisions_stay on the screen; every order is settled on it in the end, as it was decided, and stays so.
    Violated by SCREEN=PESSIMISTIC (the problem itself: the query after the command is answered from the past),
    SCREEN=BELIEVES (the screen takes a sent command for a done one), RECONCILE=False (the answer replaces the screen,
    and the order that was pending vanishes), VERSIONS=False (an older answer comes after a newer one), REFRESH=ASK_ONCE
    (stale for ever), LOSSES=1 with PUSH (nobody asks again) and RUNNING=False.
    """

    ORDERS = const(2, doc="orders of the user")
    LOSSES = const(0, doc="answers that are lost on the way")
    SCREEN = const(Screen.OPTIMISTIC, doc="what is shown of an order that was just sent")
    REFRESH = const(Refresh.RETRY, doc="how the screen learns of decisions")
    RECONCILE = const(True, doc="an order that is pending stays when an answer does not know of it")
    VERSIONS = const(True, doc="an answer that is older than what the screen knows is ignored")
    RUNNING = const(True, doc="the query side keeps following the command side (weak fairness)")

    assume(ORDERS >= 1)

    Number = Int[1, ORDERS]
    Version = Int[0, ORDERS]

    sent = var(Version, init=0, doc="orders 1 .. sent were placed")
    decided = var(Version, init=0, doc="orders 1 .. decided were decided on")
    accepted = var(Set[Number], init=set())
    view = var(Version, init=0, doc="decisions that the query side knows of")
    answers = var(Set[Version], init=set(), doc="on the way to the screen, each with what was known at this version")
    asked = var(Version, init=0, doc="questions so far, if the screen asks once for each order")
    known = var(Version, init=0, doc="version of the answer that the screen shows")
    screen = var(Map[Number, Shown], init=Shown.NOTHING)
    losses = var(Int[0, LOSSES], init=0)

    @action
    def place(self):
        require(self.sent < self.ORDERS)
        self.sent += 1
        match self.SCREEN:
            case Screen.OPTIMISTIC:
                self.screen[self.sent] = Shown.PENDING
            case Screen.BELIEVES:
                self.screen[self.sent] = Shown.CONFIRMED
        note(f"order {self.sent}", sender="screen", receiver="commands")

    @fair
    @action
    def decide(self):
        """The command side accepts the next order, or rejects it."""
        require(self.decided < self.sent)
        self.decided += 1
        accept = choose({True, False})
        if accept:
            self.accepted.add(self.decided)
        note(f"order {self.decided}, accepted: {accept}", sender="commands", receiver="queries")

    @fair(when=RUNNING)
    @action
    def project(self):
        """The query side applies the next event."""
        require(self.view < self.decided)
        self.view += 1
        if self.REFRESH == Refresh.PUSH:
            self.answers.add(self.view)

    @fair
    @action
    def ask(self):
        """The screen asks, and is answered with what the query side knows now."""
        require(self.REFRESH != Refresh.PUSH and self.known < self.sent and self.view not in self.answers)
        if self.REFRESH == Refresh.ASK_ONCE:
            require(self.asked < self.sent)
            self.asked += 1
        self.answers.add(self.view)
        note("how are my orders?", sender="screen", receiver="queries")

    @action(v=Version)
    def lose(self, v):
        require(self.losses < self.LOSSES and v in self.answers)
        self.losses += 1
        self.answers.remove(v)
        note(f"version {v} is lost")

    @fair
    @action(v=Version)
    def show(self, v):
        """An answer arrives."""
        require(v in self.answers)
        self.answers.remove(v)
        note(f"version {v}", sender="queries", receiver="screen")
        if v >= self.known or not self.VERSIONS:
            self.known = v
            for n in self.Number:
                if n <= v:
                    self.screen[n] = self.decision(n)
                elif not self.RECONCILE or self.screen[n] != Shown.PENDING:
                    self.screen[n] = Shown.NOTHING

    def decision(self, n):
        return Shown.CONFIRMED if n in self.accepted else Shown.REJECTED

    @predicate(n=Number)
    def placed(self, n):
        return n <= self.sent

    @predicate(n=Number)
    def settled(self, n):
        """Does the screen show what was decided?"""
        return n <= self.decided and self.screen[n] == self.decision(n)

    @invariant
    def own_orders_are_shown(self):
        """Read your writes."""
        return all(self.screen[n] != Shown.NOTHING for n in self.Number if n <= self.sent)

    @invariant
    def nothing_false_is_confirmed(self):
        return all(self.settled(n) for n in self.Number if self.screen[n] in (Shown.CONFIRMED, Shown.REJECTED))

    @step_invariant
    def decisions_stay(self, old):
        """Monotonic reads: a decision that was shown is not taken from the screen."""
        return all(self.screen[n] == old.screen[n] for n in self.Number
                   if old.screen[n] in (Shown.CONFIRMED, Shown.REJECTED))

    @terminal
    def caught_up(self):
        return self.sent == self.view == self.ORDERS and len(self.answers) == 0

    settles = temporal("forall n in Number: [] (placed(n) -> <> [] settled(n))")
    stale = possible("any(v < decided for v in answers)")
    taken_back = possible("any(screen[n] == Shown.REJECTED for n in Number)")
