"""What a snapshot promises, as a model: events that are appended and applied, and a snapshot that comes late."""

from sagacity import *
from sagacity.eda import Snapshot


class SnapshotTrial(Model):
    """Event n doubles the state and adds n; who takes a snapshot looks first, and stores what it saw later."""

    EVENTS = const(3, doc="events")
    LOSSES = const(0)
    EARLY = const(False, doc="looks between append and apply")
    FORCED = const(False, doc="a faulty store: it keeps whatever comes last")

    MOST = EVENTS * EVENTS * EVENTS
    State = Int[0, MOST]
    Seen = record(state=State, version=Int[0, EVENTS])

    snapshot = component(Snapshot, State=State, length=EVENTS, losses=LOSSES)
    appended = var(Int[0, EVENTS], init=0)
    applied = var(Int[0, EVENTS], init=0)
    state = var(State, init=0)
    seen = var(Option[Seen], init=None, doc="what will be stored")
    newest = var(Int[0, EVENTS], init=0, doc="the newest version that was stored")

    @fair
    @action
    def append(self):
        require(self.applied == self.appended and self.appended < self.EVENTS)
        self.appended += 1

    @fair
    @action
    def apply(self):
        require(self.applied < self.appended)
        self.applied += 1
        self.state = 2 * self.state + self.applied

    @action
    def look(self):
        require(self.seen is None and (self.applied == self.appended or self.EARLY))
        self.seen = self.Seen(state=self.state, version=self.appended)

    @action
    def store(self):
        s = self.seen
        require(s is not None)
        self.seen = None
        if self.FORCED:
            self.snapshot.state = s.state
            self.snapshot.version = s.version
        else:
            self.snapshot.take(s.state, s.version)
        self.newest = max(self.newest, s.version)

    @action
    def store_at_once(self):
        """Another one takes a snapshot, in one step."""
        require(self.applied == self.appended)
        self.snapshot.take(self.state, self.appended)
        self.newest = self.appended

    def fold(self, a, first, upto):
        state = a
        for n in range(first, upto):
            state = 2 * state + n + 1
        return state

    @invariant
    def same_as_full_replay(self):
        n = self.applied
        return self.snapshot.version > n or (
            self.fold(self.snapshot.restore(0), self.snapshot.version, n) == self.fold(0, 0, n))

    @invariant
    def never_goes_back(self):
        return self.snapshot.version == self.newest

    @terminal
    def over(self):
        return self.applied == self.EVENTS
