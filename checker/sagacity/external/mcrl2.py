"""What do the mCRL2 tools say?  Finds them, runs them one after another, and reads their logs.

Counts come from the log of lps2lts, so that the state space need not be written. Every run has its own scratch folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from ..errors import Diagnostic, SagacityError, UsageError

NAMES = ("mcrl22lps", "lps2lts", "ltsinfo", "lps2pbes", "pbessolve", "ltsconvert", "ltscompare")
#: Not needed, but solving formulas on an explored state space is much faster than on a linear process.
FASTER = "lts2pbes"
INSTALL = ("the mCRL2 toolset is at https://www.mcrl2.org: install a release or build it from source, and put the "
           "folder of mcrl22lps on PATH or into MCRL2_BIN")

#: The option of ltscompare and ltsconvert for each equivalence.
EQUIVALENCES = {"strong": "bisim", "branching": "branching-bisim", "weak": "weak-bisim", "trace": "weak-trace"}


class ToolError(SagacityError):
    """A tool failed or ran out of time: see its message. No agreement follows from such a run."""

    exit_status = UsageError.exit_status

    def __init__(self, diagnostic: Diagnostic, late: bool = False):
        super().__init__(diagnostic)
        self.late = late


@dataclass(frozen=True)
class Counts:
    """What lps2lts counted."""

    states: int
    transitions: int
    levels: int
    deadlocks: int      # states without a step


@dataclass(frozen=True)
class Transitions:
    """A state space: the initial state, and (source, label, target) of each transition."""

    start: int
    edges: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True)
class Comparison:
    """Are two systems equivalent? `trace` has the labels of a trace of one that the other lacks, where there is one."""

    equivalent: bool
    trace: tuple[str, ...] = ()


def available(folder: str | os.PathLike | None = None) -> str | None:
    """Why the tools cannot be run; None if they can."""
    try:
        Tools(folder)
    except UsageError as e:
        return e.diagnostics[0].message
    return None


class Tools:
    """The tools of one folder: the given one, that in MCRL2_BIN, or the one on PATH.

    `timeout` is in seconds, for each tool. Raises UsageError where a tool is missing.
    """

    def __init__(self, folder: str | os.PathLike | None = None, *, timeout: float | None = None):
        self.timeout = timeout
        where = folder or os.environ.get("MCRL2_BIN")
        self.paths = {}
        for name in NAMES:
            found = shutil.which(name, path=None if where is None else str(where))
            if found is None:
                place = f"in {where}" if where else "on PATH"
                raise UsageError(Diagnostic(code="SAG140", message=f"{name} is not {place}", hint=INSTALL))
            self.paths[name] = found
        self.paths[FASTER] = shutil.which(FASTER, path=None if where is None else str(where))

    @property
    def version(self) -> str:
        """The release, as the tools print it."""
        found = re.search(r"mCRL2 toolset (\S+)", self.run("mcrl22lps", "--version"))
        return found[1].removesuffix(".Unknown") if found else "unknown"

    def linearise(self, specification: Path, lps: Path) -> None:
        """mcrl22lps: check a specification and bring it into linear form; its data is left as it is written.

        Rewriting expressions whose variables are unknown can make them exponentially larger. Summands with equal labels stay
        apart: as one they would be enumerated over the product of what they sum over.
        """
        self.run("mcrl22lps", "--quiet", "--no-rewrite", "--no-cluster", specification, lps)

    def explore(self, lps: Path, lts: Path) -> Counts:
        """lps2lts: the state space (.aut or .lts), and its counts. What it has enumerated is remembered: half the time."""
        output = self.run("lps2lts", "--verbose", "--cached", "--deadlock", lps, lts)
        found = re.search(r"\((\d+) levels?, (\d+) states? and (\d+) transitions?\)", output)
        if not found:
            raise _failure("lps2lts", "its log has no counts", output)
        levels, states, transitions = map(int, found.groups())
        dead = set(re.findall(r"Deadlock found \(state index: (\d+)\)", output))
        return Counts(states, transitions, levels, len(dead))

    def checkable(self, lps: Path, signature: Path, scratch: Path) -> Path:
        """What to give to `check`, to ask much about a linear process: where lts2pbes is there, its state space (.lts).

        Of bisimilar states, of which formulas say the same, one is kept; and of the data the specification `signature`: the
        tools would read all equations again for every formula.
        """
        if self.paths[FASTER] is None:
            return lps
        graph, data, small = (scratch / (lps.stem + end) for end in (".aut", ".data.lps", ".lts"))
        self.run("lps2lts", "--quiet", "--cached", lps, graph)
        self.linearise(signature, data)
        self.run("ltsconvert", "--quiet", f"--equivalence={EQUIVALENCES['strong']}", f"--lps={data}", graph, small)
        return small

    def check(self, system: Path, formula: Path, scratch: Path) -> bool:
        """lts2pbes or lps2pbes, and pbessolve: does the state formula hold of a state space or a linear process?"""
        return self._verdict(self._pbes(system, formula, scratch))

    def evidence(self, system: Path, formula: Path, scratch: Path) -> Transitions:
        """The part of the state space by which pbessolve shows that the formula holds, or that it does not.

        Theory: Wesselink and Willemse, Evidence Extraction from Parameterised Boolean Equation Systems (2018).
        """
        shown, graph = (scratch / f"{formula.stem}.evidence{end}" for end in (system.suffix, ".aut"))
        pbes = self._pbes(system, formula, scratch, "--counter-example")
        self._verdict(pbes, f"--file={system.absolute()}", f"--evidence-file={shown.absolute()}")
        self.run("ltsconvert" if system.suffix == ".lts" else "lps2lts", "--quiet", shown, graph)
        with graph.open(encoding="utf-8") as lines:
            start, edges = read_aut(lines)
            return Transitions(start, tuple(edges))

    def _pbes(self, system: Path, formula: Path, scratch: Path, *options: str) -> Path:
        pbes = scratch / (formula.stem + ".pbes")
        tool = FASTER if system.suffix == ".lts" else "lps2pbes"
        self.run(tool, "--quiet", *options, f"--formula={formula.absolute()}", system, pbes)
        return pbes

    def _verdict(self, pbes: Path, *options: str) -> bool:
        output = self.run("pbessolve", "--quiet", *options, pbes)
        verdict = output.strip().splitlines()[-1:] or [""]
        if verdict[0] not in ("true", "false"):
            raise _failure("pbessolve", "it gave no verdict", output)
        return verdict[0] == "true"

    def info(self, lts: Path) -> str:
        """ltsinfo: what it prints."""
        return self.run("ltsinfo", lts)

    def reduce(self, lts: Path, result: Path, equivalence: str, hidden: tuple[str, ...] = ()) -> None:
        """ltsconvert: the quotient, with actions hidden by name."""
        self.run("ltsconvert", "--quiet", f"--equivalence={EQUIVALENCES[equivalence]}", *_tau(hidden), lts, result)

    def compare(self, first: Path, second: Path, equivalence: str, hidden: tuple[str, ...] = ()) -> Comparison:
        """ltscompare; where they differ, with a trace that only one of them has, if their traces differ too."""
        if self._equal(self._compare(first, second, equivalence, hidden)):
            return Comparison(True)
        with tempfile.TemporaryDirectory(prefix="sagacity-mcrl2-") as folder:
            told = Path(folder) / "difference.mcf"
            output = self._compare(first, second, "trace", hidden, "--counter-example", f"--counter-example-file={told}")
            if self._equal(output) or not told.is_file():
                return Comparison(False)
            return Comparison(False, tuple(diamonds(told.read_text(encoding="utf-8"))))

    def _compare(self, first: Path, second: Path, equivalence: str, hidden: tuple[str, ...], *options: str) -> str:
        name = EQUIVALENCES[equivalence]
        return self.run("ltscompare", f"--equivalence={name}", *_tau(hidden), *options, first, second, accept=(0, 1))

    def _equal(self, output: str) -> bool:
        verdicts = re.findall(r"^(true|false)$", output, re.M)
        if not verdicts:
            raise _failure("ltscompare", "it gave no verdict", output)
        return verdicts[-1] == "true"

    def run(self, name: str, *args, accept: tuple[int, ...] = (0,)) -> str:
        """What a tool prints, errors included. Raises ToolError if it fails or takes too long."""
        command = [self.paths[name], *(str(a.absolute()) if isinstance(a, Path) else a for a in args)]
        done = self._done(name, command)
        if done.returncode < 0:     # a crash is no answer; release 202607 crashes about once in a thousand runs
            done = self._done(name, command)
        output = done.stdout + done.stderr
        if done.returncode not in accept:
            raise _failure(name, f"failed with status {done.returncode}", output)
        return output

    def _done(self, name: str, command: list[str]) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory(prefix="sagacity-mcrl2-") as scratch:
            try:
                return subprocess.run(command, cwd=scratch, capture_output=True, text=True, errors="replace",
                                      timeout=self.timeout, stdin=subprocess.DEVNULL, preexec_fn=_deep)
            except subprocess.TimeoutExpired:
                raise _failure(name, f"stopped after {self.timeout} seconds", "", late=True) from None


def read_aut(lines: Iterator[str]) -> tuple[int, Iterator[tuple[int, str, int]]]:
    """The initial state and the transitions of a file in the Aldebaran format, one at a time: such a file may be large.

    It has a line ``des (first, transitions, states)``, then one for each transition.
    """
    start = int(next(lines).partition("(")[2].partition(",")[0])
    found = (re.match(r'\((\d+),"(.*)",(\d+)\)', line) for line in lines)
    return start, ((int(m[1]), m[2], int(m[3])) for m in found if m)


def diamonds(formula: str) -> list[str]:
    """The labels of a formula ``<a><b>!(<c>true)``, in order, without those of hidden steps: a and b can happen, c cannot."""
    return [name for name in map(str.strip, re.findall(r"<([^<>]*)>", formula)) if name not in ("tau", "tau*")]


def _deep() -> None:
    """As much stack as the system allows: the tools recurse over terms, and crash where a long one exhausts it."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))


def _tau(hidden: tuple[str, ...]) -> list[str]:
    return [f"--tau={','.join(hidden)}"] if hidden else []


def _failure(name: str, what: str, output: str, late: bool = False) -> ToolError:
    tail = " ".join(output.strip().splitlines()[-6:])[:600]
    return ToolError(Diagnostic(code="SAG141", message=f"{name}: {what}" + (f": {tail}" if tail else "")), late)
