"""A queue with consumer acknowledgements, as in RabbitMQ."""

from sagacity import Int, Model, Seq, action, const, note, require, terminal, var


class Queue(Model):
    """Messages that are ready, and messages that were delivered and not acknowledged yet.

    Guarantees: with manual acknowledgements a message is ready or unacknowledged until somebody acknowledges or
    rejects it; messages are delivered in the order in which they were pushed as long as none comes back; what comes
    back (`requeue`, a consumer or connection that fails) goes to the head of the queue, not to its end.
    Not guaranteed: order after a requeue, nor that a message is delivered only once.
    Checked in trials/queue.py: nothing_is_lost (fails with auto_ack and a failing consumer, and with a restart of a
    queue that is not durable), delivered_in_order and delivered_once (fail after a requeue), comes_back_to_the_head;
    all_processed under fairness.
    Source: RabbitMQ, "Consumer Acknowledgements and Publisher Confirms"; AMQP 0-9-1, section 1.8.3.

    Faults: `restarts` of the broker. The failure of a consumer is `consumer_failed`, called by the model, which knows
    what the consumer had in memory.
    Blocks: `push` while `capacity` messages are in the queue, `deliver` while none is ready or `prefetch` are
    unacknowledged.
    """

    Item = const(bool, doc="type of a message")
    capacity = const(2, doc="messages in the queue, delivered ones included")
    prefetch = const(1, doc="messages that may be delivered before the first is acknowledged")
    auto_ack = const(False, doc="a message is acknowledged by its delivery")
    durable = const(True, doc="the queue and its messages survive a restart of the broker")
    restarts = const(0, doc="restarts of the broker")

    ready = var(Seq[Item, capacity], init=[])
    unacked = var(Seq[Item, capacity], init=[])
    restarted = var(Int[0, restarts], init=0)

    def has_room(self):
        """Would `push` succeed?"""
        return len(self.ready) + len(self.unacked) < self.capacity

    def push(self, m):
        """Append a message. Disables the sender while the queue is full."""
        require(self.has_room())
        self.ready.append(m)

    def deliver(self):
        """Hand out the oldest message. Disables the consumer while there is none, or too many are unacknowledged."""
        require(len(self.ready) > 0 and len(self.unacked) < self.prefetch)
        m = self.ready.popleft()
        if not self.auto_ack:
            self.unacked.append(m)
        return m

    def ack(self, m):
        """basic.ack, or basic.reject without requeue: the message leaves the queue."""
        require(m in self.unacked)
        self.unacked.remove(m)

    def requeue(self, m):
        """basic.nack with requeue: the message goes back to the head of the queue."""
        require(m in self.unacked)
        self.unacked.remove(m)
        self.ready = [m] + self.ready

    def consumer_failed(self):
        """The consumer's connection closes: everything that it did not acknowledge is ready again."""
        self.ready = self.unacked + self.ready
        self.unacked = []

    def holds(self, m):
        """Is the message ready or unacknowledged?"""
        return m in self.ready or m in self.unacked

    def empty(self):
        """Is nothing ready and nothing unacknowledged?"""
        return len(self.ready) == 0 and len(self.unacked) == 0

    @action
    def broker_restarts(self):
        """The broker restarts: a durable queue has everything ready again, another one is empty."""
        require(self.restarted < self.restarts)
        self.ready = self.unacked + self.ready if self.durable else []
        self.unacked = []
        self.restarted += 1
        note("the broker restarts")

    @terminal
    def idle(self):
        """A queue alone may rest anywhere."""
        return True
