"""A consumer group over one partition: members that poll, process in steps, and commit when they are done."""

from sagacity import (
    Int,
    Map,
    Model,
    Option,
    action,
    component,
    const,
    fair,
    note,
    record,
    require,
    step_invariant,
    terminal,
    var,
)

from .topic import Topic


class ConsumerGroup(Model):
    """A topic of one partition, and the members of a group that read it with manual commit.

    A member polls one record at a time, on its own; the model processes it (`item`, `go_on`, `done`), and the member
    commits the offset afterwards. What a member has in work is in its memory.
    Guarantees: one member owns the partition; records are given out in their order, and again to the next owner until
    one of them is committed, so each is processed at least once; the commit of a former owner is refused (fenced by the
    generation).
    Not guaranteed: that a record is processed once, nor by one member at a time: a member that is taken for dead may
    only be slow, and goes on.
    Checked here and in trials/consumers.py: committed_grows (fails with fencing=False), nothing_is_skipped (fails with
    commit_first and a rebalance), processed_once and one_at_work (fail with a rebalance); all_processed under fairness.
    Source: Kafka, "Consumer" (manual offset control, group membership); KIP-62 for members that are slow.

    Faults: `rebalances`: the owner dies or is slow, and another member starts at the committed offset. A member joins
    by polling, so only one that has nothing in work can take over. A dead member starts again with nothing in memory.
    `truncations`: the topic loses its newest record, and positions are out of range.
    Blocks: `produce` while the partition holds `length` records; `item` while the member has no record at that step.
    """

    Item = const(bool, doc="type of a record's value")
    Member = const(bool, doc="type of the members")
    length = const(2, doc="records that the partition can hold")
    steps = const(1, doc="steps that it takes to process a record")
    rebalances = const(0, doc="times that the partition goes to another member")
    commit_first = const(False, doc="a record is committed when it is polled, as with auto-commit")
    truncations = const(0, doc="records lost by unclean leader elections; 0: acks=all, and the elections are clean")
    fencing = const(True, doc="the commit of a former owner is refused")

    Group = Int[1, 1]
    GROUP = 1
    Work = record(item=Item, offset=Int[0, length - 1], step=Int[0, steps])

    topic = component(Topic, Item=Item, Group=Group, length=length, truncations=truncations)
    owner = var(Option[Member], init=None, doc="who has the partition; at first whoever polls first")
    work = var(Map[Member, Option[Work]], init=None, doc="what the member has polled, and how far it is; in memory")
    rebalanced = var(Int[0, rebalances], init=0)

    def produce(self, m):
        """Append a record. Disables the producer while the partition is full."""
        self.topic.produce(0, m)

    def committed(self):
        """The committed offset."""
        return self.topic.committed[self.GROUP][0]

    def item(self, c, step):
        """What member c has in work and has taken so many steps of. Disables the step while there is no such thing."""
        w = self.work[c]
        require(w is not None and w.step == step)
        return w.item

    def go_on(self, c, step):
        """Member c has taken so many steps of processing its record."""
        w = self.work[c]
        require(w is not None)
        self.work[c] = w.replace(step=step)

    def done(self, c):
        """Member c has processed its record, and may commit it."""
        self.go_on(c, self.steps)

    @fair
    @action(c=Member)
    def poll(self, c):
        require((self.owner is None or self.owner == c) and self.work[c] is None)
        r = self.topic.poll(self.GROUP, 0)
        self.owner = c
        self.work[c] = self.Work(item=r.value, offset=r.offset, step=0)
        if self.commit_first:
            self.topic.commit(self.GROUP, 0, r.offset + 1)
        note(f"{r.value}, offset {r.offset}", sender="topic", receiver=c)

    @fair
    @action(c=Member)
    def commit(self, c):
        w = self.work[c]
        require(w is not None and w.step == self.steps)
        self.work[c] = None
        if self.owner == c or not self.fencing:
            self.topic.commit(self.GROUP, 0, w.offset + 1)
            note(f"commit {w.offset + 1}", sender=c, receiver="topic")

    @action(c=Member, dead=bool)
    def rebalance(self, c, dead):
        """The owner is dead, or slow and taken for dead: member c, which may be the restarted owner, takes over."""
        owner = self.owner
        require(owner is not None and self.rebalanced < self.rebalances)
        if dead:
            self.work[owner] = None
        require(self.work[c] is None and (dead or c != owner))
        self.rebalanced += 1
        self.owner = c
        self.topic.rewind(self.GROUP, 0)
        note(f"{c} takes over from {owner}")

    @step_invariant
    def committed_grows(self, old):
        return self.topic.committed[self.GROUP][0] >= old.topic.committed[self.GROUP][0]

    @terminal
    def idle(self):
        """A group alone may rest anywhere."""
        return True
