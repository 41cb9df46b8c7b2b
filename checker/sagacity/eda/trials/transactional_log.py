"""What a transactional log promises, as a model: two producers whose transactions overlap in a partition."""

from enum import Enum

from sagacity import *
from sagacity.eda import RecordType, TransactionalLog


class Name(Enum):
    RED = 1; BLUE = 2


class TransactionalLogTrial(Model):
    """Producers write RECORDS records in all, at one epoch after the other, and decide on what they have written."""

    RECORDS = const(2, doc="records, of both producers together")
    EPOCHS = const(2, doc="epochs of each producer")
    LOOKS = const(True, doc="the leader looks at the epoch of a record")
    LOSSES = const(0, doc="times that a new leader lacks the last two entries")
    UNCOMMITTED = const(False, doc="the reader is a read_uncommitted one")

    Value = Int[1, RECORDS]
    Number = Tuple[Name, Value]

    log = component(TransactionalLog, Item=Number, Producer=Name, length=2 * RECORDS, epochs=EPOCHS)
    epoch = var(Map[Name, Int[1, EPOCHS]], init=1)
    written = var(Map[Name, Int[0, RECORDS]], init=0)
    undecided = var(Set[Number], init=set())
    committed = var(Set[Number], init=set())
    losses = var(Int[0, LOSSES], init=0)

    @action(t=Name, e=Int[1, EPOCHS])
    def write(self, t, e):
        """A producer of epoch e, perhaps one that was replaced, sends a record; the leader looks whether it may."""
        require(sum(self.written.values()) < self.RECORDS and e <= self.epoch[t])
        require(not self.LOOKS or not self.log.knows_newer(0, t, e))
        self.written[t] += 1
        self.undecided.add((t, self.written[t]))
        self.log.write(0, t, e, (t, self.written[t]))

    @action(t=Name)
    def commit(self, t):
        self.committed |= self.own(t)
        self.decide(t, RecordType.COMMIT)

    @action(t=Name)
    def abort(self, t):
        """Another producer takes over, or the same goes on."""
        self.epoch[t] = choose(range(self.epoch[t], self.EPOCHS + 1))
        self.decide(t, RecordType.ABORT)

    def own(self, t):
        return {v for v in self.undecided if v[0] == t}

    def decide(self, t, kind):
        require(len(self.own(t)) > 0)
        self.undecided -= self.own(t)
        self.log.mark(0, t, self.epoch[t], kind)

    @action
    def lose(self):
        end = len(self.log.entries[0]) - 2
        require(self.losses < self.LOSSES and end >= 0)
        self.losses += 1
        self.log.entries[0] = self.log.entries[0][:end]
        self.log.aborted[0] = {i for i in self.log.aborted[0] if i < end}
        for t in Name:
            if self.log.first[0][t] >= end:
                self.log.first[0][t] = 2 * self.RECORDS

    def seen(self):
        return self.log.read_uncommitted(0) if self.UNCOMMITTED else self.log.read_committed(0)

    @invariant
    def aborted_is_never_read(self):
        return all(v in self.committed for v in self.seen())

    @invariant
    def committed_is_read(self):
        """A reader has got what is committed, in order, up to the first record that is not decided on."""
        log = self.log.entries[0]
        return self.seen() == [r.value for i, r in enumerate(log) if r.value in self.committed
                               and not any(q.value in self.undecided for q in log[:i])]

    @terminal
    def anywhere(self):
        return True
