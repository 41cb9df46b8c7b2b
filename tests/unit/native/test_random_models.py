"""Random models: the native engine and the direct execution of the IR agree on whatever can be compiled.

A longer run: ``SAGACITY_EXAMPLES=5000 pytest -s tests/unit/native/test_random_models.py``, which prints its seed;
SAGACITY_SEED repeats it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import SystemRandom

from both_engines import assert_agreement
from hypothesis import HealthCheck, given, seed, settings

from sagacity.engine.ireval import IrSystem
from sagacity.errors import UnsupportedError
from sagacity.native import build
from sagacity.result import Kind, Outcome
from sagacity.testing.models import models

EXAMPLES = int(os.environ.get("SAGACITY_EXAMPLES", "200"))
SEED = int(os.environ.get("SAGACITY_SEED") or (SystemRandom().randrange(2**32) if EXAMPLES != 200 else 4))


def test_the_engines_agree():
    """In a process of its own: Hypothesis also draws constants of the modules that are loaded, so that elsewhere the same seed
    would be other models with every selection of tests; and what runs out of memory takes nothing with it."""
    assert subprocess.run([sys.executable, str(Path(__file__).resolve())]).returncode == 0


def main() -> None:
    """Draw the models and compare."""
    build.FLAGS = tuple("-O0" if f.startswith("-O") else f for f in build.FLAGS)
    print(f"\n{EXAMPLES} models, SAGACITY_SEED={SEED}")
    seen = {"compared": 0, "refused": 0, "complete": 0, "states": 0, "failing": 0,
            "temporal holds": 0, "temporal violated": 0}

    @seed(SEED)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(models())
    def agree(model):
        system = IrSystem(model)
        try:
            for keep_going in (False, True):
                both = assert_agreement(system, limit=200, keep_going=keep_going)
        except UnsupportedError as e:
            assert e.diagnostics[0].code == "SAG950" and e.diagnostics[0].loc
            seen["refused"] += 1
            return
        seen["compared"] += 1
        seen["complete"] += both.slow.complete
        seen["states"] += both.slow.stats.states
        seen["failing"] += bool(both.slow.failures)
        for p in both.slow.properties:
            if p.kind is Kind.TEMPORAL and p.verdict.outcome in (Outcome.HOLDS, Outcome.VIOLATED):
                seen[f"temporal {p.verdict.outcome.value}"] += 1

    agree()
    print(seen)
    assert seen["compared"] > EXAMPLES // 2 and seen["complete"] > EXAMPLES // 4
    assert min(seen["temporal holds"], seen["temporal violated"]) > EXAMPLES // 10
    assert seen["failing"] > EXAMPLES // 20 and seen["states"] > 2 * EXAMPLES


if __name__ == "__main__":
    main()
