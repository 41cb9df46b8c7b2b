"""What replication promises, as a model: a producer appends to whoever leads."""

from sagacity import *
from sagacity.eda import Replicas, Truncation


class ReplicasTrial(Model):
    """Records go to any leader, as long as there is room."""

    REPLICAS = const(2)
    LENGTH = const(1)
    CRASHES = const(1)
    MOVES = const(1)
    TRUNCATION = const(Truncation.BOTH_EPOCHS)
    FLUSHED = const(True)
    ELIGIBLE = const(True)

    Replica = ids("replica", REPLICAS)

    partition = component(Replicas, Replica=Replica, length=LENGTH, crashes=CRASHES, moves=MOVES,
                          truncation=TRUNCATION, flushed=FLUSHED, eligible=ELIGIBLE)

    @action(r=Replica)
    def produce(self, r):
        self.partition.append(r)

    @predicate
    def agree(self):
        return all(self.partition.log[a] == self.partition.log[b] for a in self.Replica for b in self.Replica)

    @terminal
    def at_rest(self):
        return self.agree()

    all_agree_at_last = temporal("<> [] agree")
