"""Consume, transform, produce: exactly once by transactions, with instances that are only presumed dead."""

from enum import Enum

from sagacity import *
from sagacity.eda import Defence, RecordType, Transactions


class Fencing(Enum):
    NONE = 1; EPOCH = 2; GENERATION = 3


class Offsets(Enum):
    IN_TRANSACTION = 1; BEFORE_COMMIT = 2; AT_NEXT_POLL = 3


class Isolation(Enum):
    READ_COMMITTED = 1; READ_UNCOMMITTED = 2


class Phase(Enum):
    OUT = 1; READY = 2; WORKING = 3; SENT = 4; FAILED = 5


class KafkaTransactions(Model):
    """Instances that read an input partition, and for each record write an output and move the offset: a transaction.

    Pattern: the owner of the input polls a record, writes the output, sends the offset, commits. When the group takes
    it for dead, another instance goes on from the committed offset; the old one may still be at work (a zombie).
    Source: the event-driven architecture guide, section 2.1.1 (exactly-once by the transaction API); KIP-98; KIP-447
    (FENCING=GENERATION: the group refuses the offset of an old generation, and a new owner waits for pending offsets;
    EPOCH is the way before: the transactional id goes with the partition, and its new user fences the old); KIP-890.

    Assumes: the broker loses nothing (kafka_replication), one input partition, a transaction for each record; requests
    may come late, LATE_RECORDS and LATE_ENDS in all; a producer keeps its epoch over an abort, as in KIP-98.
    Guarantees: who reads committed records sees the effect of each input once and in order, however often the owner
    is presumed dead; what is done stays done; and every input takes effect, if the instances keep going.
    FENCING=NONE: the zombie commits as well, a duplicate. STABLE=False: the new owner starts from an offset that is
    about to move. ISOLATION=READ_UNCOMMITTED: aborted outputs are seen. OFFSETS outside of the transaction lose
    (BEFORE_COMMIT) or duplicate (AT_NEXT_POLL, auto-commit). DEFENCE=FENCE: an output that comes after its transaction
    was aborted is open for ever, and no reader gets past it (a hanging transaction). VERIFY: it may become part of
    the next transaction; and an EndTxn that comes late ends half of the next one (KAFKA-17754). RUNNING=False: nobody
    has to go on.
    """

    INPUTS = const(2, doc="records of the input partition")
    INSTANCES = const(2, doc="instances of the application, one of which owns the input partition")
    PARTITIONS = const(1, doc="partitions of the output; each input has an output in every one")
    FAILURES = const(1, doc="times that the owner is presumed dead")
    LATE_RECORDS = const(0, doc="outputs that come late, or never")
    LATE_ENDS = const(0, doc="EndTxn requests that come late, or never, and are sent again")
    FENCING = const(Fencing.GENERATION, doc="how an instance that is presumed dead is kept out")
    STABLE = const(True, doc="a new owner waits for pending offsets before it fetches the committed one")
    OFFSETS = const(Offsets.IN_TRANSACTION, doc="how the offset of the input is committed")
    DEFENCE = const(Defence.BUMP, doc="how the broker defends itself against late requests")
    ISOLATION = const(Isolation.READ_COMMITTED, doc="of who reads the output")
    RUNNING = const(True, doc="the instances keep going (weak fairness)")

    assume(lo(lo(INPUTS, INSTANCES), PARTITIONS) >= 1)

    Instance = Int[1, INSTANCES]
    Input = Int[1, INPUTS]
    TRIES = INPUTS + LATE_RECORDS + LATE_ENDS + 2 * FAILURES

    tx = component(Transactions, Item=Input, Producer=Instance, partitions=PARTITIONS, length=2 * TRIES + LATE_RECORDS,
                   epochs=2 * TRIES, offsets=INPUTS, late=LATE_RECORDS + LATE_ENDS, defence=DEFENCE)
    owner = var(Instance, init=1, doc="of the input partition, as the group coordinator sees it")
    generation = var(Int[0, FAILURES], init=0, doc="of the consumer group")
    phase = var(Map[Instance, Phase], init=Phase.OUT)
    joined = var(Map[Instance, Int[0, FAILURES]], init=0, doc="the generation in which an instance is a member")
    epoch = var(Map[Instance, Int[0, 2 * TRIES]], init=0, doc="of its producer")
    position = var(Map[Instance, Int[0, INPUTS]], init=0, doc="in the input")
    written = var(Map[Instance, Int[0, PARTITIONS]], init=0, doc="outputs in the current transaction")
    late_records = var(Int[0, LATE_RECORDS], init=0)
    late_ends = var(Int[0, LATE_ENDS], init=0)

    def id(self, i):
        """The transactional id: common with EPOCH (it goes with the input partition), each its own otherwise."""
        return 1 if self.FENCING == Fencing.EPOCH else i

    def member(self, i):
        """Is the instance the owner, and not only in its own opinion?"""
        return self.phase[i] != Phase.OUT and self.joined[i] == self.generation

    def leave(self, i):
        self.phase[i] = Phase.OUT
        self.joined[i] = 0
        self.epoch[i] = 0
        self.position[i] = 0
        self.written[i] = 0

    @fair(when=RUNNING)
    @action(i=Instance)
    def join(self, i):
        """Start as the owner: initTransactions, and fetch the committed offset."""
        require(self.owner == i and self.phase[i] == Phase.OUT and (not self.STABLE or self.tx.stable()))
        self.epoch[i] = self.tx.init(self.id(i))
        self.position[i] = self.tx.committed
        self.joined[i] = self.generation
        self.phase[i] = Phase.READY
        note(f"epoch {self.epoch[i]}, offset {self.position[i]}", sender="broker", receiver=f"instance {i}")

    @fair(when=RUNNING)
    @action(i=Instance)
    def poll(self, i):
        require(self.member(i) and self.phase[i] == Phase.READY and self.position[i] < self.INPUTS)
        if self.OFFSETS == Offsets.AT_NEXT_POLL:
            self.tx.committed = self.position[i]
        self.phase[i] = Phase.WORKING
        note(f"input {self.position[i] + 1}", sender="broker", receiver=f"instance {i}")

    @fair(when=RUNNING)
    @action(i=Instance)
    def produce(self, i):
        require(self.phase[i] == Phase.WORKING and self.written[i] < self.PARTITIONS)
        self.tx.produce(self.id(i), self.epoch[i], self.written[i], self.position[i] + 1)
        self.written[i] += 1
        note(f"output {self.position[i] + 1}", sender=f"instance {i}", receiver="broker")

    @action(i=Instance)
    def produce_late(self, i):
        """An output is delayed on its way; the instance runs into its timeout and will abort."""
        require(self.phase[i] == Phase.WORKING and self.written[i] < self.PARTITIONS)
        require(self.late_records < self.LATE_RECORDS)
        self.late_records += 1
        self.tx.produce_late(self.id(i), self.epoch[i], self.written[i], self.position[i] + 1)
        self.phase[i] = Phase.FAILED

    @fair(when=RUNNING)
    @action(i=Instance)
    def send_offset(self, i):
        """Say how far the input is done. Refused by the group to who is no member any more, which then will abort."""
        require(self.phase[i] == Phase.WORKING and self.written[i] == self.PARTITIONS)
        asks = self.OFFSETS == Offsets.BEFORE_COMMIT or (
            self.OFFSETS == Offsets.IN_TRANSACTION and self.FENCING == Fencing.GENERATION)
        if asks and not self.member(i):
            self.phase[i] = Phase.FAILED
        else:
            self.phase[i] = Phase.SENT
            if self.OFFSETS == Offsets.IN_TRANSACTION:
                self.tx.send_offset(self.id(i), self.epoch[i], self.position[i] + 1)
            elif self.OFFSETS == Offsets.BEFORE_COMMIT:
                self.tx.committed = self.position[i] + 1
        note(f"offset {self.position[i] + 1}", sender=f"instance {i}", receiver="broker")

    def decision(self, i):
        return RecordType.COMMIT if self.phase[i] == Phase.SENT else RecordType.ABORT

    @fair(when=RUNNING)
    @action(i=Instance)
    def end(self, i):
        """Commit, or abort."""
        require(self.phase[i] in (Phase.SENT, Phase.FAILED))
        self.epoch[i] = self.tx.end(self.id(i), self.epoch[i], self.decision(i))
        note(f"{self.decision(i)}", sender=f"instance {i}", receiver="broker")
        if self.phase[i] == Phase.SENT:
            self.position[i] += 1
        self.written[i] = 0
        self.phase[i] = Phase.READY

    @action(i=Instance)
    def end_late(self, i):
        """The request is delayed on its way; without an answer the instance will send it again."""
        require(self.phase[i] in (Phase.SENT, Phase.FAILED) and self.late_ends < self.LATE_ENDS)
        self.late_ends += 1
        self.tx.end_late(self.id(i), self.epoch[i], self.decision(i))

    @fair(when=RUNNING)
    @action(i=Instance)
    def stop(self, i):
        """An instance learns that it has been replaced, or that its transaction has been ended by somebody else."""
        match self.phase[i]:
            case Phase.READY:
                require(not self.member(i))
            case Phase.WORKING:
                require(self.epoch[i] != self.tx.epoch[self.id(i)])
            case _:
                require(self.phase[i] != Phase.OUT)
                require(not self.tx.takes(self.id(i), self.epoch[i], self.decision(i)))
        self.leave(i)

    @fair(when=RUNNING)
    @action(t=Instance)
    def fence(self, t):
        """The successor takes over the id, or the transaction times out: nobody current works on it."""
        require(not any(self.member(i) and self.id(i) == t for i in self.Instance))
        self.tx.fence(t)

    @action(o=Instance, crashed=bool)
    def fail_over(self, o, crashed):
        """The owner is presumed dead, and o takes over: another one, or the old one restarted."""
        require(self.generation < self.FAILURES and self.phase[self.owner] != Phase.OUT)
        require(crashed or o != self.owner)
        self.generation += 1
        if crashed:
            self.leave(self.owner)
        self.owner = o
        note(f"instance {o} is the owner, generation {self.generation}", sender="broker")

    def seen(self, p):
        """What a reader of the output has been given when it has caught up."""
        if self.ISOLATION == Isolation.READ_COMMITTED:
            return self.tx.log.read_committed(p)
        return self.tx.log.read_uncommitted(p)

    @invariant
    def effect_once_in_order(self):
        """The reader sees the effect of each input once, and in the order of the input."""
        return all(v == i + 1 for p in self.tx.Partition for i, v in enumerate(self.seen(p)))

    @invariant
    def done_is_written(self):
        """An input below the committed offset will not be read again: its outputs are there for ever."""
        return all(self.tx.is_kept(p, n + 1) for p in self.tx.Partition for n in range(self.tx.committed))

    @invariant
    def all_or_nothing(self):
        """Unless a transaction is under way, the outputs are those of the inputs below the committed offset."""
        return not self.tx.at_rest() or all(
            len(self.tx.log.read_committed(p)) == self.tx.committed for p in self.tx.Partition)

    @terminal
    def finished(self):
        return (self.tx.at_rest() and self.phase[self.owner] == Phase.READY
                and self.position[self.owner] == self.INPUTS)

    @predicate(n=Input)
    def visible(self, n):
        return all(n in self.seen(p) for p in self.tx.Partition)

    all_visible = temporal("forall n in Input: <> visible(n)")
    taken_over = possible("finished() and generation == FAILURES")
    zombie = possible("FAILURES == 0 or any(phase[i] == Phase.SENT and not member(i) for i in Instance)")
