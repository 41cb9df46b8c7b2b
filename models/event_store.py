"""An event store: appending with an expected version, and projections that follow the global order."""

from enum import Enum

from sagacity import *
from sagacity.eda import Answer, Follow, Projection
from sagacity.eda import EventStore as Store


class Phase(Enum):
    IDLE = 1; READ = 2; NUMBERED = 3; DONE = 4


class Expected(Enum):
    EXACT = 1; ANY = 2


class EventStore(Model):
    """Writers append to a stream, each after reading it; a projection follows the global sequence numbers.

    Pattern: a writer reads the stream, decides, and appends with the version that it read; the store refuses if
    somebody was faster, and the writer reads again. In a relational store the global number is drawn from a sequence
    before the transaction commits, so numbers become visible out of order, and a refused append leaves a gap. A writer
    that hears no answer tries the same append again, and the store knows the id of the event.
    Source: the event-driven architecture guide, section 2.2.2 (the example appends with StreamState.Any) and section
    9.2, project 1; Event Store documentation, "Optimistic Concurrency & Idempotence", and forum, "Idempotency
    Confirmation" (ids in a limited cache). The skipped event is a known fault of outboxes and projections over
    PostgreSQL.

    Assumes: transactions are atomic; the projection reads each number once.
    Guarantees: no update is lost (the n-th event was decided on the state after n - 1); an event is appended once; the
    projection sees every event, in the order of the numbers, and catches up.
    EXPECTED=ANY loses an update. FOLLOW=HIGHEST, with streams of their own (SHARED=False), skips an event whose number
    was drawn before and committed after the one that it saw; FOLLOW=NEXT, which insists on the next number, waits for
    ever at the gap of a refused append. LOST=1, an answer is lost: without ids the append that is tried again is
    refused, the writer reads again, and appends twice. With an exact version IDS=0 is enough, as the store compares the
    ids behind that version. With ANY the append is idempotent only while its id is in the cache: IDS=1, the event of
    another writer pushes it out, and it is appended twice.
    """

    WRITERS = const(2, doc="writers, with one event each")
    EXPECTED = const(Expected.EXACT, doc="the version that an append asks for")
    SHARED = const(True, doc="the writers append to one stream, not each to its own")
    FOLLOW = const(Follow.SAFE, doc="which event the projection takes next")
    LOST = const(0, doc="answers of the store that are lost")
    IDS = const(-1, doc="ids of events in the cache of the store; -1: the store does not look at ids")

    assume(WRITERS >= 1)
    assume(LOST >= 0)

    MOST = WRITERS + LOST
    NUMBERS = WRITERS * MOST + LOST
    Writer = Int[1, WRITERS]
    Version = Int[0, MOST]
    Number = Int[1, NUMBERS]

    store = component(Store, Item=Version, Stream=Writer, Id=Writer, length=MOST, numbers=NUMBERS, remembered=IDS)
    projection = component(Projection, last=NUMBERS, follow=FOLLOW)
    phase = var(Map[Writer, Phase], init=Phase.IDLE)
    read = var(Map[Writer, Version], init=0, doc="version that each writer has read")
    number = var(Map[Writer, Int[0, NUMBERS]], init=0, doc="number of each writer's open transaction; 0: none")
    lost = var(Int[0, LOST], init=0)

    def stream(self, w):
        return 1 if self.SHARED else w

    @fair
    @action(w=Writer)
    def read_stream(self, w):
        require(self.phase[w] == Phase.IDLE)
        self.read[w] = self.store.version(self.stream(w))
        self.phase[w] = Phase.READ

    @fair
    @action(w=Writer)
    def draw_number(self, w):
        require(self.phase[w] == Phase.READ)
        self.number[w] = self.store.begin()
        self.phase[w] = Phase.NUMBERED

    def append(self, w):
        """The transaction ends with an event that says which one of its stream the writer thinks it is."""
        require(self.phase[w] == Phase.NUMBERED)
        expected = self.store.ANY if self.EXPECTED == Expected.ANY else self.read[w]
        answer = self.store.commit(self.number[w], self.stream(w), expected, w, self.read[w] + 1)
        note(f"event {self.number[w]}", sender=w, receiver="store")
        self.number[w] = 0
        return answer

    @fair
    @action(w=Writer)
    def commit(self, w):
        """Append, or be refused because the stream has moved on, and begin again."""
        answer = self.append(w)
        if answer == Answer.REFUSED:
            self.phase[w] = Phase.IDLE
            note("wrong expected version", sender="store", receiver=w)
        else:
            self.phase[w] = Phase.DONE
        self.read[w] = 0

    @action(w=Writer)
    def commit_unheard(self, w):
        """The answer is lost: the writer tries the same once more."""
        require(self.lost < self.LOST)
        self.lost += 1
        self.append(w)
        self.phase[w] = Phase.READ

    @fair
    @action
    def project(self):
        n = self.projection.take(self.store.visible, self.store.uncommitted)
        note(f"event {n}", sender="store", receiver="projection")

    @invariant
    def no_lost_update(self):
        return all(self.store.log[w] == list(range(1, self.store.version(w) + 1)) for w in self.Writer)

    @invariant
    def appended_once(self):
        """There are no more events than writers, who have one each."""
        return sum(self.store.version(w) for w in self.Writer) <= self.WRITERS

    @invariant
    def nothing_is_skipped(self):
        return all(self.followed(n) for n in self.store.visible if n <= self.projection.position)

    @terminal
    def caught_up(self):
        return all(self.phase[w] == Phase.DONE for w in self.Writer) and all(
            n <= self.projection.position for n in self.store.visible)

    @predicate(n=Number)
    def committed(self, n):
        return n in self.store.visible

    @predicate(n=Number)
    def followed(self, n):
        return n in self.projection.applied

    follows = temporal("forall n in Number: [] (committed(n) -> <> followed(n))")
    refused = possible("store.drawn > WRITERS or EXPECTED == Expected.ANY or not SHARED")
