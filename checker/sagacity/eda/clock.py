"""Vector clocks: did one event happen before another?"""

from sagacity import Int, Map, Model, const, terminal, var


class VectorClock(Model):
    """One clock per process: how many events of each process it knows of.

    Guarantees (the clock condition): an event happened before another if and only if its vector is smaller; two events
    are concurrent if and only if their vectors are incomparable. `next_from` is the rule of causal broadcast: deliver a
    message when it is the sender's next one and everything the sender knew of has been delivered here.
    Checked in trials/clock.py against the causal past of every event, kept as a set: happened_before_is_smaller
    (fails when the receiver forgets to merge: MERGE=False) and smaller_is_happened_before (fails when a process does
    not count its own events: TICK=False).
    Source: Fidge (1988) and Mattern (1989); Birman, Schiper and Stephenson (1991), section 5.1, for `next_from`.

    Blocks: never; counting past `limit` is an error of the model.
    """

    Process = const(bool, doc="type of the processes")
    limit = const(2, doc="events of one process")

    Vector = Map[Process, Int[0, limit]]

    clock = var(Map[Process, Vector], init=0)

    def tick(self, p):
        """An event of process p."""
        self.clock[p][p] += 1

    def merge(self, p, v):
        """Process p learns what a vector knows."""
        self.clock[p] = {q: max(self.clock[p][q], v[q]) for q in self.Process}

    def leq(self, a, b):
        """Does b know of everything that a knows of?"""
        return all(a[p] <= b[p] for p in self.Process)

    def before(self, a, b):
        """Did the event with vector a happen before the one with vector b?"""
        return self.leq(a, b) and a != b

    def concurrent(self, a, b):
        """Did neither happen before the other?"""
        return not self.leq(a, b) and not self.leq(b, a)

    def next_from(self, p, sender, v):
        """May p deliver the broadcast of `sender` that carries v?"""
        return all(v[q] == self.clock[p][q] + 1 if q == sender else v[q] <= self.clock[p][q] for q in self.Process)

    @terminal
    def idle(self):
        """A clock alone does nothing."""
        return True
