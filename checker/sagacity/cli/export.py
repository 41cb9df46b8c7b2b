"""`sagacity export tla MODEL`: the model in the language of another tool."""

from __future__ import annotations

from pathlib import Path

import click

from .. import constants
from .build import build


@click.group()
def export() -> None:
    """Write a model in the language of another tool."""


@export.command()
@click.argument("model")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of the model.")
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("."),
              show_default=True, metavar="DIR", help="The folder to write to.")
@click.option("--without-temporal", is_flag=True, help="Leave temporal properties out instead of refusing the model.")
def tla(model: str, texts: tuple[str, ...], folder: Path, without_temporal: bool) -> None:
    """Write MODEL as a TLA+ module, with a configuration for TLC (run it with -deadlock)."""
    from ..export.tla import export_tla

    exported = export_tla(build(model, constants.split(texts)).system.model, temporal=not without_temporal)
    for path in exported.write(folder):
        click.echo(path)
