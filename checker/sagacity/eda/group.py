"""A consumer group and its coordinator, as in Kafka: who owns which partition, and whose commits count?"""

from enum import Enum

from sagacity import Int, Map, Model, Set, action, const, fair, note, require, terminal, var


class Protocol(Enum):
    """How a group rebalances: classic and eager, classic and cooperative (KIP-429), or consumer (KIP-848)."""
    EAGER = 1; COOPERATIVE = 2; CONSUMER = 3


class Release(Enum):
    """When may a partition go to its next owner?  When the last one has given it up. The others are faults: as soon as
    the last one is TOLD to give it up; or when the coordinator has FORGOTTEN that it gave the partition back."""
    ACKNOWLEDGED = 1; TOLD = 2; FORGOTTEN = 3


class Group(Model):
    """Members join, hear what is assigned to them, and settle: give up, then take over; they leave and time out.

    EAGER: in a rebalance all members give up everything and join again; then a new generation has a new assignment.
    COOPERATIVE: they keep what they hold while they join; the new generation leaves out what has to move, its old
    owner gives that up and joins once more. CONSUMER: in its heartbeats the coordinator takes from each member what is
    not its share, and only then moves it to the next epoch and gives it what nobody holds.
    Partition p goes to the (p modulo n)-th of the n members, whatever the protocol. A member that timed out goes on
    with what it holds until it notices: a zombie, which fencing keeps from committing.
    Guarantees: no partition is held by two members of the group, by their own account; a commit counts only with the
    generation or epoch that the coordinator has of that member, and so never while another member holds the
    partition; with COOPERATIVE and CONSUMER nobody is told to give up what stays its own.
    Checked in trials/group.py: owned_once (fails with another `release`), owner_commits (fails with fenced=False),
    what_stays_does_not_stop (fails with EAGER); every partition is owned again and again under fairness.
    Source: KIP-429; KIP-848 and Kafka's CurrentAssignmentBuilder; FORGOTTEN is KAFKA-16147.

    Assumes: a request and its answer are one step; a commit that arrives late is the model's, which asks `accepts`.
    Faults: `expiries`: sessions that time out though the member lives; `release` and `fenced`.
    Blocks: `settle` while a member holds what it was told to, `lose` unless it is a zombie, `commit` if it is refused.
    """

    members = const(2, doc="consumers that may be members")
    partitions = const(2, doc="partitions of the topic")
    length = const(1, doc="the highest offset that may be committed")
    epochs = const(12, doc="the highest generation or epoch")
    expiries = const(0, doc="sessions that may time out")
    protocol = const(Protocol.CONSUMER, doc="how the group rebalances")
    release = const(Release.ACKNOWLEDGED, doc="when a partition may go to its next owner")
    fenced = const(True, doc="commits with another epoch than the coordinator's are refused")
    running = const(True, doc="members keep joining and sending heartbeats (weak fairness)")

    Member = Int[1, members]
    Partition = Int[0, partitions - 1]
    Epoch = Int[0, epochs]

    generation = var(Epoch, init=0, doc="the generation, or the epoch of the group")
    preparing = var(bool, init=False, doc="classic: a rebalance waits for the members to join")
    joined = var(Set[Member], init=set(), doc="classic: who has joined this rebalance")
    granted = var(Map[Member, Epoch], init=0, doc="the coordinator's epoch of each member; 0: none")
    held = var(Map[Member, Set[Partition]], init=set(), doc="to the coordinator's knowledge: what is not free")
    committed = var(Map[Partition, Int[0, length]], init=0)
    expired = var(Int[0, expiries], init=0)
    epoch = var(Map[Member, Epoch], init=0, doc="at the member: its epoch; 0 if it is in no group")
    told = var(Map[Member, Set[Partition]], init=set(), doc="at the member: what it shall hold")
    holds = var(Map[Member, Set[Partition]], init=set(), doc="at the member: what it works on")
    again = var(Set[Member], init=set(), doc="at the member, cooperative: it has to join once more")

    def belongs(self, m):
        """Is m a member, as the coordinator sees it?"""
        return self.granted[m] > 0 or m in self.joined

    def share(self, m):
        """What the assignor gives to m among the members there are."""
        count = sum(1 for n in self.Member if self.belongs(n))
        rank = sum(1 for n in self.Member if self.belongs(n) and n < m)
        return {p for p in self.Partition if self.belongs(m) and p % count == rank}

    def zombie(self, m):
        """Was m expelled without having noticed?"""
        return self.epoch[m] > 0 and not self.belongs(m)

    @fair(when=running)
    @action(m=Member)
    def join(self, m):
        """JoinGroup, or the first heartbeat of the consumer protocol."""
        require(not self.zombie(m) and m not in self.joined and self.holds[m] == self.told[m])
        if self.protocol == Protocol.CONSUMER:
            require(self.granted[m] == 0)
            self.generation += 1
            self.granted[m] = self.generation
            self.epoch[m] = self.generation
        else:
            require(self.granted[m] == 0 or self.preparing or m in self.again)
            require(self.protocol == Protocol.COOPERATIVE or self.release == Release.TOLD or len(self.told[m]) == 0)
            self.joined.add(m)
            self.preparing = True
            self.again.discard(m)
        note("join", sender=m, receiver="coordinator")

    @fair
    @action
    def complete(self):
        """Classic: all members have joined, and a generation begins with its assignment."""
        require(self.preparing and all(m in self.joined for m in self.Member if self.granted[m] > 0))
        self.generation += 1
        self.held = {m: {p for p in self.share(m) if self.release == Release.TOLD or
                         not any(p in self.holds[n] for n in self.joined if n != m)} for m in self.Member}
        self.granted = {m: self.generation if m in self.joined else 0 for m in self.Member}
        self.joined = set()
        self.preparing = False

    @fair(when=running)
    @action(m=Member)
    def hear(self, m):
        """A heartbeat, or SyncGroup, from which m hears something new."""
        require(not self.zombie(m))
        if self.protocol == Protocol.CONSUMER:
            self.reconcile(m)
        elif self.preparing:
            require(self.protocol == Protocol.EAGER and len(self.told[m]) > 0)
            self.told[m] = set()
        else:
            require(self.epoch[m] != self.granted[m])
            self.epoch[m] = self.granted[m]
            self.told[m] = self.held[m]
            if self.protocol == Protocol.COOPERATIVE and not self.holds[m] <= self.told[m]:
                self.again.add(m)
        note(f"epoch {self.epoch[m]}, hold {self.told[m]}", sender="coordinator", receiver=m)

    def reconcile(self, m):
        """Consumer: the coordinator's side of a heartbeat that reports what m holds."""
        require(self.epoch[m] > 0)
        held, told, epoch = self.held[m], self.told[m], self.epoch[m]
        pending = held - told
        if len(pending) > 0 and len(pending & self.holds[m]) == 0:   # given up: free, and late commits are stale
            self.held[m] = told
            self.epoch[m] += 1
        share = self.share(m)
        if self.held[m] <= share:
            free = {p for p in share if not any(p in self.held[n] for n in self.Member if n != m)}
            self.told[m] = self.held[m] | free
            self.held[m] = self.told[m] - pending if self.release == Release.FORGOTTEN else self.told[m]
            self.epoch[m] = self.generation
        else:
            self.told[m] = self.held[m] & share
            if self.release == Release.TOLD:
                self.held[m] = self.told[m]
        self.granted[m] = self.epoch[m]
        require(self.held[m] != held or self.told[m] != told or self.epoch[m] != epoch)

    def settle(self, m):
        """m gives up what it was told to, and takes over what is new."""
        require(self.holds[m] != self.told[m])
        self.holds[m] = self.told[m]

    def lose(self, m):
        """m notices that it was expelled: unknown member, fenced. It has lost what it holds, and may join again."""
        require(self.zombie(m))
        self.epoch[m] = 0
        self.told[m] = set()
        self.holds[m] = set()

    def expel(self, m):
        """The coordinator removes m, and the group rebalances."""
        self.granted[m] = 0
        self.held[m] = set()
        self.joined.discard(m)
        if self.protocol == Protocol.CONSUMER:
            self.generation += 1
        else:
            self.preparing = any(self.belongs(n) for n in self.Member)

    def leave(self, m):
        """LeaveGroup, of a member that has heard of its generation and has not joined the next one."""
        require(self.epoch[m] == self.granted[m] and m not in self.joined)
        self.expel(m)
        self.lose(m)
        note("leave", sender=m, receiver="coordinator")

    @action(m=Member)
    def expire(self, m):
        """The session of m times out."""
        require(self.expired < self.expiries and self.belongs(m))
        self.expired += 1
        self.expel(m)
        note(f"{m} timed out", sender="coordinator", receiver="coordinator")

    def accepts(self, m, epoch):
        """Does a commit by m with this epoch count?"""
        return not self.fenced or self.granted[m] == epoch

    def commit(self, m, p, offset):
        """OffsetCommit with the epoch that m knows. Disabled if it would be refused."""
        require(self.accepts(m, self.epoch[m]))
        self.committed[p] = offset
        note(f"commit {p}:{offset}", sender=m, receiver="coordinator")

    @terminal
    def idle(self):
        """A group alone may rest anywhere."""
        return True
