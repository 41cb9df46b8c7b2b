"""What may a native search use, and how does it survive being killed?  The request, and what the machine has."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import Diagnostic, UsageError

#: Of the memory that is free, this much is used where no ceiling is given.
SHARE = 0.8

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True, kw_only=True)
class Resources:
    """`workers`: threads. `memory`: bytes that the process may hold; past it the verdict is BOUNDED(memory).

    `fingerprint` keeps 64 bits of each state in the table instead of all of them: a state may then be omitted, with a
    probability that the verdict tells. `checkpoint` is written every `every` seconds; `resume` continues from one.
    """

    workers: int = 1
    memory: int | None = None
    fingerprint: bool = False
    checkpoint: Path | None = None
    every: float = 300.0
    resume: Path | None = None


def parse_memory(text: str) -> int:
    """Bytes, from texts like 512M or 8G. Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?", text.strip(), re.IGNORECASE)
    if not found:
        raise UsageError(Diagnostic(code="SAG123", message=f"{text!r} is not a size of memory", hint="write 512M or 8G"))
    return int(float(found[1]) * _UNITS[found[2].upper()])


def room(memory: int | None) -> int:
    """Bytes that a search may still take under the ceiling. Raises UsageError if there are none."""
    if memory is None:
        return int(min(_available(), _group_available()) * SHARE)
    left = memory - resident()
    if left <= 0:
        have, need = memory >> 20, (resident() >> 20) + 16
        raise UsageError(Diagnostic(code="SAG124", message=f"{have} MB of memory are not enough to begin with",
                                    hint=f"at least {need} MB are needed"))
    return left


def _available() -> float:
    try:
        return _fields("/proc/meminfo")["MemAvailable"] * 1024
    except (OSError, KeyError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2


def _group_available() -> float:
    """What a container leaves (cgroup v2)."""
    try:
        group = Path("/sys/fs/cgroup")
        return int((group / "memory.max").read_text()) - int((group / "memory.current").read_text())
    except (OSError, ValueError):
        return float("inf")


def resident() -> int:
    """Bytes that the process holds now."""
    try:
        return _fields("/proc/self/status")["VmRSS"] * 1024
    except (OSError, KeyError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _fields(path: str) -> dict[str, int]:
    """The lines `name: number ...` of a file of the kernel."""
    with open(path) as lines:
        pairs = (line.split(":", 1) for line in lines)
        return {name: int(rest.split()[0]) for name, rest in pairs if rest.split()[:1] and rest.split()[0].isdigit()}
