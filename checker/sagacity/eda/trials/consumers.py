"""What a consumer group promises, as a model: members that process in two steps, of which the first has the effect."""

from sagacity import *
from sagacity.eda import ConsumerGroup


class ConsumersTrial(Model):
    """One producer; members take the effect of a record first and tidy up second."""

    RECORDS = const(2, doc="records")
    MEMBERS = const(2, doc="members of the group")
    REBALANCES = const(0)
    COMMIT_FIRST = const(False)
    TRUNCATIONS = const(0)
    FENCING = const(True)
    RENUMBERED = const(False, doc="a faulty broker: the second record has the offset of the first")

    Value = Int[1, RECORDS]
    Member = Int[1, MEMBERS]

    group = component(ConsumerGroup, Item=Value, Member=Member, length=RECORDS, steps=2, rebalances=REBALANCES,
                      commit_first=COMMIT_FIRST, truncations=TRUNCATIONS, fencing=FENCING)
    produced = var(Int[0, RECORDS], init=0)
    processed = var(Map[Value, Int[0, 2]], init=0, doc="how often, two standing for more")

    @fair
    @action
    def produce(self):
        require(self.produced < self.RECORDS)
        self.produced += 1
        self.group.produce(self.produced)
        if self.RENUMBERED and self.produced == 2:
            self.group.topic.log[0][1] = self.group.topic.Record(offset=0, value=2)

    @fair
    @action(c=Member)
    def process(self, c):
        m = self.group.item(c, 0)
        self.processed[m] = min(self.processed[m] + 1, 2)
        self.group.go_on(c, 1)

    @fair
    @action(c=Member)
    def tidy_up(self, c):
        self.group.item(c, 1)
        self.group.done(c)

    @invariant
    def nothing_is_skipped(self):
        """What is committed was processed, or somebody still has it in work."""
        return all(self.processed[r.value] > 0 or self.at_work(r.value) > 0
                   for r in self.group.topic.log[0][:self.group.committed()])

    def at_work(self, m):
        """How many members have the record in work and have not processed it yet?"""
        return sum(1 for c in self.Member if self.has(c, m))

    def has(self, c, m):
        w = self.group.work[c]
        return w is not None and w.item == m and w.step == 0

    @invariant
    def processed_once(self):
        return all(self.processed[m] <= 1 for m in self.Value)

    @invariant
    def one_at_work(self):
        return all(self.at_work(m) <= 1 for m in self.Value)

    @terminal
    def finished(self):
        return self.group.committed() == self.RECORDS and all(self.group.work[c] is None for c in self.Member)

    @predicate(m=Value)
    def was_processed(self, m):
        return self.processed[m] > 0

    all_processed = temporal("forall m in Value: <> was_processed(m)")
