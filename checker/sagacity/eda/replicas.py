"""The replicas of one Kafka partition: leader, in-sync replicas, high watermark, leader epochs."""

from enum import Enum

from sagacity import (
    Int,
    Map,
    Model,
    Option,
    Seq,
    Set,
    action,
    const,
    fair,
    invariant,
    note,
    require,
    terminal,
    var,
)


class Truncation(Enum):
    """What a follower cuts off before it fetches: all above its high watermark; or what the leader's epochs tell, to the
    end of the epoch in the leader's log (KIP-101), or in either log (KIP-279)."""

    HIGH_WATERMARK = 1
    LEADER_EPOCH = 2
    BOTH_EPOCHS = 3


class Replicas(Model):
    """A log on each replica, kept by leader and followers under a controller. A record is known by its offset and the
    epoch of the leader that took it, so a log is the sequence of its records' epochs.

    Guarantees with BOTH_EPOCHS and eligible=True: a committed record, one that every in-sync replica has had, is in the
    log of every leader to come; below their high watermarks replicas have the same records.
    Checked here and in trials/replicas.py: committed_is_kept (fails with HIGH_WATERMARK, and with unflushed records and
    eligible=False), logs_agree (fails with LEADER_EPOCH); all_agree_at_last under fairness.
    Source: KIP-101, KIP-279, KIP-966; Kafka's replication design.

    Faults: `crashes` of replicas, which lose their newest record where `flushed` is False (a power failure before the
    data are on disk); `moves` of the leadership without a failure. The controller does not fail; only the leader of the
    newest epoch changes the in-sync set.
    Blocks: `append` while `length` records are in the leader's log.
    """

    Replica = const(bool, doc="type of the replicas")
    length = const(2, doc="records that a log can hold")
    crashes = const(1, doc="failures of replicas")
    moves = const(1, doc="changes of the leader without a failure")
    min_insync = const(2, doc="in-sync replicas without which nothing is committed (with eligible=True)")
    truncation = const(Truncation.BOTH_EPOCHS, doc="how a follower makes its log fit the leader's")
    flushed = const(True, doc="a record is on disk before it counts")
    eligible = const(True, doc="the controller remembers who left the in-sync set with everything committed (KIP-966)")
    running = const(True, doc="controller and replicas keep running (weak fairness)")

    Epoch = Int[0, 1 + crashes + moves]
    Offset = Int[0, length]

    log = var(Map[Replica, Seq[Epoch, length]], init=[])
    hw = var(Map[Replica, Offset], init=0, doc="high watermark, as each replica knows it")
    epoch = var(Map[Replica, Epoch], init=0, doc="the newest leader epoch that each replica knows of")
    leading = var(Map[Replica, bool], init=False, doc="who believes to be the leader of its epoch")
    cutting = var(Map[Replica, bool], init=False, doc="followers that have not truncated yet")
    up = var(Map[Replica, bool], init=True)
    leader = var(Option[Replica], init=None, doc="the controller's leader")
    newest = var(Epoch, init=0, doc="and its epoch")
    outside = var(Set[Replica], init=set(), doc="replicas that are not in sync")
    elr = var(Set[Replica], init=set(), doc="those of them that left with everything committed")
    committed = var(Seq[Epoch, length], init=[], doc="what was ever committed, by offset")
    crashed = var(Int[0, crashes], init=0)
    moved = var(Int[0, moves], init=0)

    def insync(self):
        """The in-sync replicas."""
        return {r for r in self.Replica if r not in self.outside}

    def append(self, r):
        """A producer's record arrives at a leader. Disables the producer while the log is full."""
        require(self.up[r] and self.leading[r] and len(self.log[r]) < self.length)
        self.log[r].append(self.epoch[r])

    def leave(self, r, clean):
        """The controller takes a replica out of the in-sync set."""
        if r not in self.outside:
            self.outside.add(r)
            if self.eligible and clean and len(self.insync()) < self.min_insync:
                self.elr.add(r)
        if not clean:
            self.elr.discard(r)

    def crown(self, r):
        """The controller makes a replica the leader of a new epoch."""
        self.leader = r
        self.newest += 1
        self.outside.discard(r)
        self.elr.discard(r)

    @fair(when=running)
    @action(r=Replica)
    def elect(self, r):
        """Without a leader, one is taken from the in-sync replicas, or from those that are eligible if nobody is."""
        require(self.leader is None and self.up[r])
        require(r not in self.outside or (len(self.insync()) == 0 and r in self.elr))
        self.crown(r)
        note(f"{r} leads epoch {self.newest}", sender="controller", receiver=r)

    @action(r=Replica)
    def move(self, r):
        """Another in-sync replica becomes the leader although the old one lives (preferred leader, reassignment)."""
        require(self.leader is not None and self.leader != r and self.moved < self.moves)
        require(self.up[r] and r not in self.outside)
        self.moved += 1
        self.crown(r)
        note(f"{r} leads epoch {self.newest}", sender="controller", receiver=r)

    @fair(when=running)
    @action(r=Replica)
    def learn(self, r):
        """A replica hears of the newest epoch, and leads it or follows."""
        require(self.up[r] and self.epoch[r] < self.newest and self.leader is not None)
        self.epoch[r] = self.newest
        self.leading[r] = self.leader == r
        self.cutting[r] = self.leader != r and self.truncation != Truncation.HIGH_WATERMARK
        if self.leader != r and self.truncation == Truncation.HIGH_WATERMARK:
            self.log[r] = self.log[r][:self.hw[r]]

    def follows(self, f, l):
        return self.up[f] and self.up[l] and self.leading[l] and f != l and self.epoch[f] == self.epoch[l]

    @fair(when=running)
    @action(f=Replica, l=Replica)
    def truncate(self, f, l):
        """The follower asks where the epoch of its last record ends in the leader's log, and cuts off what is above."""
        require(self.follows(f, l) and self.cutting[f])
        last = self.log[f][len(self.log[f]) - 1] if len(self.log[f]) > 0 else 0
        known = max([0] + [e for e in self.log[l] if e <= last])
        end = sum(1 for e in self.log[l] if e <= last)
        if self.truncation == Truncation.BOTH_EPOCHS:
            end = min(end, sum(1 for e in self.log[f] if e <= known))
        self.log[f] = self.log[f][:end]
        self.hw[f] = min(self.hw[f], len(self.log[f]))
        left = self.log[f][len(self.log[f]) - 1] if len(self.log[f]) > 0 else 0
        self.cutting[f] = self.truncation == Truncation.BOTH_EPOCHS and left not in (0, known)

    @fair(when=running)
    @action(f=Replica, l=Replica)
    def fetch(self, f, l):
        """The follower gets the next record, if there is one, and the leader's high watermark."""
        n = len(self.log[f])
        require(self.follows(f, l) and not self.cutting[f])
        require(n < len(self.log[l]) or self.hw[f] < min(self.hw[l], n))
        self.hw[f] = max(self.hw[f], min(self.hw[l], n))
        if n < len(self.log[l]):
            self.log[f].append(self.log[l][n])
            note(f"offset {n}", sender=l, receiver=f)

    def rules(self, l):
        """Is the replica the leader of the newest epoch?"""
        return self.up[l] and self.leading[l] and self.epoch[l] == self.newest and self.leader == l

    @fair(when=running)
    @action(l=Replica)
    def commit(self, l):
        """Every in-sync replica has the record: the leader's high watermark advances."""
        n = self.hw[l]
        require(self.rules(l) and n < len(self.log[l]))
        require(not self.eligible or len(self.insync()) >= self.min_insync)
        require(all(r == l or self.epoch[r] == self.epoch[l] and not self.cutting[r] and len(self.log[r]) > n
                    for r in self.insync()))
        self.hw[l] = n + 1
        if len(self.committed) <= n:
            self.committed.append(self.log[l][n])
        note(f"offset {n} is committed", sender=l, receiver="producer")

    @action(l=Replica, f=Replica)
    def shrink(self, l, f):
        """A follower that lags or is down leaves the in-sync set."""
        require(self.rules(l) and f != l and f not in self.outside)
        require(not self.up[f] or len(self.log[f]) < len(self.log[l]) or self.epoch[f] < self.epoch[l])
        self.leave(f, True)

    @fair(when=running)
    @action(l=Replica, f=Replica)
    def expand(self, l, f):
        """A follower that has caught up joins the in-sync set again."""
        require(self.rules(l) and f in self.outside and self.follows(f, l) and not self.cutting[f])
        require(len(self.log[f]) >= len(self.log[l]))
        self.outside.discard(f)
        self.elr = {r for r in self.elr if r != f and len(self.insync()) < self.min_insync}

    @action(r=Replica)
    def crash(self, r):
        """A replica fails; what was not flushed is gone."""
        require(self.up[r] and self.crashed < self.crashes)
        self.crashed += 1
        self.up[r] = False
        self.leading[r] = False
        self.epoch[r] = 0
        clean = self.flushed or len(self.log[r]) == 0
        if not clean:
            self.log[r] = self.log[r][:len(self.log[r]) - 1]
            self.hw[r] = min(self.hw[r], len(self.log[r]))
        if self.leader == r:
            self.leader = None
        if self.eligible or self.insync() != {r}:
            self.leave(r, clean)
        note(f"{r} fails")

    @fair(when=running)
    @action(r=Replica)
    def restart(self, r):
        require(not self.up[r])
        self.up[r] = True

    @invariant
    def committed_is_kept(self):
        """The leader has everything that was ever committed."""
        if self.leader is None:
            return True
        return self.log[self.leader][:len(self.committed)] == self.committed

    @invariant
    def logs_agree(self):
        """Below their high watermarks all replicas that have made their logs fit have the same records."""
        return all(self.log[a][i] == self.log[b][i] for a in self.Replica for b in self.Replica
                   if not self.cutting[a] and not self.cutting[b] for i in range(min(self.hw[a], self.hw[b])))

    @terminal
    def idle(self):
        """Replicas alone may rest anywhere."""
        return True
