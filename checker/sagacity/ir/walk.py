"""How do passes move through the tree?  Children, walks, rebuilding and capture-avoiding substitution."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from .nodes import (Assert, Bind, Block, Call, Choose, Expr, Fold, For, If, Let, Local, Note, Op, Require, Return,
                    SetLocal, SetVar, Stmt, Var)


def children(e: Expr) -> tuple[Expr, ...]:
    """The direct subexpressions, in order of evaluation."""
    match e:
        case Op() | Call():
            return e.args
        case Bind():
            return (e.over, e.body) if e.where is None else (e.over, e.where, e.body)
        case Let():
            return (e.value, e.body)
        case Fold():
            return (e.init, e.over, e.body)
    return ()


def subexpressions(e: Expr) -> Iterator[Expr]:
    """`e` and everything below it; a node that is shared is visited once."""
    seen, stack = set(), [e]
    while stack:
        x = stack.pop()
        if id(x) not in seen:
            seen.add(id(x))
            yield x
            stack.extend(reversed(children(x)))


def expressions_of(s: Stmt) -> tuple[Expr, ...]:
    """The expressions that stand directly in a statement."""
    match s:
        case SetVar() | SetLocal():
            return (s.value,)
        case If() | Require():
            return (s.cond,)
        case For() | Choose():
            return (s.over,)
        case Assert():
            return (s.cond, *(m for m in s.message if isinstance(m, Expr)))
        case Note():
            return tuple(m for m in (*s.text, *s.sender, *s.receiver) if isinstance(m, Expr))
        case Return(value=value) if value is not None:
            return (value,)
    return ()


def statements(body: tuple[Stmt, ...]) -> Iterator[Stmt]:
    """All statements of a body, nested ones after the statement that holds them."""
    for s in body:
        yield s
        match s:
            case If():
                yield from statements(s.then)
                yield from statements(s.orelse)
            case For() | Block():
                yield from statements(s.body)


def all_expressions(body: tuple[Stmt, ...]) -> Iterator[Expr]:
    """All expressions of a body with their subexpressions."""
    for s in statements(body):
        for e in expressions_of(s):
            yield from subexpressions(e)


def binders(e: Expr) -> tuple[str, ...]:
    """The names that `e` itself binds."""
    match e:
        case Bind() | Let():
            return (e.local,)
        case Fold():
            return (e.acc, e.local)
    return ()


def outside(e: Expr) -> int:
    """How many of the first children of a binder lie outside of what it binds: what it ranges over, and where a fold starts."""
    return 2 if isinstance(e, Fold) else 1


def rebuild(e: Expr, parts: tuple[Expr, ...]) -> Expr:
    """`e` with other children (in the order of `children`); `e` itself if they are the same objects."""
    if all(a is b for a, b in zip(children(e), parts)):
        return e
    match e:
        case Op() | Call():
            return replace(e, args=parts)
        case Bind() if e.where is None:
            return replace(e, over=parts[0], body=parts[1])
        case Bind():
            return replace(e, over=parts[0], where=parts[1], body=parts[2])
        case Let():
            return replace(e, value=parts[0], body=parts[1])
        case Fold():
            return replace(e, init=parts[0], over=parts[1], body=parts[2])
    return e


def key(e: Expr) -> str | None:
    """The key of a local or a variable in a substitution; variables are marked, as locals may have the same name."""
    match e:
        case Local(name=name):
            return name
        case Var(name=name):
            return VAR + name
    return None


#: Marks the key of a variable.
VAR = "@"


class Names:
    """Remembers which names occur in an expression, and invents new ones that occur nowhere."""

    def __init__(self, used: set[str] = frozenset()):
        self.used = set(used)
        self._occurring: dict[int, tuple[Expr, frozenset[str]]] = {}

    def occurring(self, e: Expr) -> frozenset[str]:
        """The keys of the locals and variables in `e`, free or bound."""
        known = self._occurring.get(id(e))
        if known is None:
            found = {k} if (k := key(e)) else set(binders(e))
            found.update(*map(self.occurring, children(e)))
            known = self._occurring[id(e)] = (e, frozenset(found))   # holds `e`, so that its id stays its own
        return known[1]

    def fresh(self, name: str) -> str:
        """A name like `name` that nothing else has."""
        base, k = name, 0
        while name in self.used:
            k += 1
            name = f"{base}_{k}"
        self.used.add(name)
        return name


class Substitution:
    """Replaces free locals and variables. A binder that would capture or shadow a name is renamed.

    Subclasses may simplify (`make`, for every rebuilt node, bottom up) and look at binders (`enter`).
    """

    def __init__(self, names: Names):
        self.names = names

    def make(self, e: Expr) -> Expr:
        """The node to use for a rebuilt one."""
        return e

    def enter(self, binder: Expr, outer: tuple[Expr, ...]) -> None:
        """Called before the body of a binder; `outer` are its finished parts outside the scope."""

    def apply(self, e: Expr, mapping: dict[str, Expr], bound: frozenset[str] = frozenset()) -> Expr:
        """`e` with the keys of `mapping` replaced; `bound` are the names that are bound around `e`."""
        memo: dict[int, Expr] = {}

        def go(x: Expr) -> Expr:
            if id(x) not in memo:
                memo[id(x)] = under(x) if binders(x) else inner(x)
            return memo[id(x)]

        def inner(x: Expr) -> Expr:
            if (k := key(x)) is not None:
                return mapping.get(k, x)
            return self.make(rebuild(x, tuple(map(go, children(x)))))

        def under(x: Expr) -> Expr:
            renamed, below = self._rename(x, mapping, bound)
            parts, n = children(x), outside(x)
            outer = tuple(map(go, parts[:n]))
            self.enter(renamed, outer)
            scope = bound | set(binders(renamed))
            return self.make(rebuild(renamed, outer + tuple(self.apply(p, below, scope) for p in parts[n:])))

        return go(e)

    def _rename(self, x: Expr, mapping: dict[str, Expr], bound: frozenset[str]) -> tuple[Expr, dict[str, Expr]]:
        mentioned = self.names.occurring(x)
        taken = bound.union(*(self.names.occurring(v) for k, v in mapping.items() if k in mentioned))
        below = {k: v for k, v in mapping.items() if k not in binders(x)}
        for field in ("acc", "local"):
            name = getattr(x, field, None) if binders(x) else None
            if name in taken:
                new = self.names.fresh(name)
                below[name] = Local(name=new, type=bound_type(x, field), loc=x.loc)
                x = replace(x, **{field: new})
        return x, below


def bound_type(x: Expr, field: str):
    """The type of the name that `x` binds in that field."""
    if isinstance(x, Let):
        return x.value.type
    return x.init.type if field == "acc" else x.over.type.item
