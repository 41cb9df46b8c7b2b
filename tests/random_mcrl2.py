"""Compare random models with the mCRL2 tools: python tests/random_mcrl2.py [COUNT] [--formulas] [--first SEED]

Counts, states without a step and bisimilarity; with --formulas the verdicts too. Differences are printed with their seed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "unit" / "export"), str(HERE / "unit" / "ir")]


def main() -> int:
    """One line at the end; status 1 if a model differs or a tool gave no answer."""
    from mcrl2_agreement import mcrl2_differences
    from randoms import Random_

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--formulas", action="store_true")
    parser.add_argument("--timeout", type=float, default=120)
    options = parser.parse_args()
    bad = 0
    for seed in range(options.first, options.first + options.count):
        found = mcrl2_differences(Random_(seed).model(), options.timeout, options.formulas)
        bad += bool(found)
        for line in found:
            print(f"seed {seed}: {line}", flush=True)
    print(f"{options.count} random models, {bad} differ or gave no answer")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
