"""Rebalances of a Kafka consumer group: who owns a partition, whose commit counts, what is processed twice?"""

from enum import Enum

from sagacity import *
from sagacity.eda import Group, Protocol, Release


class Guarantee(Enum):
    AT_LEAST_ONCE = 1; EXACTLY_ONCE = 2


class KafkaRebalance(Model):
    """Members of a group process the records of their partitions and commit, while members come, go and time out.

    Pattern: a member resumes a partition at its committed offset, processes, commits, and commits once more before it
    gives the partition up. PROTOCOL is EAGER (a rebalance stops everybody), COOPERATIVE (KIP-429: what stays is kept)
    or CONSUMER (KIP-848: the coordinator reconciles member by member); the component Group has the details.
    Source: the event-driven architecture guide, section 7.2 (rebalance duplicates); KIP-429; KIP-848.

    Assumes: the log is given; a session may time out though its member lives (EXPIRIES), and this zombie goes on until
    it notices; a commit may arrive late (DELAYS), but not after one for that partition which its sender sent later;
    effects of processing survive.
    Guarantees: no partition is owned by two members of the group, by their own account; a stale commit (of a zombie, or
    late) is fenced, so that committed offsets never move back; at-least-once; what stays does not stop (not with
    EAGER); every partition is owned again and again and every record processed, but not with RUNNING=False.
    Not guaranteed: exactly-once (DEMAND=EXACTLY_ONCE fails: a zombie works on what its successor works on). Without
    time-outs it holds, unless COMMIT_ON_REVOKE=False: processed, revoked, processed again by the next owner.
    RELEASE=TOLD: a partition is advertised as free before its owner has revoked it: two owners, with any protocol.
    RELEASE=FORGOTTEN (KAFKA-16147): the coordinator forgets who owns a partition that it asked for and then gave back.
    FENCED=False: a stale commit moves the offset back. COMMIT_FIRST=True: committed, revoked, never processed.
    """

    MEMBERS = const(2, doc="consumers")
    PARTITIONS = const(2, doc="partitions of the topic")
    RECORDS = const(1, doc="records in each partition")
    EXPIRIES = const(1, doc="sessions that time out though the member lives")
    LEAVES = const(0, doc="members that leave, as in a rolling restart; they join again")
    DELAYS = const(0, doc="commits that arrive late")
    PROTOCOL = const(Protocol.CONSUMER, doc="how the group rebalances")
    RELEASE = const(Release.ACKNOWLEDGED, doc="when a partition may go to its next owner")
    FENCED = const(True, doc="the coordinator refuses commits of another generation or epoch")
    COMMIT_ON_REVOKE = const(True, doc="a member commits before it gives a partition up")
    COMMIT_FIRST = const(False, doc="a member commits a record before it processes it")
    RUNNING = const(True, doc="the members keep running (weak fairness)")
    DEMAND = const(Guarantee.AT_LEAST_ONCE, doc="what is demanded of the processing")

    assume(lo(lo(MEMBERS, PARTITIONS), RECORDS) >= 1)

    Member = Int[1, MEMBERS]
    Partition = Int[0, PARTITIONS - 1]
    Offset = Int[0, RECORDS - 1]
    EPOCHS = (MEMBERS + 2 * (EXPIRIES + LEAVES)) * (1 + PARTITIONS)
    Commit = record(member=Member, partition=Partition, offset=Int[0, RECORDS], epoch=Int[0, EPOCHS])

    group = component(Group, members=MEMBERS, partitions=PARTITIONS, length=RECORDS, epochs=EPOCHS, expiries=EXPIRIES,
                      protocol=PROTOCOL, release=RELEASE, fenced=FENCED, running=RUNNING)
    position = var(Map[Member, Map[Partition, Int[0, RECORDS]]], init=0, doc="processed below; 0 for what is not held")
    late = var(Option[Commit], init=None, doc="a commit that is still on its way")
    processed = var(Map[Partition, Map[Offset, Int[0, 2]]], init=0, doc="how often, at most twice")
    delays = var(Int[0, DELAYS], init=0)
    leaves = var(Int[0, LEAVES], init=0)

    def done(self, m, p):
        """The offset that m commits for p."""
        return min(self.position[m][p] + 1, self.RECORDS) if self.COMMIT_FIRST else self.position[m][p]

    def commit_now(self, m, p):
        """What m sent for p before arrives before this, and no longer matters."""
        self.group.commit(m, p, self.done(m, p))
        late = self.late
        if late is not None and late.member == m and late.partition == p:
            self.late = None

    def give_up(self, m, partitions):
        for p in self.Partition:
            if p in partitions and self.COMMIT_ON_REVOKE and self.group.accepts(m, self.group.epoch[m]):
                self.commit_now(m, p)

    @fair(when=RUNNING)
    @action(m=Member)
    def settle(self, m):
        """Give up what is no longer assigned, and start on what is new where its last owner committed."""
        self.give_up(m, self.group.holds[m] - self.group.told[m])
        for p in self.Partition:
            if p not in self.group.holds[m] or p not in self.group.told[m]:
                self.position[m][p] = self.group.committed[p] if p in self.group.told[m] else 0
        self.group.settle(m)

    @fair(when=RUNNING)
    @action(m=Member)
    def lose(self, m):
        """The member notices that it was expelled; it may not commit any more."""
        self.group.lose(m)
        self.position[m] = {p: 0 for p in self.Partition}

    @action(m=Member)
    def leave(self, m):
        require(self.leaves < self.LEAVES)
        self.leaves += 1
        self.give_up(m, self.group.holds[m])
        self.group.leave(m)
        self.position[m] = {p: 0 for p in self.Partition}

    @fair(when=RUNNING)
    @action(m=Member, p=Partition)
    def process(self, m, p):
        offset = self.position[m][p]
        require(p in self.group.holds[m] and offset < self.RECORDS)
        require(not self.COMMIT_FIRST or offset < self.group.committed[p])
        self.processed[p][offset] = min(self.processed[p][offset] + 1, 2)
        self.position[m][p] += 1
        note(f"process {p}:{offset}", sender=m, receiver=m)

    @fair(when=RUNNING)
    @action(m=Member, p=Partition)
    def commit(self, m, p):
        require(p in self.group.holds[m] and self.done(m, p) != self.group.committed[p])
        self.commit_now(m, p)

    @action(m=Member, p=Partition)
    def commit_late(self, m, p):
        """The request is sent, and is delayed on its way."""
        require(self.delays < self.DELAYS and self.late is None and p in self.group.holds[m])
        self.delays += 1
        self.late = self.Commit(member=m, partition=p, offset=self.done(m, p), epoch=self.group.epoch[m])

    @fair
    @action
    def arrive(self):
        """A late commit arrives, and counts or is refused."""
        late = self.late
        require(late is not None)
        if self.group.accepts(late.member, late.epoch):
            self.group.committed[late.partition] = late.offset
        self.late = None
        note(f"late commit {late.partition}:{late.offset}", sender=late.member, receiver="coordinator")

    @predicate
    def started(self):
        return self.group.generation > 0

    @predicate(p=Partition)
    def owned(self, p):
        return any(p in self.group.holds[m] and self.group.belongs(m) for m in self.Member)

    @predicate(p=Partition, o=Offset)
    def handled(self, p, o):
        return self.processed[p][o] > 0

    @invariant
    def owned_once(self):
        """No two members of the group work on the same partition."""
        return all(sum(1 for m in self.Member if self.group.belongs(m) and p in self.group.holds[m]) <= 1
                   for p in self.Partition)

    @step_invariant
    def committed_never_moves_back(self, old):
        return all(self.group.committed[p] >= old.group.committed[p] for p in self.Partition)

    @step_invariant
    def what_stays_does_not_stop(self, old):
        """A member of the group is told to give up only what is not its own any more."""
        return all(p in self.group.told[m] or p not in old.group.told[m] or p not in self.group.share(m)
                   for m in self.Member for p in self.Partition)

    @invariant
    def demand(self):
        """Nobody has moved past a record that never took effect; and exactly once: none took effect twice."""
        return all(self.handled(p, o) for m in self.Member for p in self.group.holds[m]
                   for o in self.Offset if o < self.position[m][p]) and (
            self.DEMAND == Guarantee.AT_LEAST_ONCE or all(self.processed[p][o] <= 1 for p in self.Partition
                                                          for o in self.Offset))

    @terminal
    def finished(self):
        return self.late is None and all(self.group.committed[p] == self.RECORDS for p in self.Partition) and all(
            self.group.holds[m] == self.group.share(m) and self.group.belongs(m) for m in self.Member)

    always_owned_again = temporal("forall p in Partition: [] (started -> <> owned(p))")
    all_handled = temporal("forall p in Partition: forall o in Offset: [] (started -> <> handled(p, o))")
    recovered = possible("finished() and group.expired == EXPIRIES and leaves == LEAVES and delays == DELAYS")
