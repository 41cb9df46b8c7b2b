"""What an idempotent producer promises, as a model: a log, and nothing else that could go wrong."""

from sagacity import *
from sagacity.eda import Acks, Producer


class ProducerTrial(Model):
    """One replica, which is all replicas; the broker may forget the producer up to FORGETS times."""

    RECORDS = const(3, doc="records")
    RETRIES = const(2, doc="repetitions of requests")
    LOSSES = const(1, doc="requests that get lost")
    ACKS = const(Acks.ALL)
    IDEMPOTENT = const(True)
    FORGETS = const(0, doc="expirations of the broker's state")
    RESTARTS = const(0)
    FENCED = const(True)

    producer = component(Producer, records=RECORDS, inflight=2, retries=RETRIES, losses=LOSSES, acks=ACKS,
                         idempotent=IDEMPOTENT, restarts=RESTARTS, fenced=FENCED)
    log = var(Seq[Int[1, RECORDS], RECORDS + RETRIES], init=[])
    forgotten = var(Int[0, FORGETS], init=0)

    @fair
    @action
    def receive(self):
        r = self.producer.receive(self.log)
        if r is not None:
            self.log.append(r)

    @action
    def receive_stale(self):
        r = self.producer.receive_stale(self.log)
        if r is not None:
            self.log.append(r)

    @action(r=Int[1, RECORDS])
    def acknowledge(self, r):
        self.producer.acknowledge(r, r in self.log, r in self.log)

    @action
    def forget(self):
        require(self.forgotten < self.FORGETS and len(self.log) > 0)
        self.forgotten += 1
        self.producer.forget()

    @invariant
    def in_order(self):
        return all(a <= b for i, a in enumerate(self.log) for b in self.log[i:])

    @invariant
    def stored_once(self):
        return len(self.log) == len(set(self.log))

    @invariant
    def no_gaps(self):
        """Where a record stands, so do all that were sent before it."""
        return all(i in self.log for r in self.log for i in range(1, r))

    @invariant
    def acknowledged_is_stored(self):
        return all(r in self.log for r in self.producer.acked)

    @terminal
    def all_sent(self):
        """The producer may give up on what is not acknowledged."""
        return self.producer.sent == self.RECORDS and len(self.producer.wire) == 0

    everything_arrives = possible("len(producer.acked) == RECORDS and producer.lost == LOSSES")
