"""The Kafka producer: acks, retries and idempotence; which combinations lose, duplicate, reorder?"""

from sagacity import *
from sagacity.eda import Acks, Producer


class KafkaProducer(Model):
    """A producer with requests in flight, a partition leader, and one follower that takes over if the leader fails.

    Pattern: a record carries its sequence number; with idempotence the leader appends it only if it is the next one,
    and acknowledges a repetition without appending. The producer sends again what is not acknowledged.
    Source: the event-driven architecture guide, section 2.1.1 (acks=all, enable.idempotence=true); KIP-98; KIP-360 for
    EXPIRES=True: the broker forgets the state of a quiet producer, and takes a retry for something new.

    Assumes: one partition, one producer session; requests may be lost on the way and so may acknowledgements, LOSSES
    in all; the leader fails at most FAILURES times, and its follower has a prefix of its log.
    Guarantees with acks=all, idempotence and retries: an acknowledged record is kept, none is stored twice, and they
    stand in the order of sending.
    ACKS=LEADER loses an acknowledged record when the leader fails; ACKS=NONE loses without anybody failing.
    IDEMPOTENT=False duplicates (the acknowledgement was lost) and reorders (the first of two in flight was lost).
    """

    RECORDS = const(2, doc="records sent")
    INFLIGHT = const(2, doc="requests in flight (max.in.flight.requests.per.connection)")
    RETRIES = const(1, doc="repetitions of requests, in all")
    LOSSES = const(1, doc="requests or acknowledgements that get lost, in all")
    FAILURES = const(1, doc="failures of the leader")
    ACKS = const(Acks.ALL, doc="when a record counts as acknowledged")
    IDEMPOTENT = const(True, doc="the leader recognises repetitions and gaps")
    EXPIRES = const(False, doc="the leader may forget what it knows of the producer")

    Record = Int[1, RECORDS]
    Log = Seq[Record, RECORDS + RETRIES]

    producer = component(Producer, records=RECORDS, inflight=INFLIGHT, retries=RETRIES, losses=LOSSES, acks=ACKS,
                         idempotent=IDEMPOTENT)
    leader = var(Log, init=[])
    follower = var(Log, init=[])
    failures = var(Int[0, FAILURES], init=0)

    @fair
    @action
    def receive(self):
        """The leader takes a request: appends it, knows it already, or refuses it because of a gap."""
        r = self.producer.receive(self.leader)
        if r is not None:
            self.leader.append(r)

    @fair
    @action
    def replicate(self):
        require(len(self.follower) < len(self.leader))
        self.follower.append(self.leader[len(self.follower)])

    @action(r=Record)
    def acknowledge(self, r):
        """The acknowledgement of a stored record reaches the producer; not taken is lost or late."""
        self.producer.acknowledge(r, r in self.leader, r in self.follower)

    @action
    def fail_over(self):
        """The leader fails, with what only it had; the old leader comes back as the follower."""
        require(self.failures < self.FAILURES)
        self.failures += 1
        self.leader = self.follower

    @action
    def expire(self):
        require(self.EXPIRES and len(self.leader) > 0)
        self.producer.forget()

    @invariant
    def acknowledged_is_kept(self):
        return all(r in self.leader or (self.ACKS == Acks.NONE and self.producer.on_the_way(r))
                   for r in self.producer.acked)

    @invariant
    def stored_once(self):
        return len(self.leader) == len(set(self.leader))

    @invariant
    def in_order(self):
        return all(a <= b for i, a in enumerate(self.leader) for b in self.leader[i:])

    @terminal
    def finished(self):
        """Everything is sent; the producer may give up on what is not acknowledged."""
        return (self.producer.sent == self.RECORDS and len(self.producer.wire) == 0
                and len(self.follower) == len(self.leader))

    everything_arrives = possible("len(producer.acked) == RECORDS and failures == FAILURES")
