"""What a queue promises, as a model: one producer, one consumer that acknowledges when it is done."""

from sagacity import *
from sagacity.eda import Queue


class QueueTrial(Model):
    """The producer pushes 1 to MESSAGES; the consumer processes and acknowledges each, or sends it back."""

    MESSAGES = const(3, doc="messages")
    PREFETCH = const(2)
    AUTO_ACK = const(False)
    DURABLE = const(True)
    CRASHES = const(0)
    RESTARTS = const(0)
    REQUEUES = const(0, doc="messages that the consumer sends back")
    TO_THE_END = const(False, doc="a faulty broker: what is sent back goes to the end of the queue")

    Message = Int[1, MESSAGES]

    queue = component(Queue, Item=Message, capacity=MESSAGES, prefetch=PREFETCH, auto_ack=AUTO_ACK, durable=DURABLE,
                      restarts=RESTARTS)
    pushed = var(Int[0, MESSAGES], init=0)
    requeued = var(Int[0, REQUEUES], init=0)
    delivered = var(Seq[Message, MESSAGES + 2 * (CRASHES + RESTARTS) + REQUEUES], init=[])
    memory = var(Set[Message], init=set(), doc="delivered and not processed yet")
    crashed = var(Int[0, CRASHES], init=0)
    done = var(Set[Message], init=set(), doc="processed")

    @fair
    @action
    def push(self):
        require(self.pushed < self.MESSAGES)
        self.pushed += 1
        self.queue.push(self.pushed)

    @fair
    @action
    def deliver(self):
        m = self.queue.deliver()
        self.delivered.append(m)
        self.memory.add(m)

    @fair
    @action(m=Message)
    def process(self, m):
        require(m in self.memory)
        self.memory.remove(m)
        self.done.add(m)
        if m in self.queue.unacked:
            self.queue.ack(m)

    @action
    def crash(self):
        require(self.crashed < self.CRASHES and len(self.memory) > 0)
        self.crashed += 1
        self.memory = set()
        self.queue.consumer_failed()

    @action(m=Message)
    def send_back(self, m):
        require(self.requeued < self.REQUEUES and m in self.memory)
        self.requeued += 1
        self.memory.remove(m)
        if self.TO_THE_END:
            self.queue.ack(m)
            self.queue.push(m)
        else:
            self.queue.requeue(m)

    @invariant
    def nothing_is_lost(self):
        return all(m in self.done or m in self.memory or self.queue.holds(m) for m in range(1, self.pushed + 1))

    @invariant
    def delivered_in_order(self):
        return all(a <= b for i, a in enumerate(self.delivered) for b in self.delivered[i:])

    @invariant
    def delivered_once(self):
        return len(self.delivered) == len(set(self.delivered))

    @invariant
    def comes_back_to_the_head(self):
        """Whatever was delivered before stands before everything that was not."""
        again = [m in self.delivered for m in self.queue.ready]
        return all(a or not b for i, a in enumerate(again) for b in again[i:])

    @terminal
    def all_pushed(self):
        return self.pushed == self.MESSAGES and self.queue.empty() and len(self.memory) == 0

    @predicate(m=Message)
    def processed(self, m):
        return m in self.done

    all_processed = temporal("forall m in Message: <> processed(m)")
