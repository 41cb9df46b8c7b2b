"""Limits, what C cannot decide, and the cache."""

from __future__ import annotations

from pathlib import Path

import pytest
from both_engines import assert_agreement

from sagacity import (Bag, Int, Map, Model, Seq, Set, action, component, const, ids, invariant, require, step_invariant,
                      var)
from sagacity.engine.checking import differences
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.errors import UnsupportedError
from sagacity.lang import compile_model
from sagacity.native import build, engine
from sagacity.native.resources import Resources, parse_memory, resident


class Counter(Model):
    """Its first state is the number 0, and its range is left at the end."""

    N = const(5)

    n = var(Int[0, N], init=0)

    @action
    def up(self):
        require(self.n < self.N + 1)
        self.n += 1


class Large(Model):
    """Products leave 64 bits, where the reference goes on with larger integers."""

    n = var(Int[0, 3], init=0)

    @action(k=Int[0, 3])
    def step(self, k):
        x = (k + 1) * 3037000500
        x = x * x
        self.n = (x * x) % 4


class Wide(Model):
    """A state of several words, with parts across their borders."""

    Node = ids("n", 3)

    logs = var(Map[Node, Seq[Int[0, 1000], 3]], init=[])
    bags = var(Map[Node, Bag[Int[-5, 900], 2]], init=[])
    sets = var(Set[Int[0, 80]], init=set())

    @action(i=Node, x=Int[0, 1])
    def put(self, i, x):
        require(len(self.logs[i]) < 2)
        self.logs[i].append(x * 1000)
        self.sets.add(len(self.logs[i]) * 40)

    @action(i=Node)
    def move(self, i):
        require(len(self.logs[i]) > 0 and len(self.bags[i]) < 2)
        self.bags[i].add(self.logs[i][0] - 100 if self.logs[i][0] > 0 else -5)
        x = self.logs[i].popleft()
        if x == 0:
            self.sets.discard(40)

    @invariant
    def small(self):
        return sum(len(self.bags[i]) for i in self.Node) < 6

    @step_invariant
    def grows(self, old):
        return all(len(self.bags[i]) >= len(old.bags[i]) for i in self.Node)


class Before(Model):
    """A step invariant asks a helper about the state before the step, in every member of a family."""

    x = var(Int[0, 3], init=0)

    def half(self):
        return self.x // 2

    @action
    def up(self):
        self.x = (self.x + 1) % 4

    @step_invariant
    def never_falls(self, old):
        return self.half() >= old.half()


class Befores(Model):
    each = component(Before, each=(Int[0, 1],))


def interpreter(cls, **constants):
    return Interpreter(compile_model(cls, constants))


@pytest.mark.parametrize("keep_going", [False, True])
@pytest.mark.parametrize("cls", [Counter, Large, Wide, Before, Befores], ids=lambda c: c.__name__)
def test_agreement(cls, keep_going):
    assert_agreement(interpreter(cls), limit=None, keep_going=keep_going)


@pytest.mark.parametrize("options", [{"max_depth": 3}, {"limit": 4}, {"limit": 4, "max_depth": 3}])
def test_bounds(options):
    both = assert_agreement(interpreter(Counter), **options)
    assert both.fast.stats.states == both.slow.stats.states and both.fast.stats.depth == both.slow.stats.depth


def test_memory_ceiling_is_a_bounded_verdict():
    result = engine.check(interpreter(Wide), SearchOptions(keep_going=True), resources=Resources(memory=resident() + 3_000_000))
    assert str(result.bound) == "BOUNDED(memory)" and not result.complete


@pytest.mark.parametrize("cls", [Counter, Large, Wide], ids=lambda c: c.__name__)
def test_several_workers_agree(cls):
    one, several = (engine.check(interpreter(cls), SearchOptions(keep_going=True), resources=Resources(workers=n)) for n in (1, 3))
    assert differences(one, several) == ()


@pytest.mark.parametrize("limit", [1, 100, 1000])
def test_several_workers_keep_a_limit_of_states(limit):
    result = engine.check(interpreter(Wide), SearchOptions(max_states=limit, keep_going=True), resources=Resources(workers=3))
    assert result.stats.states == limit and str(result.bound) == f"BOUNDED(states, {limit})"


def test_without_a_compiler(monkeypatch):
    monkeypatch.setattr(build, "find_compiler", lambda: None)
    with pytest.raises(UnsupportedError, match="no C compiler"):
        engine.check(interpreter(Counter))


def test_a_damaged_library_is_built_again(monkeypatch, tmp_path):
    monkeypatch.setenv("SAGACITY_CACHE", str(tmp_path))
    engine.check(interpreter(Counter))
    kept, = Path(tmp_path, "native").glob("*.so")
    kept.rename(tmp_path / "loaded.so")
    kept.write_bytes(b"damaged")
    assert engine.check(interpreter(Counter)).stats.states == 6
    assert len(kept.read_bytes()) > 7
