"""How fast is sagacity beside TLC, SPIN and rumur on the same systems?  All in one run, one after the other.

    python tests/bench/run.py [CONFIGURATION ...] [--tools sagacity,spin,rumur,tlc] [--json FILE] [--plot FILE]

SPIN runs at its best exhaustive setting, breadth- or depth-first as the configuration says. Compiling is not counted; CPU seconds are
user and system time of the search (TLC: of the whole process, all threads). Bytes per state are the peak of resident
memory over the states; for sagacity, whose process holds an interpreter, the growth of it since the imports.
A tool that is missing is left out; one whose counts are not those expected ends the run with status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE / "peers"


@dataclass(frozen=True)
class Configuration:
    """One system with its constants, the counts every tool must find, and how SPIN is fastest on it (None: not written)."""

    system: str
    constants: dict[str, int]
    states: int
    transitions: int
    cfg: str
    spin: tuple[str, ...] | None = None


#: Two-phase commit with n managers has (4/3 n) 6^n + (n + 1) 4^n + n 2^n + 1 transitions.
CONFIGURATIONS = {
    "tpc_3": Configuration("tpc", {"RM": 3}, 288, 1_145, "tpc3.cfg", ("tpc.pml", "-DN=3")),
    "tpc_7": Configuration("tpc", {"RM": 7}, 296_448, 2_744_705, "tpc7.cfg", ("tpc.pml", "-DN=7")),
    "tpc_9": Configuration("tpc", {"RM": 9}, 10_340_352, 123_558_401, "tpc9.cfg", ("tpc.pml", "-DN=9")),
    "saga_211": Configuration("saga", {"NO": 2, "S": 1, "K": 1}, 21_988, 272_320, "saga_211.cfg"),
    "saga_321": Configuration("saga", {"NO": 3, "S": 2, "K": 1}, 3_759_344, 69_489_840, "saga_321.cfg", ("saga_321.pml",)),
    "kafka_2221": Configuration("kafka", {"R": 2, "L": 2, "E": 2, "C": 1}, 15_076, 54_958, "kafka_2221.cfg"),
    "kafka_3321": Configuration("kafka", {"R": 3, "L": 3, "E": 2, "C": 1}, 5_506_196, 28_929_672, "kafka_3321.cfg",
                                ("kafka_3321.pml", "-DBFS")),
}

#: The configurations whose ratios count, and the ratios that are aimed at.
DEFAULT = ("saga_321", "kafka_3321")
TARGETS = {"spin": 3.5, "rumur": 12.0, "tlc": 80.0}


@dataclass(frozen=True)
class Measurement:
    """What one tool found and used on one configuration. `load` is the machine's average over a minute, before it began."""

    configuration: str
    tool: str
    states: int
    transitions: int
    cpu_seconds: float
    bytes_per_state: float
    load: float

    @property
    def rate(self) -> float:
        """Transitions per CPU-second."""
        return self.transitions / max(self.cpu_seconds, 1e-9)


def main(arguments: list[str] | None = None) -> int:
    """Run the tools, print the table; 1 if a tool does not find the expected counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("configurations", nargs="*", default=list(DEFAULT), metavar="CONFIGURATION",
                        help=", ".join(CONFIGURATIONS))
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args(arguments)
    found = list(measurements(asked.configurations, asked.tools.split(",")))
    print(table(found))
    if asked.json:
        about = {"date": date.today().isoformat(), "cores": os.cpu_count()}
        text = json.dumps({**about, "measurements": [{**asdict(m), "rate": m.rate} for m in found]}, indent=1)
        asked.json.write_text(text + "\n")
    if asked.plot:
        from plot import draw

        asked.plot.write_text(draw([(m.configuration, m.tool, m.rate) for m in found]))
    return int(any(wrong(m) for m in found))


def measurements(names, tools):
    """Every tool on every configuration, where it is installed and the system is written for it."""
    for name in names:
        for tool in tools:
            with tempfile.TemporaryDirectory() as folder:
                load = os.getloadavg()[0]
                found = TOOLS[tool](CONFIGURATIONS[name], Path(folder))
            if found is None:
                print(f"{name}: {tool} is not installed, or the system is not written for it", file=sys.stderr)
            else:
                m = Measurement(name, tool, *found, load)
                print(f"{name}: {tool}: {m.cpu_seconds:.2f} CPU seconds", file=sys.stderr)
                yield m


def wrong(m: Measurement) -> bool:
    """Are its counts not the expected ones?"""
    c = CONFIGURATIONS[m.configuration]
    return (m.states, m.transitions) != (c.states, c.transitions)


def table(found: list[Measurement]) -> str:
    """One line per measurement, in Markdown; the last column is sagacity's rate over this tool's."""
    ours = {m.configuration: m.rate for m in found if m.tool == "sagacity"}
    lines = ["| configuration | tool | states | transitions | CPU s | transitions per CPU-second | bytes per state | sagacity is | load |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    for m in found:
        ratio = f"{ours[m.configuration] / m.rate:.1f} ×" if m.configuration in ours and m.tool != "sagacity" else ""
        counts = f"{m.states:,} | {m.transitions:,}" + " (wrong)" * wrong(m)
        lines.append(f"| {m.configuration} | {m.tool} | {counts} | {m.cpu_seconds:.2f} | {m.rate / 1e6:.2f} M | "
                     f"{m.bytes_per_state:.0f} | {ratio} | {m.load:.1f} |")
    return "\n".join(lines)


# ---- the tools: each gives states, transitions, CPU seconds and bytes per state, or None ---------------------------


_OURS = """
import json, resource, sys, time
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.native import engine

system = Interpreter(compile_model(load(sys.argv[1]).cls, json.loads(sys.argv[2])))
options = SearchOptions(deadlock=False, vacuity=False)
from dataclasses import replace
engine.check(system, replace(options, max_states=1))        # compiled now, found in the cache then
before, cpu = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
s = engine.check(system, options).stats
cpu = time.process_time() - cpu
print(s.states, s.transitions, cpu, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / s.states)
"""


def sagacity(c: Configuration, folder: Path):
    """This checker, one worker."""
    model = str(HERE / "models" / f"{c.system}.py")
    out = _output([sys.executable, "-c", _OURS, model, json.dumps(c.constants)], folder)
    states, transitions, cpu, size = out.split()
    return int(states), int(transitions), float(cpu), float(size)


def spin(c: Configuration, folder: Path):
    """SPIN with whole states compared and no reduction."""
    if c.spin is None or not shutil.which("spin"):
        return None
    source, *flags = c.spin
    defines = [f for f in flags if f.startswith("-DN=")]
    _output(["spin", *defines, "-a", str(PEERS / c.system / source)], folder)
    _output(["gcc", "-w", "-O3", "-march=native", "-DSAFETY", "-DNOREDUCE", "-DNOBOUNDCHECK", "-DMEMLIM=14000",
             *(f for f in flags if f not in defines), "-o", "pan", "pan.c"], folder)
    depth = [] if "-DBFS" in flags else ["-m20000000"]
    out, cpu, peak = _timed(["./pan", "-E", *depth, "-w25"], folder)
    states = _number(r"(\d+) states, stored", out)
    printed = re.search(r"(\S+) transitions \(=", out)[1]
    # SPIN counts the step into the initial state, and prints eight digits of the number: these must be ours.
    transitions = c.transitions if printed == f"{c.transitions + 1:.8g}" else round(float(printed)) - 1
    return states, transitions, cpu, peak / states


def rumur(c: Configuration, folder: Path):
    """rumur, one thread, no reduction."""
    if not shutil.which("rumur"):
        return None
    source = next((PEERS / c.system).glob("*.m"))
    names = {"RM": "N"}
    first = "const " + " ".join(f"{names.get(k, k)}: {v};" for k, v in c.constants.items())
    (folder / "model.m").write_text("\n".join([first, *source.read_text().splitlines()[1:]]) + "\n")
    _output(["rumur", "--deadlock-detection", "off", "--symmetry-reduction", "off", "--threads", "1", "--output", "model.c",
             "model.m"], folder)
    _output(["gcc", "-w", "-O3", "-march=native", "-o", "model", "model.c", "-lpthread", "-mcx16"], folder)
    out, cpu, peak = _timed(["./model"], folder)
    states, transitions = _number(r"State Space Explored:\s+(\d+) states", out), _number(r"(\d+) rules fired", out)
    return states, transitions, cpu, peak / states


def tlc(c: Configuration, folder: Path):
    """TLC, one worker."""
    command = tlc_command(f"{c.system}.tla", c.cfg)
    if command is None:
        return None
    for file in (f"{c.system}.tla", c.cfg):
        shutil.copy(PEERS / c.system / file, folder)
    out, cpu, peak = _timed(command, folder)
    found = re.findall(r"^([\d,]+) states generated, ([\d,]+) distinct", out, re.MULTILINE)
    generated, states = (int(x.replace(",", "")) for x in found[-1])
    return states, generated - 1, cpu, peak / states


def tlc_command(module: str, cfg: str) -> list[str] | None:
    """TLC with one worker, without its check for deadlock; None if it is not installed."""
    from sagacity.errors import UsageError
    from sagacity.external.java import find_jar, find_java

    try:
        java, jar = find_java(), find_jar()
    except UsageError:
        return None
    return [str(java), "-XX:+UseParallelGC", "-Xmx8g", "-cp", str(jar.resolve()), "tlc2.TLC", "-deadlock", "-workers", "1",
            "-config", cfg, module]


TOOLS = {"sagacity": sagacity, "spin": spin, "rumur": rumur, "tlc": tlc}


def _output(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def _timed(command: list[str], folder: Path) -> tuple[str, float, int]:
    """What a command prints, its CPU seconds and its peak of resident bytes."""
    with open(folder / "printed", "w+") as printed:
        process = subprocess.Popen(command, cwd=folder, stdout=printed, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, text)
    return text, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def _number(pattern: str, text: str) -> int:
    """The last one: progress is printed in the same words as the result."""
    found = re.findall(pattern, text)
    if not found:
        raise ValueError(f"no {pattern} in\n{text[-2000:]}")
    return int(found[-1].replace(",", ""))


if __name__ == "__main__":
    sys.exit(main())
