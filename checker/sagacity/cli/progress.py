"""The progress line of long work: only on a terminal, and on stderr so that results can be piped."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Callable, Iterator

from rich.console import Console

from ..engine.search import Progress


@contextmanager
def progress_line(hidden: bool = False) -> Iterator[Callable[[Progress], None] | None]:
    """A callback that keeps one line up to date, or None where there is no terminal to show it on."""
    console = Console(stderr=True)
    if hidden or not console.is_terminal:
        yield None
        return
    with console.status("starting") as status:
        yield lambda p: status.update(_text(p))


def _text(p: Progress) -> str:
    rate = p.transitions / p.seconds if p.seconds else 0
    return (f"{p.states:,} states, {p.transitions:,} transitions ({rate:,.0f}/s), {p.queue:,} queued, "
            f"depth {p.depth}, {_memory()}, {p.seconds:.0f} s")


def _memory() -> str:
    try:
        import resource
    except ImportError:   # not on Windows
        return "memory unknown"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{peak / (2**20 if sys.platform == 'darwin' else 2**10):,.0f} MB"
