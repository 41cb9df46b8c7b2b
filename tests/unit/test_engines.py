"""Every option of `sagacity check` gives the same document with the native engine and with the interpreter."""

from __future__ import annotations

import json

import pytest

from sagacity import constants, engines
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.errors import InternalError
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.native import build
from sagacity.native import engine as native

FAULTS = ("NONE", "SAFETY", "STEP", "DEADLOCK", "ASSERTION", "INDEX", "RANGE", "REACH", "CONSTRAINT")


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path_factory):
    if build.find_compiler() is None:
        pytest.skip("no C compiler: CC, cc, gcc and clang are all missing")
    monkeypatch.setenv("SAGACITY_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def document(run, fixture_models):
    """The exit status and the JSON of a check, without what names the engine or the time."""
    def check(engine, model, *words):
        found = run("check", fixture_models / model, *words, "--json", "--engine", engine)
        told = json.loads(found.stdout)
        assert told.pop("engine") == engine
        del told["stats"]["seconds"], told["reproduce"]
        for p in told["properties"]:       # of several shortest counterexamples, an engine may show any
            p["trace"] = p["trace"] and len(p["trace"])
        if not told["complete"] and (told["bound"] or {}).get("why") not in ("constraint", "depth"):   # it works in batches
            del told["stats"]["transitions"], told["stats"]["generated"], told["vacuity"]
            if not told["bound"]:       # it found what it looked for, and a batch holds more than the state that showed it
                del told["stats"]["states"]
        return found.exit_code, told
    return check


@pytest.mark.parametrize("words", [
    ("ticket.py",), ("ticket.py", "--second-opinion"), ("ticket.py", "--depth", "3"), ("ticket.py", "--max-states", "7"),
    ("ticket.py", "--property", "deadlock"), ("ticket.py", "--property", "all_wait"), ("ticket.py", "-c", "N=3"),
    ("faulty.py", "-c", "FAULT=DEADLOCK", "--deadlock", "ignore"),
    *(("faulty.py", "-c", f"FAULT={fault}", "--continue") for fault in FAULTS)], ids=" ".join)
def test_the_engines_say_the_same(document, words):
    assert document("native", *words) == document("interp", *words)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_engines_stop_at_the_same_violation(document, fault):
    """How far the search had come by then differs: the native one handles successors in batches."""
    (status, fast), (expected, slow) = (document(e, "faulty.py", "-c", f"FAULT={fault}") for e in ("native", "interp"))
    assert (status, fast["verdict"], fast["properties"]) == (expected, slow["verdict"], slow["properties"])


def test_a_time_limit(document):
    status, told = document("native", "ticket.py", "-c", "N=30", "--max-seconds", "0.3")
    assert (status, told["verdict"]["outcome"], told["verdict"]["why"]) == (20, "bounded", "seconds")


def test_a_saved_trace_is_replayed(run, fixture_models, tmp_path):
    trace = tmp_path / "trace.json"
    run("check", fixture_models / "faulty.py", "-c", "FAULT=SAFETY", "--engine", "native", "--trace", trace)
    again = run("replay", trace)
    assert again.exit_code == 0 and "small is violated at the end" in again.stdout


def test_a_counterexample_that_cannot_be_replayed_is_our_own_bug(monkeypatch, fixture_models):
    cls = load(str(fixture_models / "faulty.py")).cls

    def system(**texts):
        return Interpreter(compile_model(cls, constants.parse(cls, texts)))
    found = native.check(system(FAULT="SAFETY"))
    assert found.failures[0].name == "small"
    monkeypatch.setattr(native, "check", lambda system, options, **rest: found)
    with pytest.raises(InternalError, match="cannot be replayed"):
        engines.check_with("native", system(), SearchOptions())


def test_a_model_that_is_not_native(run, fixture_models):
    auto = run("check", fixture_models / "not_native.py", "--json")
    assert json.loads(auto.stdout)["engine"] == "interp" and auto.exit_code == 11
    line, = auto.stderr.splitlines()
    assert line.startswith("explored by the interpreter, which is slow: ") and line.endswith("not_native.py:9:9)")
    refused = run("check", fixture_models / "not_native.py", "--engine", "native")
    assert refused.exit_code == 2 and "not_native.py:9:9: error SAG950" in refused.stderr and not refused.stdout


def test_without_a_compiler(run, fixture_models, monkeypatch):
    monkeypatch.setattr(build, "find_compiler", lambda: None)
    auto = run("check", fixture_models / "ticket.py", "--json")
    assert json.loads(auto.stdout)["engine"] == "interp" and auto.exit_code == 0
    line, = auto.stderr.splitlines()
    assert "install gcc, clang or the wheel ziglang, or set CC" in line
    assert run("check", fixture_models / "ticket.py", "--engine", "native").exit_code == 2


def test_the_engine_of_auto_is_native(run, fixture_models):
    auto = run("check", fixture_models / "ticket.py", "--json")
    assert json.loads(auto.stdout)["engine"] == "native" and not auto.stderr
