"""Transactions over partitioned logs, as in Kafka: a coordinator, epochs, markers, and the last stable offset."""

from enum import Enum

from sagacity import Int, Map, Model, Option, Set, action, choose, component, const, fair, invariant, note, record
from sagacity import require, terminal, var

from .transactional_log import RecordType, TransactionalLog


class Stage(Enum):
    EMPTY = 1; ONGOING = 2; PREPARE_COMMIT = 3; PREPARE_ABORT = 4; COMPLETE_COMMIT = 5; COMPLETE_ABORT = 6


class Defence(Enum):
    FENCE = 1; VERIFY = 2; BUMP = 3


class Transactions(Model):
    """Data records and the offset of a consumer group, written in transactions, over a TransactionalLog.

    Each producer has a transactional id, at which the coordinator keeps an epoch and the stage of its transaction.
    Once it has decided (PREPARE_...), it has a marker written in each partition of the transaction and settles the
    pending offset, each at its own time.

    Guarantees, with defence=BUMP: a transaction takes effect in all partitions and in the group's offset, or in none
    of them; the coordinator knows of every open transaction, so that its markers will come and readers move on;
    a producer with an old epoch writes nothing.
    Checked here and in trials/transactions.py: nothing_hangs, all_or_nothing, in_its_own_transaction,
    offset_with_records.

    Faults: requests that come late (`produce_late`, `end_late`, at most `late` at a time), by which time their
    transaction is over. With defence=FENCE (KIP-98) the leader of a partition compares epochs and nothing else: a late
    record opens a transaction that nobody will end (`nothing_hangs` fails) or gets into the next one. VERIFY (KIP-890,
    part 1): before the first record of a transaction the leader asks the coordinator whether the partition belongs
    to it; a late record or EndTxn may still meet the next transaction, which has the same epoch (the others fail;
    KAFKA-17754). BUMP (part 2): each decision raises the epoch, so that it names one transaction.
    Sequence numbers within a transaction are left out: a record that comes late was not sent again.
    Blocks: `init`, `produce` and `send_offset` while a decision is being carried out (CONCURRENT_TRANSACTIONS: they
    may be tried again); `init` while a transaction is open, which `fence` ends; a fenced producer for ever.
    """

    Item = const(bool, doc="type of a record's value")
    Producer = const(bool, doc="type of the transactional ids")
    partitions = const(1, doc="partitions of the output")
    length = const(4, doc="records and markers that a partition can hold")
    epochs = const(4, doc="highest epoch of a producer")
    offsets = const(1, doc="highest offset of the group in its input")
    late = const(0, doc="requests that may be late at a time")
    defence = const(Defence.BUMP, doc="what keeps late requests out")

    Partition = Int[0, partitions - 1]
    Epoch = Int[0, epochs]
    Request = record(producer=Producer, epoch=Epoch, kind=RecordType, partition=Option[Partition], value=Option[Item])

    log = component(TransactionalLog, Item=Item, Producer=Producer, partitions=partitions, length=length,
                    epochs=epochs)
    stage = var(Map[Producer, Stage], init=Stage.EMPTY)
    epoch = var(Map[Producer, Epoch], init=0, doc="of the producer that may write now; 0: there was none")
    parts = var(Map[Producer, Set[Partition]], init=set(), doc="partitions of the transaction that lack its marker")
    pending = var(Map[Producer, Option[Int[0, offsets]]], init=None, doc="offset that the transaction will commit")
    committed = var(Int[0, offsets], init=0, doc="offset of the next input record for the group")
    wire = var(Set[Request, late], init=set(), doc="late requests")

    def completing(self, t):
        return self.stage[t] in (Stage.PREPARE_COMMIT, Stage.PREPARE_ABORT)

    def at_rest(self):
        """Is no transaction open or being completed, as far as the coordinator knows?"""
        return all(self.stage[t] != Stage.ONGOING and not self.completing(t) for t in self.Producer)

    def init(self, t):
        """InitProducerId, once no transaction of the id is open: the epoch of a new producer."""
        require(self.stage[t] != Stage.ONGOING and not self.completing(t))
        self.epoch[t] += 1
        self.stage[t] = Stage.EMPTY
        return self.epoch[t]

    def fence(self, t):
        """Abort an open transaction under a new epoch: a new producer wants the id, or the transaction timed out."""
        require(self.stage[t] == Stage.ONGOING)
        self.epoch[t] += 1
        self.stage[t] = Stage.PREPARE_ABORT

    def join(self, t, e):
        require(self.epoch[t] == e and not self.completing(t))
        self.stage[t] = Stage.ONGOING

    def enlist(self, t, e, p):
        self.join(t, e)
        self.parts[t].add(p)

    def produce(self, t, e, p, m):
        """Append a record within the producer's transaction, which it begins if need be."""
        self.enlist(t, e, p)
        self.log.write(p, t, e, m)

    def produce_late(self, t, e, p, m):
        """As `produce`, and the partition is added to the transaction; but the record itself comes later or never."""
        self.enlist(t, e, p)
        self.wire.add(self.Request(producer=t, epoch=e, kind=RecordType.DATA, partition=p, value=m))

    def send_offset(self, t, e, offset):
        """Let the transaction commit that the group is done with the input below `offset` (TxnOffsetCommit)."""
        self.join(t, e)
        self.pending[t] = offset

    def stable(self):
        """Is no offset pending?  A consumer that starts waits for it, or reads an offset that is about to change."""
        return all(self.pending[t] is None for t in self.Producer)

    def ended(self, t, e, kind):
        """Has just this been decided on the transaction of epoch e?"""
        if self.epoch[t] != (e + 1 if self.defence == Defence.BUMP else e):
            return False
        if kind == RecordType.COMMIT:
            return self.stage[t] in (Stage.PREPARE_COMMIT, Stage.COMPLETE_COMMIT)
        return self.stage[t] in (Stage.PREPARE_ABORT, Stage.COMPLETE_ABORT)

    def takes(self, t, e, kind):
        """Is EndTxn answered with success?  A repetition is."""
        return (self.stage[t] == Stage.ONGOING and self.epoch[t] == e) or self.ended(t, e, kind)

    def end(self, t, e, kind):
        """EndTxn with COMMIT or ABORT: returns the epoch of the producer's next transaction. Blocks unless `takes`."""
        require(self.takes(t, e, kind))
        self.decide(t, e, kind)
        return self.epoch[t]

    def end_late(self, t, e, kind):
        """EndTxn is sent, and comes later or never; the producer has no answer and sends it again with `end`."""
        require(self.takes(t, e, kind))
        self.wire.add(self.Request(producer=t, epoch=e, kind=kind))

    def decide(self, t, e, kind):
        if self.stage[t] == Stage.ONGOING and self.epoch[t] == e:
            self.stage[t] = Stage.PREPARE_COMMIT if kind == RecordType.COMMIT else Stage.PREPARE_ABORT
            if self.defence == Defence.BUMP:
                self.epoch[t] += 1

    @action
    def arrive(self):
        """A late request arrives, and is carried out or refused."""
        r = choose(self.wire)
        self.wire.remove(r)
        p, m = r.partition, r.value
        if p is None or m is None:
            self.decide(r.producer, r.epoch, r.kind)
        elif self.accepts(r.producer, r.epoch, p):
            self.log.write(p, r.producer, r.epoch, m)
        note(f"late {r.kind} of epoch {r.epoch}", sender="network", receiver="broker")

    def accepts(self, t, e, p):
        """Does the leader of the partition append a record that arrives now?"""
        ongoing = self.epoch[t] == e and self.stage[t] == Stage.ONGOING and p in self.parts[t]
        return not self.log.knows_newer(p, t, e) and (
            ongoing or self.log.is_open(p, t) or self.defence == Defence.FENCE)

    @fair
    @action(t=Producer, p=Partition)
    def mark(self, t, p):
        """Carry out a decision in one partition."""
        require(self.completing(t) and p in self.parts[t])
        kind = RecordType.COMMIT if self.stage[t] == Stage.PREPARE_COMMIT else RecordType.ABORT
        self.log.mark(p, t, self.epoch[t], kind)
        self.parts[t].remove(p)
        self.complete(t)
        note(f"{kind} marker for partition {p}", sender="coordinator", receiver="broker")

    @fair
    @action(t=Producer)
    def mark_offset(self, t):
        """Carry out a decision for the offset of the group."""
        offset = self.pending[t]
        require(self.completing(t) and offset is not None)
        if self.stage[t] == Stage.PREPARE_COMMIT:
            self.committed = offset
        self.pending[t] = None
        self.complete(t)
        note(f"marker; the group is at {self.committed}", sender="coordinator", receiver="broker")

    def complete(self, t):
        if len(self.parts[t]) == 0 and self.pending[t] is None:
            self.stage[t] = (Stage.COMPLETE_COMMIT if self.stage[t] == Stage.PREPARE_COMMIT
                             else Stage.COMPLETE_ABORT)

    def is_kept(self, p, m):
        """Is there a record of this value whose transaction is committed, or will be?"""
        return any(r.value == m and i not in self.log.aborted[p] and (
            i < self.log.first[p][r.producer] or self.stage[r.producer] == Stage.PREPARE_COMMIT)
            for i, r in enumerate(self.log.entries[p]))

    @invariant
    def nothing_hangs(self):
        """A marker will come for every open transaction: the coordinator knows that the partition lacks it."""
        return all(p in self.parts[t] for t in self.Producer for p in self.Partition if self.log.is_open(p, t))

    @terminal
    def idle(self):
        """A log alone may rest anywhere."""
        return True
