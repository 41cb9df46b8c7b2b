"""RabbitMQ end to end: confirms on the way in, routing by topic, acknowledgements on the way out, dead letters."""

from enum import Enum

from sagacity import *
from sagacity.eda import Confirms, Exchange, Queue, Routing


class Word(Enum):
    INFO = 1; ERROR = 2; APP = 3


class Name(Enum):
    """The queues: one bound with `error.*`, one with `#`."""

    ERRORS = 1; ALL = 2


class Demand(Enum):
    AT_LEAST_ONCE = 1; EXACTLY_ONCE = 2; IN_ORDER = 3


class RabbitMQ(Model):
    """Publisher confirms, a topic exchange, two queues whose consumers acknowledge by hand, a dead-letter queue.

    Pattern: the broker confirms a message once it is in every queue that a binding selects; a consumer acknowledges
    a message once it has processed it; a message that cannot be processed (POISON) is rejected and dead-lettered.
    Message 1 has the key error.app, message 2 the key info.app.
    Source: the event-driven architecture guide, section 2.1.2 (exchange, queue, binding; the four types; confirms and
    acks).

    Assumes: durable queues that have room; the connection of the publisher breaks, consumers fail and send back, as
    often as the constants allow.
    Guarantees: at-least-once from publisher to processing, or to the dead-letter queue; each queue gets the messages
    that its binding selects, and no other. CONFIRMED=False: a broken connection loses a message that nobody misses.
    AUTO_ACK=True: a consumer that fails loses what it was given. DEAD_LETTER=False: a rejected message is dropped.
    ROUTING=FANOUT: the queue of errors gets everything. DEMAND: at-least-once is not exactly-once (processed, failed
    before the acknowledgement, processed again), and what is sent back while another message is in work (PREFETCH=2)
    is processed after its successor.
    """

    MESSAGES = const(2, doc="messages published")
    CONFIRMED = const(True, doc="the publisher waits for confirms")
    AUTO_ACK = const(False, doc="delivered is acknowledged")
    PREFETCH = const(1, doc="unacknowledged messages of one consumer")
    POISON = const(0, doc="the message that cannot be processed; 0: none")
    DEAD_LETTER = const(True, doc="the queues have a dead-letter exchange")
    ROUTING = const(Routing.TOPIC, doc="type of the exchange")
    BREAKS = const(1, doc="times that the publisher's connection breaks")
    CRASHES = const(1, doc="failures of consumers, counted together")
    REQUEUES = const(0, doc="messages that a consumer sends back")
    DEMAND = const(Demand.AT_LEAST_ONCE, doc="what is demanded of the processing")

    assume(MESSAGES >= 1)
    assume(MESSAGES <= 2)

    Message = Int[1, MESSAGES]
    TIMES = 1 + BREAKS + CRASHES

    link = component(Confirms, Item=Message, capacity=MESSAGES, confirmed=CONFIRMED, breaks=BREAKS)
    exchange = component(Exchange, Name=Name, Word=Word, routing=ROUTING, bindings=1)
    queue = component(Queue, each=Name, Item=Message, capacity=MESSAGES * (1 + BREAKS), prefetch=PREFETCH,
                      auto_ack=AUTO_ACK)
    published = var(Int[0, MESSAGES], init=0)
    memory = var(Map[Name, Bag[Message, PREFETCH + MESSAGES * BREAKS]], init=[], doc="delivered and not processed yet")
    done = var(Map[Name, Seq[Message, MESSAGES * TIMES]], init=[], doc="processed, in this order")
    dead = var(Set[Message], init=set(), doc="the dead-letter queue")
    crashes = var(Int[0, CRASHES], init=0)
    requeued = var(Int[0, REQUEUES], init=0)

    @init
    def declare(self):
        self.exchange.bind(Name.ERRORS, [self.exchange.word(Word.ERROR), self.exchange.star()])
        self.exchange.bind(Name.ALL, [self.exchange.hash()])

    def wanted(self, q):
        """The messages that the binding of a queue asks for, in words: errors, or everything."""
        return {m for m in self.Message if q == Name.ALL or m == 1}

    @fair
    @action
    def publish(self):
        require(self.published < self.MESSAGES)
        self.published += 1
        self.link.publish(self.published)
        note(f"message {self.published}", sender="publisher", receiver="exchange")

    @fair
    @action
    def store(self):
        m = self.link.accept()
        for q in self.exchange.route([Word.ERROR if m == 1 else Word.INFO, Word.APP], set()):
            self.queue[q].push(m)

    @fair
    @action
    def settle(self):
        m = self.link.settle()
        note(f"confirm {m}", sender="broker", receiver="publisher")

    @fair
    @action(q=Name)
    def deliver(self, q):
        require(len(self.memory[q]) < self.PREFETCH)
        m = self.queue[q].deliver()
        self.memory[q].add(m)
        note(f"message {m}", sender=q, receiver="consumer")

    @fair
    @action(q=Name, m=Message)
    def process(self, q, m):
        require(m in self.memory[q] and m != self.POISON)
        self.memory[q].remove(m)
        self.done[q].append(m)
        if not self.AUTO_ACK:
            self.queue[q].ack(m)

    @fair
    @action(q=Name, m=Message)
    def reject(self, q, m):
        require(m in self.memory[q] and m == self.POISON)
        self.memory[q].remove(m)
        if not self.AUTO_ACK:
            self.queue[q].ack(m)
        if self.DEAD_LETTER:
            self.dead.add(m)
        note(f"message {m} is rejected", sender="consumer", receiver=q)

    @action(q=Name, m=Message)
    def send_back(self, q, m):
        require(self.requeued < self.REQUEUES and m in self.memory[q])
        self.requeued += 1
        self.memory[q].remove(m)
        self.queue[q].requeue(m)

    @action(q=Name)
    def crash(self, q):
        require(self.crashes < self.CRASHES and len(self.memory[q]) > 0)
        self.crashes += 1
        self.memory[q].clear()
        self.queue[q].consumer_failed()

    @action(q=Name, m=Message)
    def crash_before_ack(self, q, m):
        """The consumer has processed the message, and fails before it acknowledges it."""
        require(self.crashes < self.CRASHES and m in self.memory[q] and m != self.POISON and not self.AUTO_ACK)
        self.crashes += 1
        self.done[q].append(m)
        self.memory[q].clear()
        self.queue[q].consumer_failed()

    def accounted(self, q, m):
        """Is the message with the publisher, on the way, in the queue, in work, processed or dead-lettered?"""
        return (m in self.link.outstanding or m in self.link.wire or self.queue[q].holds(m) or m in self.memory[q]
                or m in self.done[q] or m in self.dead)

    @invariant
    def nothing_is_lost(self):
        return all(self.accounted(q, m) for q in Name for m in self.wanted(q) if m <= self.published)

    @invariant
    def routed_as_bound(self):
        return all(m in self.wanted(q) for q in Name for m in self.done[q])

    @invariant
    def demand(self):
        """What is demanded beyond at-least-once."""
        match self.DEMAND:
            case Demand.EXACTLY_ONCE:
                return all(len(self.done[q]) == len(set(self.done[q])) for q in Name)
            case Demand.IN_ORDER:
                return all(a <= b for q in Name for i, a in enumerate(self.done[q]) for b in self.done[q][i:])
        return True

    @terminal
    def finished(self):
        return (self.published == self.MESSAGES and self.link.quiet()
                and all(self.queue[q].empty() and len(self.memory[q]) == 0 for q in Name))

    @predicate(m=Message)
    def sent(self, m):
        return m <= self.published

    @predicate(m=Message)
    def settled(self, m):
        return m in self.dead or all(m in self.done[q] for q in Name if m in self.wanted(q))

    all_processed = temporal("forall m in Message: [] (sent(m) -> <> settled(m))")
