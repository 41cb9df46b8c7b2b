"""What a channel promises, as a model: numbered letters from one end to the other."""

from sagacity import *
from sagacity.eda import Channel


class ChannelTrial(Model):
    """One end sends the letters 1 to LETTERS, the other notes what comes."""

    LETTERS = const(3, doc="letters")
    LOSSES = const(0)
    DUPLICATES = const(0)
    SWAPS = const(0)
    RESETS = const(0)

    Letter = Int[1, LETTERS]

    channel = component(Channel, Item=Letter, losses=LOSSES, duplicates=DUPLICATES, swaps=SWAPS, resets=RESETS)
    sent = var(Int[0, LETTERS], init=0)
    received = var(Seq[Letter, LETTERS + DUPLICATES], init=[])

    @fair
    @action
    def send(self):
        require(self.sent < self.LETTERS)
        self.sent += 1
        self.channel.send(self.sent)

    @fair
    @action
    def receive(self):
        m = self.channel.receive()
        self.received.append(m)

    @invariant
    def in_order(self):
        return all(a <= b for i, a in enumerate(self.received) for b in self.received[i:])

    @invariant
    def each_once(self):
        return len(self.received) == len(set(self.received))

    @invariant
    def none_missing(self):
        return all(m in self.received or m in self.channel.queue for m in range(1, self.sent + 1))

    @terminal
    def all_sent(self):
        return self.sent == self.LETTERS and self.channel.empty()

    @predicate(m=Letter)
    def arrived(self, m):
        return m in self.received

    all_arrive = temporal("forall m in Letter: <> arrived(m)")
