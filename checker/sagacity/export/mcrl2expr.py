"""How does an expression look in mCRL2?

Data expressions of mCRL2 have neither loops nor a `let` that is evaluated once, so every binder, and everything that
shares subexpressions, becomes a function of its free variables: an iteration is recursion over a list, and a
function that names what it shares hands it to a further function as an argument. The tools rewrite an argument
once. Expressions arrive fault-free (ir.functional), so no equation has to say what happens on a fault.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from ..errors import Diagnostic, UnsupportedError
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from ..ir.walk import binders, bound_type, children, outside, subexpressions
from .mcrl2names import Names
from .mcrl2types import Types

#: A shared expression with at least this many nodes is evaluated once and passed on.
WORTH_NAMING = 5
_ATOM = re.compile(r"#?\w+(?:\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\))?\Z")


def atom(text: str) -> str:
    """`text`, in parentheses unless it is one term already."""
    return text if _ATOM.match(text) or enclosed(text) else f"({text})"


def enclosed(text: str) -> bool:
    """Does one pair of parentheses or brackets hold all of `text`?"""
    if not (text.startswith("(") and text.endswith(")") or text.startswith("[") and text.endswith("]")):
        return False
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if depth == 0:
            return i == len(text) - 1
    return False


@dataclass
class Scope:
    """What may be named here: keys of locals ('x'), variables ('@x'), old variables ('$x') and shared nodes (ids)."""

    names: Names
    texts: dict = field(default_factory=dict)      # key -> text
    params: dict = field(default_factory=dict)     # key -> {name: sort} behind that text
    held: list = field(default_factory=list)       # keeps shared nodes alive, so that their ids stay their own

    def bind(self, key, name: str, sort: str) -> None:
        """Let the key be written as this variable."""
        self.texts[key], self.params[key] = name, {name: sort}

    def inner(self) -> Scope:
        """A copy to add to."""
        return Scope(self.names, dict(self.texts), dict(self.params), self.held)


class Expressions:
    """Texts of expressions; `function` gives the mCRL2 name and parameter variables of a function of the model."""

    def __init__(self, types: Types, constants: dict[str, str], function):
        self.types, self.constants, self.function = types, constants, function
        self.names = types.names

    # ---- sharing

    def define(self, name: str, scope: Scope, params: dict[str, str], e: ir.Expr, want: T.Type, when: str = "") -> str:
        """The function of `params` that gives `e`: `name`, or that of one like it. What `e` shares is computed once, one
        function each.

        It is rewritten only under the condition `when`.
        """
        scope, sorts, sort = scope.inner(), dict(params), self.types.sort(want)
        shared: dict[tuple[str, str], str] = {}     # (text, sort) -> variable: copies of one expression have one text
        for node in self._shared(e, scope):
            key = self.text(node, scope), self.types.sort(node.type)
            if key not in shared:
                shared[key] = t = scope.names.new("t")
                sorts[t] = key[1]
            scope.held.append(node)
            scope.bind(id(node), shared[key], key[1])
        text = self.text(e, scope, want)
        for (value, _), t in reversed(shared.items()):       # a function gets what it and those that follow it use
            used = set(re.findall(r"\w+", text)) - {t}
            own = [p for p in sorts if p in used]
            following = self.types.define(self.names.new(f"{name}_with_{t}"), [(p, sorts[p]) for p in [*own, t]], sort, text)
            text = f"{following}({', '.join([*own, value])})"
        return self.types.define(name, list(params.items()), sort, text, when)

    def unit(self, stem: str, scope: Scope, e: ir.Expr, want: T.Type | None = None,
             known: dict[str, tuple[str, str]] = {}) -> str:
        """The text of `e`: in place if it is short, else a call of a new function.

        `known` has variables, each with its sort and a condition that can be rewritten only where it has a value: one
        keeps the function from being expanded, and is a parameter of it for this reason alone if need be. A fold is
        kept so however short it is: each step that is expanded with unknowns in it doubles it.
        """
        want = want or e.type
        folds = known and any(isinstance(x, ir.Fold) for x in subexpressions(e))
        if not folds and not self._shared(e, scope):
            text = self.text(e, scope, want)
            if len(text) <= 100:
                return text
        return self._lift(stem, scope, e, want, known)

    def _lift(self, stem: str, scope: Scope, e: ir.Expr, want: T.Type, known: dict[str, tuple[str, str]] = {}) -> str:
        name, params, when = self.names.new(stem), self.free(e, scope), ""
        if params and known:
            variable = next((v for v in known if v in params), next(iter(known)))
            sort, when = known[variable]
            params = {**params, variable: sort}
        name = self.define(name, scope, params, e, want, when)
        return f"{name}({', '.join(params)})" if params else name

    def _shared(self, e: ir.Expr, scope: Scope) -> list[ir.Expr]:
        """Nodes used more than once that mention nothing bound around them in `e`; children before parents."""
        uses, order, free = Counter(), [], {}
        inner = {n for x in subexpressions(e) for n in binders(x)}

        def visit(x: ir.Expr) -> frozenset[str]:
            uses[id(x)] += 1
            if id(x) in scope.texts:
                return frozenset()
            if id(x) not in free:
                free[id(x)] = names(x)
                order.append(x)
            return free[id(x)]

        def names(x: ir.Expr) -> frozenset[str]:
            if isinstance(x, ir.Local):     # what `e` binds somewhere, even if something outside has that name too
                return frozenset({x.name} & inner)
            parts, n = [visit(c) for c in children(x)], outside(x)
            if not (own := binders(x)):
                return frozenset().union(*parts)
            return frozenset().union(*parts[:n], frozenset().union(*parts[n:]) - set(own))

        visit(e)
        return [x for x in order if uses[id(x)] > 1 and not free[id(x)] and self._worth(x)]

    def _worth(self, e: ir.Expr) -> bool:
        return sum(1 for _ in zip(range(WORTH_NAMING), subexpressions(e))) == WORTH_NAMING

    def free(self, e: ir.Expr, scope: Scope, but: tuple[str, ...] = ()) -> dict[str, str]:
        """The variables behind everything that `e` mentions, with their sorts."""
        found: dict[str, str] = {}
        seen = set()

        def visit(x: ir.Expr) -> None:
            if id(x) in seen:
                return
            seen.add(id(x))
            key = id(x) if id(x) in scope.params else _key(x)
            if key in scope.params and key not in but:
                found.update(scope.params[key])
                if key == id(x):
                    return
            if isinstance(x, ir.Call):
                for variable in self.function(x.function)[1]:
                    found.update(scope.params["@" + variable])
            for c in children(x):
                visit(c)

        visit(e)
        return found

    # ---- texts

    def atom(self, e: ir.Expr, scope: Scope, want: T.Type | None = None) -> str:
        """The text of `e` as an operand."""
        return atom(self.text(e, scope, want))

    def text(self, e: ir.Expr, scope: Scope, want: T.Type | None = None) -> str:
        """The text of `e` as a value of `want`, which only literals look at."""
        if id(e) in scope.texts:
            return scope.texts[id(e)]
        t = T.join(e.type, want) or e.type if want is not None else e.type
        match e:
            case ir.Lit(value=v):
                return self.types.value(t, v, e.loc)
            case ir.Const(name=name, value=v):
                return self.constants.get(name) or self.types.value(t, v, e.loc)
            case ir.Var() | ir.Old() | ir.Local():
                return scope.texts[_key(e)]
            case ir.Call():
                return self._call(e, scope)
            case ir.Let():
                return self._let(e, scope, t)
            case ir.Fold():
                return self._fold(e, scope, t)
            case ir.Bind():
                return self._bind(e, scope, t)
        return self._op(e, scope, t)

    def _call(self, e: ir.Call, scope: Scope) -> str:
        name, variables, params = self.function(e.function)
        args = [self.text(a, scope, p.type) for a, p in zip(e.args, params)]
        args += [scope.texts["@" + v] for v in variables]
        return f"{name}({', '.join(args)})" if args else name

    def _let(self, e: ir.Let, scope: Scope, t: T.Type) -> str:
        name, frees = self.names.new("let"), self.free(e.body, scope, binders(e))
        inner = scope.inner()
        x, sort = scope.names.new(e.local), self.types.sort(e.value.type)
        inner.bind(e.local, x, sort)
        name = self.define(name, inner, {x: sort, **frees}, e.body, t)
        return f"{name}({', '.join([self.text(e.value, scope), *frees])})"

    def _fold(self, e: ir.Fold, scope: Scope, t: T.Type) -> str:
        frees = self.free(e.body, scope, binders(e))
        inner, item = scope.inner(), bound_type(e, "local")
        acc, x = scope.names.new(e.acc), scope.names.new(e.local)
        acc_sort, sort = self.types.sort(t), self.types.sort(item)
        inner.bind(e.acc, acc, acc_sort)
        inner.bind(e.local, x, sort)
        step = self.unit("step", inner, e.body, t)
        name = self.names.new("fold")
        more = "".join(f", {f}" for f in frees)
        name = self._recursion(name, f"{acc_sort} # List({sort})", frees, self.types.sort(t), {acc: acc_sort, x: sort}, sort, [
            f"{name}({acc}, []{more}) = {acc}", f"{name}({acc}, {x} |> rest_{more}) = {name}({step}, rest_{more})"])
        return f"{name}({', '.join([self.text(e.init, scope, t), self.elements(e.over, scope), *frees])})"

    def _bind(self, e: ir.Bind, scope: Scope, t: T.Type) -> str:
        if e.kind == "map":
            return self._map(e, scope, t)
        frees = self.free(e.body, scope, binders(e))
        if e.where is not None:
            frees |= self.free(e.where, scope, binders(e))
        inner, item = scope.inner(), bound_type(e, "local")
        x, sort = scope.names.new(e.local), self.types.sort(item)
        inner.bind(e.local, x, sort)
        want = t.item if isinstance(t, T.COLLECTIONS) else T.BOOL
        where = self.unit("where", inner, e.where) if e.where is not None else None
        body = self.unit("body", inner, e.body, want)
        name = self.names.new({"all": "forall_in", "any": "exists_in", "seq": "map_over", "set": "image"}[e.kind])
        more = "".join(f", {f}" for f in frees)
        rest = f"{name}(rest_{more})"
        match e.kind:
            case "all":
                empty, step = "true", (f"(!{atom(where)} || {atom(body)})" if where else atom(body)) + f" && {rest}"
            case "any":
                empty, step = "false", (f"({atom(where)} && {atom(body)})" if where else atom(body)) + f" || {rest}"
            case "seq":
                empty, step = "[]", f"{atom(body)} |> {rest}"
            case _:
                empty, step = "[]", f"{self.types.helpers.of('insert', want)}({rest}, {body})"
        if where and e.kind in ("seq", "set"):
            step = f"if({where}, {step}, {rest})"
        name = self._recursion(name, f"List({sort})", frees, self.types.sort(t), {x: sort}, sort, [
            f"{name}([]{more}) = {empty}", f"{name}({x} |> rest_{more}) = {step}"])
        return f"{name}({', '.join([self.elements(e.over, scope), *frees])})"

    def _recursion(self, name, domain, frees, result, own, item, equations) -> str:
        signature = " # ".join([domain, *frees.values()])
        variables = {**own, "rest_": f"List({item})", **frees}
        declared = " ".join(f"{v}: {s};" for v, s in variables.items())
        return self.types.add(name, f"map {name}: {signature} -> {result};\nvar {declared}\n"
                              "eqn " + ";\n    ".join(equations) + ";", list(variables))

    def _map(self, e: ir.Bind, scope: Scope, t: T.Map) -> str:
        name, frees = self.names.new("value_at"), self.free(e.body, scope, binders(e))
        inner = scope.inner()
        x, sort = scope.names.new(e.local), self.types.sort(t.key)
        inner.bind(e.local, x, sort)
        name = self.define(name, inner, {x: sort, **frees}, e.body, t.value)
        return self.types.make(t, [f"{name}({', '.join([self.types.value(t.key, k), *frees])})"
                                   for k in values.domain(t.key)])

    def elements(self, e: ir.Expr, scope: Scope, want: T.Type | None = None) -> str:
        """The elements of a collection as a list in iteration order: every collection is one."""
        return self.text(e, scope, want)

    # ---- operators

    def _op(self, e: ir.Op, scope: Scope, t: T.Type) -> str:
        special = getattr(self, f"_op_{e.op}", None)
        if special is None:
            raise UnsupportedError(Diagnostic(code="SAG642", message=f"{e.op!r} cannot be written in mCRL2", loc=e.loc))
        return special(e, scope, t, *e.args)

    def _joined(self, s: Scope, a: ir.Expr, b: ir.Expr) -> tuple[str, str]:
        t = T.join(a.type, b.type)
        return self.atom(a, s, t), self.atom(b, s, t)

    def _infix(self, e, s, t, a, b):
        x, y = self._joined(s, a, b)
        return f"{x} {INFIX[e.op]} {y}"

    _op_add = _op_sub = _op_mul = _op_eq = _op_lt = _op_le = _op_implies = _infix

    def _op_and(self, e, s, t, *args):
        return " && ".join(dict.fromkeys(self.atom(a, s) for a in args)) or "true"

    def _op_or(self, e, s, t, *args):
        return " || ".join(dict.fromkeys(self.atom(a, s) for a in args)) or "false"

    def _op_not(self, e, s, t, a):
        if isinstance(a, ir.Op) and a.op == "eq" and id(a) not in s.texts:
            x, y = self._joined(s, *a.args)
            return f"{x} != {y}"
        return f"!{self.atom(a, s)}"

    def _op_ite(self, e, s, t, c, a, b):
        return f"if({self.text(c, s)}, {self.text(a, s, t)}, {self.text(b, s, t)})"

    def _op_neg(self, e, s, t, a):
        return f"-{self.atom(a, s)}"

    def _op_abs(self, e, s, t, a):
        return f"abs({self.text(a, s)})"

    def _op_floordiv(self, e, s, t, a, b):
        return f"{self.types.helpers.integer('floor_div')}({self.text(a, s)}, {self.text(b, s)})"

    def _op_mod(self, e, s, t, a, b):
        return f"{self.types.helpers.integer('floor_mod')}({self.text(a, s)}, {self.text(b, s)})"

    def _op_record(self, e, s, t, *args):
        return self.types.make(t, [self.text(a, s, f) for a, (_, f) in zip(args, t.fields)])

    def _op_field(self, e, s, t, a):
        return f"{self.types.members(a.type)[1 + a.type.index(e.name)]}({self.text(a, s)})"

    def _op_replace(self, e, s, t, r, v):
        constructor, *readers = self.types.members(t)
        whole = self.text(r, s, t)
        parts = [f"{read}({whole})" for read in readers]
        k = t.index(e.name)
        parts[k] = self.text(v, s, t.fields[k][1])
        return self.types.make(t, parts)

    def _op_tuple(self, e, s, t, *items):
        return self.types.make(t, [self.text(a, s, u) for a, u in zip(items, t.items)])

    def _op_item(self, e, s, t, a):
        return f"{self.types.members(a.type)[1 + int(e.name)]}({self.text(a, s)})"

    def _op_none(self, e, s, t):
        return self.types.members(t)[0]

    def _op_some(self, e, s, t, a):
        return f"{self.types.members(t)[1]}({self.text(a, s, t.item)})"

    def _op_isnone(self, e, s, t, a):
        return f"{self.atom(a, s)} == {self.types.members(a.type)[0]}"

    def _op_unwrap(self, e, s, t, a):
        return f"{self.types.members(a.type)[2]}({self.text(a, s)})"

    def _op_index(self, e, s, t, c, k):
        if isinstance(c.type, T.Map):
            return f"{self.types.getter(c.type)}({self.text(c, s)}, {self.text(k, s, c.type.key)})"
        if isinstance(k, ir.Lit) and k.value == 0:
            return f"head({self.text(c, s)})"
        return f"{self.types.helpers.of('at', c.type.item)}({self.text(c, s)}, {self.text(k, s)})"

    def _op_with(self, e, s, t, c, k, v):
        if isinstance(t, T.Map):
            return (f"{self.types.setter(t)}({self.text(c, s, t)}, {self.text(k, s, t.key)}, "
                    f"{self.text(v, s, t.value)})")
        return (f"{self.types.helpers.of('replace_at', t.item)}({self.text(c, s, t)}, {self.text(k, s)}, "
                f"{self.text(v, s, t.item)})")

    def _op_map(self, e, s, t, *vs):
        return self.types.make(t, [self.text(v, s, t.value) for v in vs])

    def _op_domain(self, e, s, t):
        return self.types.domain(e.type.item)

    def _op_keys(self, e, s, t, m):
        return self.types.domain(m.type.key)

    def _op_values(self, e, s, t, m):
        return self._whole(s, m, lambda read, k: read)

    def _op_items(self, e, s, t, m):
        pair = t.item
        return self._whole(s, m, lambda read, k: self.types.make(pair, [self.types.value(m.type.key, k), read]))

    def _whole(self, s: Scope, m: ir.Expr, element) -> str:
        whole = self.text(m, s)
        reads = [f"{r}({whole})" for r in self.types.members(m.type)[1:]]
        return "[" + ", ".join(element(r, k) for r, k in zip(reads, values.domain(m.type.key))) + "]"

    def _op_enumerate(self, e, s, t, c):
        return f"{self.types.helpers.enumerate(t.item)}({self.text(c, s)}, 0)"

    def _op_seq(self, e, s, t, *items):
        return "[" + ", ".join(self.text(a, s, t.item) for a in items) + "]"

    def _op_append(self, e, s, t, c, x):
        return f"{self.atom(c, s, t)} <| {self.atom(x, s, t.item)}"

    def _op_concat(self, e, s, t, a, b):
        return f"{self.atom(a, s, t)} ++ {self.atom(b, s, t)}"

    def _op_insert(self, e, s, t, c, i, x):
        return self._list("insert_at", t.item, self.text(c, s, t), self.text(i, s), self.text(x, s, t.item))

    def _op_slice(self, e, s, t, c, i, j):
        return self._list("slice", t.item, self.text(c, s, t), self.text(i, s), self.text(j, s))

    def _op_removeat(self, e, s, t, c, i):
        if isinstance(i, ir.Lit) and i.value == 0:
            return f"tail({self.text(c, s, t)})"
        return self._list("remove_at", t.item, self.text(c, s, t), self.text(i, s))

    def _with_element(self, e, s, t, c, x):
        return self._list(ELEMENT[e.op], t.item, self.text(c, s, t), self.text(x, s, t.item))

    _op_removefirst = _op_insertset = _op_removeset = _op_discard = _op_insertbag = _op_removebag = _with_element

    def _op_range(self, e, s, t, *args):
        return f"{self.types.helpers.integer('range')}({', '.join(self.text(a, s) for a in args)})"

    def _op_sorted(self, e, s, t, c):
        return self._op_tobag(e, s, t, c)

    def _op_tobag(self, e, s, t, c):
        whole = self.text(c, s, replace(c.type, item=t.item))
        return self._list("sort_list", t.item, whole) if isinstance(c.type, T.Seq) else whole

    def _op_toset(self, e, s, t, c):
        whole = self.text(c, s, replace(c.type, item=t.item))
        return whole if isinstance(c.type, T.Set) else self._list("to_set", t.item, whole)

    def _op_toseq(self, e, s, t, c):
        return self.text(c, s, replace(c.type, item=t.item))

    def _op_flatseq(self, e, s, t, c):
        return self._list("flatten", t.item, self.text(c, s))

    def _op_flatset(self, e, s, t, c):
        return self._list("unite", t.item, self.text(c, s))

    def _op_set(self, e, s, t, *items):
        if len(items) < 2:
            return self._op_seq(e, s, t, *items)
        return self._list("to_set", t.item, self._op_seq(e, s, t, *items))

    def _op_bag(self, e, s, t, *items):
        if len(items) < 2:
            return self._op_seq(e, s, t, *items)
        return self._list("sort_list", t.item, self._op_seq(e, s, t, *items))

    def _of_two(self, e, s, t, a, b):
        u = T.join(a.type, b.type) or a.type
        return self._list(TWO[e.op], u.item, self.text(a, s, u), self.text(b, s, u))

    _op_union = _op_intersection = _op_difference = _op_subset = _op_disjoint = _op_sumbag = _of_two

    def _op_count(self, e, s, t, c, x):
        return self._list("count_of", c.type.item, self.text(c, s), self.text(x, s, c.type.item))

    def _op_len(self, e, s, t, c):
        return str(values.size(c.type.key)) if isinstance(c.type, T.Map) else f"#{self.atom(c, s)}"

    def _op_in(self, e, s, t, x, c):
        item = T.join(x.type, c.type.item) or c.type.item
        return f"{self.atom(x, s, item)} in {self.atom(c, s, replace(c.type, item=item))}"

    def _op_min(self, e, s, t, c):
        return self._list("least", c.type.item, self.text(c, s)) if isinstance(c.type, T.Seq) else f"head({self.text(c, s)})"

    def _op_max(self, e, s, t, c):
        return (self._list("greatest", c.type.item, self.text(c, s)) if isinstance(c.type, T.Seq)
                else f"rhead({self.text(c, s)})")

    def _op_sum(self, e, s, t, c):
        return self._list("sum_list", T.INT, self.text(c, s))

    def _list(self, helper: str, item: T.Type, *args: str) -> str:
        return f"{self.types.helpers.of(helper, item)}({', '.join(args)})"


INFIX = {"add": "+", "sub": "-", "mul": "*", "eq": "==", "lt": "<", "le": "<=", "implies": "=>"}
ELEMENT = {"removefirst": "remove", "insertset": "insert", "removeset": "remove", "discard": "remove",
           "insertbag": "put", "removebag": "remove"}
TWO = {"union": "union", "intersection": "intersection", "difference": "difference", "subset": "subset",
       "disjoint": "disjoint", "sumbag": "sum_bags"}


def _key(e: ir.Expr):
    match e:
        case ir.Local(name=name):
            return name
        case ir.Var(name=name):
            return "@" + name
        case ir.Old(name=name):
            return "$" + name
    return None
