"""What a watermark promises, as a model: events come out of order, by a bounded time."""

from sagacity import *
from sagacity.eda import Watermark


class WatermarkTrial(Model):
    """EVENTS events of any time, each at most DELAY behind the newest one; then the stream ends."""

    HORIZON = const(4)
    DISORDER = const(1)
    DELAY = const(1, doc="by how much an event is behind the newest one, at most")
    EVENTS = const(3, doc="events")
    RESTARTS = const(0, doc="restarts, after which the mark is that of the beginning")
    HELD = const(False, doc="a faulty source: its watermark stays behind by one more")

    Time = Int[0, HORIZON - 1]

    clock = component(Watermark, horizon=HORIZON, disorder=DISORDER)
    newest = var(Int[0, HORIZON], init=0, doc="one past the largest time; no restart forgets it")
    events = var(Int[0, EVENTS], init=0)
    restarts = var(Int[0, RESTARTS], init=0)
    late = var(bool, init=False, doc="an event came behind the mark")
    current = var(bool, init=True, doc="a watermark was emitted since the last event")

    @action(t=Time)
    def arrive(self, t):
        require(self.events < self.EVENTS and not self.clock.finished() and t >= self.newest - 1 - self.DELAY)
        self.events += 1
        self.newest = max(self.newest, t + 1)
        self.late = self.late or self.clock.late(t)
        self.clock.observe(t)
        self.current = not self.clock.can_advance()

    @fair
    @action
    def advance(self):
        self.clock.advance()
        self.current = True
        if self.HELD and self.clock.mark > 0:
            self.clock.mark -= 1

    @fair
    @action
    def finish(self):
        self.clock.finish()

    @action
    def restart(self):
        require(self.restarts < self.RESTARTS and self.clock.mark > 0 and not self.clock.finished())
        self.restarts += 1
        self.clock.mark = 0
        self.clock.newest = 0

    @invariant
    def none_comes_behind_it(self):
        return not self.late

    @step_invariant
    def never_goes_back(self, old):
        return self.clock.mark >= old.clock.mark

    @invariant
    def as_far_as_promised(self):
        """Where it was emitted, and not restarted, it is at the distance of the disorder."""
        return not self.current or self.restarts > 0 or self.clock.passed(self.newest - 1 - self.DISORDER)

    @terminal
    def over(self):
        return self.clock.finished()

    @predicate(t=Time)
    def behind(self, t):
        return self.clock.passed(t + 1)

    passes_every_time = temporal("forall t in Time: <> behind(t)")
