"""`sagacity list`: which models come with Sagacity?"""

from __future__ import annotations

import click

from .. import corpus


@click.command("list")
def list_models() -> None:
    """List the models of the corpus; each name can be given to `sagacity check`."""
    names = corpus.names()
    if not names:
        click.echo("no corpus was found", err=True)
    width = max(map(len, names), default=0)
    for name in names:
        click.echo(f"{name:<{width}}  {corpus.summary(corpus.find(name))}".rstrip())
