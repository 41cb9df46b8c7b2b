"""A partitioned, append-only log with consumer groups, as in Kafka."""

from sagacity import (
    Int,
    Map,
    Model,
    Seq,
    action,
    const,
    invariant,
    lo,
    note,
    record,
    require,
    step_invariant,
    terminal,
    var,
)


class Topic(Model):
    """Records in partitions, and per consumer group a position and a committed offset in each of them.

    Guarantees: the broker gives the records of a partition the offsets 0, 1, 2, ... in the order in which they are
    produced; records are never changed, and removed only by `retention`; a group that does not rewind receives
    each record of a partition once, in that order. Nothing is said about the order across partitions. The committed
    offset is the one of the next record to read (Kafka's convention), so a commit of n says that the records below n
    are done. Whatever `retention` is, the newest so many records stay.
    Checked here and in trials/topic.py: offsets_dense, append_only and within_log (the last two fail with
    truncations=1), newest_are_kept (fails when a truncation follows a deletion), received_once_in_order (fails after
    a rewind), nothing_is_skipped (fails when a group commits more than it read and rewinds, and when a record is
    deleted before a slow group has read it).

    Faults: `truncations`: an unclean leader election loses the newest record of a partition; the positions of the
    groups are out of range then. `retention`: the broker may delete the oldest records as long as more than so many
    are left, one at a time, read or not; a group that stands before the new log start offset goes on there
    (auto.offset.reset=earliest). `log` keeps deleted records, below `start`, so that an index is an offset. The crash
    of a consumer is `rewind`, called by the model; retries are the producer's.
    Blocks: `produce` while the partition holds `length` records, `poll` while there is nothing new.
    """

    Item = const(bool, doc="type of a record's value")
    Group = const(bool, doc="type of the consumer groups")
    partitions = const(1, doc="partitions")
    length = const(2, doc="records that a partition can hold")
    truncations = const(0, doc="records that unclean leader elections may lose")
    retention = const(-1, doc="records that a partition keeps at least, when older ones are deleted; -1: it keeps all")

    Partition = Int[0, partitions - 1]
    Offset = Int[0, length]
    Record = record(offset=Offset, value=Item)

    log = var(Map[Partition, Seq[Record, length]], init=[])
    position = var(Map[Group, Map[Partition, Offset]], init=0, doc="offset of the next record to fetch")
    committed = var(Map[Group, Map[Partition, Offset]], init=0, doc="offset at which the group resumes after a restart")

    start = var(Map[Partition, Int[0, length * lo(1, retention + 1)]], init=0,
                doc="log start offset: that of the oldest record that is not deleted")
    truncated = var(Int[0, truncations], init=0)

    def produce(self, p, m):
        """Append a record; the broker assigns its offset. Disables the producer while the partition is full."""
        end = len(self.log[p])
        require(end < self.length)
        self.log[p].append(self.Record(offset=end, value=m))

    def end(self, p):
        """The log end offset: that of the next record to be produced."""
        return len(self.log[p])

    def has_next(self, g, p):
        """Is there a record that the group has not fetched?"""
        return self.position[g][p] < len(self.log[p])

    def poll(self, g, p):
        """Fetch the next record and move the position past it. Disables the consumer while there is none."""
        require(self.has_next(g, p))
        r = self.log[p][self.position[g][p]]
        self.position[g][p] += 1
        return r

    def commit(self, g, p, offset):
        """Record that the group is done with every record below `offset`."""
        self.committed[g][p] = offset

    def rewind(self, g, p):
        """Resume at the committed offset, as a consumer does after a restart, or at the oldest record that is left."""
        self.position[g][p] = max(self.committed[g][p], self.start[p])

    @action(p=Partition)
    def truncate(self, p):
        """A replica that lacks the newest record becomes the leader."""
        require(self.truncated < self.truncations and len(self.log[p]) > self.start[p])
        self.log[p] = self.log[p][:-1]
        self.truncated += 1
        note(f"partition {p} loses its newest record")

    @action(p=Partition)
    def delete_oldest(self, p):
        """The oldest record is too old, or the partition too large."""
        require(0 <= self.retention < len(self.log[p]) - self.start[p])
        self.start[p] += 1
        for g in self.Group:
            self.position[g][p] = max(self.position[g][p], self.start[p])
        note(f"partition {p} deletes offset {self.start[p] - 1}")

    @invariant
    def newest_are_kept(self):
        return all(len(self.log[p]) - self.start[p] >= min(self.retention, len(self.log[p])) for p in self.Partition)

    @invariant
    def offsets_dense(self):
        return all(r.offset == i for p in self.Partition for i, r in enumerate(self.log[p]))

    @invariant
    def within_log(self):
        return all(self.committed[g][p] <= self.position[g][p] <= len(self.log[p])
                   for g in self.Group for p in self.Partition)

    @step_invariant
    def append_only(self, old):
        return self.log == old.log or all(self.log[p][:len(old.log[p])] == old.log[p] for p in self.Partition)

    @terminal
    def idle(self):
        """A topic alone may rest anywhere."""
        return True
