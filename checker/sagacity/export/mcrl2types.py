"""How do types and values look in mCRL2?

    bool, int        Bool, Int
    enum, ids        a struct of constants
    record, tuple    a struct with one constructor
    option           struct none | some(value)
    map              a struct with one field for each key, and functions that read and replace a field
    seq              a List
    set, bag         a List in ascending order, a set without repetitions

Equal values have one normal form, so that the tools' states correspond to ours one to one: function sorts, the usual
way to write a map, have none and inflate the state space. Sets and bags are not FSet and FBag because equations
cannot take those apart: the language iterates over collections. The order that mCRL2 gives structs and lists is
the value order of the language, so `<` needs no definition.
"""

from __future__ import annotations

import re

from ..errors import Diagnostic, UnsupportedError
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from .mcrl2helpers import Helpers
from .mcrl2names import Names

#: Sorts with at most so many values are enumerated by mCRL2 itself where one is chosen.
FEW = 64


class Types:
    """Sorts, values and domains of the types of one model. Collects the definitions that they need."""

    def __init__(self, model: ir.Model, names: Names):
        self.names = names
        self.sorts: list[str] = []                    # declarations, as text
        self.definitions: dict[str, str] = {}         # name of a map -> its declaration and equations
        self._alike: dict[str, str] = {}              # definition without its own names -> name
        self.helpers = Helpers(self)
        self._sort: dict[T.Type, str] = {}
        self._members: dict[T.Type, tuple[str, ...]] = {}
        self._functions: dict[tuple, str] = {}
        self._ambiguous = _repeated_members(model)

    # ---- sorts

    def sort(self, t: T.Type) -> str:
        """The sort of a type; ranges and capacities do not matter."""
        t = T.erase(t)
        match t:
            case T.Bool() | T.Bottom():
                return "Bool"
            case T.Int():
                return "Int"
            case T.Set(item) | T.Seq(item) | T.Bag(item):
                return f"List({self.sort(item)})"
        if t not in self._sort:
            self._declare(t)
        return self._sort[t]

    def stem(self, t: T.Type) -> str:
        """A name for use inside other names."""
        match t:
            case T.Set(item) | T.Seq(item) | T.Bag(item):
                return f"List_{self.stem(item)}"
        return self.sort(t)

    def members(self, t: T.Type) -> tuple[str, ...]:
        """The constants of an enum; of other structs, constructor first, the functions made by the declaration."""
        self.sort(t)
        return self._members[T.erase(t)]

    def _declare(self, t: T.Type) -> None:
        new = self.names.new
        match t:
            case T.Enum(name, members):
                self._sort[t] = sort = new(name)
                own = tuple(new(f"{name}_{m}" if m in self._ambiguous else m) for m in members)
                self._members[t] = own
                body = " | ".join(own)
            case T.Ids(name, n):
                self._sort[t] = sort = new(name[:1].upper() + name[1:])
                self._members[t] = own = tuple(new(f"{name}{i}") for i in range(n))
                body = " | ".join(own) or new("no_" + name)
            case T.Option(item):
                inner = self.sort(item)
                stem = self.stem(item)
                self._sort[t] = sort = new(f"Option_{stem}")
                self._members[t] = none, some, value = new(f"none_{stem}"), new(f"some_{stem}"), new(f"value_{stem}")
                body = f"{none} | {some}({value}: {inner})"
            case T.Record(name, fields):
                sort, body = self._product(t, name or "Anonymous", fields)
            case T.Tuple(items):
                stem = "_".join(["Tuple", *map(self.stem, items)])
                sort, body = self._product(t, stem, [(f"item{i}", u) for i, u in enumerate(items)])
            case T.Map(key, value):
                stem = f"{self.stem(key)}_to_{self.stem(value)}"
                fields = [(_plain(values.show(key, k)), value) for k in values.domain(key)]
                sort, body = self._product(t, stem, fields)
            case _:
                raise UnsupportedError(Diagnostic(code="SAG640", message=f"no sort for {T.show(t)} in mCRL2"))
        self.sorts.append(f"sort {sort} = struct {body};")

    def _product(self, t: T.Type, stem: str, fields) -> tuple[str, str]:
        sorts = [(n, self.sort(u)) for n, u in fields]
        self._sort[t] = sort = self.names.new(stem)
        constructor = self.names.new(f"mk_{sort}")
        readers = [self.names.new(f"{sort}_{n}") for n, _ in sorts]
        self._members[t] = (constructor, *readers)
        body = constructor
        if readers:
            body += "(" + ", ".join(f"{r}: {s}" for r, (_, s) in zip(readers, sorts)) + ")"
        return sort, body

    # ---- values

    def value(self, t: T.Type, v, loc=None) -> str:
        """A plain value, as an atom."""
        match t:
            case T.Bool():
                return "true" if v else "false"
            case T.Int():
                return str(v) if v >= 0 else f"({v})"
            case T.Enum() | T.Ids():
                return self.members(t)[v]
            case T.Record(_, fields):
                return self.make(t, [self.value(f, x, loc) for (_, f), x in zip(fields, v)])
            case T.Tuple(items):
                return self.make(t, [self.value(i, x, loc) for i, x in zip(items, v)])
            case T.Option(item):
                return self.members(t)[0] if v == () else f"{self.members(t)[1]}({self.value(item, v[0], loc)})"
            case T.Map(_, item):
                return self.make(t, [self.value(item, x, loc) for x in v])
            case T.Set(item) | T.Seq(item) | T.Bag(item):
                return "[" + ", ".join(self.value(item, x, loc) for x in v) + "]"
        raise UnsupportedError(Diagnostic(code="SAG640", message=f"no value of {T.show(t)} in mCRL2", loc=loc))

    def make(self, t: T.Type, parts: list[str]) -> str:
        """A record, tuple or map with these parts."""
        constructor = self.members(t)[0]
        return f"{constructor}({', '.join(parts)})" if parts else constructor

    def label(self, t: T.Type, v) -> str:
        """A plain value as the tools print it in a label."""
        return self.value(t, v)

    def default(self, t: T.Type):
        """Some plain value of the type, for a place where it does not matter which."""
        match t:
            case T.Bool():
                return False
            case T.Int(lo):
                return lo or 0
            case T.Enum() | T.Ids() | T.Bottom():
                return 0
            case T.Record(_, fields):
                return tuple(self.default(f) for _, f in fields)
            case T.Tuple(items):
                return tuple(map(self.default, items))
            case T.Map(key, value):
                return (self.default(value),) * values.size(key)
        return ()

    # ---- domains and membership

    def exact(self, t: T.Type) -> bool:
        """Does the sort have exactly the values of the type, so that mCRL2 can enumerate them?"""
        match t:
            case T.Bool() | T.Enum():
                return True
            case T.Ids(_, n):
                return n > 0
            case T.Record(_, fields):
                return all(self.exact(f) for _, f in fields)
            case T.Tuple(items):
                return all(map(self.exact, items))
            case T.Option(item):
                return self.exact(item)
        return False

    def enumerated(self, t: T.Type, members: tuple) -> tuple[str, str, str]:
        """A sort with one member for each of these values, so that mCRL2 can enumerate it quickly; the function to the
        value; and the predicate that can be rewritten, to true, only for a known member."""
        key = "enumerated", t if T.erase(t) != T.INT else T.INT, members
        if key not in self._functions:
            new, stem = self.names.new, self.stem(t)
            is_range = T.erase(t) == T.INT and members and members[-1] - members[0] == len(members) - 1
            sort = new(_plain(f"{stem} {members[0]} to {members[-1]}") if is_range else f"Some_{stem}")
            own = [new(f"{stem.lower()}_{_plain(str(v)) if T.erase(t) == T.INT else f'no{i}'}") for i, v in enumerate(members)]
            read, known = new(f"the_{stem}"), new(f"is_known_{sort}")
            self.sorts.append(f"sort {sort} = struct {' | '.join(own) or new('no_' + stem)};")
            values_ = [f"{read}({m}) = {self.value(t, v)};" for m, v in zip(own, members)]
            equations = "\neqn " * bool(own)
            self.definitions[read] = f"map {read}: {sort} -> {self.sort(t)};" + equations + "\n    ".join(values_)
            self.definitions[known] = (f"map {known}: {sort} -> Bool;" + equations
                                       + "\n    ".join(f"{known}({m}) = true;" for m in own))
            self._functions[key] = sort, read, known
        return self._functions[key]

    def domain(self, t: T.Type) -> str:
        """The name of the ordered list of all values."""
        key = ("domain", t)
        if key not in self._functions:
            listed = ", ".join(self.value(t, v) for v in values.domain(t))
            name = self.names.new(f"all_{self.stem(t)}")
            self._functions[key] = self.define(name, [], f"List({self.sort(t)})", f"[{listed}]")
        return self._functions[key]

    def member(self, t: T.Type, e: str) -> str:
        """Is the value `e`, of the right sort, inside the ranges and capacities of `t`? Empty if it always is."""
        match t:
            case T.Int(lo, hi) if lo is not None:
                return f"{self.value(T.INT, lo)} <= {e} && {e} <= {self.value(T.INT, hi)}"
            case T.Bool() | T.Enum() | T.Ids() | T.Int():
                return ""
        if t == T.erase(t):
            return ""
        key = ("member", t)
        if key not in self._functions:
            name, body = self.names.new(f"in_range_{self.stem(t)}"), self._membership(t) or "true"
            self._functions[key] = self.define(name, [("v_", self.sort(t))], "Bool", body)
        return f"{self._functions[key]}({e})"

    def _membership(self, t: T.Type) -> str:
        match t:
            case T.Record(_, fields):
                parts = [self.member(f, f"{r}(v_)") for (_, f), r in zip(fields, self.members(t)[1:])]
            case T.Tuple(items):
                parts = [self.member(i, f"{r}(v_)") for i, r in zip(items, self.members(t)[1:])]
            case T.Map(_, value):
                parts = [self.member(value, f"{r}(v_)") for r in self.members(t)[1:]]
            case T.Option(item):
                none, _, read = self.members(t)
                inner = self.member(item, f"{read}(v_)")
                parts = [f"v_ == {none} || ({inner})"] if inner else []
            case T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
                parts = [f"#v_ <= {cap}"] if cap is not None else []
                if self.member(item, "x_"):
                    parts.append(f"{self._all_inside(item)}(v_)")
            case _:
                parts = []
        return " && ".join(f"({p})" for p in parts if p)

    def _all_inside(self, item: T.Type) -> str:
        name, sort = self.names.new(f"all_in_range_{self.stem(item)}"), self.sort(item)
        self.definitions[name] = (
            f"map {name}: List({sort}) -> Bool;\nvar x_: {sort}; s_: List({sort});\n"
            f"eqn {name}([]) = true;\n    {name}(x_ |> s_) = ({self.member(item, 'x_')}) && {name}(s_);")
        return name

    # ---- maps

    def getter(self, t: T.Map) -> str:
        """The function that reads a map at a key."""
        return self._map_function("get", t)

    def setter(self, t: T.Map) -> str:
        """The function that replaces the value at a key."""
        return self._map_function("set", t)

    def _map_function(self, which: str, t: T.Map) -> str:
        t = T.erase(t)
        if (which, t) not in self._functions:
            self._functions[which, t] = name = self.names.new(f"{which}_{self.sort(t)}")
            self.definitions[name] = self._map_equations(which, name, t)
        return self._functions[which, t]

    def _map_equations(self, which: str, name: str, t: T.Map) -> str:
        keys = list(values.domain(t.key))
        parts = [f"v{i}_" for i in range(len(keys))]
        pattern = self.make(t, parts)
        key, value, whole = self.sort(t.key), self.sort(t.value), self.sort(t)
        declared = f"map {name}: {whole} # {key}" + (f" -> {value};" if which == "get" else f" # {value} -> {whole};")
        variables = f"var {', '.join([*parts, 'new_'])}: {value}; k_: {key};"
        more = "" if which == "get" else ", new_"

        def result(i: int) -> str:
            return parts[i] if which == "get" else self.make(t, [*parts[:i], "new_", *parts[i + 1:]])

        if self.exact(t.key):
            equations = [f"{name}({pattern}, {self.value(t.key, k)}{more}) = {result(i)};" for i, k in enumerate(keys)]
        else:
            chain = result(len(keys) - 1) if keys else "new_"
            for i in reversed(range(len(keys) - 1)):
                chain = f"if(k_ == {self.value(t.key, keys[i])}, {result(i)}, {chain})"
            equations = [f"{name}({pattern}, k_{more}) = {chain};"]
        return "\n".join([declared, variables, "eqn " + "\n    ".join(equations)])

    # ---- definitions

    def closed(self, t: T.Type) -> str:
        """The predicate that can be rewritten, to true, only for a known value of an exact type."""
        t = T.erase(t)
        if ("closed", t) not in self._functions:
            self._functions["closed", t] = name = self.names.new(f"is_known_{self.stem(t)}")
            self.definitions[name] = "\n".join(self._closed_equations(name, t))
        return self._functions["closed", t]

    def _closed_equations(self, name: str, t: T.Type) -> list[str]:
        match t:
            case T.Bool():
                constants, made, items = ["true", "false"], "", []
            case T.Option(item):
                constants, made, items = [self.members(t)[0]], self.members(t)[1], [item]
            case T.Record(_, fields) if fields:
                constants, made, items = [], self.members(t)[0], [f for _, f in fields]
            case T.Tuple(items) if items:
                constants, made = [], self.members(t)[0]
            case _:
                constants, made, items = list(self.members(t)), "", []
        equations = [f"{name}({c}) = true;" for c in constants]
        variables = ["var " + " ".join(f"x{i}_: {self.sort(u)};" for i, u in enumerate(items))] if made else []
        if made:
            xs = [f"x{i}_" for i in range(len(items))]
            known = " && ".join(f"{self.closed(u)}({x})" for u, x in zip(items, xs))
            equations.append(f"{name}({made}({', '.join(xs)})) = {known};")
        return [f"map {name}: {self.sort(t)} -> Bool;", *variables, "eqn " + "\n    ".join(equations)]

    def define(self, name: str, params: list[tuple[str, str]], sort: str, body: str, when: str = "") -> str:
        """A function by one equation, which holds under the condition `when`: the name to call it by."""
        domain = " # ".join(s for _, s in params) + " -> " if params else ""
        lines = [f"map {name}: {domain}{sort};"]
        if params:
            lines.append("var " + " ".join(f"{p}: {s};" for p, s in params))
        call = f"{name}({', '.join(p for p, _ in params)})" if params else name
        lines.append(f"eqn {when + ' -> ' if when else ''}{call} = {body};")
        return self.add(name, "\n".join(lines), [p for p, _ in params])

    def add(self, name: str, definition: str, own: list[str]) -> str:
        """A function: this name for it, or that of an earlier one that differs in its own name and variables only.

        The functional form copies what more than one place needs, and copies of copies are many where loops are nested.
        """
        places = {name: "@"} | {x: f"@{i}" for i, x in enumerate(own)}
        anonymous = re.sub(r"\w+", lambda word: places.get(word[0], word[0]), definition)
        if (known := self._alike.setdefault(anonymous, name)) != name:
            self.names.drop(name)
            return known
        self.definitions[name] = definition
        return name


def _plain(text: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in text.replace("-", "minus")).split()) or "empty"


def _repeated_members(model: ir.Model) -> set[str]:
    """Names that are members of more than one enum of the model: these get the name of their enum in front."""
    enums: dict[T.Enum, None] = {}
    for t in [v.type for v in model.vars] + [c.type for c in model.consts] + [
            p.type for u in (*model.actions, *model.functions) for p in u.params] + [
            t for u in (*model.actions, *model.functions) for _, t in u.locals]:
        _enums(t, enums)
    seen, repeated = set(), set()
    for e in enums:
        repeated |= seen & set(e.members)
        seen |= set(e.members)
    return repeated


def _enums(t: T.Type, found: dict[T.Enum, None]) -> None:
    match t:
        case T.Enum():
            found[t] = None
        case T.Record(_, fields):
            for _, f in fields:
                _enums(f, found)
        case T.Tuple(items):
            for i in items:
                _enums(i, found)
        case T.Map(key, value):
            _enums(key, found)
            _enums(value, found)
        case T.Option(item) | T.Set(item) | T.Seq(item) | T.Bag(item):
            _enums(item, found)
