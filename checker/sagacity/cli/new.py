"""`sagacity new NAME`: a commented model to start from."""

from __future__ import annotations

import keyword
from importlib import resources
from pathlib import Path

import click

from ..errors import Diagnostic, UsageError
from .outputs import write


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.py, a commented model that can be checked as it is, and say how to break it."""
    path = Path(f"{name.removesuffix('.py')}.py")
    if not path.stem.isidentifier() or keyword.iskeyword(path.stem):
        raise UsageError(Diagnostic(code="SAG146", message=f"{path.stem} is not a name for a model",
                                    hint="use letters, digits and underscores: sagacity new order_saga"))
    if path.exists():
        raise UsageError(Diagnostic(code="SAG147", message=f"{path} exists already", hint="choose another name"))
    write(path, starter(path))
    click.echo(f"{path} is written. Next:\n"
               f"  sagacity check {path}\n"
               f"  sagacity check {path} -c ACK_FIRST=True      (breaks it)")


def starter(path: Path) -> str:
    """The text of the model; the class is called as the file, in CamelCase."""
    text = resources.files(__package__).joinpath("starter", "model.py.txt").read_text(encoding="utf-8")
    cls = "".join(part[:1].upper() + part[1:] for part in path.stem.split("_")) or "Example"
    cls = cls if cls not in ("Status", "Model", "Enum") else f"{cls}Model"
    return text.replace("@Name@", cls).replace("@file@", str(path)).replace("@stem@", path.stem)
