"""Every binder has a name of its own, even where lowering used an expression twice."""

from __future__ import annotations

from dataclasses import fields, replace

from ..ir import nodes as ir


def unshare(body: tuple[ir.Stmt, ...], scope) -> tuple[ir.Stmt, ...]:
    """The body with repeated binders renamed; `scope` learns the types of the new names."""
    seen: set[str] = set()

    def go(x, names: dict[str, str]):
        if isinstance(x, tuple):
            return tuple(go(y, names) for y in x)
        if not isinstance(x, (ir.Expr, ir.Stmt)):
            return x
        if isinstance(x, ir.Local):
            return replace(x, name=names[x.name]) if x.name in names else x
        changes = {}
        if isinstance(x, ir.Bind):
            changes["over"] = go(x.over, names)
            local = x.local
            if local in seen:
                local = scope.fresh(x.local)
                scope.types[local] = x.over.type.item
            seen.add(local)
            changes["local"], names = local, names | {x.local: local}
        for f in fields(x):
            if f.name not in changes and f.name not in ("type", "loc"):
                old = getattr(x, f.name)
                if isinstance(old, (tuple, ir.Expr)) and (new := go(old, names)) != old:
                    changes[f.name] = new
        return replace(x, **changes) if changes else x

    return go(body, {})
