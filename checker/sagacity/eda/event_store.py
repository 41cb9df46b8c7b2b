"""An event store: streams that are appended to with an expected version, and a global order of their events."""

from enum import Enum

from sagacity import Int, Map, Model, Seq, Set, const, hi, lo, record, require, terminal, var


class Answer(Enum):
    """What the store says to an append."""

    APPENDED = 1; REPEATED = 2; REFUSED = 3


class EventStore(Model):
    """Streams of events, each appended in a transaction that has drawn a global number before.

    `begin` draws the number, as a relational store does from a sequence; `commit` appends, or refuses because the
    stream is not at the expected version (its length; ANY: no check), and `roll_back` gives up. A number whose
    transaction is refused, repeated or rolled back is a gap. `append` is both in one step, as in a store that numbers
    events when it writes them: then numbers become visible in order.
    Guarantees: events are never changed or removed; an append that expects the version that its writer read is
    decided on all events before it; a number below those of all open transactions stays what it is, an event or a gap.
    With `remembered` >= 0 an append that is tried again with the id of its event is answered REPEATED, and the event
    is in its stream once: for certain if it expects a version, as the store then compares the ids behind that version;
    as long as the id is among the last `remembered` ids of all streams if it expects any.
    Checked in trials/event_store.py: append_only (fails with FORGED=True), no_lost_update (fails with EXACT=False),
    in_order (fails with OPEN=2), appended_once (fails with remembered=-1, and with EXACT=False where other events
    have pushed the id out of the cache).
    Source: Event Store documentation, "Optimistic Concurrency & Idempotence" (idempotent by EventId and stream; with
    ExpectedVersion.Any not guaranteed); its forum, "Idempotency Confirmation" (best effort, a limited cache of recently
    appended ids); PostgreSQL, "Sequence Manipulation Functions" (numbers drawn are not given back).
    The cache here forgets the oldest id; one that was emptied by a restart is remembered=0.

    Faults: none of its own but a small `remembered`; an event that a projection needs by its number holds it.
    Blocks: `begin` once `numbers` are drawn. More than `length` events in a stream are an error of the model.
    """

    Item = const(bool, doc="type of an event")
    Stream = const(bool, doc="type of the streams")
    Id = const(bool, doc="type of the ids of events")
    length = const(2, doc="events that a stream can hold")
    numbers = const(2, doc="numbers that can be drawn, gaps included")
    remembered = const(-1, doc="ids of appended events in the cache; -1: the store does not look at ids at all")

    ANY = -1           # the version that an append expects if it expects none
    Number = Int[1, numbers]
    Key = record(stream=Stream, id=Id)

    log = var(Map[Stream, Seq[Item, length]], init=[])
    drawn = var(Int[0, numbers], init=0, doc="the number drawn last")
    uncommitted = var(Set[Number], init=set(), doc="numbers of open transactions")
    visible = var(Set[Number], init=set(), doc="numbers of events in the streams")
    ids = var(Map[Stream, Seq[Id, length * lo(1, remembered + 1)]], init=[], doc="of the events in log")
    cache = var(Seq[Key, hi(remembered, 0)], init=[], doc="of the events appended last, the newest first")

    def version(self, s):
        """The version of a stream: how many events it has."""
        return len(self.log[s])

    def begin(self):
        """Open a transaction; its number."""
        require(self.drawn < self.numbers)
        self.drawn += 1
        self.uncommitted.add(self.drawn)
        return self.drawn

    def repeated(self, s, expected, i):
        """Does the store see that the append with this id was done already?"""
        if expected == self.ANY:
            return self.Key(stream=s, id=i) in self.cache
        return expected < len(self.ids[s]) and self.ids[s][expected] == i

    def commit(self, n, s, expected, i, m):
        """Append event m with id i to stream s, if it is at the expected version, and end transaction n."""
        self.uncommitted.remove(n)
        if self.repeated(s, expected, i):
            return Answer.REPEATED
        if expected not in (self.ANY, len(self.log[s])):
            return Answer.REFUSED
        self.log[s].append(m)
        self.visible.add(n)
        if self.remembered >= 0:
            self.ids[s].append(i)
            self.cache = ([self.Key(stream=s, id=i)] + self.cache)[:self.remembered]
        return Answer.APPENDED

    def roll_back(self, n):
        """The transaction ends without an event."""
        self.uncommitted.remove(n)

    def append(self, s, expected, i, m):
        """A transaction that nothing can come between."""
        n = self.begin()
        answer = self.commit(n, s, expected, i, m)
        return answer

    @terminal
    def idle(self):
        """A store alone does nothing."""
        return True
