"""What a dedupe store promises, as a model: workers who want the same id, while time passes."""

from sagacity import *
from sagacity.eda import DedupeStore


class DedupeTrial(Model):
    """Workers claim an id, or look it up and put it later; `since` is the time at which one of them succeeded last."""

    WORKERS = const(2, doc="workers")
    TTL = const(2, doc="ticks that an id is remembered; 0: for ever")
    TICKS = const(4, doc="ticks of the clock")
    LOSSES = const(0)
    ATOMIC = const(True, doc="claim, instead of a look and a later put")
    PROLONGED = const(False, doc="a faulty store: a claim that fails begins a new life")

    Worker = Int[1, WORKERS]
    Key = Int[1, 2]
    KEY = 2            # the other one never gets into the store

    store = component(DedupeStore, Key=Key, ttl=TTL, ticks=TICKS, losses=LOSSES)
    since = var(Option[Int[0, TICKS]], init=None, doc="when somebody succeeded last")
    looked = var(Set[Worker], init=set(), doc="saw that the id is not there")
    doubled = var(bool, init=False, doc="somebody succeeded while the success of another was still young")
    released = var(bool, init=False)

    def young(self):
        """Is the last success within the time to live?"""
        since = self.since
        return since is not None and (self.TTL == 0 or self.store.now - since < self.TTL)

    def succeed(self):
        if self.young():
            self.doubled = True
        self.since = self.store.now

    @action(w=Worker)
    def claim(self, w):
        require(self.ATOMIC)
        new = self.store.claim(self.KEY)
        if new:
            self.succeed()
            note("claimed", sender=w, receiver="store")
        elif self.PROLONGED:
            self.store.put(self.KEY)

    @action(w=Worker)
    def look(self, w):
        require(not self.ATOMIC and not self.store.has(self.KEY))
        self.looked.add(w)

    @action(w=Worker)
    def put(self, w):
        require(w in self.looked)
        self.looked.remove(w)
        self.store.put(self.KEY)
        self.succeed()

    @action
    def release(self):
        require(self.young() and self.store.has(self.KEY) and not self.released)
        self.released = True
        self.store.release(self.KEY)
        self.since = None

    @invariant
    def one_winner(self):
        """Nobody succeeds within the time to live of another's success."""
        return not self.doubled

    @invariant
    def remembered(self):
        return not self.young() or self.store.has(self.KEY)

    @invariant
    def forgotten_in_time(self):
        return self.young() or not self.store.has(self.KEY)

    @terminal
    def over(self):
        return self.store.now == self.TICKS

    comes_free = possible("since == TICKS")
