"""What does a step say?  Its notes as labels of their own, which a user may hide.

A note becomes an update of a variable that only this export knows, so that the functional form tells when it is made
and with which values. The words of a note make the name of its label, its values the arguments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..ir import nodes as ir
from ..ir import types as T
from ..ir.functional import Form, Forms
from ..ir.walk import children

_GHOST = "note "


@dataclass(frozen=True)
class Said:
    """One note of an action: the words that its name is made of, its text for a comment, and its value.

    The value is an option of a tuple, or a sequence of tuples for a note in a loop; `types` are those of the items. Where
    `when` is given, the value can be evaluated only if it holds, and otherwise there is no note.
    """

    words: str
    text: str
    types: tuple[T.Type, ...]
    value: ir.Expr
    many: bool
    when: ir.Expr | None


class NotedForms:
    """The notes of actions, beside their functional forms."""

    def __init__(self, model: ir.Model):
        self.model = model

    def of(self, action: ir.Action) -> tuple[Form, tuple[Said, ...]]:
        """The form, and the notes over the same parameters and choices."""
        plain = Forms(self.model).action(action)
        ghosts: list[tuple[ir.Note, ir.VarDecl, bool]] = []
        body = _marked(action.body, ghosts, False)
        if not ghosts:
            return plain, ()
        start = tuple(ir.SetVar(name=v.name, value=_nothing(v.type, n.loc), loc=n.loc) for n, v, _ in ghosts)
        noted = replace(self.model, vars=(*self.model.vars, *(v for _, v, _ in ghosts)))
        form = Forms(noted).action(replace(action, body=(*start, *body)))
        if [c.local for c in form.choices] != [c.local for c in plain.choices]:
            return plain, ()
        when = None if _equal(form.guard, plain.guard) else form.guard
        return plain, tuple(_said(n, v, many, form.updates[v.name], when) for n, v, many in ghosts if v.name in form.updates)


def _equal(a: ir.Expr, b: ir.Expr) -> bool:
    """Are two expressions equal as terms? Shared parts are compared once."""
    known: set[tuple[int, int]] = set()
    todo = [(a, b)]
    while todo:
        x, y = todo.pop()
        if x is y or (id(x), id(y)) in known:
            continue
        known.add((id(x), id(y)))
        xs, ys = children(x), children(y)
        if type(x) is not type(y) or len(xs) != len(ys) or not xs and x != y:
            return False
        if any(getattr(x, n, None) != getattr(y, n, None) for n in ("op", "name", "kind", "local", "acc", "function", "type")):
            return False
        todo += zip(xs, ys)
    return True


def _marked(body: tuple[ir.Stmt, ...], ghosts: list, looping: bool) -> tuple[ir.Stmt, ...]:
    """The statements with an assignment in place of each note."""
    found = []
    for s in body:
        match s:
            case ir.Note():
                found.append(_assignment(s, ghosts, looping))
            case ir.If():
                found.append(replace(s, then=_marked(s.then, ghosts, looping), orelse=_marked(s.orelse, ghosts, looping)))
            case ir.For():
                found.append(replace(s, body=_marked(s.body, ghosts, True)))
            case ir.Block():
                found.append(replace(s, body=_marked(s.body, ghosts, looping)))
            case _:
                found.append(s)
    return tuple(found)


def _assignment(s: ir.Note, ghosts: list, looping: bool) -> ir.SetVar:
    parts = [T.erase(e.type) for e in _values(s)]
    item = T.Tuple(tuple(parts))
    values = tuple(_values(s))
    made = ir.Op(op="tuple", args=values, type=item, loc=s.loc) if values else ir.Lit(value=True, type=T.BOOL, loc=s.loc)
    t = T.Seq(made.type) if looping else T.Option(made.type)
    v = ir.VarDecl(name=f"{_GHOST}{len(ghosts)}", type=t, loc=s.loc)
    ghosts.append((s, v, looping))
    args = (ir.Var(name=v.name, type=t, loc=s.loc), made) if looping else (made,)
    return ir.SetVar(name=v.name, value=ir.Op(op="append" if looping else "some", args=args, type=t, loc=s.loc), loc=s.loc)


def _nothing(t: T.Type, loc) -> ir.Expr:
    return ir.Lit(value=(), type=t, loc=loc)


def _values(s: ir.Note) -> list[ir.Expr]:
    return [e for e in (*s.sender, *s.receiver, *s.text) if not isinstance(e, str)]


def _said(s: ir.Note, v: ir.VarDecl, many: bool, value: ir.Expr, when: ir.Expr | None) -> Said:
    def words(parts) -> str:
        return "_".join(w for p in parts if isinstance(p, str) for w in re.findall(r"\w+", p))

    def shown(parts) -> str:
        return "".join(p if isinstance(p, str) else "{}" for p in parts)

    names = [words(s.text), words(s.sender) and f"from_{words(s.sender)}", words(s.receiver) and f"to_{words(s.receiver)}"]
    return Said("_".join(n for n in names if n), f"{shown(s.sender)} -> {shown(s.receiver)}: {shown(s.text)}",
                tuple(e.type for e in _values(s)), value, many, when)
