"""Dead letters: a message that cannot be processed must not block those behind it, nor get lost."""

from enum import Enum

from sagacity import *


class Move(Enum):
    PUBLISH_FIRST = 1; COMMIT_FIRST = 2


class DeadLetter(Model):
    """A partition read in order; a message that fails TRIES times goes to the dead-letter queue.

    Pattern: the consumer tries a message; if that fails for the last time, the message is published to the dead-letter
    queue and the offset is committed past it: two systems, two steps.
    Source: the event-driven architecture guide, section 5.2 (size of the dead-letter queue) and section 7.3 (alerts on
    lag and on its growth).

    Assumes: the last message but one is poison and fails always; the first one fails up to TRANSIENT times and then
    succeeds; the consumer crashes at most CRASHES times and resumes at the committed offset, having forgotten its
    tries.
    Guarantees: the partition never blocks for ever, every message is processed or in the dead-letter queue before the
    offset moves past it, only poison is dead-lettered, an alert follows when the queue reaches ALERT.
    LIMITED=False: the poison message is retried for ever and nothing behind it is read. MOVE=COMMIT_FIRST: a crash
    between the two steps loses the message. TRIES too small: a message that would have succeeded is dead-lettered.
    """

    MESSAGES = const(3, doc="messages in the partition")
    TRIES = const(2, doc="tries of one message")
    TRANSIENT = const(1, doc="failures of the first message before it succeeds")
    CRASHES = const(1, doc="crashes of the consumer")
    ALERT = const(1, doc="dead letters that raise the alert")
    LIMITED = const(True, doc="a message is given up after TRIES")
    MOVE = const(Move.PUBLISH_FIRST, doc="which of the two steps of a move comes first")

    assume(lo(lo(MESSAGES - 1, TRIES), ALERT) >= 1)

    Message = Int[0, MESSAGES - 1]
    POISON = MESSAGES - 2          # the last but one: something stands behind it

    offset = var(Int[0, MESSAGES], init=0, doc="committed offset: the next message to read")
    tried = var(Int[0, TRIES], init=0, doc="failed tries of the message at the offset; in memory")
    transient = var(Int[0, TRANSIENT], init=0, doc="failures of message 0 so far")
    moving = var(Option[Message], init=None, doc="a message of whose move the first step is done; in memory")
    processed = var(Set[Message], init=set())
    dead = var(Set[Message], init=set(), doc="the dead-letter queue; a repetition is the same message")
    alerted = var(bool, init=False)
    crashes = var(Int[0, CRASHES], init=0)

    def fails(self):
        """Does the next try fail?"""
        return self.offset == self.POISON or (self.offset == 0 and self.transient < self.TRANSIENT)

    def may_try(self):
        return self.moving is None and self.offset < self.MESSAGES and (self.tried < self.TRIES or not self.LIMITED)

    @fair
    @action
    def succeed(self):
        require(self.may_try() and not self.fails())
        self.processed.add(self.offset)
        self.offset += 1
        self.tried = 0

    @fair
    @action
    def fail(self):
        require(self.may_try() and self.fails())
        self.tried = min(self.tried + 1, self.TRIES)
        if self.offset == 0:
            self.transient += 1
        note(f"message {self.offset} fails", sender="partition", receiver="consumer")

    @fair
    @action
    def give_up(self):
        require(self.LIMITED and self.moving is None and self.tried == self.TRIES)
        m = self.offset
        self.moving = m
        if self.MOVE == Move.PUBLISH_FIRST:
            self.dead.add(m)
            note(f"message {m}", sender="consumer", receiver="dead letters")
        else:
            self.offset += 1

    @fair
    @action
    def finish_move(self):
        m = self.moving
        require(m is not None)
        if self.MOVE == Move.PUBLISH_FIRST:
            self.offset += 1
        else:
            self.dead.add(m)
            note(f"message {m}", sender="consumer", receiver="dead letters")
        self.moving = None
        self.tried = 0

    @fair
    @action
    def alert(self):
        require(not self.alerted and len(self.dead) >= self.ALERT)
        self.alerted = True

    @action
    def crash(self):
        require(self.crashes < self.CRASHES)
        self.crashes += 1
        self.tried = 0
        self.moving = None

    @invariant
    def nothing_is_lost(self):
        return all(m in self.processed or m in self.dead or m == self.moving for m in range(self.offset))

    @invariant
    def only_poison_is_dead(self):
        return all(m == self.POISON for m in self.dead)

    @terminal
    def finished(self):
        return self.offset == self.MESSAGES and self.moving is None and (self.alerted or len(self.dead) < self.ALERT)

    @predicate
    def growing(self):
        return len(self.dead) >= self.ALERT

    @predicate
    def alarmed(self):
        return self.alerted

    @predicate
    def through(self):
        return self.offset == self.MESSAGES

    never_blocked = temporal("<> through")
    growth_is_alerted = temporal("[] (growing -> <> alarmed)")
    behind_the_poison = possible("MESSAGES - 1 in processed")
