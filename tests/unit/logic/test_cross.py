"""Temporal verdicts against brute force on random cases.

More of them: ``SAGACITY_CROSS=10000 pytest -s tests/unit/logic/test_cross.py``; SAGACITY_SEED repeats a run.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import logic_cross  # noqa: E402


def test_random_formulas_on_random_graphs():
    count = int(os.environ.get("SAGACITY_CROSS", "1500"))
    seed = int(os.environ.get("SAGACITY_SEED", time.time_ns() % 10**9))
    print(f"seed {seed}, {count} cases")
    report = logic_cross.compare(count, seed)
    assert report is None, report


def test_a_planted_fault_is_found_and_shrunk(monkeypatch):
    """The comparison can fail: an emptiness check that forgets strong fairness is caught by its unfair lasso."""
    from sagacity.logic import fairness

    monkeypatch.setattr(fairness.Marks, "pending", lambda self, state: 0)
    report = logic_cross.compare(500, 1)
    assert report and "unfair" in report, report
