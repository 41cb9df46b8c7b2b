"""What does TLC say of a module?  Runs it and reads its messages.

TLC's ``-tool`` mode marks every message with a stable number (tlc2.output.EC), so nothing here
depends on the wording of its sentences beyond the figures inside them.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ..errors import Diagnostic, UsageError
from .java import find_jar, find_java


class TlcVerdict(Enum):
    """How a run ended."""

    HOLDS = "holds"
    INVARIANT = "invariant violated"
    STEP = "action property violated"
    LIVENESS = "temporal property violated"
    DEADLOCK = "deadlock"
    ASSUMPTION = "assumption false"
    PARSE = "the module or the configuration cannot be read"
    EVALUATION = "evaluation error"
    TIMEOUT = "time ran out"
    CRASH = "TLC failed"


@dataclass(frozen=True)
class TlcResult:
    """What one run said. `name` is the violated property; `trace` has the text of each state, the first one first."""

    verdict: TlcVerdict
    name: str | None
    states: int | None
    generated: int | None
    depth: int | None
    initial: int | None
    trace: tuple[str, ...]
    message: str
    output: str
    command: str

    @property
    def complete(self) -> bool:
        """Did TLC see every reachable state, so that its counts can be compared?"""
        return self.depth is not None and self.verdict in (TlcVerdict.HOLDS, TlcVerdict.LIVENESS)


def run_tlc(module: Path, cfg: Path | None = None, *, jar: str | os.PathLike | None = None, workers: int = 1,
            memory: str = "1g", timeout: float | None = None, deadlock: bool = False) -> TlcResult:
    """Run TLC on a module (a .tla file). One worker by default: with more, its depth is an estimate.

    Raises UsageError if Java, the jar or a file is missing.
    """
    module, cfg = Path(module).resolve(), Path(cfg or Path(module).with_suffix(".cfg")).resolve()
    for path in (module, cfg):
        if not path.is_file():
            raise UsageError(Diagnostic(code="SAG132", message=f"{path} does not exist"))
    with tempfile.TemporaryDirectory(prefix="sagacity-tlc-") as scratch:
        command = [str(find_java()), "-XX:+UseParallelGC", f"-Xmx{memory}", f"-Djava.io.tmpdir={scratch}", "-cp",
                   str(find_jar(jar).resolve()), "tlc2.TLC", "-tool", "-workers", str(workers), "-metadir", scratch]
        command += [] if deadlock else ["-deadlock"]   # the option switches TLC's own deadlock check off
        # TLC looks for both from its working directory, and cannot take an absolute path for the configuration.
        command += ["-config", os.path.relpath(cfg, module.parent), module.name]
        try:
            done = subprocess.run(command, cwd=module.parent, capture_output=True, text=True, timeout=timeout,
                                  errors="replace", stdin=subprocess.DEVNULL)
            output, late = done.stdout + done.stderr, False
        except subprocess.TimeoutExpired as e:
            parts = (p.decode(errors="replace") if isinstance(p, bytes) else p or "" for p in (e.stdout, e.stderr))
            output, late = "".join(parts), True
    return parse(output, " ".join(command), timed_out=late)


_MESSAGE = re.compile(r"@!@!@STARTMSG (\d+):(\d+) @!@!@\n(.*?)\n?@!@!@ENDMSG \1 @!@!@", re.S)
_FINISHED, _STATS, _DEPTH, _INIT, _STATE = 2193, 2199, 2194, (2190, 2269), (2217, 2218, 2122)

#: Message number -> verdict. The first of these messages decides.
_VERDICTS = {2107: TlcVerdict.INVARIANT, 2110: TlcVerdict.INVARIANT, 2112: TlcVerdict.STEP, 2108: TlcVerdict.STEP,
             2116: TlcVerdict.LIVENESS, 2114: TlcVerdict.DEADLOCK, 2104: TlcVerdict.ASSUMPTION,
             2105: TlcVerdict.ASSUMPTION, 3002: TlcVerdict.PARSE, 2171: TlcVerdict.PARSE, 2172: TlcVerdict.PARSE}
_NAME = re.compile(r"(?:Invariant|[Pp]roperty(?: line.*?)?|Action property|Temporal properties) (\S+) (?:is|was|were) ")
_NUMBER = r"([\d,]+)"


def parse(output: str, command: str = "", *, timed_out: bool = False) -> TlcResult:
    """The result behind what TLC printed in its tool mode."""
    messages = [(int(code), int(kind), text) for code, kind, text in _MESSAGE.findall(output)]
    verdict, name, message = _verdict(messages, output, timed_out)
    stats = _last(messages, (_STATS,), rf"{_NUMBER} states generated, {_NUMBER} distinct states found")
    depth = _last(messages, (_DEPTH,), rf"search is {_NUMBER}")
    initial = _last(messages, _INIT, rf"initial states: {_NUMBER} ")
    trace = tuple(text for code, _, text in messages if code in _STATE)
    return TlcResult(verdict, name, stats and stats[1], stats and stats[0], depth and depth[0],
                     initial and initial[0], trace, message, output, command)


def _verdict(messages, output: str, timed_out: bool) -> tuple[TlcVerdict, str | None, str]:
    if timed_out:
        return TlcVerdict.TIMEOUT, None, "TLC was stopped because its time ran out"
    for code, _, text in messages:
        if code in _VERDICTS:
            named = _NAME.search(text)
            return _VERDICTS[code], named and named[1], text
    errors = [text for _, kind, text in messages if kind == 1]
    if errors:
        return (TlcVerdict.PARSE if "Parsing or semantic analysis failed" in output else TlcVerdict.EVALUATION,
                None, "\n".join(errors))
    if any(code == _FINISHED for code, _, _ in messages):
        return TlcVerdict.HOLDS, None, ""
    return TlcVerdict.CRASH, None, output[-2000:].strip() or "TLC printed nothing"


def _last(messages, codes: tuple[int, ...], pattern: str) -> list[int] | None:
    """The figures of the last message with one of these numbers; TLC repeats its statistics as it goes."""
    for code, _, text in reversed(messages):
        if code in codes and (found := re.search(pattern, text)):
            return [int(g.replace(",", "")) for g in found.groups()]
    return None
