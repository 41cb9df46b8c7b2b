"""What publisher confirms promise, as a model: a publisher, a connection that may break, a broker."""

from sagacity import *
from sagacity.eda import Confirms


class ConfirmsTrial(Model):
    """The publisher sends 1 to MESSAGES; the broker stores what arrives."""

    MESSAGES = const(2, doc="messages")
    CONFIRMED = const(True)
    BREAKS = const(0)

    Message = Int[1, MESSAGES]

    link = component(Confirms, Item=Message, capacity=MESSAGES, confirmed=CONFIRMED, breaks=BREAKS)
    published = var(Int[0, MESSAGES], init=0)
    stored = var(Seq[Message, MESSAGES * (1 + BREAKS)], init=[])

    @fair
    @action
    def publish(self):
        require(self.published < self.MESSAGES)
        self.published += 1
        self.link.publish(self.published)

    @fair
    @action
    def store(self):
        m = self.link.accept()
        self.stored.append(m)

    @fair
    @action
    def settle(self):
        m = self.link.settle()
        note(f"confirm of {m}", sender="broker", receiver="publisher")

    @invariant
    def settled_is_stored(self):
        """What the publisher need not remember any more is stored."""
        return all(m in self.link.outstanding or m in self.stored for m in range(1, self.published + 1))

    @invariant
    def nothing_is_forgotten(self):
        return all(m in self.stored or m in self.link.wire for m in range(1, self.published + 1))

    @invariant
    def stored_once(self):
        return len(self.stored) == len(set(self.stored))

    @invariant
    def in_order(self):
        """The first copies of the messages stand in the order of publishing."""
        return all(any(n < m for n in self.stored[:i]) or m == 1 for i, m in enumerate(self.stored))

    @terminal
    def all_settled(self):
        return self.published == self.MESSAGES and self.link.quiet()

    @predicate(m=Message)
    def safe(self, m):
        return m in self.stored

    all_stored = temporal("forall m in Message: <> safe(m)")
