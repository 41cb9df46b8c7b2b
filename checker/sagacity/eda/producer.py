"""A producer of records that are numbered, sent again, and recognised by the broker, as Kafka's idempotent producer."""

from enum import Enum

from sagacity import Int, Model, Seq, Set, action, assume, const, fair, lo, note, require, terminal, var


class Acks(Enum):
    """When does a record count as acknowledged: when it is sent, stored by the leader, or by all replicas in sync?"""

    NONE = 1
    LEADER = 2
    ALL = 3


class Producer(Model):
    """Sends the records 1, 2, ... to one partition; within a session their numbers are the sequence numbers of KIP-98.

    The log is the model's. Its leader calls `receive` (and, if there are restarts, `receive_stale`) with what it
    holds, and appends what it is given.
    Guarantees: with idempotence, and while the broker does not `forget`, the records stand in the log in the order of
    sending, each once, whatever is lost, sent again, or left behind by a session that has ended; within a session
    without gap. Unless acks=NONE, a record is acknowledged only after the model has said that it is stored.
    Checked in trials/producer.py: in_order and stored_once (both fail with idempotent=False, and when the broker
    forgets; the first without fencing), no_gaps (fails in the same cases, and when a session ends before its records
    have arrived), acknowledged_is_stored (fails with acks=NONE).

    Faults: `losses`: requests that get lost on the way; that of an acknowledgement is that the model does not call
    `acknowledge`. `restarts`: the producer crashes and begins a session with the next epoch, giving up what it had
    sent; what is on the way stays there, and is refused once a record of the new epoch is stored. fenced=False: the new
    session is a new producer for the broker (no transactional.id), and the old one counts on. `forget`, called by
    the model: the broker's state expires, and the next request is taken for new whatever its number (KIP-360).
    Blocks: `send` and `retry` while `inflight` requests are on the way, `receive` while there is none.
    """

    records = const(2, doc="records sent")
    inflight = const(2, doc="requests in flight (max.in.flight.requests.per.connection)")
    retries = const(1, doc="repetitions of requests, in all")
    losses = const(1, doc="requests that get lost, in all")
    acks = const(Acks.ALL, doc="when a record counts as acknowledged")
    idempotent = const(True, doc="the broker recognises repetitions and gaps (enable.idempotence)")
    restarts = const(0, doc="1: the producer may crash, and begin a session with the next epoch")
    fenced = const(True, doc="the sessions share their producer id: a newer epoch fences the older one")

    assume(lo(records, inflight) >= 1)
    assume(restarts <= 1)

    Record = Int[1, records]

    sent = var(Int[0, records], init=0, doc="records sent for the first time")
    wire = var(Seq[Record, inflight], init=[], doc="requests on the way, first in, first out")
    stale = var(Seq[Record, inflight * restarts], init=[], doc="those of the epoch before")
    acked = var(Set[Record], init=set(), doc="acknowledged, as the producer knows")
    known = var(bool, init=True, doc="the broker knows the producer's last sequence number")
    retried = var(Int[0, retries], init=0)
    lost = var(Int[0, losses], init=0)
    epoch = var(Int[0, restarts], init=0)
    before = var(Int[0, records * restarts], init=0, doc="records that were sent before this session")

    def on_the_way(self, r):
        """Is there a request with this record?"""
        return r in self.wire or r in self.stale

    @fair
    @action
    def send(self):
        require(self.sent < self.records and len(self.wire) < self.inflight)
        self.sent += 1
        self.wire.append(self.sent)
        if self.acks == Acks.NONE:
            self.acked.add(self.sent)
        note(f"record {self.sent}", sender="producer", receiver="leader")

    @action(r=Record)
    def retry(self, r):
        """Send again what is not acknowledged and not on the way."""
        require(self.retried < self.retries and len(self.wire) < self.inflight)
        require(self.before < r <= self.sent and r not in self.acked and r not in self.wire)
        self.retried += 1
        self.wire.append(r)
        note(f"record {r} again", sender="producer", receiver="leader")

    @action
    def lose_request(self):
        require(self.lost < self.losses and len(self.wire) > 0)
        self.lost += 1
        self.wire = self.wire[1:]

    @action
    def restart(self):
        """The producer crashes and comes back, over a new connection."""
        require(self.epoch < self.restarts)
        self.epoch += 1
        self.before = self.sent
        self.stale = self.wire
        self.wire = []
        note("new session", sender="producer", receiver="leader")

    def judge(self, r, expected):
        """The record of a request if the broker appends it, None if it is a repetition, leaves a gap or is fenced."""
        new = not self.idempotent or not self.known or r == expected
        self.known = self.known or new
        return r if new else None

    def receive(self, log):
        """The broker takes the oldest request: the record to append, or None."""
        require(len(self.wire) > 0)
        r = self.wire.popleft()
        appended = self.judge(r, max([self.before] + log) + 1)
        return appended

    def receive_stale(self, log):
        """The same for a request of the session that has ended."""
        require(len(self.stale) > 0)
        r = self.stale.popleft()
        fence = self.fenced and max([0] + log) > self.before
        appended = self.judge(r, 0 if fence else max([0] + [n for n in log if n <= self.before]) + 1)
        return appended

    def acknowledge(self, r, by_leader, by_all):
        """The producer hears that a record is stored: `by_leader`, `by_all`. Disables what calls it until it is."""
        require(r not in self.acked)
        require(by_leader and (self.acks == Acks.LEADER or by_all))
        self.acked.add(r)
        note(f"ack {r}", sender="leader", receiver="producer")

    def forget(self):
        """The broker's state of this producer expires."""
        require(self.known)
        self.known = False

    @terminal
    def idle(self):
        """A producer alone may rest anywhere: it may give up on what is not acknowledged."""
        return True
