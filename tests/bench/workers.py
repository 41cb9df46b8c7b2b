"""How much faster do two workers search than one?  Interleaved pairs of runs, each in a process of its own; the median of the ratios.

    python tests/bench/workers.py [--pairs 5] [--workers 2] [--managers 10]

Two-phase commit with ten resource managers: a run should take twenty seconds at least, or starting up is what is measured.
Wall seconds, for that is what workers are for; the load average is printed, for other work on the machine spoils them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

MODEL = Path(__file__).parent / "models" / "tpc.py"

_RUN = """
import sys, time
from dataclasses import replace
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.native import engine
from sagacity.native.resources import Resources

system = Interpreter(compile_model(load(sys.argv[1]).cls, {"RM": int(sys.argv[2])}))
options = SearchOptions(deadlock=False, vacuity=False)
engine.check(system, replace(options, max_states=1))        # compiled now, found in the cache then
start = time.perf_counter()
s = engine.check(system, options, resources=Resources(workers=int(sys.argv[3]))).stats
print(s.states, s.transitions, time.perf_counter() - start)
"""


def main() -> int:
    """Print each pair and the median; 1 if the two find different counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--managers", type=int, default=10)
    asked = parser.parse_args()
    ratios = []
    for _ in range(asked.pairs):
        *one, slow = _run(asked.managers, 1)
        *many, fast = _run(asked.managers, asked.workers)
        if one != many:
            print(f"one worker finds {one}, {asked.workers} find {many}")
            return 1
        ratios.append(slow / fast)
        print(f"{one[0]:,.0f} states, {one[1]:,.0f} transitions: {slow:.1f} s, {fast:.1f} s with {asked.workers} workers, "
              f"{ratios[-1]:.2f} ×; load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"median {statistics.median(ratios):.2f} ×")
    return 0


def _run(managers: int, workers: int) -> list[float]:
    command = [sys.executable, "-c", _RUN, str(MODEL), str(managers), str(workers)]
    return [float(x) for x in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]


if __name__ == "__main__":
    sys.exit(main())
