"""The solver finds what the explicit search finds, at the same distance; and never says that a bounded search is a
pass."""

import os
import random
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from smt_models import explicit, lengths, outcomes, random_model
from smt_sources import source

from sagacity.engine.checking import confirmed
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check as search
from sagacity.errors import Exit, InternalError
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.result import Outcome
from sagacity.smt import bounded
from sagacity.smt.encode import encode

#: A longer run: SAGACITY_SMT_MODELS=200 pytest -s tests/unit/smt; SAGACITY_SEED repeats one.
MANY = int(os.environ.get("SAGACITY_SMT_MODELS", "0"))
FIRST = int(os.environ.get("SAGACITY_SEED", "0")) or (random.SystemRandom().randrange(10**6) if MANY else 1000)
LEVELS = 4


def agree(seed):
    model = random_model(seed)
    system, slow = explicit(model, max_depth=LEVELS, max_states=4000)
    if slow.bound and slow.bound.why == "states":
        return None
    fast = confirmed(bounded.check(system, SearchOptions(max_depth=LEVELS, keep_going=True)), system)
    assert lengths(fast) == lengths(slow), f"seed {seed}"
    assert outcomes(fast) == outcomes(slow) or fast.complete != slow.complete, f"seed {seed}"
    return lengths(fast)


@pytest.mark.parametrize("start", range(FIRST, FIRST + (MANY or 40), 10))
def test_random_models(start):
    if MANY:
        print(f"seeds {start} to {start + 9}")
    found = [agree(seed) for seed in range(start, start + 10)]
    assert any(found), "no violation in ten models: nothing was compared"


def test_an_encoding_that_errs_is_noticed(monkeypatch):
    """A guard that is dropped makes the solver take steps that the reference does not have."""
    from sagacity.smt import encode as room

    true = room._Builder._alternative
    monkeypatch.setattr(room._Builder, "_alternative", lambda self, i, form, f, p, s, ready, error, guard: true(
        self, i, form, f, p, s, ready, False if i >= 0 else error, True if i >= 0 else guard))
    with pytest.raises((AssertionError, InternalError)):
        for seed in range(1000, 1010):
            agree(seed)


def corpus(name, **constants):
    return Interpreter(compile_model(load(name).cls, constants))


@pytest.mark.parametrize("name, constants, levels, wanted", [
    ("saga_choreography", {"IDEMPOTENT": False}, 6, {"stock_conserved": 4}),
    ("kafka_log", {}, 5, {}),
])
def test_corpus(name, constants, levels, wanted):
    system = corpus(name, **constants)
    options = SearchOptions(max_depth=levels, keep_going=True)
    fast, slow = confirmed(bounded.check(system, options), system), search(system, options)
    assert lengths(fast) == lengths(slow)
    assert {n: k for n, k in lengths(fast).items() if n in fast.model.invariants} == wanted
    assert not fast.complete and fast.exit_status in (Exit.UNDECIDED, Exit.SAFETY)


COUNTER = '''class Counter(Model):
    n = var(Int[0, 3], init=0)

    @action
    def up(self):
        require(self.n < 3)
        self.n += 1
{more}
'''


def test_a_search_without_further_levels_is_complete(tmp_path):
    system = source(tmp_path, COUNTER.format(more='''
    @terminal
    def top(self):
        return self.n == 3
'''))
    result = bounded.check(system, SearchOptions(max_depth=9))
    assert result.complete and result.exit_status == 0 and result.stats.depth == 4


def test_deadlock_at_its_distance(tmp_path):
    result = bounded.check(source(tmp_path, COUNTER.format(more="")), SearchOptions(max_depth=9))
    assert lengths(result) == {"deadlock": 3} and result.exit_status == Exit.DEADLOCK


def test_a_deadlock_on_the_last_level_is_not_seen(tmp_path):
    result = bounded.check(source(tmp_path, COUNTER.format(more="")), SearchOptions(max_depth=4))
    assert not lengths(result) and result.exit_status == Exit.UNDECIDED


def test_a_constraint_is_never_a_pass(tmp_path):
    system = source(tmp_path, COUNTER.format(more='''
    @constraint
    def small(self):
        return self.n < 2

    @invariant
    def below(self):
        return self.n < 2
'''))
    options = SearchOptions(max_depth=9, keep_going=True)
    result = bounded.check(system, options)
    assert lengths(result) == lengths(search(system, options)) == {"below": 2}
    assert result.bound.why == "constraint"


def test_a_failing_initialisation(tmp_path):
    system = source(tmp_path, '''class Broken(Model):
    n = var(Int[0, 3])

    @init
    def start(self):
        k = choose({0, 1})
        self.n = 2 // k

    @action
    def stay(self):
        pass
''')
    options = SearchOptions(max_depth=3, keep_going=True)
    assert lengths(bounded.check(system, options)) == lengths(search(system, options)) == {"init": 0}


def test_time_is_up(tmp_path):
    result = bounded.check(corpus("saga_choreography"), SearchOptions(max_depth=20, max_seconds=0.01))
    assert result.bound.why == "seconds" and result.verdict.outcome is Outcome.BOUNDED


def test_the_names_of_constants_are_apart():
    encoding = encode(corpus("saga_choreography").model)
    names = [c.decl().name() for c in (*encoding.now_leaves, *encoding.next_leaves, *encoding.input_leaves)]
    assert len(names) == len(set(names))
