"""A pattern over time: repeated failed logins of one user within a short time raise an alert."""

from enum import Enum

from sagacity import *
from sagacity.eda import Watermark


class Login(Enum):
    NONE = 1; FAILED = 2; PASSED = 3


class Detect(Enum):
    PATTERN = 1; TUMBLING = 2


class LoginPattern(Model):
    """Logins come out of order; the operator sorts them by event time and follows one partial match for each user.

    Pattern: FAILURES failed logins of the same user, no login that passed between them, the first and the last less
    than WITHIN apart: Flink CEP's times(n).consecutive().within(...). Logins wait in a buffer until the watermark has
    passed their time, and are then taken in the order of their times; a login behind the watermark is dropped.
    Source: the event-driven architecture guide, section 2.3.1 (several failed logins in a short time); Apache Flink,
    "FlinkCEP" (contiguity, time constraints, handling of lateness in event time).

    Assumes: a login comes at most DELAY after the newest one of any user; a source that ends, or is idle, says so.
    Guarantees while DELAY <= DISORDER: an alert for exactly the failures that complete the pattern, in whichever order
    they come: no_alert_is_missed, no_false_alarm; and in the end.
    DETECT=TUMBLING counts failures in aligned windows: those on the two sides of a boundary are missed. SORTED=False
    takes logins as they come, DISORDER=0 drops what comes later: alerts are missed, and false alarms are raised where
    the login that had passed between is not seen. CONSECUTIVE=False (relaxed contiguity) and KEYED=False accuse the
    innocent. ENDS=False: the last logins wait in the buffer for ever.
    """

    USERS = const(2, doc="users, the keys")
    LOGINS = const(3, doc="logins, at most one for each user and time")
    HORIZON = const(3, doc="times are 0 .. HORIZON - 1")
    FAILURES = const(2, doc="failures that raise an alert")
    WITHIN = const(3, doc="the first and the last of them are less than this apart")
    DELAY = const(1, doc="by how much a login may be behind the newest one")
    DISORDER = const(1, doc="by how much the watermark assumes that it may be")
    DETECT = const(Detect.PATTERN, doc="failures are related to each other, or counted in aligned windows")
    SORTED = const(True, doc="logins wait for the watermark, and are taken by their times")
    CONSECUTIVE = const(True, doc="a login that passes ends the partial match")
    KEYED = const(True, doc="partial matches are of each user separately")
    ENDS = const(True, doc="the source says when nothing more will come")

    assume(lo(lo(USERS, LOGINS), FAILURES - 1) >= 1)

    User = Int[1, USERS]
    Time = Int[0, HORIZON - 1]

    clock = component(Watermark, horizon=HORIZON, disorder=DISORDER)
    logins = var(Map[User, Map[Time, Login]], init=Login.NONE, doc="what happened")
    buffer = var(Map[User, Set[Time]], init=set(), doc="logins that wait for the watermark")
    match = var(Map[User, Seq[Time, FAILURES - 1]], init=[], doc="the failures that may begin the pattern")
    alerts = var(Map[User, Set[Time]], init=set(), doc="failures that raised an alert")
    ended = var(bool, init=False, doc="nothing more will come")

    def newest(self):
        return max({t for u in self.User for t in self.Time if self.logins[u][t] != Login.NONE} | {0})

    @action(u=User, t=Time)
    def login(self, u, t):
        """A login comes, perhaps behind newer ones."""
        require(not self.ended and self.logins[u][t] == Login.NONE and t >= self.newest() - self.DELAY)
        require(sum(1 for v in self.User for s in self.Time if self.logins[v][s] != Login.NONE) < self.LOGINS)
        outcome = choose({Login.FAILED, Login.PASSED})
        self.logins[u][t] = outcome
        note(f"{outcome} at time {t}", sender=u, receiver="operator")
        if not self.SORTED:
            self.take(u, t)
        elif not self.clock.late(t):
            self.buffer[u].add(t)
        self.clock.observe(t)

    @fair
    @action
    def watermark(self):
        self.clock.advance()
        note(f"watermark {self.clock.mark}", sender="source", receiver="operator")

    @fair
    @action
    def end(self):
        require(not self.ended)
        self.ended = True
        if self.ENDS:
            self.clock.finish()
            note("end of stream", sender="source", receiver="operator")

    def ready(self, u, t):
        """Is this the first login that waits, for any user, and has the watermark passed its time?"""
        return t in self.buffer[u] and self.clock.passed(t + 1) and all(
            t <= s for v in self.User for s in self.buffer[v])

    @fair
    @action(u=User, t=Time)
    def process(self, u, t):
        require(self.ready(u, t))
        self.buffer[u].remove(t)
        self.take(u, t)

    def take(self, u, t):
        """The next login for the partial match."""
        k = u if self.KEYED else 1
        if self.logins[u][t] == Login.PASSED:
            if self.CONSECUTIVE:
                self.match[k] = []
        else:
            recent = [s for s in self.match[k] if self.together(s, t)]
            if len(recent) == self.FAILURES - 1:
                self.alerts[u].add(t)
                note(f"user {u}", sender="operator", receiver="alerts")
                recent = recent[1:]
            self.match[k] = recent + [t]

    def together(self, s, t):
        return s // self.WITHIN == t // self.WITHIN if self.DETECT == Detect.TUMBLING else t - s < self.WITHIN

    @predicate(u=User, t=Time)
    def suspicious(self, u, t):
        """By what happened: is this failure preceded by enough others, not too old, and none that passed between?"""
        before = [s for s in self.Time if t - self.WITHIN < s < t and self.logins[u][s] == Login.FAILED
                  and not any(s < r < t and self.logins[u][r] == Login.PASSED for r in self.Time)]
        return self.logins[u][t] == Login.FAILED and len(before) >= self.FAILURES - 1

    @predicate(u=User, t=Time)
    def alerted(self, u, t):
        return t in self.alerts[u]

    @invariant
    def no_alert_is_missed(self):
        """What the watermark has passed, and is not in the buffer, has its alert if it should."""
        return all(self.alerted(u, t) for u in self.User for t in self.Time
                   if self.suspicious(u, t) and self.clock.passed(t + 1) and t not in self.buffer[u])

    @invariant
    def no_false_alarm(self):
        return all(self.suspicious(u, t) for u in self.User for t in self.alerts[u])

    @terminal
    def over(self):
        return self.ended and not self.clock.can_advance() and not any(
            self.ready(u, t) for u in self.User for t in self.Time)

    in_the_end = temporal("forall u in User: forall t in Time: [] (suspicious(u, t) -> "
                          "<> (alerted(u, t) or not suspicious(u, t)))")
    raised = possible("any(len(alerts[u]) > 0 for u in User)")
