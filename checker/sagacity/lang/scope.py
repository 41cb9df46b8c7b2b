"""What a name means while a body is lowered: frames of methods, locals and their types, making nodes."""

from __future__ import annotations

import ast
import builtins
import enum
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ..errors import Complaints
from ..ir import nodes as ir
from ..ir import types as T
from ..source import Loc
from .elaborate import Instance
from .sourcefile import location


class Abandon(Exception):
    """This statement cannot be lowered; a complaint has been recorded."""


@dataclass(frozen=True)
class TypeRef:
    """A name that denotes a type: a record class, an enum, a domain."""

    type: T.Type


@dataclass(frozen=True, eq=False)
class ComponentRef:
    """``self``, ``self.bus``, ``self.chan[p, q]``, or the same below ``old``; `missing` counts the indices still to come."""

    instance: Instance
    indices: tuple[ir.Expr, ...]
    old: bool = False
    missing: int = 0


@dataclass
class Frame:
    """One method that is being lowered, or inlined: its names, and what may be done in it."""

    instance: Instance
    indices: tuple[ir.Expr, ...]
    fn: Any
    filename: str
    self_name: str
    prefix: str
    effects: bool  # may it assign, choose, require?
    names: dict[str, Any] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)  # parameters and loop variables: not to be mutated
    narrowed: set[str] = field(default_factory=set)  # locals known not to be None here
    poisoned: set[str] = field(default_factory=set)  # locals whose assignment was abandoned
    unset: set[str] = field(default_factory=set)  # locals that some path to here does not assign
    old_name: str | None = None
    result: str | None = None  # inlined helper: local that receives the value
    label: str | None = None  # inlined helper: block that a return leaves
    called: Loc | None = None  # inlined helper: the call


@dataclass
class Scope:
    """One body of the IR: its locals, with the types found in the previous round of inference."""

    complaints: Complaints
    previous: dict[str, T.Type] = field(default_factory=dict)
    types: dict[str, T.Type] = field(default_factory=dict)
    round: int = 0
    used: set[str] = field(default_factory=set)

    def fresh(self, hint: str) -> str:
        """A new local name, the same in every round: the user's own where it is still free."""
        name, count = hint, 1
        while name in self.used:
            count += 1
            name = f"{hint}_{count}"
        self.used.add(name)
        return name

    def assign(self, name: str, t: T.Type, loc: Loc) -> None:
        """Record that a local receives a value of type `t`."""
        known = self.types.get(name)
        joined = t if known is None else T.join(known, t)
        if joined is None:
            self.complaints.add(
                "SAG401", f"this name holds {T.show(known)} elsewhere and {T.show(t)} here", loc, "use two names"
            )
            raise Abandon
        if self.round > 3:
            joined = widen(joined)
        self.types[name] = joined

    def type_of(self, name: str) -> T.Type:
        """The best known type of a local."""
        a, b = self.previous.get(name), self.types.get(name)
        if a is None or b is None:
            return a or b or T.BOTTOM
        return T.join(a, b) or b


def widen(t: T.Type) -> T.Type:
    """The type with unlimited integers, so that inference over loops ends."""
    return T.INT if isinstance(t, T.Int) else t


class Lowering:
    """Common ground of expressions and statements: complaining, making nodes, resolving names."""

    def __init__(self, flattening, scope: Scope, frame: Frame):
        self.flat, self.scope, self.frame = flattening, scope, frame

    def loc(self, node: ast.AST) -> Loc:
        return location(self.frame.filename, node)

    def fail(self, code: str, message: str, node: ast.AST, hint: str | None = None) -> Abandon:
        """Record a complaint; the caller raises the result."""
        notes = [("called here:", self.frame.called)] if self.frame.called else []
        self.scope.complaints.add(code, message, self.loc(node), hint, notes)
        return Abandon()

    def op(self, op: str, t: T.Type, node, *args: ir.Expr, name: str = "") -> ir.Op:
        return ir.Op(op=op, args=args, type=t, name=name, loc=node if isinstance(node, Loc) else self.loc(node))

    def lit(self, t: T.Type, value, node) -> ir.Lit:
        return ir.Lit(type=t, value=value, loc=node if isinstance(node, Loc) else self.loc(node))

    def local(self, name: str, node) -> ir.Local:
        return ir.Local(name=name, type=self.scope.type_of(name), loc=node if isinstance(node, Loc) else self.loc(node))

    def global_name(self, node: ast.Name):
        """The value of a name from outside the method, if it is one that a model may use."""
        fn = self.frame.fn
        free = dict(zip(fn.__code__.co_freevars, fn.__closure__ or ()))
        missing = object()
        try:
            value = (
                free[node.id].cell_contents
                if node.id in free
                else fn.__globals__.get(node.id, getattr(builtins, node.id, missing))
            )
        except ValueError:
            value = missing
        if value is missing:
            raise self.fail("SAG310", f"the name {node.id} is not defined", node, self.name_hint(node.id))
        if isinstance(value, type) and issubclass(value, enum.Enum):
            return TypeRef(self.frame.instance.elaborator.type(value))
        if value is bool:
            return TypeRef(T.BOOL)
        return value

    def name_hint(self, name: str) -> str:
        """What the user may have meant by a name that is not defined."""
        decls = self.frame.instance.decls
        if decls.named(name):
            return f"write self.{name}"
        if close := get_close_matches(name, [*self.frame.names, *decls.names()], 1):
            return f"did you mean {close[0] if close[0] in self.frame.names else 'self.' + close[0]}?"
        return f"declare it in the model ({name} = const(...) or var(...)) and write self.{name}"


def root_frame(instance: Instance, indices, fn, node: ast.FunctionDef, effects: bool) -> Frame:
    """The frame of a method lowered on its own."""
    return Frame(
        instance=instance,
        indices=indices,
        fn=fn,
        filename=fn.__code__.co_filename,
        self_name=node.args.args[0].arg,
        prefix="",
        effects=effects,
    )
