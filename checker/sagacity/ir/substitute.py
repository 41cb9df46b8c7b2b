"""Parts of a tree, of whatever sort, replaced by others."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

from . import nodes as N


def substitute(node: Any, instead: Callable[[N.Node], N.Node | None]) -> Any:
    """`node` with each part for which `instead` gives another node replaced.

    Locals are unique within a function, so nothing is captured.
    """
    if isinstance(node, tuple):
        return tuple(substitute(x, instead) for x in node)
    if not isinstance(node, N.Node):
        return node
    if (other := instead(node)) is not None:
        return other
    parts = {f.name: getattr(node, f.name) for f in dataclasses.fields(node)}
    changes = {name: substitute(part, instead) for name, part in parts.items() if isinstance(part, (N.Node, tuple))
               and not (name == "value" and isinstance(node, (N.Lit, N.Const)))}
    return dataclasses.replace(node, **changes)
