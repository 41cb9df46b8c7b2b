"""What a topic promises, as a model: two groups read a partition, each at its own pace."""

from enum import Enum

from sagacity import *
from sagacity.eda import Topic


class Team(Enum):
    RED = 1; BLUE = 2


class TopicTrial(Model):
    """One producer; groups that poll, commit what they polled, and restart up to RESTARTS times."""

    RECORDS = const(2, doc="records")
    RESTARTS = const(0, doc="restarts of consumers, which then resume at the committed offset")
    TRUNCATIONS = const(0)
    RETENTION = const(-1)
    GREEDY = const(False, doc="a group commits one record more than it was given")
    RENUMBERED = const(False, doc="a faulty broker: the second record has the offset of the first")

    Value = Int[1, RECORDS]

    topic = component(Topic, Item=Value, Group=Team, partitions=1, length=RECORDS, truncations=TRUNCATIONS,
                      retention=RETENTION)
    produced = var(Int[0, RECORDS], init=0)
    restarts = var(Int[0, RESTARTS], init=0)
    received = var(Map[Team, Seq[Value, RECORDS * (1 + RESTARTS)]], init=[])

    @fair
    @action
    def produce(self):
        require(self.produced < self.RECORDS)
        self.produced += 1
        self.topic.produce(0, self.produced)
        if self.RENUMBERED and self.produced > 1:
            self.topic.log[0][1] = self.topic.Record(offset=0, value=2)

    @fair
    @action(g=Team)
    def read(self, g):
        r = self.topic.poll(g, 0)
        self.received[g].append(r.value)

    @fair
    @action(g=Team)
    def commit(self, g):
        offset = min(self.topic.position[g][0] + (1 if self.GREEDY else 0), self.RECORDS)
        require(self.topic.committed[g][0] < offset)
        self.topic.commit(g, 0, offset)

    @action(g=Team)
    def restart(self, g):
        require(self.restarts < self.RESTARTS)
        self.restarts += 1
        self.topic.rewind(g, 0)

    @invariant
    def received_once_in_order(self):
        return all(self.received[g] == list(range(1, len(self.received[g]) + 1)) for g in Team)

    @invariant
    def nothing_is_skipped(self):
        """Whatever stands before the position of a group was received by it."""
        return all(r.value in self.received[g] for g in Team for r in self.topic.log[0][:self.topic.position[g][0]])

    @terminal
    def all_read(self):
        return self.produced == self.RECORDS and all(self.topic.committed[g][0] == self.topic.end(0) for g in Team)

    @predicate(g=Team, m=Value)
    def read_by(self, g, m):
        return m in self.received[g]

    all_read_by_all = temporal("forall g in Team: forall m in Value: <> read_by(g, m)")
