"""The native engine agrees with the reference: states, transitions, depth, verdicts, lengths of counterexamples."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from both_engines import FILES, assert_agreement

from sagacity import loader
from sagacity.engine.checking import differences
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.options import SearchOptions
from sagacity.errors import SagacityError, UnsupportedError
from sagacity.ir import types as T
from sagacity.lang import compile_model
from sagacity.lang.model import Model
from sagacity.native import engine
from sagacity.native.resources import Resources
from sagacity.native import engine
from sagacity.native.resources import Resources

TESTS = Path(__file__).resolve().parents[2]
LANGUAGE = sorted(p for folder in ("lang", "eda", "engine", "export") for p in (TESTS / "unit" / folder).glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
@pytest.mark.parametrize("deadlock", [False, True])
def test_files(path, deadlock):
    compiled = compile_model(loader.load(str(path)).cls, {})
    assert_agreement(Interpreter(compiled), limit=None, deadlock=deadlock)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_files_with_several_workers(path):
    compiled = compile_model(loader.load(str(path)).cls, {})
    one, several = (engine.check(Interpreter(compiled), SearchOptions(keep_going=True), resources=Resources(workers=n)) for n in (1, 3))
    assert differences(one, several) == ()
    assert [p.trace and len(p.trace.steps) for p in one.properties] == \
        [p.trace and len(p.trace.steps) for p in several.properties]


def models_of(path: Path) -> list[type]:
    """The model classes at the top of a test file, taken from its source without running its tests."""
    name = f"native_agreement_{path.parent.name}_{path.stem}"
    before, other = list(sys.path), sys.modules.pop("agreement", None)    # several folders have a helper of that name
    folder = path.parent if (path.parent / "agreement.py").exists() else TESTS
    sys.path[:0] = [str(folder), str(path.parent)]
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
        sys.modules.pop("agreement", None)
        if other is not None:
            sys.modules["agreement"] = other
    return [v for v in vars(module).values() if isinstance(v, type) and issubclass(v, Model) and v.__module__ == name]


@pytest.mark.parametrize("path", LANGUAGE, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_models_of_the_language_tests(path):
    if "class " not in path.read_text() or "Model)" not in path.read_text():
        pytest.skip("no models in this file")
    tried = 0
    for cls in models_of(path):
        try:
            compiled = compile_model(cls, {})
        except SagacityError:
            continue                 # a component, whose constants have no default
        try:
            for keep_going in (False, True):
                assert_agreement(Interpreter(compiled), limit=1000, keep_going=keep_going)
            tried += 1
        except UnsupportedError as e:
            assert e.diagnostics[0].code == "SAG950", f"{cls.__name__}: {e}"


@pytest.mark.parametrize("seed", range(40))
def test_random_models(seed):
    import randoms

    system = IrSystem(randoms.Random_(seed).model())
    for keep_going in (False, True):
        assert_agreement(system, limit=2000, keep_going=keep_going)


def test_the_capacity_of_an_operator_is_minded_where_the_variable_has_another():
    """In place, the first element too many went into the variable: seed 1267 of the random models found it."""
    from build import action, model, op, param, set_, setv, seq, local, var

    digit = T.Int(0, 3)
    few, queue = T.Set(digit, 2), T.Seq(digit, 2)
    s, q = var("s", T.Set(digit)), var("q", T.Seq(digit, 3))
    acts = [action("add", setv("s", op("insertset", few, s, local("p1"))), params=[param("p1", digit)]),
            action("put", setv("q", op("append", queue, q, local("p2"))), params=[param("p2", digit)])]
    init = [setv("s", set_(t=digit)), setv("q", seq(t=digit))]
    found = assert_agreement(IrSystem(model((("s", s.type), ("q", q.type)), init, acts)), limit=None, keep_going=True)
    assert found.fast.stats.states == (1 + 4 + 6) * (1 + 4 + 16)
    assert {p.code for p in found.fast.failures} == {"SAG902"}


@pytest.mark.parametrize("n", range(1, 8))
def test_two_phase_commit_has_the_counts_of_its_closed_form(n):
    """While undecided a manager is in one of 4 conditions, after an abort in 6, after a commit in 2, each independently.

    For 9 managers the form gives 10,340,352 states and 123,558,401 transitions.
    """
    tpc = TESTS / "bench" / "models" / "tpc.py"
    found = engine.check(Interpreter(compile_model(loader.load(str(tpc)).cls, {"RM": n})), SearchOptions(deadlock=False))
    assert found.stats.states == 4**n + 6**n + 2**n
    assert found.stats.transitions == (n + 1) * 4**n + 1 + 8 * n * 6 ** (n - 1) + n * 2**n
    assert found.stats.depth == 3 * n + 2 and found.complete
