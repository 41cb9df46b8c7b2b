"""What the bus promises, as a model: a courier and whatever the bus hands out."""

from sagacity import *
from sagacity.eda import Bus


class BusTrial(Model):
    """Sends each letter once and receives whatever the bus hands out."""

    COPIES = const(1, doc="redeliveries that the bus may add")
    LOSSES = const(0, doc="messages that the bus may drop")
    FORGED = const(False, doc="a faulty bus: a letter may appear that nobody sent")
    ALLOWED = const(1, doc="redeliveries that the receiver reckons with")

    Letter = Int[0, 1]

    bus = component(Bus, Item=Letter, capacity=2, duplicates=COPIES, losses=LOSSES)
    sent = var(Set[Letter], init=set())
    received = var(Map[Letter, Int[0, 2 + COPIES]], init=0)
    forged = var(Int[0, 1], init=0)

    @fair
    @action(m=Letter)
    def send(self, m):
        require(m not in self.sent)
        self.sent.add(m)
        self.bus.publish(m)

    @fair
    @action(m=Letter)
    def receive(self, m):
        self.bus.ack(m)
        self.received[m] += 1

    @action(m=Letter)
    def forge(self, m):
        require(self.FORGED and self.forged == 0)
        self.bus.publish(m)
        self.forged += 1

    @invariant
    def nothing_is_invented(self):
        return all(self.received[m] == 0 or m in self.sent for m in self.Letter)

    @invariant
    def nothing_is_lost(self):
        return all(self.received[m] > 0 or m in self.bus.deliverable() for m in self.sent)

    @invariant
    def at_most_so_many_come_again(self):
        return sum(max(self.received[m] - 1, 0) for m in self.Letter) <= self.ALLOWED

    @terminal
    def all_received(self):
        return len(self.sent) == 2 and len(self.bus.deliverable()) == 0

    @predicate(m=Letter)
    def arrived(self, m):
        return self.received[m] > 0

    all_arrive = temporal("forall m in Letter: <> arrived(m)")
    out_of_order = possible("received[1] > 0 and received[0] == 0 and 0 in sent")
