"""What an event store promises, as a model: writers that read a stream, append to it, and may not hear the answer."""

from sagacity import *
from sagacity.eda import Answer, EventStore


class EventStoreTrial(Model):
    """Each writer has one event, which holds its name and the version that the stream will have, as it thinks."""

    WRITERS = const(2, doc="writers")
    OPEN = const(1, doc="transactions that may be open at a time; 0: an append is one step")
    EXACT = const(True, doc="an append expects the version that its writer has read")
    OWN = const(False, doc="each writer has a stream of its own")
    LOST = const(0, doc="answers that may be lost: the same append is tried again")
    REMEMBERED = const(0)
    FORGED = const(False, doc="a faulty store: a stream may lose its first event")

    MOST = WRITERS + LOST
    Writer = Int[1, WRITERS]
    Event = record(writer=Writer, version=Int[1, MOST])

    store = component(EventStore, Item=Event, Stream=Writer, Id=Writer, length=MOST,
                      numbers=WRITERS * MOST + LOST, remembered=REMEMBERED)
    read = var(Map[Writer, Option[Int[0, MOST]]], init=None, doc="the version that each writer has read")
    number = var(Map[Writer, Option[Int[1, WRITERS * MOST + LOST]]], init=None, doc="its open transaction")
    done = var(Set[Writer], init=set())
    lost = var(Int[0, LOST], init=0)

    def stream(self, w):
        return w if self.OWN else 1

    @fair
    @action(w=Writer)
    def read_stream(self, w):
        require(w not in self.done and self.read[w] is None)
        self.read[w] = self.store.version(self.stream(w))

    @fair
    @action(w=Writer)
    def begin(self, w):
        require(self.read[w] is not None and self.number[w] is None and len(self.store.uncommitted) < self.OPEN)
        self.number[w] = self.store.begin()

    @fair
    @action(w=Writer)
    def commit(self, w):
        n = self.number[w]
        v = self.read[w]
        require(n is not None and v is not None)
        answer = self.store.commit(n, self.stream(w), v if self.EXACT else self.store.ANY, w, self.event(w, v))
        self.number[w] = None
        self.hear(w, answer)

    @fair
    @action(w=Writer)
    def append(self, w):
        v = self.read[w]
        require(self.OPEN == 0 and v is not None)
        answer = self.store.append(self.stream(w), v if self.EXACT else self.store.ANY, w, self.event(w, v))
        self.hear(w, answer)

    @action(w=Writer)
    def roll_back(self, w):
        n = self.number[w]
        require(n is not None)
        self.store.roll_back(n)
        self.number[w] = None
        self.read[w] = None
        self.done.add(w)

    def event(self, w, v):
        return self.Event(writer=w, version=v + 1)

    def hear(self, w, answer):
        """The writer learns the answer; or not, and tries the same again."""
        heard = choose({True, self.lost == self.LOST})
        note(f"{answer}, heard: {heard}", sender="store", receiver=w)
        if not heard:
            self.lost += 1
        else:
            self.read[w] = None
            if answer != Answer.REFUSED:
                self.done.add(w)

    @action
    def forget(self):
        require(self.FORGED and self.store.version(1) > 0)
        self.store.log[1].popleft()

    @step_invariant
    def append_only(self, old):
        return all(self.store.log[s][:len(old.store.log[s])] == old.store.log[s] for s in self.Writer)

    @invariant
    def no_lost_update(self):
        """The n-th event of a stream was decided on the n - 1 before it."""
        return all(e.version == i + 1 for s in self.Writer for i, e in enumerate(self.store.log[s]))

    @invariant
    def appended_once(self):
        return all(a.writer != b.writer for s in self.Writer for i, a in enumerate(self.store.log[s])
                   for b in self.store.log[s][i + 1:])

    @step_invariant
    def in_order(self, old):
        """Numbers become visible in ascending order."""
        return all(n > m for n in self.store.visible - old.store.visible for m in old.store.visible)

    @terminal
    def over(self):
        return len(self.done) == self.WRITERS

    @predicate(w=Writer)
    def finished(self, w):
        return w in self.done

    all_done = temporal("forall w in Writer: <> finished(w)")
