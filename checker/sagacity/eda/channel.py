"""A channel from one process to another that keeps the order, as a TCP connection does."""

from sagacity import Int, Model, Seq, action, const, note, require, terminal, var


class Channel(Model):
    """First in, first out. `component(Channel, each=(Process, Process), ...)` has one for each ordered pair.

    Guarantees: while no fault is allowed, the messages come out in the order in which they were sent, each of them
    once, and none is missing.
    Checked in trials/channel.py: in_order (fails with SWAPS), none_missing (fails with LOSSES or RESETS), each_once
    (fails with DUPLICATES), all_arrive under fairness.

    Faults, each a number for one behaviour: `losses` of one message, `duplicates`, `swaps` of two neighbours, and
    `resets`: the connection breaks and everything in transit is gone.
    Blocks: `send` while `capacity` messages are in transit, `receive` while there is none.
    """

    Item = const(bool, doc="type of a message")
    capacity = const(2, doc="messages in transit at once")
    losses = const(0, doc="messages that the channel may drop")
    duplicates = const(0, doc="messages that the channel may deliver twice in a row")
    swaps = const(0, doc="times that a message may overtake the one before it")
    resets = const(0, doc="times that the connection may break")

    queue = var(Seq[Item, capacity], init=[])
    lost = var(Int[0, losses], init=0)
    doubled = var(Int[0, duplicates], init=0)
    swapped = var(Int[0, swaps], init=0)
    broken = var(Int[0, resets], init=0)

    Position = Int[0, capacity]

    def send(self, m):
        """Put a message at the end. Disables the sender while the channel is full."""
        require(len(self.queue) < self.capacity)
        self.queue.append(m)

    def receive(self):
        """Take the oldest message. Disables the receiver while the channel is empty."""
        require(len(self.queue) > 0)
        m = self.queue.popleft()
        return m

    def empty(self):
        """Is nothing in transit?"""
        return len(self.queue) == 0

    @action(i=Position)
    def lose(self, i):
        """The message at place i is dropped."""
        require(self.lost < self.losses and i < len(self.queue))
        self.queue = self.queue[:i] + self.queue[i + 1:]
        self.lost += 1
        note("a message is lost")

    @action(i=Position)
    def duplicate(self, i):
        """The message at place i will come twice."""
        require(self.doubled < self.duplicates and i < len(self.queue) < self.capacity)
        self.queue = self.queue[:i + 1] + self.queue[i:]
        self.doubled += 1
        note("a message is doubled")

    @action(i=Position)
    def swap(self, i):
        """The message at place i + 1 overtakes the one before it."""
        require(self.swapped < self.swaps and i + 1 < len(self.queue))
        self.queue = self.queue[:i] + [self.queue[i + 1], self.queue[i]] + self.queue[i + 2:]
        self.swapped += 1
        note("a message overtakes another")

    @action
    def reset(self):
        """The connection breaks."""
        require(self.broken < self.resets)
        self.queue = []
        self.broken += 1
        note("the connection breaks")

    @terminal
    def idle(self):
        """A channel alone may rest anywhere."""
        return True
