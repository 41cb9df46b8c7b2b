"""The table of `sagacity check --explain-layout`."""

from __future__ import annotations

import click

from ..ir import nodes as ir
from ..ir import types as T


def print_layout(model: ir.Model) -> None:
    """Print the bits of every variable and the words of a state. Raises UnsupportedError."""
    from ..native.standalone import state_layout

    found = state_layout(model)
    width = max((len(s.name) for s in found.slots), default=0)
    click.echo(f"{'variable':<{max(width, 8)}}  {'bit':>5}  {'bits':>5}  type")
    for s in found.slots:
        click.echo(f"{s.name:<{max(width, 8)}}  {s.at:>5}  {s.bits:>5}  {T.show(s.type)}")
    click.echo(f"a state has {found.bits} bits, {found.words} word{'s' * (found.words != 1)} of 64")
