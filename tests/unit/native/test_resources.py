"""A search within bounds: memory, fingerprints, and checkpoints that outlive the process."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sagacity import loader
from sagacity.engine.checking import differences
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.errors import UsageError
from sagacity.lang import compile_model
from sagacity.native import engine, stategraph
from sagacity.native.resources import Resources, parse_memory, resident
from sagacity.report.wording import summary

BENCH = Path(__file__).resolve().parents[2] / "bench" / "models"
QUIET = SearchOptions(deadlock=False, keep_going=True)

#: A program that searches, with checkpoints, and prints its result; it is killed from outside.
PROGRAM = """
import sys
from pathlib import Path
from sagacity import loader
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.native import engine
from sagacity.report.wording import summary
from sagacity.native.resources import Resources

file, path, workers, every = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
constants = dict(a.split("=") for a in sys.argv[5:])
compiled = compile_model(loader.load(path).cls, {k: int(v) for k, v in constants.items()})
resources = Resources(workers=workers, checkpoint=file, every=every, resume=file if file.exists() else None)
r = engine.check(Interpreter(compiled), SearchOptions(deadlock=True, keep_going=True), resources=resources)
traces = [(p.name, p.verdict.outcome.name, p.trace and p.trace.states) for p in r.properties]
print(r.stats.states, r.stats.transitions, r.stats.depth, r.stats.initial, r.complete, r.vacuity, traces)
"""


def system(name: str, **constants):
    return Interpreter(compile_model(loader.load(str(BENCH / f"{name}.py")).cls, constants))


def test_a_graph_that_does_not_fit_leaves_temporal_properties_undecided(monkeypatch):
    """All states were seen, and yet nobody may read that everything holds."""
    monkeypatch.setattr(stategraph.FairGraph, "__init__", _cramped(stategraph.FairGraph.__init__))
    result = engine.check(system("ewd840"), SearchOptions(properties=("no_false_alarm", "live")))
    told = {p.name: str(p.verdict) for p in result.properties}
    assert told == {"no_false_alarm": "HOLDS", "live": "BOUNDED(memory)"}
    assert summary(result) == "undecided: live (memory limit); 1 of 2 properties hold in all 110 states"
    assert result.exit_status == 20


def _cramped(init):
    return lambda self, table, labels, stepping, calls, room: init(self, table, labels, stepping, calls, 1000)


def test_sizes_of_memory():
    assert [parse_memory(t) for t in ("10", "3k", "1.5M", "8G", "2 GiB")] == [10, 3072, 1572864, 8 << 30, 2 << 30]
    with pytest.raises(UsageError, match="not a size"):
        parse_memory("much")


def test_the_ceiling_is_kept():
    tpc = system("tpc", RM=7)
    engine.check(tpc, SearchOptions(max_states=1))
    ceiling = resident() + (5 << 20)
    result = engine.check(tpc, QUIET, resources=Resources(memory=ceiling))
    assert resident() <= ceiling + (2 << 20)
    assert str(result.bound) == "BOUNDED(memory)" and not result.complete
    assert 50_000 < result.stats.states < 296_448
    assert {str(p.verdict) for p in result.properties} == {"BOUNDED(memory)"}


def test_a_ceiling_below_what_is_there():
    with pytest.raises(UsageError, match="not enough to begin"):
        engine.check(system("tpc"), resources=Resources(memory=1 << 20))


@pytest.mark.parametrize("workers", [1, 3])
def test_fingerprints(workers):
    exact = engine.check(system("kafka"), QUIET)
    result = engine.check(system("kafka"), QUIET, resources=Resources(fingerprint=True, workers=workers))
    assert differences(exact, result) == ()
    chance = 15076 * 15075 / 2**65
    assert "fingerprints omit a state with probability" in summary(result)
    assert str(result.verdict) == f"HOLDS(probably: 64-bit fingerprints omit a state with probability {chance:.1e})"


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_resumed(workers, tmp_path):
    """Killed with SIGKILL again and again, a search ends with the result of one that was left alone."""
    whole = run_killed(tmp_path / "whole", BENCH / "kafka.py", workers, kills=0)
    assert run_killed(tmp_path / "killed", BENCH / "kafka.py", workers, kills=5) == whole
    assert whole.startswith("15076 54958 21 1 True")


@pytest.mark.skipif("SAGACITY_LONG" not in os.environ, reason="takes a quarter of an hour: set SAGACITY_LONG to run it")
def test_killed_at_ten_moments_of_a_minute(tmp_path):
    """Ten searches of about a minute, each killed once, each resumed to the end."""
    search, rest = (BENCH / "tpc.py", 1), {"constants": ("RM=10",), "every": 4.0}
    start = time.perf_counter()
    whole = run_killed(tmp_path / "whole", *search, kills=0, **rest)
    seconds = time.perf_counter() - start
    assert whole.startswith("61515776 817760257 32 1 True")
    (tmp_path / "whole").unlink()
    for _ in range(10):
        file = tmp_path / "killed"
        assert run_killed(file, *search, kills=1, longest=0.8 * seconds, **rest) == whole
        file.unlink()


def run_killed(file: Path, path: Path, workers: int, kills: int, constants: tuple[str, ...] = (), every: float = 0.0,
               longest: float = 0.3) -> str:
    """What the search prints in the end, after it was killed so many times at random moments of its run."""
    for n in range(kills + 1):
        with subprocess.Popen([sys.executable, "-c", PROGRAM, str(file), str(path), str(workers), str(every),
                               *constants], stdout=subprocess.PIPE, text=True) as process:
            if n < kills:
                while not file.exists() and process.poll() is None:
                    time.sleep(0.005)
                time.sleep(random.uniform(0, longest))
                process.send_signal(signal.SIGKILL)
                process.wait()
            else:
                printed = process.communicate()[0]
                assert process.returncode == 0
    return printed


def saved(tmp_path, **constants) -> Path:
    file = tmp_path / "file"
    engine.check(system("kafka", **constants), QUIET, resources=Resources(checkpoint=file, every=0))
    return file


def test_a_resumed_search_goes_on_where_it_was(tmp_path):
    search = engine.NativeSearch(system("kafka"), QUIET, None, Resources(resume=saved(tmp_path)))
    search.run()
    assert search.saved.cursor > 10_000 and search.finished().stats.states == 15_076
    search.close()


def test_a_checkpoint_of_another_search(tmp_path):
    with pytest.raises(UsageError, match="another search"):
        engine.check(system("kafka", C=2), QUIET, resources=Resources(resume=saved(tmp_path)))


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:5000] + b"x" + b[5001:], lambda b: b"", lambda b: b + b"x"])
def test_a_damaged_checkpoint(damage, tmp_path):
    file = saved(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(UsageError, match="damaged|not a checkpoint"):
        engine.check(system("kafka"), QUIET, resources=Resources(resume=file))


def test_no_checkpoint_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        engine.check(system("kafka"), QUIET, resources=Resources(resume=tmp_path / "none"))
    with pytest.raises(UsageError, match="cannot be written"):
        engine.check(system("kafka"), QUIET, resources=Resources(checkpoint=tmp_path / "no" / "file", every=0))
