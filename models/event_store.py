"""An event store: appending with an expected version, and projections that follow the global order."""

from enum import Enum

from sagacity import *


class Phase(Enum):
    IDLE = 1; READ = 2; NUMBERED = 3; DONE = 4


class Expected(Enum):
    EXACT = 1; ANY = 2


class Follow(Enum):
    SAFE = 1; HIGHEST = 2; NEXT = 3


class EventStore(Model):
    """Writers append to a stream, each after reading it; a projection follows the global sequence numbers.

    Pattern: a writer reads the stream, decides, and appends with the version that it read; the store refuses if
    somebody was faster, and the writer reads again. In a relational store the global number is drawn from a sequence
    before the transaction commits, so numbers become visible out of order, and a refused append leaves a gap.
    Source: the event-driven architecture guide, section 2.2.2 (the example appends with StreamState.Any) and section
    9.2, project 1. The skipped event is a known fault of outboxes and projections over PostgreSQL.

    Assumes: transactions are atomic; the projection reads each number once.
    Guarantees: no update is lost (the n-th event was decided on the state after n - 1); the projection sees every
    event, in the order of the numbers, and catches up. EXPECTED=ANY loses an update. FOLLOW=HIGHEST, with streams of
    their own (SHARED=False), skips an event whose number was drawn before and committed after the one that it saw;
    FOLLOW=NEXT, which insists on the next number, waits for ever at the gap of a refused append.
    """

    WRITERS = const(2, doc="writers, with one event each")
    EXPECTED = const(Expected.EXACT, doc="the version that an append asks for")
    SHARED = const(True, doc="the writers append to one stream, not each to its own")
    FOLLOW = const(Follow.SAFE, doc="which event the projection takes next")

    assume(WRITERS >= 1)

    Writer = Int[1, WRITERS]
    NUMBERS = WRITERS * WRITERS
    Number = Int[1, NUMBERS]

    stream = var(Seq[Int[1, WRITERS], WRITERS], init=[], doc="of each event, which one its writer thought it would be")
    phase = var(Map[Writer, Phase], init=Phase.IDLE)
    read = var(Map[Writer, Int[0, WRITERS]], init=0, doc="version that each writer has read")
    number = var(Map[Writer, Int[0, NUMBERS]], init=0, doc="number of each writer's open transaction; 0: none")
    drawn = var(Int[0, NUMBERS], init=0, doc="numbers drawn so far")
    visible = var(Set[Number], init=set(), doc="numbers of committed events")
    position = var(Int[0, NUMBERS], init=0, doc="number up to which the projection has read")
    projected = var(Set[Number], init=set())

    @fair
    @action(w=Writer)
    def read_stream(self, w):
        require(self.phase[w] == Phase.IDLE)
        self.read[w] = len(self.stream)
        self.phase[w] = Phase.READ

    @fair
    @action(w=Writer)
    def draw_number(self, w):
        require(self.phase[w] == Phase.READ)
        self.drawn += 1
        self.number[w] = self.drawn
        self.phase[w] = Phase.NUMBERED

    @fair
    @action(w=Writer)
    def commit(self, w):
        """Append, or be refused because the stream has moved on, and begin again."""
        require(self.phase[w] == Phase.NUMBERED)
        if not self.SHARED or self.EXPECTED == Expected.ANY or self.read[w] == len(self.stream):
            self.stream.append(self.read[w] + 1 if self.SHARED else len(self.stream) + 1)
            self.visible.add(self.number[w])
            self.phase[w] = Phase.DONE
            note(f"event {self.number[w]}", sender=w, receiver="store")
        else:
            self.phase[w] = Phase.IDLE
            note("wrong expected version", sender="store", receiver=w)
        self.number[w] = 0
        self.read[w] = 0

    @fair
    @action(n=Number)
    def project(self, n):
        """Take the lowest visible number above the position, if the projection thinks that it may."""
        require(n in self.visible and n > self.position and all(m <= self.position or m >= n for m in self.visible))
        require(self.FOLLOW != Follow.SAFE or all(self.number[w] == 0 or self.number[w] > n for w in self.Writer))
        require(self.FOLLOW != Follow.NEXT or n == self.position + 1)
        self.position = n
        self.projected.add(n)
        note(f"event {n}", sender="store", receiver="projection")

    @invariant
    def no_lost_update(self):
        return self.stream == list(range(1, len(self.stream) + 1))

    @invariant
    def nothing_is_skipped(self):
        return all(n in self.projected for n in self.visible if n <= self.position)

    @terminal
    def caught_up(self):
        return all(self.phase[w] == Phase.DONE for w in self.Writer) and all(n <= self.position for n in self.visible)

    @predicate(n=Number)
    def committed(self, n):
        return n in self.visible

    @predicate(n=Number)
    def followed(self, n):
        return n in self.projected

    follows = temporal("forall n in Number: [] (committed(n) -> <> followed(n))")
    refused = possible("drawn > WRITERS or EXPECTED == Expected.ANY or not SHARED")
