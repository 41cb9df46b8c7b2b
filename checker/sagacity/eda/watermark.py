"""How far has event time come, when events arrive out of order?"""

from sagacity import Int, Model, assume, const, lo, require, terminal, var


class Watermark(Model):
    """The watermark of a source whose events are behind its newest one by a bounded time (bounded out-of-orderness).

    A mark m says: every event with a time before m has come. It follows the newest event at the distance `disorder`;
    at the end of the stream it jumps past all times.
    Guarantees: the mark never goes back, and no event comes behind it if no event is more than `disorder` behind the
    newest one that was observed; after an event of time t the mark gets to t - disorder if `advance` is fair.
    Not guaranteed: that it ever passes the newest events of a source that is idle and does not say so.
    Checked in trials/watermark.py: none_comes_behind_it (fails with DELAY=2, more than the disorder), never_goes_back
    (fails when a restart forgets the mark, which no checkpoint keeps: RESTARTS=1), as_far_as_promised (fails when the
    mark is held back: HELD=True).
    Source: Akidau et al., The Dataflow Model (VLDB 2015), section 2.3; Apache Flink, "Generating Watermarks",
    whose watermark W(m - 1) is the mark m here.

    Faults: none of its own; the disorder of the events is the model's.
    Blocks: `advance` while the mark would stay where it is; `finish` once it is called.
    """

    horizon = const(3, doc="times are 0 .. horizon - 1")
    disorder = const(1, doc="by how much an event is assumed to be behind the newest one, at most")

    assume(lo(horizon - 1, disorder) >= 0)

    newest = var(Int[0, horizon], init=0, doc="one past the largest time that was observed")
    mark = var(Int[0, horizon], init=0, doc="events before this time have come; horizon: the stream has ended")

    def observe(self, t):
        """An event of time t has come."""
        self.newest = max(self.newest, t + 1)

    def can_advance(self):
        """Is the mark further behind the newest event than the disorder?"""
        return self.mark < self.newest - 1 - self.disorder

    def advance(self):
        """Emit a watermark, as is done now and then."""
        require(self.can_advance())
        self.mark = self.newest - 1 - self.disorder

    def finish(self):
        """The source ends, or is known to be idle: nothing more will come."""
        require(not self.finished())
        self.mark = self.horizon

    def finished(self):
        """Has the end of the stream been marked?"""
        return self.mark == self.horizon

    def passed(self, t):
        """Has the mark reached time t?"""
        return self.mark >= t or self.finished()

    def late(self, t):
        """Is an event of time t behind the mark?"""
        return t < self.mark

    @terminal
    def idle(self):
        """A watermark alone does nothing."""
        return True
