"""A Kafka topic: keys to partitions, offsets, and a consumer group that commits its offsets by hand."""

from enum import Enum

from sagacity import *
from sagacity.eda import Topic


class Guarantee(Enum):
    AT_MOST_ONCE = 1; AT_LEAST_ONCE = 2; EXACTLY_ONCE = 3


class Group(Enum):
    BILLING = 1


class KafkaLog(Model):
    """Kafka = topics, partitions, offsets, producers, consumers; with a crash between processing and commit.

    Pattern: the producer of a key appends to the partition of that key; the broker assigns offsets 0, 1, 2, ...;
    the consumer polls each partition, processes, and commits the offset up to which it is done (manual commit).
    A crash loses what it holds in memory; it resumes at the committed offset.
    Source: the event-driven architecture guide, section 2.1.1.

    Assumes: the broker loses nothing (replication is kafka_replication), the producer sends each event once
    (retries are kafka_producer), the group has one member (several are kafka_rebalance), processing leaves its
    effect outside the consumer, so it survives a crash.
    Guarantees: dense offsets, the order of each key, and at-least-once processing: a crash never skips a record.
    Not guaranteed: at-most-once and so exactly-once (DEMAND=AT_MOST_ONCE or EXACTLY_ONCE fails: processed, crashed
    before the commit, processed again). With COMMIT_FIRST=True it is the other way round: a record that was
    committed and not yet processed is lost, but none is processed twice. Every published event is handled if the
    consumer keeps running, and need not be without (RUNNING=False).
    """

    PARTITIONS = const(2, doc="partitions of the topic")
    KEYS = const(2, doc="keys; key k goes to partition k % PARTITIONS")
    EVENTS = const(2, doc="events that are sent for each key")
    CRASHES = const(1, doc="crashes of the consumer")
    COMMIT_FIRST = const(False, doc="the consumer commits before it processes")
    RUNNING = const(True, doc="the consumer keeps running: it restarts, polls and processes (weak fairness)")
    DEMAND = const(Guarantee.AT_LEAST_ONCE, doc="what is demanded of the processing")

    assume(lo(PARTITIONS, lo(KEYS, EVENTS)) >= 1)

    Partition = Int[0, PARTITIONS - 1]
    Key = Int[0, KEYS - 1]
    Event = record(key=Key, number=Int[0, EVENTS - 1])

    topic = component(Topic, Item=Event, Group=Group, partitions=PARTITIONS, length=KEYS * EVENTS)
    sent = var(Map[Key, Int[0, EVENTS]], init=0)
    up = var(bool, init=True)
    crashes = var(Int[0, CRASHES], init=0)
    done = var(Map[Partition, Int[0, KEYS * EVENTS]], init=0, doc="processed below this offset; in memory")
    processed = var(Map[Event, Int[0, CRASHES + 1]], init=0, doc="how often each event took effect")

    def partition(self, key):
        return key % self.PARTITIONS

    @fair
    @action(k=Key)
    def send(self, k):
        require(self.sent[k] < self.EVENTS)
        self.topic.produce(self.partition(k), self.Event(key=k, number=self.sent[k]))
        self.sent[k] += 1
        note(f"event {self.sent[k]} of key {k}", sender="producer", receiver="topic")

    @fair(when=RUNNING)
    @action(p=Partition)
    def poll(self, p):
        require(self.up)
        r = self.topic.poll(Group.BILLING, p)
        note(f"offset {r.offset}", sender="topic", receiver="consumer")

    @fair(when=RUNNING)
    @action(p=Partition)
    def process(self, p):
        require(self.up and self.done[p] < self.topic.position[Group.BILLING][p])
        require(not self.COMMIT_FIRST or self.done[p] < self.topic.committed[Group.BILLING][p])
        event = self.topic.log[p][self.done[p]].value
        self.processed[event] += 1
        self.done[p] += 1

    @fair(when=RUNNING)
    @action(p=Partition)
    def commit(self, p):
        offset = self.topic.position[Group.BILLING][p] if self.COMMIT_FIRST else self.done[p]
        require(self.up and self.topic.committed[Group.BILLING][p] < offset)
        self.topic.commit(Group.BILLING, p, offset)
        note(f"commit {offset}", sender="consumer", receiver="topic")

    @action
    def crash(self):
        require(self.up and self.crashes < self.CRASHES)
        self.up = False
        self.crashes += 1
        for p in self.Partition:
            self.topic.rewind(Group.BILLING, p)
            self.done[p] = self.topic.committed[Group.BILLING][p]

    @fair(when=RUNNING)
    @action
    def restart(self):
        require(not self.up)
        self.up = True

    def skipped(self):
        """Has the consumer moved past a record that never took effect?"""
        return any(self.processed[r.value] == 0 for p in self.Partition for r in self.topic.log[p][:self.done[p]])

    def repeated(self):
        return any(self.processed[e] > 1 for e in self.Event)

    @invariant
    def demand(self):
        """The delivery guarantee that is demanded."""
        match self.DEMAND:
            case Guarantee.AT_LEAST_ONCE:
                return not self.skipped()
            case Guarantee.AT_MOST_ONCE:
                return not self.repeated()
        return not self.skipped() and not self.repeated()

    @invariant
    def key_order(self):
        """The events of a key stand in its partition, each once, in the order in which they were sent."""
        return all([r.value.number for r in self.topic.log[self.partition(k)] if r.value.key == k]
                   == list(range(self.sent[k])) for k in self.Key)

    @terminal
    def finished(self):
        return self.up and all(self.topic.committed[Group.BILLING][p] == self.topic.end(p) for p in self.Partition)

    @predicate(e=Event)
    def published(self, e):
        return e.number < self.sent[e.key]

    @predicate(e=Event)
    def handled(self, e):
        return self.processed[e] > 0

    all_handled = temporal("forall e in Event: [] (published(e) -> <> handled(e))")
    caught_up = possible("finished() and all(handled(e) for e in Event)")
    recovered = possible("crashes > 0 and all(handled(e) for e in Event)")
