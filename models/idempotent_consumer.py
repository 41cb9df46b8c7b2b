"""An idempotent consumer: a store of processed ids with a time to live, or a key that the database keeps unique."""

from enum import Enum

from sagacity import *
from sagacity.eda import DedupeStore, Timer


class Step(Enum):
    IDLE = 1; CHECKED = 2; PROCESSED = 3


class Method(Enum):
    CHECK = 1; CLAIM = 2; UPSERT = 3


class IdempotentConsumer(Model):
    """One event, delivered up to DELIVERIES times within REDELIVERY ticks, to consumers that must charge for it once.

    Pattern, by METHOD: CHECK looks the id up in a store, processes, and marks the id (the guide's Redis set); CLAIM
    marks the id first, atomically (SET NX); UPSERT stores the effect under the id (INSERT ... ON CONFLICT DO NOTHING),
    so the check and the effect are one transaction. A mark lives TTL ticks.
    Source: the event-driven architecture guide, section 7.2. A window shorter than the redelivery is a real bug,
    and TTL=2 is its model: SQS FIFO deduplicates for 5 minutes, NServiceBus keeps its outbox for 7 days, and whoever
    repeats an event after that (a consumer that was down, a message returned from a dead-letter queue) is not noticed.

    Assumes: a copy of the event may come at any time up to REDELIVERY ticks after the first, and a later copy is
    impossible; a consumer may crash between any two steps.
    Guarantees: charged at most once with METHOD=UPSERT always, and with CHECK by one consumer that does not crash,
    as long as TTL > REDELIVERY.
    TTL too small: the id is forgotten and a late copy is charged again. CONSUMERS=2 with CHECK: both look before
    either marks. CRASHES=1 with CHECK: charged, crashed before the mark, charged again. CLAIM closes the race, and
    then a crash between claim and charge loses the event: `not_lost` fails.
    """

    CONSUMERS = const(1, doc="consumers of the queue")
    DELIVERIES = const(3, doc="copies of the event that may come")
    REDELIVERY = const(3, doc="ticks after the first copy when no copy comes any more")
    TTL = const(4, doc="ticks that a mark lives")
    CRASHES = const(0, doc="crashes of consumers")
    METHOD = const(Method.CHECK, doc="how a repetition is recognised")

    assume(lo(lo(CONSUMERS, DELIVERIES), TTL) >= 1)

    Consumer = Int[1, CONSUMERS]
    Event = Int[1, 1]
    EVENT = 1

    copies = var(Int[0, DELIVERIES], init=0, doc="copies handed out so far")
    waiting = var(Int[0, DELIVERIES], init=0, doc="copies in the queue")
    step = var(Map[Consumer, Step], init=Step.IDLE)
    window = component(Timer, Key=Event, limit=REDELIVERY)      # since the first copy
    marks = component(DedupeStore, Key=Event, ttl=TTL)
    ledger = component(DedupeStore, Key=Event, ttl=0)           # the charges, under a unique key
    charges = var(Int[0, DELIVERIES], init=0)
    crashes = var(Int[0, CRASHES], init=0)

    @action
    def tick(self):
        require(self.window.running(self.EVENT) and not self.window.due(self.EVENT))
        self.window.tick()
        self.marks.tick()

    @fair
    @action
    def deliver(self):
        """The broker puts a copy in the queue: the event itself, or a redelivery."""
        require(self.copies < self.DELIVERIES)
        if self.copies == 0:
            self.window.start(self.EVENT)
        self.copies += 1
        self.waiting += 1
        note(f"copy {self.copies}", sender="broker", receiver="queue")

    def charge(self):
        new = True
        if self.METHOD == Method.UPSERT:
            new = self.ledger.claim(self.EVENT)
        if new:
            self.charges += 1

    @fair
    @action(c=Consumer)
    def receive(self, c):
        """Take a copy, and look whether the id is marked."""
        require(self.step[c] == Step.IDLE and self.waiting > 0)
        self.waiting -= 1
        new = not self.marks.has(self.EVENT)
        if self.METHOD == Method.CLAIM:
            new = self.marks.claim(self.EVENT)
        if new:
            self.step[c] = Step.CHECKED

    @fair
    @action(c=Consumer)
    def process(self, c):
        require(self.step[c] == Step.CHECKED)
        self.charge()
        self.step[c] = Step.PROCESSED
        note("charge", sender=c, receiver="bank")

    @fair
    @action(c=Consumer)
    def remember(self, c):
        require(self.step[c] == Step.PROCESSED)
        if self.METHOD == Method.CHECK:
            self.marks.put(self.EVENT)
        self.step[c] = Step.IDLE

    @action(c=Consumer)
    def crash(self, c):
        """The consumer fails; its copy is not acknowledged and comes again if the broker has tries left."""
        require(self.crashes < self.CRASHES and self.step[c] != Step.IDLE)
        self.crashes += 1
        self.step[c] = Step.IDLE

    @invariant
    def charged_once(self):
        return self.charges <= 1

    @invariant
    def not_lost(self):
        """A mark without an effect and without anybody at work on it blocks every later copy."""
        return not self.marks.has(self.EVENT) or self.charges > 0 or any(self.step[c] != Step.IDLE for c in self.Consumer)

    @terminal
    def over(self):
        return self.copies == self.DELIVERIES and self.waiting == 0 and all(
            self.step[c] == Step.IDLE for c in self.Consumer)

    @predicate
    def delivered(self):
        return self.copies > 0

    @predicate
    def charged(self):
        return self.charges > 0

    charged_in_the_end = temporal("[] (delivered -> <> charged)")
    late_copy = possible("window.due(EVENT) and copies == DELIVERIES and charges == 1")
