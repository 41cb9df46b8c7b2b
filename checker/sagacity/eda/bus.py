"""A message bus that delivers at least once, in any order."""

from sagacity import Bag, Int, Model, action, const, note, require, terminal, var


class Bus(Model):
    """Holds messages in transit and may hand each of them out again.

    Guarantees: a published message stays deliverable until it is acknowledged; nothing is delivered that was not
    published. Not guaranteed: order, and that a message comes only once: up to `duplicates` times in a behaviour
    the bus puts a second copy of a message in transit beside the first, as after an acknowledgement that got lost.

    Blocks: `publish` and the redelivery are disabled while `capacity` messages are in transit. A handler that
    acknowledges its message before it publishes one answer is never blocked.
    """

    Item = const(bool, doc="type of a message")
    capacity = const(2, doc="messages in transit at once")
    duplicates = const(1, doc="redeliveries that the bus may add")

    transit = var(Bag[Item, capacity], init=[])
    redelivered = var(Int[0, duplicates], init=0)

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

    @terminal
    def idle(self):
        """A bus alone may rest anywhere; a model that nests it says itself where it may stop."""
        return True
