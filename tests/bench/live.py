"""How long does a liveness check take beside a safety check, and beside TLC and SPIN?  EWD 840, in one run.

    python tests/bench/live.py [NODES ...] [--tools sagacity,tlc,spin]

Two kinds of fairness: of the steps of the token (`system`), and of the steps of each node as well (`nodes`, not in SPIN, whose
fairness is of processes: its -f stands for both). CPU seconds as in run.py; sagacity's are medians of seven checks,
without and with the property. A tool whose verdict is not that the property holds ends the run with status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from run import HERE, PEERS, _number, _output, _timed, tlc_command

#: nodes -> reachable states, as TLC counts them.
STATES = {5: 3_646, 6: 18_558, 7: 90_366}

_OURS = """
import json, sys, time
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.native import engine

system = Interpreter(compile_model(load(sys.argv[1]).cls, json.loads(sys.argv[2])))
found = []
for properties in (("no_false_alarm",), ("no_false_alarm", "live")) * 7:
    options = SearchOptions(properties=properties, vacuity=False)
    if len(found) < 2:
        engine.check(system, options)       # compiled now, found in the cache then
    cpu = time.process_time()
    result = engine.check(system, options)
    found.append(time.process_time() - cpu)
print(json.dumps([result.stats.states, str(result.verdict.outcome.value), found[::2], found[1::2]]))
"""


def main(arguments: list[str] | None = None) -> int:
    """Print a table; 1 if a verdict or a count is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nodes", nargs="*", type=int, default=[5, 6, 7])
    parser.add_argument("--tools", default="sagacity,tlc,spin")
    asked, wrong = parser.parse_args(arguments), 0
    print("| nodes | fairness | tool | states | holds | CPU s | beside safety alone | beside sagacity | load |\n"
          "|---:|---|---|---:|---|---:|---:|---:|---:|")
    for n in asked.nodes:
        for fair in ("system", "nodes"):
            ours = None
            for tool in asked.tools.split(","):
                with tempfile.TemporaryDirectory() as folder:
                    load = os.getloadavg()[0]
                    found = TOOLS[tool](n, fair, Path(folder))
                if found is None:
                    print(f"{n} {fair}: {tool} is not installed, or has no such fairness", file=sys.stderr)
                    continue
                states, holds, cpu, safety = found
                ours = cpu if tool == "sagacity" else ours
                wrong += not holds or (tool != "spin" and states != STATES.get(n, states))
                beside = f"{cpu / safety:.2f} ×" if safety else ""
                peer = f"{cpu / ours:.1f} ×" if ours and tool != "sagacity" else ""
                print(f"| {n} | {fair} | {tool} | {states:,} | {holds} | {cpu:.3f} | {beside} | {peer} | {load:.1f} |",
                      flush=True)
    return int(wrong > 0)


def sagacity(n: int, fair: str, folder: Path):
    """(states, holds, CPU seconds, CPU seconds of the safety check) of this checker."""
    constants = json.dumps({"N": n, "NODES_FAIR": fair == "nodes"})
    out = _output([sys.executable, "-c", _OURS, str(HERE / "models" / "ewd840.py"), constants], folder)
    states, verdict, safety, live = json.loads(out)
    return states, verdict == "holds", statistics.median(live), statistics.median(safety)


def tlc(n: int, fair: str, folder: Path):
    """TLC, one worker."""
    cfg = f"ewdl{'all' if fair == 'nodes' else ''}{n}.cfg"
    command = tlc_command("ewdl.tla", cfg)
    if command is None or not (PEERS / "live" / cfg).is_file():
        return None
    for file in ("ewdl.tla", cfg):
        shutil.copy(PEERS / "live" / file, folder)
    out, cpu, _ = _timed(command, folder)
    return _number(r"([\d,]+) distinct states found, 0 states left", out), "No error has been found" in out, cpu, None


def spin(n: int, fair: str, folder: Path):
    """SPIN with weak fairness of processes."""
    source = PEERS / "live" / f"ewdl{n}.pml"
    if fair == "system" or not shutil.which("spin") or not source.is_file():
        return None
    _output(["spin", "-a", str(source)], folder)
    _output(["gcc", "-w", "-O3", "-march=native", "-DNOREDUCE", "-DNOBOUNDCHECK", "-DNFAIR=12", "-o", "pan", "pan.c"], folder)
    out, cpu, _ = _timed(["./pan", "-a", "-f", "-m20000000", "-w22"], folder)
    return _number(r"(\d+) states, stored", out), "errors: 0" in out, cpu, None


TOOLS = {"sagacity": sagacity, "tlc": tlc, "spin": spin}


if __name__ == "__main__":
    sys.exit(main())
