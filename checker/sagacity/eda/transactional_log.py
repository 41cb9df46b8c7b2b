"""A partitioned log with the records of transactions, and the markers that end them."""

from enum import Enum

from sagacity import Int, Map, Model, Option, Seq, Set, const, invariant, record, step_invariant, terminal, var


class RecordType(Enum):
    """A record of data, or one of the two markers (control records)."""

    DATA = 1; COMMIT = 2; ABORT = 3


class TransactionalLog(Model):
    """Data records of producers, and behind them, once their transaction is decided, the producer's marker.

    A marker ends the producer's records before it in that partition. A `read_committed` reader stops at the last stable
    offset, where the oldest transaction without marker begins, and leaves out the records that an ABORT marker ended;
    a `read_uncommitted` reader gets every record of data.

    Guarantees: whatever a `read_committed` reader was given stays and is committed, in the order of the offsets; the
    leader of a partition refuses an epoch that is older than one it has seen of the producer.
    Checked here and in trials/transactional_log.py: epochs_ascend (fails when a leader does not look at
    `knows_newer`), reads_only_grow (fails when a leader loses records), aborted_is_never_read and committed_is_read
    (nothing but an open transaction holds a reader up; both fail for `read_uncommitted`).

    Blocks: nothing. A record beyond `length` is an error: markers must find room.
    """

    Item = const(bool, doc="type of a record's value")
    Producer = const(bool, doc="type of the producers")
    partitions = const(1, doc="partitions")
    length = const(4, doc="records and markers that a partition can hold")
    epochs = const(2, doc="highest epoch of a producer")

    Partition = Int[0, partitions - 1]
    Offset = Int[0, length]
    Entry = record(producer=Producer, epoch=Int[0, epochs], kind=RecordType, value=Option[Item])

    entries = var(Map[Partition, Seq[Entry, length]], init=[])
    first = var(Map[Partition, Map[Producer, Offset]], init=length,
                doc="where the producer's open transaction begins, or length; the leader keeps this beside the log")
    aborted = var(Map[Partition, Set[Offset]], init=set(), doc="records that an ABORT marker ended")

    def write(self, p, t, e, m):
        """Append a record of data, which opens a transaction if the producer has none in this partition."""
        self.first[p][t] = min(self.first[p][t], len(self.entries[p]))
        self.entries[p].append(self.Entry(producer=t, epoch=e, kind=RecordType.DATA, value=m))

    def mark(self, p, t, e, kind):
        """Append a marker: what the producer has written since its last one is committed or aborted."""
        if kind == RecordType.ABORT:
            self.aborted[p] = self.aborted[p] | {
                i for i, r in enumerate(self.entries[p]) if r.producer == t and i >= self.first[p][t]}
        self.first[p][t] = self.length
        self.entries[p].append(self.Entry(producer=t, epoch=e, kind=kind))

    def knows_newer(self, p, t, e):
        """Has the leader of the partition seen a newer epoch of the producer?"""
        return any(r.producer == t and r.epoch > e for r in self.entries[p])

    def is_open(self, p, t):
        return self.first[p][t] < self.length

    def last_stable(self, p):
        """The last stable offset: where the oldest open transaction begins, or the end of the log."""
        return min([len(self.entries[p])] + [self.first[p][t] for t in self.Producer])

    def read_committed(self, p):
        """What a reader with isolation.level=read_committed has been given when it has caught up."""
        return [r.value for i, r in enumerate(self.entries[p][:self.last_stable(p)])
                if r.kind == RecordType.DATA and i not in self.aborted[p]]

    def read_uncommitted(self, p):
        """What a reader with isolation.level=read_uncommitted has been given when it has caught up."""
        return [r.value for r in self.entries[p] if r.kind == RecordType.DATA]

    @invariant
    def epochs_ascend(self):
        """In a partition, a producer's epochs never go down: nothing of a fenced producer follows its successor's."""
        return all(r.epoch <= q.epoch for p in self.Partition for i, r in enumerate(self.entries[p])
                   for q in self.entries[p][i:] if q.producer == r.producer)

    @step_invariant
    def reads_only_grow(self, old):
        """What was given to a `read_committed` reader stays, and more comes behind it."""
        return all(self.read_committed(p)[:len(old.read_committed(p))] == old.read_committed(p)
                   for p in self.Partition)

    @terminal
    def idle(self):
        """A log alone may rest anywhere."""
        return True
