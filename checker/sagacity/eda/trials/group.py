"""What a consumer group promises, as a model: members that come and go, and commits that come late."""

from sagacity import *
from sagacity.eda import Group, Protocol, Release


class GroupTrial(Model):
    """Members settle, notice, leave up to LEAVES times, and commit once, at once or late."""

    MEMBERS = const(2)
    PROTOCOL = const(Protocol.CONSUMER)
    RELEASE = const(Release.ACKNOWLEDGED)
    FENCED = const(True)
    EXPIRIES = const(1, doc="sessions that time out")
    LEAVES = const(0, doc="members that leave")

    EPOCHS = 3 * (MEMBERS + 2 * (EXPIRIES + LEAVES))
    Member = Int[1, MEMBERS]
    Partition = Int[0, 1]
    Commit = record(member=Member, partition=Partition, epoch=Int[0, EPOCHS])

    group = component(Group, members=MEMBERS, epochs=EPOCHS, protocol=PROTOCOL, release=RELEASE, fenced=FENCED,
                      expiries=EXPIRIES)
    leaves = var(Int[0, LEAVES], init=0)
    late = var(Option[Commit], init=None, doc="a commit on its way")
    sent = var(bool, init=False)
    foreign = var(bool, init=False, doc="a commit counted while another member held the partition")

    @fair
    @action(m=Member)
    def settle(self, m):
        self.group.settle(m)

    @fair
    @action(m=Member)
    def lose(self, m):
        self.group.lose(m)

    @action(m=Member)
    def leave(self, m):
        require(self.leaves < self.LEAVES)
        self.leaves += 1
        self.group.leave(m)

    def held_by_another(self, m, p):
        return any(p in self.group.holds[n] and self.group.belongs(n) for n in self.Member if n != m)

    @action(m=Member, p=Partition)
    def commit(self, m, p):
        require(not self.sent and p in self.group.holds[m])
        self.sent = True
        self.group.commit(m, p, 1)
        self.foreign = self.foreign or self.held_by_another(m, p)

    @action(m=Member, p=Partition)
    def send(self, m, p):
        require(not self.sent and p in self.group.holds[m])
        self.sent = True
        self.late = self.Commit(member=m, partition=p, epoch=self.group.epoch[m])

    @fair
    @action
    def arrive(self):
        late = self.late
        require(late is not None)
        self.late = None
        if self.group.accepts(late.member, late.epoch):
            self.foreign = self.foreign or self.held_by_another(late.member, late.partition)

    @predicate(p=Partition)
    def owned(self, p):
        return any(p in self.group.holds[m] and self.group.belongs(m) for m in self.Member)

    @invariant
    def owned_once(self):
        return not any(p in self.group.holds[m] and self.group.belongs(m) and self.held_by_another(m, p)
                       for m in self.Member for p in self.Partition)

    @invariant
    def owner_commits(self):
        return not self.foreign

    @step_invariant
    def what_stays_does_not_stop(self, old):
        """A member is told to give up only what is not its share any more."""
        return all(p in self.group.told[m] or p not in old.group.told[m] or p not in self.group.share(m)
                   for m in self.Member for p in self.Partition)

    @terminal
    def at_rest(self):
        return all(self.group.belongs(m) and self.group.holds[m] == self.group.share(m) for m in self.Member)

    always_owned_again = temporal("forall p in Partition: [] <> owned(p)")
