"""The options of a command that say what a search may use, and how it survives being killed."""

from __future__ import annotations

from pathlib import Path

import click

from ..native.resources import Resources, parse_memory

_FILE = click.Path(dir_okay=False, path_type=Path)

_OPTIONS = (
    click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, metavar="N",
                 help="Search with N threads (native engine)."),
    click.option("--memory", metavar="SIZE", help="Stop as BOUNDED before more than this (512M, 8G) is held."),
    click.option("--fingerprint", is_flag=True, help="Remember 64 bits of each state: less memory, probably right."),
    click.option("--checkpoint", type=_FILE, metavar="FILE", help="Save the search in FILE now and then."),
    click.option("--checkpoint-every", type=click.FloatRange(min=0), default=300.0, show_default=True, metavar="S",
                 help="Seconds between two checkpoints."),
    click.option("--resume", type=_FILE, metavar="FILE", help="Continue the search that was saved in FILE."))


def resource_options(command):
    """Add the options of `resources` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def resources(workers: int, memory: str | None, fingerprint: bool, checkpoint: Path | None, checkpoint_every: float,
              resume: Path | None) -> Resources:
    """What the options say. Raises UsageError."""
    return Resources(workers=workers, memory=None if memory is None else parse_memory(memory), fingerprint=fingerprint,
                     checkpoint=checkpoint, every=checkpoint_every, resume=resume)
