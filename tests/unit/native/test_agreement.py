"""The native engine agrees with the reference: states, transitions, depth, verdicts, lengths of counterexamples."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from both_engines import FILES, assert_agreement

from sagacity import loader
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.errors import SagacityError, UnsupportedError
from sagacity.lang import compile_model
from sagacity.lang.model import Model

TESTS = Path(__file__).resolve().parents[2]
LANGUAGE = sorted(p for folder in ("lang", "eda", "engine", "export") for p in (TESTS / "unit" / folder).glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
@pytest.mark.parametrize("deadlock", [False, True])
def test_files(path, deadlock):
    compiled = compile_model(loader.load(str(path)).cls, {})
    assert_agreement(Interpreter(compiled), limit=None, deadlock=deadlock)


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
