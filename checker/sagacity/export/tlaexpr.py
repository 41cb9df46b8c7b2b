"""How does an expression look in TLA+?

Texts are atoms wherever they stand as operands: `atom` puts parentheses around everything that might need
them. Expressions arrive fault-free (ir.functional), so no operator here has to say what happens on a fault.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Callable

from ..errors import Diagnostic, UnsupportedError
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from ..ir.walk import binders, children, subexpressions
from .names import Names, field
from .tlatidy import small
from .tlatypes import FEW, Types

_ATOM = re.compile(r"""(?: [\w.']+ | "[^"]*" )(?: \[ [^][]* \] | \( [^()]* \) | \.\w+ )*\Z""", re.X)
#: How tightly operators bind (Specifying Systems, table 6): and, or; comparisons; sets; ranges; sums; products.
_RANKS = {"eq": 5, "in": 5, "subset": 5, "isnone": 5, "union": 8, "intersection": 8, "difference": 8, "add": 10,
          "sub": 10.5, "mul": 13}
_OPENERS = {"(": ")", "[": "]", "{": "}"}

#: A shared expression with at least this many nodes gets a name of its own.
WORTH_NAMING = 6


def atom(text: str) -> str:
    """`text`, in parentheses unless it is one term already."""
    return text if _ATOM.match(text) or _enclosed(text) else f"({text})"


def bare(text: str) -> str:
    r"""The text without the parentheses around all of it: for a set after ``\\in`` or a whole body."""
    inner = text[1:-1]
    return inner if text.startswith("(") and _enclosed(text) and not inner.startswith(("LET ", "IF ")) else text


def _enclosed(text: str) -> bool:
    """Is the first bracket closed by the last character, and by none before?"""
    if text.startswith("<<") and text.endswith(">>") and text.count("<<") == 1:
        return True
    if text[:1] not in _OPENERS or not text.endswith(_OPENERS[text[0]]):
        return False
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0:
            return i == len(text) - 1
    return False


class Expressions:
    """Texts of the expressions of one unit (an action, a function): `names` is its scope.

    `primed` is for step invariants, where a variable means its value after the step.
    """

    def __init__(self, types: Types, names: Names, variables: dict[str, str], functions: Callable[[ir.Call], str],
                 constants: dict[str, str], primed: bool = False):
        self.types, self.names, self.helpers = types, names, types.helpers
        self.variables, self.functions, self.constants, self.primed = variables, functions, constants, primed
        self.locals: dict[str, str] = {}
        self.named: dict[int, tuple[ir.Expr, str]] = {}
        self.inline: Callable[[ir.Call], ir.Expr] = lambda call: call    # the body of a function in place of its call

    def bind(self, local: str) -> str:
        """A new TLA+ name for a local."""
        self.locals[local] = name = self.names.new(local)
        return name

    # ---- sharing

    def shared(self, *roots: ir.Expr) -> list[str]:
        """Definitions of what the roots share, to stand in a LET before them; uses will be by name."""
        uses, bound, order = Counter(), {}, []
        self._count(roots, uses, bound, order)
        found = []
        for e in order:
            if uses[id(e)] > 1 and not bound[id(e)] and id(e) not in self.named and self._worth(e):
                text = self.text(e)
                name = self.names.new("t")
                self.named[id(e)] = (e, name)      # holds `e`, so that its id stays its own
                found.append(f"{name} == {text}")
        return found

    def _count(self, roots, uses: Counter, bound: dict, order: list) -> None:
        """Uses of each node; whether locals bound around it, inside the roots, stand in it; children before parents."""
        inner = {name for root in roots for e in subexpressions(root) for name in binders(e)}
        free: dict[int, frozenset[str]] = {}

        def visit(e: ir.Expr) -> frozenset[str]:
            uses[id(e)] += 1
            if id(e) not in free:
                own = {e.name} & inner if isinstance(e, ir.Local) else frozenset()
                free[id(e)] = frozenset(own).union(*map(visit, children(e))) - set(binders(e))
                bound[id(e)] = bool(free[id(e)])
                order.append(e)
            return free[id(e)]

        for root in roots:
            visit(root)

    def _worth(self, e: ir.Expr) -> bool:
        count = 0
        for _ in subexpressions(e):
            count += 1
            if count >= WORTH_NAMING:
                return True
        return False

    # ---- texts

    def atom(self, e: ir.Expr) -> str:
        """The text of `e` as an operand."""
        return atom(self.text(e))

    def operand(self, e: ir.Expr, rank: float) -> str:
        """The text of `e` beside an operator of that rank: without parentheses where it binds more tightly."""
        return self.text(e) if id(e) not in self.named and binding(e) > rank else self.atom(e)

    def text(self, e: ir.Expr) -> str:
        """The text of `e`."""
        if id(e) in self.named:
            return self.named[id(e)][1]
        self.types.loc = e.loc
        match e:
            case ir.Lit(value=v):
                return self.types.value(e.type, v, e.loc)
            case ir.Const(name=name, value=v):
                return self.constants.get(name) or self.types.value(e.type, v, e.loc)
            case ir.Var(name=name):
                return self.variables[name] + ("'" if self.primed else "")
            case ir.Old(name=name):
                return self.variables[name]
            case ir.Local(name=name):
                return self.locals[name]
            case ir.Call():
                return self._call(e)
            case ir.Let() | ir.Fold() | ir.Bind():
                return self._scoped(e)
        return self._op(e)

    def _scoped(self, e: ir.Let | ir.Fold | ir.Bind) -> str:
        """Beyond `e`, the local that it binds means again what it meant before."""
        outside = dict(self.locals)
        match e:
            case ir.Let():
                value = self.text(e.value)
                text = f"(LET {self.bind(e.local)} == {value} IN {self.body(e.body)})"
            case ir.Fold():
                text = self._fold(e)
            case _:
                text = self._bind(e)
        self.locals = outside
        return text

    def body(self, e: ir.Expr) -> str:
        """A body under a binder, or another part that stands by itself: what it shares is named too."""
        known = dict(self.named)
        found = self.shared(e)
        text = self.text(e)
        self.named = known
        return f"LET {' '.join(found)} IN {text}" if found else text

    def _call(self, e: ir.Call) -> str:
        if self.primed and any(isinstance(x, ir.Old) for a in e.args for x in subexpressions(a)):
            return self.atom(self.inline(e))      # priming the call would prime these arguments too
        primed, self.primed = self.primed, False
        text = self.functions(e)
        if e.args:
            text += "(" + ", ".join(map(self.text, e.args)) + ")"
        self.primed = primed
        return f"{text}'" if primed else text

    def _fold(self, e: ir.Fold) -> str:
        init, over = self.text(e.init), self.sequence(e.over)
        acc, local = self.bind(e.acc), self.bind(e.local)
        self.helpers.add("FoldSeq")
        return f"FoldSeq(LAMBDA {acc}, {local} : {self.body(e.body)}, {init}, {over})"

    def _bind(self, e: ir.Bind) -> str:
        if e.kind == "seq":
            over = self.sequence(e.over)
        else:
            over = self.elements(e.over)
        if e.kind != "seq":
            over = bare(over)
        x = self.bind(e.local)
        where = self.atom(e.where) if e.where is not None else None
        body = self.body(e.body)
        inner = atom(body) if where else body
        identity = isinstance(e.body, ir.Local) and e.body.name == e.local
        match e.kind:
            case "all":
                return f"(\\A {x} \\in {over} : {where + ' => ' if where else ''}{inner})"
            case "any":
                text = f"{where} /\\ {inner}" if where else inner
                return f"(\\E {x} \\in {over} : {text})"
            case "map":
                return f"[{x} \\in {over} |-> {body}]"
            case "set":
                source = f"{{{x} \\in {over} : {where}}}" if where else over
                return source if identity else f"{{{body} : {x} \\in {source}}}"
        if where:
            over = f"SelectSeq({over}, LAMBDA {x} : {where})"
        if identity:
            return over
        self.helpers.add("MapSeq")
        return f"MapSeq(LAMBDA {x} : {body}, {over})"

    def _those(self, e: ir.Bind) -> str:
        """The set of the elements that a comprehension looks at."""
        over, outside = bare(self.elements(e.over)), dict(self.locals)
        text = f"{{{self.bind(e.local)} \\in {over} : {self.text(e.where)}}}"
        self.locals = outside
        return text

    # ---- collections

    def elements(self, e: ir.Expr) -> str:
        """The set of the elements of a collection, as an atom."""
        if isinstance(e, ir.Op) and e.op in ("toseq", "toset", "sorted") and id(e) not in self.named:
            return self.elements(e.args[0])
        if isinstance(e, ir.Op) and e.op in ("seq", "set") and id(e) not in self.named:
            return "{" + ", ".join(dict.fromkeys(map(self.text, e.args))) + "}"
        if isinstance(e, ir.Lit) and isinstance(e.type, (T.Seq, T.Set)):
            return self.types.value(T.Set(e.type.item), tuple(dict.fromkeys(e.value)), e.loc)
        if isinstance(e, ir.Op) and e.op == "values" and id(e) not in self.named:
            k = self.names.new("k")
            return f"{{{self.atom(e.args[0])}[{k}] : {k} \\in {bare(self.types.set(e.args[0].type.key))}}}"
        if isinstance(e.type, T.Seq):
            self.helpers.add("Elements")
            return f"Elements({self.text(e)})"
        return f"(DOMAIN {self.atom(e)})" if isinstance(e.type, T.Bag) else self.atom(e)

    def sequence(self, e: ir.Expr) -> str:
        """The elements of a collection in iteration order, as an atom."""
        if isinstance(e.type, T.Seq):
            return self.atom(e)
        if isinstance(e, ir.Op) and e.op in ("domain", "keys") and values.size(e.type.item) <= FEW:
            return "<<" + ", ".join(self.types.value(e.type.item, v) for v in values.domain(e.type.item)) + ">>"
        helper = "SortedSet" if isinstance(e.type, T.Set) else "BagToSeq"
        self.helpers.add(helper)
        return f"{helper}({self.types.less(e.type.item)}, {self.text(e)})"

    def _keys(self, t: T.Map) -> str:
        return "<<" + ", ".join(self.types.value(t.key, k) for k in values.domain(t.key)) + ">>"

    # ---- operators

    def _op(self, e: ir.Op) -> str:
        if e.op in INFIX:
            rank = _RANKS.get(e.op, 99)
            return f"{self.operand(e.args[0], rank)} {INFIX[e.op]} {self.operand(e.args[1], rank)}"
        if e.op in SEQUENCES:
            helper = SEQUENCES[e.op]
            self.helpers.add(helper)
            return f"{helper}({', '.join(map(self.text, e.args))})"
        special = getattr(self, f"_op_{e.op}", None)
        if special is None:
            raise UnsupportedError(Diagnostic(code="SAG623", message=f"{e.op!r} cannot be written in TLA+", loc=e.loc))
        return special(e, *e.args)

    def _op_and(self, e, *args):
        return " /\\ ".join(dict.fromkeys(self.operand(a, 3) for a in args)) if args else "TRUE"

    def _op_or(self, e, *args):
        return " \\/ ".join(dict.fromkeys(self.operand(a, 3) for a in args)) if args else "FALSE"

    def _op_not(self, e, a):
        if isinstance(a, ir.Op) and id(a) not in self.named:
            if a.op == "eq":
                return f"{self.operand(a.args[0], 5)} # {self.operand(a.args[1], 5)}"
            if a.op == "in":
                return f"{self.operand(a.args[0], 5)} \\notin {bare(self.elements(a.args[1]))}"
            if a.op == "isnone":
                return f"{self.atom(a.args[0])} # <<>>"
            if a.op in ("lt", "le") and isinstance(a.args[0].type, T.Int):
                sign = "<=" if a.op == "lt" else "<"
                return f"{self.operand(a.args[1], 5)} {sign} {self.operand(a.args[0], 5)}"
        return f"~{self.atom(a)}"

    def _op_ite(self, e, c, a, b):
        return f"IF {self.text(c)} THEN {self.text(a)} ELSE {self.text(b)}"

    def _op_lt(self, e, a, b):
        if isinstance(a.type, T.Int):
            return f"{self.operand(a, 5)} < {self.operand(b, 5)}"
        return f"{self.types.less(_richer(a, b))}({self.text(a)}, {self.text(b)})"

    def _op_le(self, e, a, b):
        if isinstance(a.type, T.Int):
            return f"{self.operand(a, 5)} <= {self.operand(b, 5)}"
        return f"~{self.types.less(_richer(a, b))}({self.text(b)}, {self.text(a)})"

    def _op_neg(self, e, a):
        return f"-{self.atom(a)}"

    def _op_abs(self, e, a):
        self.helpers.add("Abs")
        return f"Abs({self.text(a)})"

    def _op_floordiv(self, e, a, b):
        return self._divided("\\div", "FloorDiv", a, b)

    def _op_mod(self, e, a, b):
        return self._divided("%", "FloorMod", a, b)

    def _divided(self, infix: str, helper: str, a: ir.Expr, b: ir.Expr) -> str:
        if (_constant(b) or 0) > 0:
            return f"{self.atom(a)} {infix} {self.atom(b)}"
        self.helpers.add(helper)
        return f"{helper}({self.text(a)}, {self.text(b)})"

    def _op_record(self, e, *args):
        return self.types.record([(n, self.text(a)) for (n, _), a in zip(e.type.fields, args)])

    def _op_field(self, e, a):
        return f"{self.atom(a)}.{field(e.name)}"

    def _op_tuple(self, e, *items):
        return "<<" + ", ".join(map(self.text, items)) + ">>"

    _op_seq = _op_tuple

    def _op_item(self, e, a):
        return f"{self.atom(a)}[{int(e.name) + 1}]"

    def _op_none(self, e):
        return "<<>>"

    def _op_some(self, e, a):
        return f"<<{self.text(a)}>>"

    def _op_isnone(self, e, a):
        return f"{self.atom(a)} = <<>>"

    def _op_unwrap(self, e, a):
        return f"{self.atom(a)}[1]"

    def _position(self, c: ir.Expr, k: ir.Expr) -> str:
        if isinstance(c.type, T.Map):
            return self.text(k)
        return str(k.value + 1) if isinstance(k, ir.Lit) else f"{self.atom(k)} + 1"

    def _op_index(self, e, c, k):
        return f"{self.atom(c)}[{self._position(c, k)}]"

    def _op_with(self, e, c, k, v):
        return self._except(e, c, f"[{self._position(c, k)}]", ("index", k, ""), v)

    def _op_replace(self, e, r, v):
        return self._except(e, r, f".{field(e.name)}", ("field", None, e.name), v)

    def _except(self, e: ir.Expr, whole: ir.Expr, path: str, got: tuple, v: ir.Expr) -> str:
        """[whole EXCEPT !path = v]; an update of just that part of `whole` becomes a longer path."""
        places = [(whole, got)]
        while id(v) not in self.named and isinstance(v, ir.Op) and v.op in ("with", "replace"):
            inner = v.args[0]
            if not _is_path(inner, places):
                break
            if v.op == "with":
                path += f"[{self._position(inner, v.args[1])}]"
                places.append((inner, ("index", v.args[1], "")))
            else:
                path += f".{field(v.name)}"
                places.append((inner, ("field", None, v.name)))
            v = v.args[-1]
        return f"[{self.text(whole)} EXCEPT !{path} = {self.text(v)}]"

    def _op_map(self, e, *vs):
        return self.types.function(e.type.key, list(map(self.text, vs)))

    def _op_domain(self, e):
        return self.types.set(e.type.item)

    def _op_keys(self, e, m):
        return self.types.set(m.type.key)

    def _op_values(self, e, m):
        self.helpers.add("MapSeq")
        k = self.names.new("k")
        return f"MapSeq(LAMBDA {k} : {self.atom(m)}[{k}], {self._keys(m.type)})"

    def _op_items(self, e, m):
        self.helpers.add("MapSeq")
        k = self.names.new("k")
        return f"MapSeq(LAMBDA {k} : <<{k}, {self.atom(m)}[{k}]>>, {self._keys(m.type)})"

    def _op_append(self, e, s, x):
        return f"Append({self.text(s)}, {self.text(x)})"

    def _op_removeat(self, e, s, i):
        self.helpers.add("RemoveAt")
        if isinstance(i, ir.Lit) and i.value == 0:
            return f"Tail({self.text(s)})"
        return f"RemoveAt({self.text(s)}, {self._position(s, i)})"

    def _op_sorted(self, e, c):
        if not isinstance(c.type, T.Seq):
            return self.sequence(c)
        self.helpers.add("SortedSeq")
        return f"SortedSeq({self.types.less(c.type.item)}, {self.text(c)})"

    def _op_toset(self, e, c):
        return self.elements(c)

    def _op_toseq(self, e, c):
        return self.sequence(c)

    def _op_tobag(self, e, c):
        if isinstance(c.type, T.Bag):
            return self.text(c)
        helper = "SetToBag" if isinstance(c.type, T.Set) else "SeqToBag"
        self.helpers.add(helper)
        return f"{helper}({self.text(c)})"

    def _op_flatset(self, e, c):
        return f"UNION {self.elements(c)}"

    def _op_set(self, e, *items):
        return "{" + ", ".join(map(self.text, items)) + "}"

    def _op_bag(self, e, *items):
        self.helpers.add("SeqToBag")
        return f"SeqToBag(<<{', '.join(map(self.text, items))}>>)" if items else "<<>>"

    def _op_disjoint(self, e, a, b):
        return f"{self.atom(a)} \\cap {self.atom(b)} = {{}}"

    def _op_insertset(self, e, s, x):
        return f"{self.atom(s)} \\cup {{{self.text(x)}}}"

    def _op_removeset(self, e, s, x):
        return f"{self.atom(s)} \\ {{{self.text(x)}}}"

    def _op_discard(self, e, c, x):
        return self._op_removeset(e, c, x) if isinstance(c.type, T.Set) else self._op_removebag(e, c, x)

    def _op_removebag(self, e, c, x):
        self.helpers.add("BagRemove")
        return f"BagRemove({self.text(c)}, {self.text(x)})"

    def _op_count(self, e, c, x):
        helper = "CountBag" if isinstance(c.type, T.Bag) else "CountSeq"
        self.helpers.add(helper)
        return f"{helper}({self.text(c)}, {self.text(x)})"

    def _op_len(self, e, c):
        if isinstance(c.type, T.Map):
            return str(values.size(c.type.key))
        helper = {T.Set: "Cardinality", T.Seq: "Len", T.Bag: "BagSize"}[type(c.type)]
        if helper == "BagSize":
            self.helpers.add(helper)
        return f"{helper}({self.text(c)})"

    def _op_in(self, e, x, c):
        return f"{self.operand(x, 5)} \\in {bare(self.elements(c))}"

    def _op_min(self, e, c):
        if _two_integers(c) and id(c) not in self.named:
            self.helpers.add("Min")
            return f"Min({', '.join(map(self.text, c.args))})"
        self.helpers.add("Least")
        return f"Least({self.types.less(c.type.item)}, {self.elements(c)})"

    def _op_max(self, e, c):
        if _two_integers(c) and id(c) not in self.named:
            self.helpers.add("Max")
            return f"Max({', '.join(map(self.text, c.args))})"
        self.helpers.add("Greatest")
        return f"Greatest({self.types.less(c.type.item)}, {self.elements(c)})"

    def _op_sum(self, e, c):
        if id(c) not in self.named and _counts(c):
            return f"Cardinality({self.elements(c.over) if c.where is None else self._those(c)})"
        helper = {T.Set: "SumSet", T.Seq: "SumSeq", T.Bag: "SumBag"}[type(c.type)]
        self.helpers.add(helper)
        return f"{helper}({self.text(c)})"


INFIX = {"add": "+", "sub": "-", "mul": "*", "eq": "=", "implies": "=>", "union": "\\cup", "intersection": "\\cap",
         "difference": "\\", "subset": "\\subseteq", "concat": "\\o"}

#: Operators that are one helper applied to the same arguments.
SEQUENCES = {"insert": "InsertAt", "slice": "Slice", "removefirst": "RemoveFirst", "range": "IntSeq",
             "enumerate": "Enumerate", "flatseq": "Flatten", "insertbag": "BagAdd", "sumbag": "BagUnion"}


def _constant(e: ir.Expr) -> int | None:
    """The value of sums and products of constants; None for anything else."""
    if isinstance(e, (ir.Lit, ir.Const)):
        return e.value
    parts = [_constant(a) for a in e.args] if isinstance(e, ir.Op) and e.op in ("add", "mul") else [None]
    if None in parts:
        return None
    return parts[0] + parts[1] if e.op == "add" else parts[0] * parts[1]


def binding(e: ir.Expr) -> float:
    """How tightly the outermost operator of the text of `e` binds; 0 where that is not known."""
    if not isinstance(e, ir.Op):
        return 0
    if e.op in ("lt", "le"):
        return 5 if isinstance(e.args[0].type, T.Int) else 0
    if e.op == "not":     # what is written #, \\notin, < or <=
        inner = e.args[0]
        return binding(inner) if isinstance(inner, ir.Op) and inner.op in ("eq", "in", "isnone", "lt", "le") else 0
    return _RANKS.get(e.op, 0)


def _two_integers(c: ir.Expr) -> bool:
    return isinstance(c, ir.Op) and c.op in ("seq", "set") and len(c.args) == 2 and isinstance(c.type.item, T.Int)


def _counts(c: ir.Expr) -> bool:
    """Is it one 1 for each of some elements of a set?"""
    return (isinstance(c, ir.Bind) and c.kind == "seq" and isinstance(c.body, ir.Lit) and c.body.value == 1
            and isinstance(c.over.type, T.Set))


def _richer(a: ir.Expr, b: ir.Expr) -> T.Type:
    return T.join(a.type, b.type) or a.type


def _is_path(e: ir.Expr, places: list[tuple]) -> bool:
    """Does `e` read exactly the part that the path leads to?"""
    whole, (op, key, name) = places[-1]
    if not isinstance(e, ir.Op) or e.op != op or e.name != name or not _equal(e.args[0], whole):
        return False
    return key is None or _equal(e.args[1], key)


def _equal(a: ir.Expr, b: ir.Expr) -> bool:
    if a is b:
        return True
    return isinstance(a, (ir.Var, ir.Local, ir.Lit, ir.Const, ir.Op)) and small(a) and a == b
