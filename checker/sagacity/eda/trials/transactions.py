"""What transactions promise, as a model: a producer writes in two partitions and commits an offset."""

from enum import Enum

from sagacity import *
from sagacity.eda import Defence, RecordType, Transactions


class Name(Enum):
    RED = 1


class Broker(Enum):
    SOUND = 1; TAKES_OLD_EPOCHS = 2; LOSES = 3


class TransactionsTrial(Model):
    """Transaction n writes n in both partitions and commits the offset n; it may be aborted at any time."""

    TRANSACTIONS = const(2, doc="transactions")
    TIMEOUTS = const(1, doc="transactions that time out")
    LATE_RECORDS = const(0, doc="records that come late")
    LATE_ENDS = const(0, doc="EndTxn requests that come late")
    DEFENCE = const(Defence.BUMP)
    BROKER = const(Broker.SOUND, doc="a faulty leader takes a record of an older epoch, or loses a transaction")

    Number = Int[1, TRANSACTIONS]
    Epoch = Int[0, 2 * TRANSACTIONS + 1]

    tx = component(Transactions, Item=Number, Producer=Name, partitions=2, length=2 * TRANSACTIONS + 3,
                   epochs=2 * TRANSACTIONS + 1, offsets=TRANSACTIONS, late=LATE_RECORDS + LATE_ENDS, defence=DEFENCE)
    epoch = var(Epoch, init=0, doc="0: the producer has to start")
    number = var(Int[1, TRANSACTIONS + 1], init=1)
    written = var(Set[Int[0, 1]], init=set())
    sent = var(bool, init=False, doc="the offset has been sent")
    failed = var(bool, init=False, doc="a record or an ABORT had no answer: the producer has to abort")
    committing = var(bool, init=False, doc="a COMMIT had no answer: the producer has to send it again")
    aborted = var(Set[Number], init=set())
    timeouts = var(Int[0, TIMEOUTS], init=0)
    late_records = var(Int[0, LATE_RECORDS], init=0)
    late_ends = var(Int[0, LATE_ENDS], init=0)
    harmed = var(bool, init=False)

    @fair
    @action
    def start(self):
        require(self.epoch == 0)
        self.epoch = self.tx.init(Name.RED)

    def writes(self, p):
        require(self.epoch > 0 and self.number <= self.TRANSACTIONS and not self.failed and p not in self.written)
        self.written.add(p)

    @fair
    @action(p=Int[0, 1])
    def write(self, p):
        self.writes(p)
        self.tx.produce(Name.RED, self.epoch, p, self.number)

    @action(p=Int[0, 1])
    def write_late(self, p):
        require(self.late_records < self.LATE_RECORDS)
        self.writes(p)
        self.late_records += 1
        self.failed = True
        self.tx.produce_late(Name.RED, self.epoch, p, self.number)

    @fair
    @action
    def send_offset(self):
        require(self.epoch > 0 and not self.failed and not self.sent and len(self.written) == 2)
        self.sent = True
        self.tx.send_offset(Name.RED, self.epoch, self.number)

    @fair
    @action
    def commit(self):
        require(self.sent and not self.failed)
        self.epoch = self.tx.end(Name.RED, self.epoch, RecordType.COMMIT)
        self.next()

    @fair
    @action
    def abort(self):
        require(len(self.written) > 0 and not self.committing)
        self.epoch = self.tx.end(Name.RED, self.epoch, RecordType.ABORT)
        self.aborted.add(self.number)
        self.next()

    @action
    def time_out(self):
        """The coordinator aborts; the producer does not know, and goes on."""
        require(self.timeouts < self.TIMEOUTS and len(self.written) > 0)
        self.timeouts += 1
        self.tx.fence(Name.RED)

    @fair
    @action
    def restart(self):
        """The producer finds out that it has been fenced."""
        wanted = RecordType.COMMIT if self.committing else RecordType.ABORT
        require(len(self.written) > 0 and self.epoch != self.tx.epoch[Name.RED])
        require(not self.tx.takes(Name.RED, self.epoch, wanted))
        self.aborted.add(self.number)
        self.epoch = 0
        self.next()

    def next(self):
        self.number += 1
        self.written = set()
        self.sent = False
        self.failed = False
        self.committing = False

    @action
    def abort_late(self):
        require(self.late_ends < self.LATE_ENDS and len(self.written) > 0 and not self.committing)
        self.late_ends += 1
        self.failed = True
        self.tx.end_late(Name.RED, self.epoch, RecordType.ABORT)

    @action
    def commit_late(self):
        require(self.late_ends < self.LATE_ENDS and self.sent and not self.failed)
        self.late_ends += 1
        self.committing = True
        self.tx.end_late(Name.RED, self.epoch, RecordType.COMMIT)

    @action
    def harm(self):
        """What a faulty leader does, once, to partition 0."""
        end = len(self.tx.log.entries[0])
        require(self.BROKER != Broker.SOUND and not self.harmed and end > 0)
        self.harmed = True
        if self.BROKER == Broker.TAKES_OLD_EPOCHS:
            self.tx.log.write(0, Name.RED, 0, 1)
        else:
            self.tx.log.entries[0] = []

    @invariant
    def all_or_nothing(self):
        return not self.tx.at_rest() or self.tx.log.read_committed(0) == self.tx.log.read_committed(1)

    @invariant
    def offset_with_records(self):
        """At rest, the committed offset is that of the last transaction whose records are committed."""
        return not self.tx.at_rest() or all(
            self.tx.committed == max([0] + [n for n in self.Number if self.tx.is_kept(p, n)]) for p in (0, 1))

    @invariant
    def in_its_own_transaction(self):
        """A record of an aborted transaction is never read."""
        return not any(n in self.tx.log.read_committed(p) for n in self.aborted for p in (0, 1))

    @terminal
    def done(self):
        return self.number > self.TRANSACTIONS and self.tx.at_rest()

    stops = temporal("<> done()")
