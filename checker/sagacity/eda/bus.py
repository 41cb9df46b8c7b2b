"""A message bus that delivers at least once, in any order."""

from sagacity import Bag, Int, Model, action, const, note, require, terminal, var


class Bus(Model):
    """Holds messages in transit and may hand each of them out again.

    Guarantees: a published message stays deliverable until it is acknowledged (while losses = 0); nothing is
    delivered that was not published; a message comes again at most `duplicates` times in a behaviour: then the bus puts
    a second copy in transit beside the first, as after an acknowledgement that got lost.
    Not guaranteed: order, and that a message comes only once.
    Checked in trials/bus.py: nothing_is_lost, nothing_is_invented, at_most_so_many_come_again; all_arrive under
    fairness.

    Faults: `duplicates`, and `losses`: messages that a bus without durable queues drops. Reordering is its nature.
    Blocks: `publish` and the redelivery are disabled while `capacity` messages are in transit. A handler that
    acknowledges its message before it publishes one answer is never blocked.
    """

    Item = const(bool, doc="type of a message")
    capacity = const(2, doc="messages in transit at once")
    duplicates = const(1, doc="redeliveries that the bus may add")
    losses = const(0, doc="messages that the bus may drop")

    transit = var(Bag[Item, capacity], init=[])
    redelivered = var(Int[0, duplicates], init=0)
    lost = var(Int[0, losses], init=0)

    def publish(self, m):
        """Send a message. Disables the sender while the bus is full."""
        require(len(self.transit) < self.capacity)
        self.transit.add(m)

    def deliverable(self):
        """The set of messages that can be received now."""
        return set(self.transit)

    def ack(self, m):
        """Take one copy of a message off the bus. Disables the receiver if there is none."""
        require(m in self.transit)
        self.transit.remove(m)

    @action(m=Item)
    def duplicate(self, m):
        """The bus will deliver a message once more."""
        require(m in self.transit and self.redelivered < self.duplicates and len(self.transit) < self.capacity)
        self.transit.add(m)
        self.redelivered += 1
        note(f"again {m}", sender="bus", receiver="bus")

    @action(m=Item)
    def lose(self, m):
        """The bus drops a message."""
        require(self.lost < self.losses and m in self.transit)
        self.transit.remove(m)
        self.lost += 1
        note(f"lost {m}", sender="bus", receiver="bus")

    @terminal
    def idle(self):
        """A bus alone may rest anywhere; a model that nests it says itself where it may stop."""
        return True
