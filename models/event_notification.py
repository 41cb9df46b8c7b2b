"""Event notification: the event says that something changed; whoever wants to know what asks back."""

from sagacity import *
from sagacity.eda import Channel


class EventNotification(Model):
    """An owner of data, thin events about its changes, and a consumer that queries the owner for each of them.

    Pattern: a notification carries no state, only which change it is about; the consumer calls the owner for the
    details. By then the owner may have changed again, so the answer can be newer than the event; and where the query
    goes to a replica, it can be older.
    Source: the event-driven architecture guide, section 3.1 (event notification).

    Assumes: notifications arrive in order, none is lost; the owner fails at most CRASHES times and keeps its data.
    Guarantees: an answer is never older than the notification it is for, what the consumer knows never goes back to
    an older version, and every change becomes known to it, if the consumer keeps running and the owner recovers.
    VERSIONED=False: an answer from the replica predates the event, and the change stays unknown. MONOTONE=False: an
    answer that is new enough for its event may be older than the one before, if that came from the owner and this one
    from the replica. EVERY=True demands that the consumer sees every version: it does not, as an answer may be newer.
    RECOVERS=False: the consumer depends on an owner that does not come back, a deadlock (event_carried_state does not).
    RUNNING=False: nobody handles what arrives.
    """

    CHANGES = const(2, doc="changes of the owner's data")
    CRASHES = const(1, doc="failures of the owner")
    REPLICA = const(True, doc="queries may be answered by a replica that is behind")
    BALANCED = const(True, doc="queries may also be answered by the owner itself")
    VERSIONED = const(True, doc="a notification names the version, and older answers are asked for again")
    MONOTONE = const(True, doc="so are answers older than what the consumer knows")
    RECOVERS = const(True, doc="the owner starts again after a failure")
    RUNNING = const(True, doc="the consumer keeps running (weak fairness)")
    EVERY = const(False, doc="demand that the consumer sees every version")

    assume(CHANGES >= 1)

    Version = Int[0, CHANGES]
    Change = Int[1, CHANGES]

    version = var(Version, init=0, doc="of the owner's data")
    replica = var(Version, init=0, doc="what the replica has of it")
    channel = component(Channel, Item=Change, capacity=CHANGES)
    asking = var(Option[Change], init=None, doc="the notification that the consumer is handling")
    handled = var(Version, init=0, doc="the last notification handled")
    known = var(Version, init=0, doc="what the consumer knows")
    seen = var(Set[Change], init=set(), doc="versions that the consumer has seen")
    up = var(bool, init=True)
    crashes = var(Int[0, CRASHES], init=0)

    @action
    def change(self):
        require(self.up and self.version < self.CHANGES)
        self.version += 1
        self.channel.send(self.version)
        note(f"changed ({self.version})", sender="owner", receiver="consumer")

    @fair
    @action
    def replicate(self):
        require(self.REPLICA and self.replica < self.version)
        self.replica += 1

    @fair(when=RUNNING)
    @action
    def receive(self):
        require(self.asking is None)
        n = self.channel.receive()
        self.asking = n

    @fair(when=RUNNING)
    @action
    def query(self):
        n = self.asking
        require(n is not None and self.up)
        if self.REPLICA:
            answer = choose({self.replica, self.version} if self.BALANCED else {self.replica})
        else:
            answer = self.version
        require(not self.VERSIONED or answer >= n)
        require(not self.MONOTONE or answer >= self.known)
        if answer > 0:
            self.seen.add(answer)
        self.known = answer
        self.handled = n
        self.asking = None
        note(f"version {answer}", sender="owner", receiver="consumer")

    @action
    def crash(self):
        require(self.up and self.crashes < self.CRASHES)
        self.up = False
        self.crashes += 1
        note("the owner fails")

    @fair(when=RECOVERS)
    @action
    def recover(self):
        require(self.RECOVERS and not self.up)
        self.up = True

    @invariant
    def answer_is_not_older(self):
        return self.known >= self.handled

    @step_invariant
    def never_goes_back(self, old):
        return self.known >= old.known

    @invariant
    def sees_every_version(self):
        return not self.EVERY or all(v in self.seen for v in self.Change if v <= self.handled)

    @terminal
    def at_rest(self):
        """Nothing is left to be handled, and nothing more can change."""
        return self.channel.empty() and self.asking is None and (self.version == self.CHANGES or not self.up)

    @predicate(v=Change)
    def changed(self, v):
        return v <= self.version

    @predicate(v=Change)
    def informed(self, v):
        return v <= self.known

    becomes_known = temporal("forall v in Change: [] (changed(v) -> <> informed(v))")
    newer_than_the_event = possible("known > handled")
