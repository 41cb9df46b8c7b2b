"""The Kafka producer: acks, retries and idempotence; which combinations lose, duplicate, reorder?"""

from enum import Enum

from sagacity import *


class Acks(Enum):
    NONE = 1; LEADER = 2; ALL = 3


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

    assume(lo(RECORDS, INFLIGHT) >= 1)

    Record = Int[1, RECORDS]
    Log = Seq[Record, RECORDS + RETRIES]

    sent = var(Int[0, RECORDS], init=0, doc="records sent for the first time")
    wire = var(Seq[Record, INFLIGHT], init=[], doc="requests on the way, first in, first out")
    leader = var(Log, init=[])
    follower = var(Log, init=[])
    acked = var(Set[Record], init=set(), doc="acknowledged, as the producer knows")
    known = var(bool, init=True, doc="the leader knows the producer's last sequence number")
    retried = var(Int[0, RETRIES], init=0)
    lost = var(Int[0, LOSSES], init=0)
    failures = var(Int[0, FAILURES], init=0)

    @fair
    @action
    def send(self):
        require(self.sent < self.RECORDS and len(self.wire) < self.INFLIGHT)
        self.sent += 1
        self.wire.append(self.sent)
        if self.ACKS == Acks.NONE:
            self.acked.add(self.sent)
        note(f"record {self.sent}", sender="producer", receiver="leader")

    @action(r=Record)
    def retry(self, r):
        """Send again what is not acknowledged and not on the way."""
        require(self.retried < self.RETRIES and len(self.wire) < self.INFLIGHT)
        require(r <= self.sent and r not in self.acked and r not in self.wire)
        self.retried += 1
        self.wire.append(r)
        note(f"record {r} again", sender="producer", receiver="leader")

    @fair
    @action
    def receive(self):
        """The leader takes a request: appends it, knows it already, or refuses it because of a gap."""
        require(len(self.wire) > 0)
        r = self.wire.popleft()
        last = max([0] + self.leader)
        if not self.IDEMPOTENT or not self.known or r == last + 1:
            self.leader.append(r)
            self.known = True

    @action
    def lose_request(self):
        require(self.lost < self.LOSSES and len(self.wire) > 0)
        self.lost += 1
        self.wire = self.wire[1:]

    @fair
    @action
    def replicate(self):
        require(len(self.follower) < len(self.leader))
        self.follower.append(self.leader[len(self.follower)])

    @action(r=Record)
    def acknowledge(self, r):
        """The acknowledgement of a stored record reaches the producer; not taken is lost or late."""
        require(r in self.leader and r not in self.acked)
        require(self.ACKS == Acks.LEADER or r in self.follower)
        self.acked.add(r)
        note(f"ack {r}", sender="leader", receiver="producer")

    @action
    def fail_over(self):
        """The leader fails, with what only it had; the old leader comes back as the follower."""
        require(self.failures < self.FAILURES)
        self.failures += 1
        self.leader = self.follower

    @action
    def expire(self):
        require(self.EXPIRES and self.known and len(self.leader) > 0)
        self.known = False

    @invariant
    def acknowledged_is_kept(self):
        return all(r in self.leader or (self.ACKS == Acks.NONE and r in self.wire) for r in self.acked)

    @invariant
    def stored_once(self):
        return len(self.leader) == len(set(self.leader))

    @invariant
    def in_order(self):
        return all(a <= b for i, a in enumerate(self.leader) for b in self.leader[i:])

    @terminal
    def finished(self):
        """Everything is sent; the producer may give up on what is not acknowledged."""
        return self.sent == self.RECORDS and len(self.wire) == 0 and len(self.follower) == len(self.leader)

    everything_arrives = possible("len(acked) == RECORDS and failures == FAILURES")
