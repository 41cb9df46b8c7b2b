"""Compare configurations of the corpus with the mCRL2 tools and record what was seen in mcrl2/agreement.json.

    python tests/record_mcrl2.py [--formulas N] [--timeout S] [--workers N] [--again] [MODEL ...]

A record holds the hash of what the tools were given, so that `tests/unit/export/test_mcrl2_record.py` notices, without the
tools, that a model or the export has changed since. Only what a tool said is recorded; what is up to date is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "mcrl2" / "agreement.json"
sys.path.insert(0, str(ROOT / "tests" / "unit" / "export"))


def rows() -> dict[str, tuple[str, dict]]:
    """The model name and the row of the manifest of every configuration, by its key in the record."""
    manifest = tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))
    return {f"{m['name']}/{row['name']}": (m["name"], row) for m in manifest["model"] for row in m["config"]}


def compiled(name: str, row: dict):
    """The model of a row."""
    from sagacity import constants, loader
    from sagacity.lang import compile_model

    cls = loader.load(str(ROOT / "models" / f"{name}.py")).cls
    return compile_model(cls, constants.parse(cls, row.get("constants", {}))).ir


def digest(exported) -> str:
    """The hash of a model as the tools are given it: specifications and formulas without comments, and what has no formula."""
    texts = [re.sub(r"\s*%.*", "", text) for text in (*exported.files().values(), exported.signature)]
    return hashlib.sha256("\0".join([*texts, *(name for name, _ in exported.missing)]).encode()).hexdigest()


def read() -> dict:
    """The record."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}


def write(record: dict) -> None:
    """Replace the record."""
    RECORD.write_text(json.dumps(dict(sorted(record.items())), indent=1) + "\n", encoding="utf-8")


def compare(model, exported, timeout: float, formulas: bool) -> dict:
    """What the tools say of a model and its export, and every difference from what we say."""
    from mcrl2_agreement import dead_states

    from sagacity.agreement.engines import EngineOracle
    from sagacity.agreement.mcrl2 import Mcrl2Oracle
    from sagacity.agreement.report import compared
    from sagacity.engine.ireval import IrSystem

    oracle = Mcrl2Oracle(IrSystem(model), timeout=timeout, formulas=formulas, most=1_000_000, export=lambda _: exported)
    theirs = oracle.report()
    if theirs.late:
        raise TimeoutError(theirs.failed)
    found = list(compared([EngineOracle("ireval", IrSystem(model)).report(), theirs]).differences)
    if oracle.deadlocks != (ours := dead_states(model)):
        found.append(f"states without a step: {ours}, mCRL2 {oracle.deadlocks}")
    return {"states": theirs.states, "transitions": theirs.transitions, "depth": theirs.depth,
            "deadlock_states": oracle.deadlocks, "bisimilar": oracle.bisimilar, "differences": found,
            "properties": {n: c.outcome.value for n, c in sorted(theirs.claims.items()) if c.outcome}}


def recorded(name: str, row: dict, old: dict, tools: str, options: argparse.Namespace) -> tuple[dict, str]:
    """The record of a row, and a line about it: empty where the old one is still true."""
    from sagacity.export.mcrl2 import export_mcrl2

    model, formulas = compiled(name, row), row["states"] <= options.formulas
    exported = export_mcrl2(model)
    current = {"model": digest(exported), "tools": tools}
    if not options.again and current.items() <= old.items() and (old["properties"] or not formulas):
        return old, ""
    try:
        new = current | compare(model, exported, options.timeout, formulas)
    except TimeoutError as e:
        return old, f"not recorded: {e}"
    return new, str(new["differences"] or "agrees")


def main() -> int:
    """Compare, record after each configuration, and say how many differ."""
    from sagacity.external.mcrl2 import Tools, available

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*")
    parser.add_argument("--formulas", type=int, default=1_000_000, help="solve formulas up to so many states")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one run of a tool")
    parser.add_argument("--workers", type=int, default=1, help="configurations at a time")
    parser.add_argument("--again", action="store_true", help="also what is up to date")
    options = parser.parse_args()
    if reason := available():
        parser.exit(2, f"{reason}\n")
    configurations, tools = rows(), f"mCRL2 {Tools().version}"
    record, bad = {k: v for k, v in read().items() if k in configurations}, 0
    with ProcessPoolExecutor(options.workers) as pool:
        todo = {pool.submit(recorded, name, row, record.get(key, {}), tools, options): key
                for key, (name, row) in sorted(configurations.items(), key=lambda c: c[1][1]["states"])
                if not options.models or name in options.models}
        for done in as_completed(todo):
            found, line = done.result()
            if not line:
                continue
            bad += line != "agrees"
            print(f"{todo[done]}: {line}", flush=True)
            if found:
                record[todo[done]] = found
                write(record)
    write(record)       # without what is no configuration any more
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
