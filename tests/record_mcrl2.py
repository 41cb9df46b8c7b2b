"""Compare configurations of the corpus with the mCRL2 tools and record what was seen in mcrl2/agreement.json.

    python tests/record_mcrl2.py [--states N] [--formulas N] [--timeout S] [MODEL ...]

A record holds the hash of the model it was made with, so that `tests/unit/export/test_mcrl2_record.py` notices, without the
tools, that a model has changed since. Only what a tool said is recorded.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "mcrl2" / "agreement.json"
sys.path.insert(0, str(ROOT / "tests" / "unit" / "export"))


def rows():
    """(model name, row of the manifest) of every configuration."""
    manifest = tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))
    return [(m["name"], row) for m in manifest["model"] for row in m["config"]]


def compiled(name: str, row: dict):
    """The model of a row."""
    from sagacity import constants, loader
    from sagacity.lang import compile_model

    cls = loader.load(str(ROOT / "models" / f"{name}.py")).cls
    return compile_model(cls, constants.parse(cls, row.get("constants", {}))).ir


def digest(name: str, row: dict) -> str:
    """The hash of a model's text, of the components it uses and of its constants."""
    from sagacity import loader

    module = sys.modules[loader.load(str(ROOT / "models" / f"{name}.py")).cls.__module__]
    parts = {sys.modules[v.__module__].__file__ for v in vars(module).values()
             if isinstance(v, type) and v.__module__.startswith("sagacity.eda.")}
    texts = [Path(p).read_text(encoding="utf-8") for p in [ROOT / "models" / f"{name}.py", *sorted(parts)]]
    constants = sorted(row.get("constants", {}).items())
    return hashlib.sha256("\0".join([*texts, repr(constants)]).encode()).hexdigest()


def read() -> dict:
    """The record."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}


def compare(model, timeout: float, formulas: bool) -> dict:
    """What the tools say of a model, and every difference from what we say."""
    from mcrl2_agreement import dead_states

    from sagacity.agreement.engines import EngineOracle
    from sagacity.agreement.mcrl2 import Mcrl2Oracle
    from sagacity.agreement.report import compared
    from sagacity.engine.ireval import IrSystem
    from sagacity.external.mcrl2 import Tools

    oracle = Mcrl2Oracle(IrSystem(model), timeout=timeout, formulas=formulas, most=1_000_000)
    theirs = oracle.report()
    if theirs.absent or theirs.late:
        raise SystemExit(theirs.absent) if theirs.absent else TimeoutError(theirs.failed)
    found = list(compared([EngineOracle("ireval", IrSystem(model)).report(), theirs]).differences)
    if oracle.deadlocks != (ours := dead_states(model)):
        found.append(f"states without a step: {ours}, mCRL2 {oracle.deadlocks}")
    return {"tools": f"mCRL2 {Tools().version}", "states": theirs.states,
            "transitions": theirs.transitions, "depth": theirs.depth, "deadlock_states": oracle.deadlocks,
            "bisimilar": oracle.bisimilar, "differences": found,
            "properties": {n: c.outcome.value for n, c in sorted(theirs.claims.items()) if c.outcome}}


def main() -> int:
    """Compare, record after each configuration, and say how many differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*")
    parser.add_argument("--states", type=int, default=1_000_000, help="leave larger configurations out")
    parser.add_argument("--formulas", type=int, default=1_000, help="solve formulas up to so many states")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one run of a tool")
    options = parser.parse_args()
    record, bad = read(), 0
    for name, row in sorted(rows(), key=lambda r: r[1]["states"]):
        if options.models and name not in options.models or row["states"] > options.states:
            continue
        key = f"{name}/{row['name']}"
        try:
            found = compare(compiled(name, row), options.timeout, row["states"] <= options.formulas)
            record[key] = {"model": digest(name, row), **found}
        except TimeoutError as e:
            print(f"{key}: not recorded: {e}", flush=True)
            continue
        bad += bool(record[key]["differences"])
        RECORD.write_text(json.dumps(dict(sorted(record.items())), indent=1) + "\n", encoding="utf-8")
        print(f"{key}: {record[key]['differences'] or 'agrees'}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
