"""Publisher confirms: how does a publisher know that the broker has its message?"""

from sagacity import Int, Model, Seq, action, const, note, require, terminal, var


class Confirms(Model):
    """A publisher's connection to a broker that confirms what it has stored.

    The publisher keeps a message as outstanding until its confirm arrives; if the connection breaks, everything in it
    is gone in both directions, and the outstanding messages are sent again, in their order.
    Guarantees: a message that was published and is not outstanding has been stored; an outstanding one will be sent
    again: at-least-once. Without confirms (confirmed=False) the publisher forgets a message when it is sent.
    Not guaranteed: that the broker stores a message once (the connection may break after storing, before the confirm).
    Checked in trials/confirms.py: settled_is_stored and nothing_is_forgotten (fail with CONFIRMED=False and a break),
    stored_once (fails with a break), in_order; all_stored under fairness.
    Source: RabbitMQ, "Consumer Acknowledgements and Publisher Confirms".

    Faults: `breaks` of the connection.
    Blocks: `publish` while `capacity` messages are outstanding or in the connection; `confirm` never.
    """

    Item = const(bool, doc="type of a message")
    capacity = const(2, doc="messages outstanding at once")
    confirmed = const(True, doc="the broker confirms, and the publisher waits for it")
    breaks = const(1, doc="times that the connection may break")

    outstanding = var(Seq[Item, capacity], init=[], doc="at the publisher, in the order of publishing")
    wire = var(Seq[Item, capacity], init=[], doc="on the way to the broker")
    confirms = var(Seq[Item, capacity], init=[], doc="on the way back")
    broken = var(Int[0, breaks], init=0)

    def publish(self, m):
        """basic.publish. Disables the publisher while its window is full."""
        require(len(self.outstanding) < self.capacity and len(self.wire) < self.capacity)
        if self.confirmed:
            self.outstanding.append(m)
        self.wire.append(m)

    def accept(self):
        """At the broker: take the next message, store it (in the same action), and confirm it."""
        require(len(self.wire) > 0)
        m = self.wire.popleft()
        if self.confirmed:
            self.confirms.append(m)
        return m

    def settle(self):
        """At the publisher: the next confirm arrives, and its message is outstanding no more."""
        require(len(self.confirms) > 0)
        m = self.confirms.popleft()
        self.outstanding.remove(m)
        return m

    def quiet(self):
        """Is nothing outstanding and nothing on the way?"""
        return len(self.outstanding) == 0 and len(self.wire) == 0

    @action
    def disconnect(self):
        """The connection breaks; the next one begins with the outstanding messages."""
        require(self.broken < self.breaks and len(self.wire) + len(self.confirms) > 0)
        self.wire = self.outstanding
        self.confirms = []
        self.broken += 1
        note("the connection breaks", sender="publisher", receiver="broker")

    @terminal
    def idle(self):
        """A connection alone may rest anywhere."""
        return True
