"""What the topic promises, inside a small system and by hand."""

from enum import Enum

import pytest

from sagacity import *
from sagacity.eda import Topic
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.search import check
from sagacity.lang import compile_model
from sagacity.result import HOLDS, VIOLATED, Kind


class Team(Enum):
    RED = 1
    BLUE = 2


class Readers(Model):
    """Two groups read the same partitions, each at its own pace."""

    GREEDY = const(False, doc="commits one record more than was read")

    Partition = Int[0, 1]

    topic = component(Topic, Item=bool, Group=Team, partitions=2, length=1)

    @action(p=Partition, m=bool)
    def produce(self, p, m):
        self.topic.produce(p, m)

    @action(g=Team, p=Partition)
    def read(self, g, p):
        r = self.topic.poll(g, p)
        assert r.offset == self.topic.position[g][p] - 1

    @action(g=Team, p=Partition)
    def commit(self, g, p):
        offset = self.topic.position[g][p] + (1 if self.GREEDY and self.topic.position[g][p] == 0 else 0)
        require(self.topic.committed[g][p] < offset)
        self.topic.commit(g, p, offset)

    @action(g=Team, p=Partition)
    def restart(self, g, p):
        require(self.topic.committed[g][p] < self.topic.position[g][p])
        self.topic.rewind(g, p)

    @terminal
    def all_read(self):
        return all(self.topic.committed[g][p] == 1 for g in Team for p in self.Partition)


def test_it_keeps_its_invariants_in_both_evaluations():
    compiled = compile_model(Readers, {})
    for system in (Interpreter(compiled), IrSystem(compiled.ir)):
        result = check(system)
        assert result.verdict == HOLDS
        # A partition is empty, or holds one of 2 values that each of the 2 groups has not read, read, or committed:
        # 1 + 2 * 3 * 3 = 19 states. It is filled in 2 ways; in a full one a group has 3 steps (read, restart, commit)
        # over its 3 stages, whichever the stage of the other group: 2 + 2 * (2 * 3 * 3) steps. There are 2 partitions.
        assert (result.stats.states, result.stats.transitions) == (361, 2 * 19 * (2 + 2 * 18))


def test_a_commit_ahead_of_the_position_is_found():
    result = check(Interpreter(compile_model(Readers, {"GREEDY": True})))
    failed = result.failures[0]
    assert (failed.kind, failed.name, failed.verdict) == (Kind.INVARIANT, "topic.within_log", VIOLATED)
    assert len(failed.trace.steps) == 1


def test_by_hand():
    s = Readers()
    with pytest.raises(ActionDisabled):
        s.read(Team.RED, 0)
    s.produce(0, True)
    with pytest.raises(ActionDisabled):
        s.produce(0, False)
    assert s.topic.end(0) == 1 and s.topic.has_next(Team.BLUE, 0) and not s.topic.has_next(Team.BLUE, 1)
    s.read(Team.RED, 0)
    s.restart(Team.RED, 0)
    s.read(Team.RED, 0)
    s.commit(Team.RED, 0)
    assert s.topic.committed[Team.RED][0] == 1 and s.topic.position[Team.BLUE][0] == 0
    with pytest.raises(ActionDisabled):
        s.restart(Team.RED, 0)


class Slow(Model):
    """A reader that need not keep up with a broker which keeps one record."""

    topic = component(Topic, Item=Int[0, 2], Group=Team, partitions=1, length=3, retention=1)

    @action(m=Int[0, 2])
    def produce(self, m):
        self.topic.produce(0, m)

    @action(g=Team)
    def read(self, g):
        r = self.topic.poll(g, 0)
        assert r.value == r.offset

    @action(g=Team)
    def restart(self, g):
        self.topic.rewind(g, 0)


def test_a_deleted_record_is_passed_over():
    s = Slow()
    s.produce(0)
    with pytest.raises(ActionDisabled):
        s.topic.delete_oldest(0)
    s.produce(1)
    s.read(Team.RED)
    s.topic.delete_oldest(0)
    with pytest.raises(ActionDisabled):
        s.topic.delete_oldest(0)
    s.read(Team.BLUE)                # offset 1: offset 0 is gone
    s.restart(Team.RED)              # committed offset 0, and resumes at 1
    assert s.topic.start[0] == 1 and s.topic.position[Team.RED][0] == 1 and s.topic.position[Team.BLUE][0] == 2
    s.produce(2)
    s.topic.delete_oldest(0)
    assert s.topic.position[Team.RED][0] == 2 and s.topic.end(0) == 3
