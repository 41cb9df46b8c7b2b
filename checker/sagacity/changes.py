"""What did a step change?  The difference of two states, path by path, in the user's notation."""

from __future__ import annotations

from collections import Counter
from typing import Any, Iterator

from .ir import types as T
from .ir import values as V
from .ir.nodes import Model


def changes(model: Model, before: tuple, after: tuple) -> Iterator[tuple[str, str]]:
    """(path, what happened) for each part that differs: ``("status[order0]", "NEW -> PENDING")``."""
    for var, old, new in zip(model.vars, before, after):
        yield from _differences(var.name, var.type, old, new)


def whole(model: Model, state: tuple) -> Iterator[tuple[str, str]]:
    """(variable, value) for each variable."""
    for var, value in zip(model.vars, state):
        yield var.name, V.show(var.type, value)


def _differences(path: str, t: T.Type, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    if old == new:
        return
    match t:
        case T.Map(key, value):
            for k, x, y in zip(V.domain(key), old, new):
                yield from _differences(f"{path}[{_key(key, k)}]", value, x, y)
        case T.Record(_, fields):
            for (name, f), x, y in zip(fields, old, new):
                yield from _differences(f"{path}.{name}", f, x, y)
        case T.Tuple(items):
            for i, (item, x, y) in enumerate(zip(items, old, new)):
                yield from _differences(f"{path}[{i}]", item, x, y)
        case T.Option(item) if old and new:
            yield from _differences(path, item, old[0], new[0])
        case T.Seq(item) if old and new[:len(old)] == old:
            yield path, f"append {_listed(item, new[len(old):])}"
        case T.Set(item) | T.Bag(item) if old and new:
            yield path, _gained_and_lost(item, old, new)
        case _:
            yield path, f"{V.show(t, old)} -> {V.show(t, new)}"


def _key(key: T.Type, k: Any) -> str:
    shown = V.show(key, k)
    return shown[1:-1] if isinstance(key, T.Tuple) and len(k) > 1 else shown


def _gained_and_lost(item: T.Type, old: tuple, new: tuple) -> str:
    gained, lost = Counter(new) - Counter(old), Counter(old) - Counter(new)
    parts = [f"add {_listed(item, sorted(gained.elements()))}"] if gained else []
    return "; ".join(parts + ([f"remove {_listed(item, sorted(lost.elements()))}"] if lost else []))


def _listed(item: T.Type, values) -> str:
    return ", ".join(V.show(item, v) for v in values)
