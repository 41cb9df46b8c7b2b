"""A queue with one message, used as a lock: redelivery gives the lock to a second worker while the first works."""

from enum import Enum

from sagacity import *
from sagacity.eda import Queue


class Phase(Enum):
    IDLE = 1; LOCKED = 2; READ = 3; WRITTEN = 4; REFUSED = 5; DONE = 6


class Fence(Enum):
    NONE = 1; WRITES = 2; ALL = 3


class QueueMutex(Model):
    """Workers add one to a counter in a store, under a lock that is the single message of a queue.

    Pattern: who gets the message holds the lock; the worker reads the counter, writes it plus one, and puts the message
    back (basic.reject with requeue). The lock is gone when the broker takes the worker for dead, as heartbeats fail
    to come during a pause or a partition: the message is redelivered, and nobody can tell the worker in time. A
    fencing token, here the number of the delivery, goes with every access, and the store refuses a token that is older
    than one that it has seen; a worker that is refused takes the lock again.
    Source: Kingsbury, "Jepsen: RabbitMQ" (2014), on the distributed semaphores proposed by RabbitMQ; Kleppmann, "How to
    do distributed locking" (2016), for fencing tokens.

    Assumes: the store is one linearizable register that compares tokens and carries an access out in one step; delivery
    numbers grow; the broker takes at most PAUSES workers for dead that are not; nobody crashes.
    Guarantees with FENCE=ALL: no update is lost, and every worker has its turn if it keeps running (RUNNING).
    FENCE=NONE: two workers read the same number and one update is lost. FENCE=WRITES, a token carried by writes only, is
    not enough: the store has not heard of the second worker, which has read and not written yet, when the first one
    writes. Nothing of this is needed while nobody is taken for dead (PAUSES=0). No fence makes the queue a mutex
    (EXCLUSIVE=True demands that two workers never both believe that they hold the lock): it makes the harm impossible,
    not the belief.
    """

    WORKERS = const(2, doc="workers, each with one update to make")
    PAUSES = const(1, doc="workers that the broker takes for dead, and that are not")
    FENCE = const(Fence.ALL, doc="which accesses carry a fencing token that the store compares")
    RUNNING = const(True, doc="the workers keep running (weak fairness)")
    EXCLUSIVE = const(False, doc="demand that only one worker at a time believes that it has the lock")

    assume(WORKERS >= 1)

    Worker = Int[1, WORKERS]
    Token = Int[0, WORKERS + PAUSES]

    queue = component(Queue, Item=Worker, capacity=1)           # one message, whose value does not matter
    deliveries = var(Token, init=0, doc="how often the message was delivered; the number is the fencing token")
    holder = var(Option[Worker], init=None, doc="to whom the message is delivered, as the broker sees it")
    token = var(Map[Worker, Token], init=0, doc="of the worker's last delivery")
    phase = var(Map[Worker, Phase], init=Phase.IDLE)
    copy = var(Map[Worker, Int[0, WORKERS]], init=0, doc="the counter as the worker has read it")
    counter = var(Int[0, WORKERS], init=0, doc="in the store")
    newest = var(Token, init=0, doc="the newest token that the store has seen")
    confirmed = var(Int[0, WORKERS], init=0, doc="updates that the store has confirmed")
    pauses = var(Int[0, PAUSES], init=0)

    @init
    def unlocked(self):
        self.queue.push(1)

    @fair(when=RUNNING)
    @action(w=Worker)
    def lock(self, w):
        require(self.phase[w] == Phase.IDLE)
        self.queue.deliver()
        self.deliveries += 1
        self.token[w] = self.deliveries
        self.holder = w
        self.phase[w] = Phase.LOCKED
        note(f"the message, delivery {self.deliveries}", sender="queue", receiver=w)

    def accepted(self, w, fenced):
        """Does the store carry the access out? It compares the token if one comes along."""
        if not fenced:
            return True
        if self.token[w] < self.newest:
            note("refused", sender="store", receiver=w)
            return False
        self.newest = self.token[w]
        return True

    @fair(when=RUNNING)
    @action(w=Worker)
    def read(self, w):
        require(self.phase[w] == Phase.LOCKED)
        accepted = self.accepted(w, self.FENCE == Fence.ALL)
        self.phase[w] = Phase.READ if accepted else Phase.REFUSED
        if accepted:
            self.copy[w] = self.counter
            note(f"the counter is {self.counter}", sender="store", receiver=w)

    @fair(when=RUNNING)
    @action(w=Worker)
    def write(self, w):
        require(self.phase[w] == Phase.READ)
        accepted = self.accepted(w, self.FENCE != Fence.NONE)
        self.phase[w] = Phase.WRITTEN if accepted else Phase.REFUSED
        if accepted:
            self.counter = self.copy[w] + 1
            self.confirmed += 1
            note(f"set the counter to {self.counter}", sender=w, receiver="store")

    @fair(when=RUNNING)
    @action(w=Worker)
    def unlock(self, w):
        """Put the message back, if it is still this worker's."""
        require(self.phase[w] in (Phase.WRITTEN, Phase.REFUSED))
        if self.holder == w:
            self.queue.requeue(1)
            self.holder = None
            note("reject with requeue", sender=w, receiver="queue")
        self.phase[w] = Phase.DONE if self.phase[w] == Phase.WRITTEN else Phase.IDLE
        self.token[w] = 0
        self.copy[w] = 0

    @action
    def take_for_dead(self):
        """The holder is silent for too long: the broker closes its connection and the message is ready again."""
        require(self.holder is not None and self.pauses < self.PAUSES)
        self.pauses += 1
        self.queue.consumer_failed()
        self.holder = None
        note("no heartbeat: the message is ready again")

    @invariant
    def no_update_is_lost(self):
        return self.counter == self.confirmed

    @invariant
    def exclusive(self):
        """Whoever works believes to hold the lock."""
        return not self.EXCLUSIVE or sum(1 for w in self.Worker if self.phase[w] not in (Phase.IDLE, Phase.DONE)) <= 1

    @terminal
    def finished(self):
        return all(self.phase[w] == Phase.DONE for w in self.Worker)

    @predicate(w=Worker)
    def done(self, w):
        return self.phase[w] == Phase.DONE

    everybody_has_a_turn = temporal("forall w in Worker: <> done(w)")
    somebody_is_refused = possible("PAUSES == 0 or FENCE == Fence.NONE or any(phase[w] == Phase.REFUSED for w in Worker)")
