"""What does TLC say of a module?  Runs it; `tlcoutput` reads what it prints."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..errors import Diagnostic, UsageError
from .java import find_jar, find_java
from .tlcoutput import TlcResult, TlcVerdict, parse

__all__ = ["Tlc", "TlcResult", "TlcVerdict", "parse", "run_tlc"]


@dataclass(frozen=True, kw_only=True)
class Tlc:
    """How TLC is run. `jar` None: found as `find_jar` says. `memory` is Java's -Xmx, `timeout` in seconds per run.

    With one worker TLC's search is strictly breadth-first; with more, its depth and the length of its
    counterexamples are estimates. `brief` suits runs of a few seconds: Java compiles less and starts sooner.
    """

    jar: str | os.PathLike | None = None
    workers: int = 1
    memory: str = "1g"
    timeout: float | None = None
    brief: bool = False

    def run(self, module: Path, cfg: Path | None = None, *, deadlock: bool = False, dump: Path | None = None) -> TlcResult:
        """One run on a module (a .tla file), by default with the configuration beside it.

        `dump` receives the graph that TLC explored, in the dot language, with the names of the actions.
        Raises UsageError if Java, the jar or a file is missing.
        """
        module, cfg = Path(module).resolve(), Path(cfg or Path(module).with_suffix(".cfg")).resolve()
        for path in (module, cfg):
            if not path.is_file():
                raise UsageError(Diagnostic(code="SAG132", message=f"{path} does not exist"))
        with tempfile.TemporaryDirectory(prefix="sagacity-tlc-") as scratch:
            command = self._command(module, cfg, scratch, deadlock, dump)
            try:
                done = subprocess.run(command, cwd=module.parent, capture_output=True, text=True, timeout=self.timeout,
                                      errors="replace", stdin=subprocess.DEVNULL)
                output, late = done.stdout + done.stderr, False
            except subprocess.TimeoutExpired as e:
                parts = (p.decode(errors="replace") if isinstance(p, bytes) else p or "" for p in (e.stdout, e.stderr))
                output, late = "".join(parts), True
        return parse(output, " ".join(command), timed_out=late)

    def _command(self, module: Path, cfg: Path, scratch: str, deadlock: bool, dump: Path | None) -> list[str]:
        collector = "-XX:+UseSerialGC" if self.workers == 1 else "-XX:+UseParallelGC"
        java = [str(find_java()), collector, f"-Xmx{self.memory}", f"-Djava.io.tmpdir={scratch}"]
        java += ["-XX:TieredStopAtLevel=1"] if self.brief else []
        command = [*java, "-cp", str(find_jar(self.jar).resolve()), "tlc2.TLC", "-tool", "-workers", str(self.workers),
                   "-metadir", scratch]
        command += [] if deadlock else ["-deadlock"]   # the option switches TLC's own deadlock check off
        command += ["-dump", "dot,actionlabels", str(Path(dump).resolve())] if dump else []
        # TLC looks for both from its working directory, and cannot take an absolute path for the configuration.
        return command + ["-config", os.path.relpath(cfg, module.parent), module.name]


def run_tlc(module: Path, cfg: Path | None = None, *, deadlock: bool = False, dump: Path | None = None,
            **how) -> TlcResult:
    """`Tlc(**how).run(...)`."""
    return Tlc(**how).run(module, cfg, deadlock=deadlock, dump=dump)


# ---- what is known of TLC's own flaws ------------------------------------------------------------


@dataclass(frozen=True)
class KnownFlaw:
    """Something that a release of TLC gets wrong: how it shows, and what is done about it here."""

    what: str
    consequence: str


_TAUTOLOGY = KnownFlaw("a temporal property that no behaviour can violate ends the run with error 2253",
                       "read as: the property holds")
_CONSTRAINED = KnownFlaw("with a CONSTRAINT, a step that leaves it is forgotten before liveness is checked (error 2284 in "
                         "later releases only warns), so a behaviour may seem to end where it goes on",
                         "temporal properties of models with a @constraint are not put to TLC")

#: SHA-256 of a tla2tools.jar -> its version and its flaws that concern us.
JARS: dict[str, tuple[str, tuple[KnownFlaw, ...]]] = {
    "58c6df9a1045beb341ee947bc640fe8d89988ad1d0b700e392aa8dd97502129a": ("2.15", (_TAUTOLOGY, _CONSTRAINED)),
}


def known_flaws(jar: Path) -> tuple[str, tuple[KnownFlaw, ...]] | None:
    """Version and known flaws of a jar, by its SHA-256; None for a jar that has not been looked at."""
    return JARS.get(hashlib.sha256(Path(jar).read_bytes()).hexdigest())
