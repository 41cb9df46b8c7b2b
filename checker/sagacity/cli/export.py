"""`sagacity export tla|mcrl2|c MODEL`, `sagacity export itf TRACE`: a model or a trace in the language of another tool."""

from __future__ import annotations

from pathlib import Path

import click

from .. import constants
from .build import build
from .outputs import FILE, itf_text, write
from .replay import replayed_trace


@click.group()
def export() -> None:
    """Write a model, or a trace, in the language of another tool."""


@export.command()
@click.argument("model")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of the model.")
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("."),
              show_default=True, metavar="DIR", help="The folder to write to.")
def tla(model: str, texts: tuple[str, ...], folder: Path) -> None:
    """Write MODEL as a TLA+ module, with a configuration for TLC (run it with -deadlock)."""
    from ..export.tla import export_tla

    exported = export_tla(build(model, constants.split(texts)).system.model)
    for name, why in exported.left_out.items():
        click.echo(f"{name} is left out: {why}", err=True)
    for path in exported.write(folder):
        click.echo(path)


@export.command()
@click.argument("model")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of the model.")
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("."),
              show_default=True, metavar="DIR", help="The folder to write to.")
def c(model: str, texts: tuple[str, ...], folder: Path) -> None:
    """Write MODEL as C: what the native engine compiles, its runtime, and a program of its own that counts states."""
    from ..native.standalone import export_c

    for path in export_c(build(model, constants.split(texts)).system).write(folder):
        click.echo(path)


@export.command()
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--model", metavar="MODEL", help="The model of the trace, where it is not the one the trace names.")
@click.option("-o", "--output", "path", type=FILE, metavar="FILE", help="The file to write.  [default: the standard output]")
def itf(trace: Path, model: str | None, path: Path | None) -> None:
    """Write a saved TRACE in Apalache's Informal Trace Format, after replaying it."""
    built, recording, told = replayed_trace(trace, model)
    text = itf_text(built.system.model, told, f"{recording.property}: {recording.outcome.value}")
    if path is None:
        click.echo(text, nl=False)
    else:
        write(path, text)
        click.echo(path)


@export.command()
@click.argument("model")
@click.option("-c", "--constant", "texts", multiple=True, metavar="NAME=VALUE", help="Set a constant of the model.")
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("."),
              show_default=True, metavar="DIR", help="The folder to write to.")
@click.option("--form", type=click.Choice(["linear", "process"]), default="linear", show_default=True,
              help="One process with all variables, or a process for each component, which communicate.")
def mcrl2(model: str, texts: tuple[str, ...], folder: Path, form: str) -> None:
    """Write MODEL as mCRL2 specifications, with a formula (.mcf) for each property.

    NAME.mcrl2 has the state space of the model; the formulas are about NAME.observed.mcrl2, which adds observations to it.
    NAME.process.mcrl2, of the process form, has the same state space where the labels of notes are hidden.
    """
    from ..export.mcrl2 import export_mcrl2
    from ..export.mcrl2process import export_process

    ir = build(model, constants.split(texts)).system.model
    exported = export_process(ir) if form == "process" else export_mcrl2(ir)
    for path in exported.write(folder):
        click.echo(path)
    for name, why in () if form == "process" else exported.missing:
        click.echo(f"not exported: {name}: {why}", err=True)
