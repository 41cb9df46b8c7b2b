"""Timers over abstract time: has something taken longer than it may?"""

from sagacity import Int, Map, Model, Option, const, terminal, var


class Timer(Model):
    """One timer for each key, that runs from `start` to `stop` and is due `limit` ticks after its start.

    Guarantees: a running timer is due once `limit` ticks have passed since it was started, and not before; it counts no
    further, because nobody asks whether `limit` was passed by one tick or by ten, and so the states stay finite.
    Checked in trials/timer.py: due_at_the_limit (fails when the model leaves out a tick), not_due_before (fails when
    it counts one twice), handled_in_time (fails when the model lets time pass while a timer is due).

    Time is the model's: it calls `tick`, of all its timers and stores in one step. An upper bound ("it comes within so
    many ticks") is a tick that requires `none_due`; without that requirement a due timer may be handled at any time.
    Blocks: never.
    """

    Key = const(bool, doc="type of what is timed")
    limit = const(1, doc="ticks from the start until a timer is due")

    elapsed = var(Map[Key, Option[Int[0, limit]]], init=None, doc="ticks since the start, at most `limit`; None: off")

    def start(self, k):
        """Start the timer, from zero if it runs already."""
        self.elapsed[k] = 0

    def stop(self, k):
        """Switch the timer off."""
        self.elapsed[k] = None

    def running(self, k):
        """Was it started, and not stopped since? A due timer still runs."""
        return self.elapsed[k] is not None

    def due(self, k):
        """Have `limit` ticks passed since the start?"""
        return self.elapsed[k] == self.limit

    def none_due(self):
        """Is no timer due?"""
        return all(self.elapsed[k] != self.limit for k in self.Key)

    def tick(self):
        """Time goes on by one tick."""
        for k in self.Key:
            ticks = self.elapsed[k]
            if ticks is not None:
                self.elapsed[k] = min(ticks + 1, self.limit)

    @terminal
    def idle(self):
        """A timer alone does nothing."""
        return True
