"""The intermediate representation, on one page.

    Expr  e ::= Lit(value) | Const(name, value) | Var(name) | Old(name) | Local(name)
              | Op(op, args, name?)                       the operators of OPS below
              | Bind(kind, local, over, where?, body)     quantifiers and comprehensions
              | Call(function, args)                      a pure function of the model
              | Let(local, value, body) | Fold(acc, init, local, over, body)     functional form only
    Stmt  s ::= SetVar(name, e) | SetLocal(name, e) | If(e, s*, s*) | For(local, e, s*)
              | Break | Continue | Require(e) | Assert(e, message) | Choose(local, e)
              | Note(text, sender?, receiver?) | Block(label, s*) | Leave(label) | Return(e?)

Every node has a location; every expression a type. Values inside Lit are plain (ir.values).
State variables have flat names ("bus.queue"); a family's variable is a Map over its index.
A path assignment is already a whole-value assignment: ``self.a[k] = v`` is
``SetVar("a", Op("with", (Var("a"), k, v)))``. Calls of effectful helpers are inlined: a
``return v`` in them became ``SetLocal(result, v); Leave(label)`` inside ``Block(label, ...)``.
Names of locals are unique within one action, function or init.

Evaluation is strict, left to right, except `and`, `or`, `implies`, `ite` (lazy) and `all`, `any` (stop at the
first decisive element in value order). An operator marked with a fault is an evaluation error at its location.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..source import Loc
from .formula import Formula
from .types import BOOL, Type


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    loc: Loc = field(compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expr(Node):
    type: Type


@dataclass(frozen=True, kw_only=True, slots=True)
class Lit(Expr):
    """A plain value of `type`."""
    value: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Const(Expr):
    """A constant of the model by name, with its plain value in this instance."""
    name: str
    value: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Var(Expr):
    """A state variable, as it is at this point of the body."""
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Old(Expr):
    """A state variable before the step. Only in step invariants."""
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Local(Expr):
    """A parameter, a local variable or a bound variable."""
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Op(Expr):
    """An operator of OPS; `name` is the field, the index (as text) or the like, where the operator has one."""
    op: str
    args: tuple[Expr, ...]
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bind(Expr):
    """kind is all, any (body: bool) or seq, set, map (comprehensions; map: `over` is a whole domain, in key order).

    `where`, if given, filters the elements; `over` is a set, sequence or bag, taken in its iteration order.
    """
    kind: str
    local: str
    over: Expr
    body: Expr
    where: Expr | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Call(Expr):
    function: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Let(Expr):
    local: str
    value: Expr
    body: Expr


@dataclass(frozen=True, kw_only=True, slots=True)
class Fold(Expr):
    """acc := init; for each local of over, in order: acc := body; the value is acc."""
    acc: str
    init: Expr
    local: str
    over: Expr
    body: Expr


#: op -> (number of arguments or None for any, fault kind or None, meaning)
OPS: dict[str, tuple[int | None, str | None, str]] = {
    "add": (2, None, "integers"), "sub": (2, None, "integers"), "mul": (2, None, "integers"),
    "floordiv": (2, "division", "floor division, as Python's //"), "mod": (2, "division", "sign of the divisor, as Python's %"),
    "neg": (1, None, "integer"), "abs": (1, None, "integer"),
    "lt": (2, None, "<, in value order"), "le": (2, None, "<=, in value order"), "eq": (2, None, "equal values of joined type"),
    "not": (1, None, "bool"), "and": (None, None, "lazy"), "or": (None, None, "lazy"), "implies": (2, None, "lazy"),
    "ite": (3, None, "condition, then, else; lazy"),
    "record": (None, None, "all fields in order"), "field": (1, None, "name: the field"), "replace": (2, None, "record, value; name: the field"),
    "tuple": (None, None, "items"), "item": (1, None, "name: the index, from 0"),
    "none": (0, None, "None"), "some": (1, None, "a value as an option"), "isnone": (1, None, "option"),
    "unwrap": (1, "none", "the value of an option; a fault if None"),
    "index": (2, "index", "map and key, or sequence and position 0..len-1"),
    "with": (3, "index", "map or sequence, key or position, new value"),
    "map": (None, None, "the values of all keys, in key order"),
    "domain": (0, None, "all values of the item type of its set type"),
    "keys": (1, None, "map: its key set"), "values": (1, None, "map: sequence of values in key order"),
    "items": (1, None, "map: sequence of (key, value) in key order"), "enumerate": (1, None, "sequence of (position, element)"),
    "seq": (None, None, "literal"), "append": (2, "capacity", "sequence, element; a fault if the type has a cap and it is full"),
    "concat": (2, None, "sequences"), "insert": (3, "capacity", "sequence, position (clamped to 0..len), element"),
    "slice": (3, "slice", "sequence, from, to (clamped to len; negative positions are a fault)"),
    "removeat": (2, "index", "sequence, position"), "removefirst": (2, "absent", "sequence, element"),
    "range": (3, None, "sequence from, below, step (a non-zero literal)"),
    "sorted": (1, None, "collection: sequence in value order"), "toset": (1, None, "collection"), "tobag": (1, None, "collection"),
    "toseq": (1, None, "collection: sequence in iteration order"), "flatseq": (1, None, "sequence of sequences, joined"),
    "flatset": (1, None, "collection of sets, united"),
    "set": (None, None, "literal"), "union": (2, None, "sets"), "intersection": (2, None, "sets"), "difference": (2, None, "sets"),
    "subset": (2, None, "first is a subset of second"), "disjoint": (2, None, "sets"),
    "insertset": (2, "capacity", "set, element; a fault if the type has a cap and a new element exceeds it"),
    "removeset": (2, "absent", "set, element"), "discard": (2, None, "set or bag, element; a bag loses one copy"),
    "bag": (None, None, "literal"), "insertbag": (2, "capacity", "bag, element"), "removebag": (2, "absent", "bag, element; one copy"),
    "count": (2, None, "bag or sequence, element"), "sumbag": (2, None, "bags, multiplicities added"),
    "len": (1, None, "collection, counted with multiplicity; or map"), "in": (2, None, "element, collection"),
    "min": (1, "empty", "collection, in value order"), "max": (1, "empty", "collection, in value order"), "sum": (1, None, "collection of integers"),
}

#: Operators that evaluate their later arguments only if needed.
LAZY = frozenset({"and", "or", "implies", "ite"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Stmt(Node):
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class SetVar(Stmt):
    name: str
    value: Expr


@dataclass(frozen=True, kw_only=True, slots=True)
class SetLocal(Stmt):
    name: str
    value: Expr


@dataclass(frozen=True, kw_only=True, slots=True)
class If(Stmt):
    cond: Expr
    then: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class For(Stmt):
    local: str
    over: Expr
    body: tuple[Stmt, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Break(Stmt):
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Continue(Stmt):
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Require(Stmt):
    cond: Expr


@dataclass(frozen=True, kw_only=True, slots=True)
class Assert(Stmt):
    """`message` is a text with the expressions of its f-string in between; a failure is a fault of kind assert."""
    cond: Expr
    message: tuple[str | Expr, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Choose(Stmt):
    """Branch over the distinct values of `over`, in value order; none disables the action."""
    local: str
    over: Expr


@dataclass(frozen=True, kw_only=True, slots=True)
class Note(Stmt):
    """A label of the step; no effect on the state. Targets may ignore it."""
    text: tuple[str | Expr, ...]
    sender: tuple[str | Expr, ...] = ()
    receiver: tuple[str | Expr, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Block(Stmt):
    label: str
    body: tuple[Stmt, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave(Stmt):
    """Continue after the enclosing Block of that label."""
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Return(Stmt):
    """In an action: the step is complete. In a function: its value."""
    value: Expr | None = None


# ---- the model -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Param(Node):
    """A parameter; for actions `values` are the plain values it ranges over (all of `type` unless narrower)."""
    name: str
    type: Type
    values: tuple | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConstDecl(Node):
    """`value` is plain; constants that are types have no ConstDecl. `text` is the value as shown."""
    name: str
    type: Type
    value: Any
    doc: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VarDecl(Node):
    name: str
    type: Type
    doc: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Function(Node):
    """A pure function of the state: predicate, invariant, constraint, helper. Its body ends in Return on every path."""
    name: str
    params: tuple[Param, ...]
    body: tuple[Stmt, ...]
    result: Type = BOOL
    locals: tuple[tuple[str, Type], ...] = ()
    doc: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Action(Node):
    """One action. Its bindings are the product of its parameters' values, first parameter slowest."""
    name: str
    params: tuple[Param, ...]
    body: tuple[Stmt, ...]
    locals: tuple[tuple[str, Type], ...] = ()
    doc: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fairness(Node):
    """Fairness of the union of `actions`; for each binding of all parameters (by=None), of the `by` parameters, or, by=(), of the whole."""
    strong: bool
    actions: tuple[str, ...]
    by: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Temporal(Node):
    """A temporal property as text, and as a formula whose atoms are lowered (ir.formula).

    `prefix` is the component's ("bus."), in whose scope the names of the text are read.
    """
    name: str
    text: str
    prefix: str = ""
    formula: Formula


@dataclass(frozen=True, kw_only=True, slots=True)
class Refinement(Node):
    """Every behaviour of the model, seen through `mapping`, is one of `abstract`: one function for each of its variables."""
    name: str
    abstract: Model
    mapping: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Model(Node):
    """A whole model with its constants fixed: what every engine and exporter receives.

    `init` leaves every variable assigned. `predicates`, `invariants`, ... name functions; step invariants are
    functions that may read Old. `terminal` and `constraints` are conjoined; no terminal means none is allowed.
    """
    name: str
    doc: str = ""
    consts: tuple[ConstDecl, ...] = ()
    vars: tuple[VarDecl, ...] = ()
    init: tuple[Stmt, ...] = ()
    init_locals: tuple[tuple[str, Type], ...] = ()
    actions: tuple[Action, ...] = ()
    functions: tuple[Function, ...] = ()
    predicates: tuple[str, ...] = ()
    invariants: tuple[str, ...] = ()
    step_invariants: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    terminals: tuple[str, ...] = ()
    possibles: tuple[str, ...] = ()
    fairness: tuple[Fairness, ...] = ()
    temporals: tuple[Temporal, ...] = ()
    refinements: tuple[Refinement, ...] = ()

    def function(self, name: str) -> Function:
        """The function of that name. Raises KeyError."""
        for f in self.functions:
            if f.name == name:
                return f
        raise KeyError(name)
