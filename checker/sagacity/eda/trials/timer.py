"""What timers promise, as a model: two of them, beside a clock that says when each was started."""

from enum import Enum

from sagacity import *
from sagacity.eda import Timer


class Task(Enum):
    FIRST = 1; SECOND = 2


class TimerTrial(Model):
    """Tasks are begun and handled; `begun` is the time at which a task was begun last."""

    LIMIT = const(2, doc="ticks until a timer is due")
    TICKS = const(4, doc="ticks of the clock")
    URGENT = const(True, doc="time waits for what is due")
    MISSED = const(False, doc="a faulty model: the timers do not see the first tick")
    DOUBLE = const(False, doc="a faulty model: the timers see the first tick twice")

    timer = component(Timer, Key=Task, limit=LIMIT)
    now = var(Int[0, TICKS], init=0)
    begun = var(Map[Task, Option[Int[0, TICKS]]], init=None)

    @action(t=Task)
    def begin(self, t):
        self.timer.start(t)
        self.begun[t] = self.now

    @fair
    @action(t=Task)
    def handle(self, t):
        require(self.timer.running(t))
        self.timer.stop(t)
        self.begun[t] = None

    @action
    def tick(self):
        require(self.now < self.TICKS and (self.timer.none_due() or not self.URGENT))
        if self.now > 0 or not self.MISSED:
            self.timer.tick()
        if self.now == 0 and self.DOUBLE:
            self.timer.tick()
        self.now += 1

    def age(self, t):
        begun = self.begun[t]
        return 0 if begun is None else self.now - begun

    @invariant
    def due_at_the_limit(self):
        return all(self.timer.due(t) for t in Task if self.age(t) >= self.LIMIT)

    @invariant
    def not_due_before(self):
        return all(self.age(t) >= self.LIMIT for t in Task if self.timer.due(t))

    @invariant
    def handled_in_time(self):
        """A task that is not handled yet was begun at most LIMIT ticks ago."""
        return all(self.age(t) <= self.LIMIT for t in Task)

    becomes_due = possible("timer.due(Task.FIRST) and timer.running(Task.SECOND) and not timer.due(Task.SECOND)")
