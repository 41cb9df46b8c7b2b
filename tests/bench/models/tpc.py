"""Two-phase commit (Gray and Lamport), as in tlaplus/Examples TwoPhase; deadlock checking is off in the benchmark."""

from enum import Enum

from sagacity import *


class Res(Enum):
    WORKING = 1
    PREPARED = 2
    COMMITTED = 3
    ABORTED = 4


class Man(Enum):
    INIT = 1
    COMMITTED = 2
    ABORTED = 3


class Kind(Enum):
    PREPARED = 1
    COMMIT = 2
    ABORT = 3


class TwoPhaseCommit(Model):
    """Resource managers agree to commit or to abort; messages are never removed from the network."""

    RM = const(3, doc="resource managers")

    Manager = ids("rm", RM)
    Message = record(kind=Kind, rm=Option[Manager])

    rm_state = var(Map[Manager, Res], init=Res.WORKING)
    tm_state = var(Man, init=Man.INIT)
    tm_prepared = var(Set[Manager], init=set())
    msgs = var(Set[Message], init=set())

    @action
    def tm_commit(self):
        require(self.tm_state == Man.INIT and all(r in self.tm_prepared for r in self.Manager))
        self.tm_state = Man.COMMITTED
        self.msgs.add(self.Message(kind=Kind.COMMIT))

    @action
    def tm_abort(self):
        require(self.tm_state == Man.INIT)
        self.tm_state = Man.ABORTED
        self.msgs.add(self.Message(kind=Kind.ABORT))

    @action(r=Manager)
    def tm_rcv_prepared(self, r):
        require(self.tm_state == Man.INIT and self.Message(kind=Kind.PREPARED, rm=r) in self.msgs)
        self.tm_prepared.add(r)

    @action(r=Manager)
    def rm_prepare(self, r):
        require(self.rm_state[r] == Res.WORKING)
        self.rm_state[r] = Res.PREPARED
        self.msgs.add(self.Message(kind=Kind.PREPARED, rm=r))

    @action(r=Manager)
    def rm_choose_to_abort(self, r):
        require(self.rm_state[r] == Res.WORKING)
        self.rm_state[r] = Res.ABORTED

    @action(r=Manager)
    def rm_rcv_commit(self, r):
        require(self.Message(kind=Kind.COMMIT) in self.msgs)
        self.rm_state[r] = Res.COMMITTED

    @action(r=Manager)
    def rm_rcv_abort(self, r):
        require(self.Message(kind=Kind.ABORT) in self.msgs)
        self.rm_state[r] = Res.ABORTED

    @invariant
    def consistent(self):
        return not any(self.rm_state[a] == Res.ABORTED and self.rm_state[b] == Res.COMMITTED
                       for a in self.Manager for b in self.Manager)
