"""Kafka's replication: what an acknowledgement is worth when leaders change."""

from enum import Enum

from sagacity import *
from sagacity.eda import Replicas, Truncation


class Acks(Enum):
    LEADER = 1; ALL = 2


class KafkaReplication(Model):
    """A producer writes to whoever leads a replicated partition; replicas fail, come back, and make their logs fit.

    Pattern: the leader takes records, the followers fetch them; what every in-sync replica has is committed, and the
    leader's high watermark says so, a fetch later to the followers. A new leader begins a new epoch, and a follower
    cuts off what the leader does not have.
    Source: the event-driven architecture guide, section 12 (Kafka replication in TLA+), section 2.1.1 (acks); KIP-101,
    KIP-279, KIP-966.

    Assumes: one partition, a controller that does not fail; CRASHES failures, MOVES changes of the leader without one.
    Guarantees with acks=all: an acknowledged record is in the log of every later leader; below the high watermark all
    replicas have the same records; at last all logs are equal, if controller and replicas keep running.
    TRUNCATION=HIGH_WATERMARK (before KIP-101): a follower that has a committed record, and does not know yet that it is
    committed, cuts it off, and then becomes the leader. TRUNCATION=LEADER_EPOCH (KIP-101 alone): after two quick
    changes of the leader a follower keeps a record of an epoch that the new leader never had (KIP-279). FLUSHED=False
    with ELIGIBLE=False: acknowledged before it was on disk, lost by the power failure of the last in-sync replica, which
    then leads the others into truncating theirs (KIP-966). ACKS=LEADER: acknowledged by one, and gone with it.
    RUNNING=False: a follower may lag for ever.
    """

    REPLICAS = const(2, doc="replicas of the partition")
    RECORDS = const(1, doc="records in a log")
    CRASHES = const(2, doc="failures of replicas")
    MOVES = const(1, doc="changes of the leader without a failure")
    ACKS = const(Acks.ALL, doc="when the producer takes a record for stored")
    TRUNCATION = const(Truncation.BOTH_EPOCHS, doc="how a follower makes its log fit the leader's")
    FLUSHED = const(True, doc="a record is on disk before it counts; otherwise a failure loses the newest one")
    ELIGIBLE = const(True, doc="the controller knows who has everything committed without being in sync")
    RUNNING = const(True, doc="controller and replicas keep running (weak fairness)")

    Replica = ids("replica", REPLICAS)
    Epoch = Int[0, 1 + CRASHES + MOVES]
    Stored = record(offset=Int[0, RECORDS - 1], epoch=Epoch)     # which record: where, and by which leader

    partition = component(Replicas, Replica=Replica, length=RECORDS, crashes=CRASHES, moves=MOVES,
                          truncation=TRUNCATION, flushed=FLUSHED, eligible=ELIGIBLE, running=RUNNING)
    promised = var(Set[Stored], init=set(), doc="what a leader alone has acknowledged")

    @action(r=Replica)
    def produce(self, r):
        offset = len(self.partition.log[r])
        self.partition.append(r)
        note(f"record {offset} of epoch {self.partition.epoch[r]}", sender="producer", receiver=r)
        if self.ACKS == Acks.LEADER:
            self.promised.add(self.Stored(offset=offset, epoch=self.partition.epoch[r]))

    def acknowledged(self):
        """What the producer takes for stored."""
        committed = self.partition.committed
        return self.promised | {self.Stored(offset=i, epoch=e) for i, e in enumerate(committed)}

    @invariant
    def acknowledged_is_kept(self):
        """The leader has every record that was acknowledged."""
        l = self.partition.leader
        if l is None:
            return True
        return all(s.offset < len(self.partition.log[l]) and self.partition.log[l][s.offset] == s.epoch
                   for s in self.acknowledged())

    @predicate
    def agree(self):
        return all(self.partition.log[a] == self.partition.log[b] for a in self.Replica for b in self.Replica)

    @terminal
    def at_rest(self):
        return self.agree()

    all_agree_at_last = temporal("<> [] agree")
    survives = possible("len(partition.committed) == RECORDS and partition.crashed == CRASHES and agree()")
