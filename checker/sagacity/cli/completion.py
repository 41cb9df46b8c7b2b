"""What can stand here?  Shell completion of models, properties and constants (docs/completion.md)."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from .. import constants, corpus, loader


class ModelName(click.ParamType):
    """MODEL: the name of a corpus model, or else a file."""

    name = "model"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The corpus models that begin so; the shell adds the files."""
        found = [CompletionItem(n, help=corpus.summary(corpus.find(n)))
                 for n in corpus.names() if n.startswith(incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]


class PropertyName(click.ParamType):
    """A property of the model that the command line names already."""

    name = "property"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names of the model's properties that begin so; none while the model cannot be compiled."""
        from .build import build

        try:
            model = build(_model(ctx), constants.split(ctx.params.get("texts") or ())).system.model
        except Exception:   # a shell that completes is no place for messages
            return []
        names = (*model.invariants, *model.step_invariants, *model.possibles, *(t.name for t in model.temporals))
        return [CompletionItem(n) for n in (*names, "deadlock") if n.startswith(incomplete)]


class Setting(click.ParamType):
    """NAME=VALUE for a constant of the model."""

    name = "name=value"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """``NAME=`` for each constant of the model that begins so."""
        try:
            declared: dict[str, Any] = _constants(_model(ctx))
        except Exception:   # as above
            return []
        return [CompletionItem(f"{n}=", help=spec.doc) for n, spec in declared.items() if n.startswith(incomplete)]


def _model(ctx: click.Context) -> str:
    """MODEL on an unfinished command line: click leaves it among the rest where an option still lacks its value."""
    return ctx.params.get("model") or ctx.args[0]


def _constants(model: str) -> dict[str, Any]:
    from ..lang.model import constants_of

    return constants_of(loader.load(model).cls)
