"""A store of the ids of what was handled already, each with a time to live."""

from sagacity import Int, Map, Model, action, const, hi, note, require, terminal, var


class DedupeStore(Model):
    """Ids that were seen, as keys in Redis (SET key NX EX ttl) or as rows under a unique key in a database.

    Guarantees: `claim` looks and inserts in one step (SET with NX; INSERT ... ON CONFLICT DO NOTHING), so of all who
    claim an id while it is remembered one succeeds; an id is remembered for `ttl` ticks after it was put, and no
    longer; a claim that fails does not prolong it. With ttl=0 an id is kept for ever, as a row of a table is.
    Not guaranteed: anything about what the id stands for. A crash between claim and effect leaves an id without an
    effect, one between effect and `put` an effect without an id.
    Checked in trials/dedupe.py: one_winner (fails with `has` and `put` instead of `claim`, and with losses=1),
    remembered (fails with losses=1), forgotten_in_time (fails where a failed claim prolongs the life).
    Source: Redis, SET (options NX and EX); PostgreSQL, INSERT (ON CONFLICT). The windows are real: SQS FIFO queues
    remember an id for 5 minutes, the NServiceBus outbox for 7 days.

    Faults: `losses`: an id is gone before its time, because the cache evicts it or a replica that never got it takes
    over. Time is the model's, which calls `tick`; a model without a clock gives the store one of its own (`ticks`).
    Blocks: never.
    """

    Key = const(bool, doc="type of the ids")
    ttl = const(1, doc="ticks that an id is remembered; 0: for ever")
    ticks = const(0, doc="ticks of a clock of its own; 0: the model calls `tick`")
    losses = const(0, doc="ids that may be lost before their time")

    left = var(Map[Key, Int[0, hi(ttl, 1)]], init=0, doc="ticks that an id still has; 0: not in the store")
    now = var(Int[0, ticks], init=0)
    lost = var(Int[0, losses], init=0)

    def has(self, k):
        """Is the id in the store? (EXISTS; SELECT)"""
        return self.left[k] > 0

    def put(self, k):
        """Remember the id from now on, whether or not it is there. (SET with EX)"""
        self.left[k] = max(self.ttl, 1)

    def claim(self, k):
        """Remember the id unless it is there; was it new? (SET with NX and EX; INSERT ... ON CONFLICT DO NOTHING)"""
        new = self.left[k] == 0
        if new:
            self.left[k] = max(self.ttl, 1)
        return new

    def release(self, k):
        """Forget the id: who claimed it gives up. (DEL)"""
        self.left[k] = 0

    def tick(self):
        """Time goes on by one tick; ids whose time is over are gone."""
        if self.ttl > 0:
            for k in self.Key:
                self.left[k] = max(self.left[k] - 1, 0)

    @action
    def time_passes(self):
        require(self.now < self.ticks)
        self.now += 1
        self.tick()

    @action(k=Key)
    def lose(self, k):
        """The id is evicted, or a replica without it takes over."""
        require(self.lost < self.losses and self.left[k] > 0)
        self.left[k] = 0
        self.lost += 1
        note(f"id {k} is lost")

    @terminal
    def idle(self):
        """A store alone may rest anywhere."""
        return True
