"""Complex event processing: an alert when the sum, count or average of a card's window exceeds a threshold."""

from enum import Enum

from sagacity import *
from sagacity.eda import Windows


class Aggregate(Enum):
    SUM = 1; COUNT = 2; AVERAGE = 3


class Time(Enum):
    EVENT = 1; PROCESSING = 2


class CepWindows(Model):
    """Payments of several cards, out of order; a keyed window operator raises an alert for a window that exceeds.

    Pattern: keyBy(card), window, aggregate, filter(> threshold), as in Flink's fraud sum and Esper's average. A window
    is of event time; the watermark follows the newest payment at the distance DISORDER and says when a window is
    complete. SLIDE = SIZE: tumbling windows, SLIDE < SIZE: sliding ones. A window that takes a late payment fires
    again, and its alert is raised or taken back.
    Source: the event-driven architecture guide, section 2.3 and section 9.2, project 3; Akidau et al., The Dataflow
    Model (VLDB 2015); Apache Flink, "Generating Watermarks", "Windows".

    Assumes: a payment comes at most DELAY after the newest one of any card; the operator loses nothing (checkpoints);
    a source that ends, or is idle, says so.
    Guarantees while DELAY <= DISORDER + LATENESS: the alert of a window is there exactly when its payments exceed the
    threshold, in whichever order they come: no_alert_is_missed, no_false_alarm; and in the end. While DELAY <= DISORDER
    an alert is final: alerts_stand.
    DISORDER=0: the watermark is too eager, the late payment is dropped and its alert is missed; of an average the
    dropped payment makes a false alarm, too. LATENESS=1 repairs both, but the alert of an average may be taken back.
    TIME=PROCESSING: a payment belongs to the window in which it happened to come. KEYED=False: the payments of all
    cards are one sum. ENDS=False: a source that is idle and does not say so holds the last windows back for ever.
    """

    CARDS = const(2, doc="cards, the keys")
    PAYMENTS = const(3, doc="payments, at most one for each card and time")
    LARGEST = const(3, doc="amount of a large payment; that of a small one is 1")
    HORIZON = const(4, doc="times are 0 .. HORIZON - 1")
    SIZE = const(2, doc="length of a window")
    SLIDE = const(2, doc="distance of the starts of windows")
    DELAY = const(1, doc="by how much a payment may be behind the newest one")
    DISORDER = const(1, doc="by how much the watermark assumes that it may be")
    LATENESS = const(0, doc="time for which a window takes late payments")
    AGGREGATE = const(Aggregate.SUM, doc="what is compared with the threshold")
    THRESHOLD = const(3, doc="what a window must exceed")
    TIME = const(Time.EVENT, doc="the time by which a payment is put into windows")
    KEYED = const(True, doc="windows are of each card separately")
    ENDS = const(True, doc="the source says when nothing more will come")

    assume(lo(CARDS, PAYMENTS) >= 1)

    Card = Int[1, CARDS]
    Instant = Int[0, HORIZON - 1]
    Window = Int[0, (HORIZON - 1) // SLIDE + (SIZE - 1) // SLIDE]

    windows = component(Windows, Key=Card, horizon=HORIZON, size=SIZE, slide=SLIDE, disorder=DISORDER,
                        lateness=LATENESS, largest=LARGEST, elements=PAYMENTS)
    paid = var(Map[Card, Map[Instant, Int[0, LARGEST]]], init=0, doc="what happened; 0: no payment")
    alerts = var(Map[Card, Set[Window]], init=set(), doc="windows whose alert is raised")
    ended = var(bool, init=False, doc="nothing more will come")

    def newest(self):
        return max({t for c in self.Card for t in self.Instant if self.paid[c][t] > 0} | {0})

    @action(c=Card, t=Instant)
    def pay(self, c, t):
        """A payment comes, perhaps behind newer ones."""
        require(not self.ended and self.paid[c][t] == 0 and t >= self.newest() - self.DELAY)
        require(sum(1 for d in self.Card for i in self.Instant if self.paid[d][i] > 0) < self.PAYMENTS)
        amount = choose({1, self.LARGEST})
        self.paid[c][t] = amount
        at = t if self.TIME == Time.EVENT else self.newest()
        self.windows.put(c if self.KEYED else 1, at, amount)
        note(f"{amount} at time {t}", sender=c, receiver="operator")

    @fair
    @action
    def watermark(self):
        self.windows.clock.advance()
        note(f"watermark {self.windows.clock.mark}", sender="source", receiver="operator")

    @fair
    @action
    def end(self):
        require(not self.ended)
        self.ended = True
        if self.ENDS:
            self.windows.clock.finish()
            note("end of stream", sender="source", receiver="operator")

    @fair
    @action(c=Card, w=Window)
    def fire(self, c, w):
        """A window is complete, or has taken a late payment."""
        pane = self.windows.fire(c, w)
        if self.exceeds(pane.total, pane.count):
            self.alerts[c].add(w)
            note(f"card {c}, window {w}", sender="operator", receiver="alerts")
        else:
            self.alerts[c].discard(w)

    def exceeds(self, total, count):
        match self.AGGREGATE:
            case Aggregate.SUM:
                return total > self.THRESHOLD
            case Aggregate.COUNT:
                return count > self.THRESHOLD
        return total > self.THRESHOLD * count

    def due(self):
        return any(self.windows.due(c, w) for c in self.Card for w in self.Window)

    @predicate(c=Card, w=Window)
    def suspicious(self, c, w):
        """By what happened: do the payments of this card in these times exceed the threshold?"""
        first = (w - (self.SIZE - 1) // self.SLIDE) * self.SLIDE
        amounts = [self.paid[c][t] for t in self.Instant if first <= t < first + self.SIZE and self.paid[c][t] > 0]
        return len(amounts) > 0 and self.exceeds(sum(amounts), len(amounts))

    @predicate(c=Card, w=Window)
    def alerted(self, c, w):
        return w in self.alerts[c]

    @invariant
    def no_alert_is_missed(self):
        """A window that the watermark has passed, and that has nothing to do, has its alert if it should."""
        return all(self.alerted(c, w) for c in self.Card for w in self.Window if self.suspicious(c, w)
                   and self.windows.clock.passed(self.windows.end(w)) and not self.windows.due(c, w))

    @invariant
    def no_false_alarm(self):
        return all(self.suspicious(c, w) or self.windows.due(c, w) for c in self.Card for w in self.alerts[c])

    @step_invariant
    def alerts_stand(self, old):
        return all(old.alerts[c] <= self.alerts[c] for c in self.Card)

    @terminal
    def over(self):
        return self.ended and not self.windows.clock.can_advance() and not self.due()

    in_the_end = temporal("forall c in Card: forall w in Window: [] (suspicious(c, w) -> "
                          "<> (alerted(c, w) or not suspicious(c, w)))")
    raised = possible("any(len(alerts[c]) > 0 for c in Card)")
