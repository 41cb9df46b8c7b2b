"""How do types and values look in TLA+?

    bool, int        TRUE and FALSE, integers
    enum             strings; ids are integers from 0
    record           a record; a tuple is a tuple
    option           <<>> or <<value>>
    map              a function
    set, seq         a set, a sequence (positions from 1)
    bag              a function from the elements to how often they occur

Each value has exactly one such form, so that TLC's states correspond to ours one to one.
"""

from __future__ import annotations

import re

from ..errors import Diagnostic, UnsupportedError
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from .names import Names, field

#: TLC's integers.
LARGEST = 2**31 - 1

#: Up to so many values, a type is written out where it is given as a set that TLC has to enumerate.
FEW = 256


def bound(stem: str, inside: str) -> str:
    """A bound variable that the text inside its scope does not mention; it ends in an underscore, as only ours do."""
    name, k = f"{stem}_", 1
    while re.search(rf"\b{name}\b", inside):
        k += 1
        name = f"{stem}{k}_"
    return name


def _bare(text: str) -> str:
    r"""A range without its parentheses, for after ``\in``."""
    return text[1:-1] if re.fullmatch(r"\([^()]*\)", text) else text


class Types:
    """Sets, membership, order and literals of the types of one model. Collects the definitions they need."""

    def __init__(self, model: ir.Model, names: Names, helpers: set[str]):
        self.model = model
        self.names = names
        self.helpers = helpers
        self.definitions: list[str] = []
        self.loc = model.loc          # of what is being written: where an error belongs
        self._sets: dict[T.Type, str] = {}
        self._less: dict[T.Type, str] = {}
        self.constants: dict[str, str] = {}        # names of constants that are CONSTANTS of the module

    # ---- sets

    def set(self, t: T.Type) -> str:
        """The set of all values, as an atom."""
        match t:
            case T.Bool():
                return "BOOLEAN"
            case T.Int(lo, _) if lo is not None:
                return f"({self.bound(t, 0)} .. {self.bound(t, 1)})"
            case T.Int():
                return "Int"
            case T.Enum() | T.Ids() | T.Record():
                return self._named(t)
            case T.Tuple(items):
                if len(items) == 1:
                    return f"{{<<x_>> : x_ \\in {self.set(items[0])}}}"
                return "(" + " \\X ".join(map(self.set, items)) + ")"
            case T.Option(item):
                return f"({{<<>>}} \\cup {{<<x_>> : x_ \\in {self.set(item)}}})"
            case T.Map(key, value):
                return f"[{self.set(key)} -> {self.set(value)}]"
            case T.Set(item, None):
                return f"(SUBSET {self.set(item)})"
            case T.Set(item, cap):
                return f"{{S_ \\in SUBSET {self.set(item)} : Cardinality(S_) <= {cap}}}"
            case T.Seq(item, cap) if cap is not None:
                return f"(UNION {{[1 .. n_ -> {self.set(item)}] : n_ \\in 0 .. {cap}}})"
            case T.Bag(item, cap) if cap is not None:
                self.helpers.add("BagSize")
                inner = f"(UNION {{[S_ -> 1 .. {cap}] : S_ \\in SUBSET {self.set(item)}}})"
                return f"{{f_ \\in {inner} : BagSize(f_) <= {cap}}}"
        raise UnsupportedError(Diagnostic(code="SAG620", message=f"TLC cannot enumerate {T.show(t)}", loc=self.loc))

    def bound(self, t: T.Int, which: int) -> str:
        """A limit of a range: by the name of the constant where the user wrote one."""
        value = (t.lo, t.hi)[which]
        text = t.text[which] if t.text else ""
        known = {c.name: c.value for c in self.model.consts if isinstance(c.type, T.Int)}
        if text in known and known[text] == value and text in self.constants:
            return self.constants[text]
        return self.value(T.INT, value)

    def _named(self, t: T.Enum | T.Ids | T.Record) -> str:
        if t not in self._sets:
            match t:
                case T.Enum(_, members):
                    body = "{" + ", ".join(f'"{m}"' for m in members) + "}"
                case T.Ids(_, n):
                    body = f"0 .. {n - 1}"
                case T.Record(_, fields) if fields:
                    body = "[" + ", ".join(f"{field(n)} : {self.set(f)}" for n, f in fields) + "]"
                case _:
                    body = "{<<>>}"
            self._sets[t] = self.names.new(t.name[:1].upper() + t.name[1:] or "Anonymous")
            self.definitions.append(f"{self._sets[t]} == {body}")
        return self._sets[t]

    # ---- membership

    def member(self, t: T.Type, e: str) -> str:
        """The predicate that the value `e` (an atom), of the right shape, is one of the finite type."""
        if self._decidable(t):
            return f"{e} \\in {_bare(self.set(t))}"
        match t:
            case T.Tuple(items):
                return self._all([self.member(u, f"{e}[{i + 1}]") for i, u in enumerate(items)])
            case T.Record(_, fields):
                return self._all([self.member(u, f"{e}.{field(n)}") for n, u in fields])
            case T.Option(item):
                return f"({e} = <<>> \\/ ({self.member(item, e + '[1]')}))"
            case T.Map(key, value):
                x = bound("k", e)
                return f"(\\A {x} \\in {_bare(self.set(key))} : {self.member(value, f'{e}[{x}]')})"
            case T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
                over = f"DOMAIN {e}" if isinstance(t, T.Bag) else e
                size = {T.Set: "Cardinality", T.Seq: "Len", T.Bag: "BagSize"}[type(t)]
                x = bound("x", e)
                parts = []
                if isinstance(t, T.Seq):
                    over = f"DOMAIN {e}"
                    parts.append(f"\\A {x} \\in {over} : {self.member(item, f'{e}[{x}]')}")
                else:
                    parts.append(f"\\A {x} \\in {over} : {self.member(item, x)}")
                if cap is not None:
                    if size == "BagSize":
                        self.helpers.add(size)
                    parts.insert(0, f"{size}({e}) <= {cap}")
                return self._all(parts)
        message = f"TLC cannot decide membership in {T.show(t)}"
        raise UnsupportedError(Diagnostic(code="SAG620", message=message, loc=self.loc))

    def _all(self, parts: list[str]) -> str:
        return "(" + " /\\ ".join(f"({p})" if "\\A" in p else p for p in parts) + ")" if parts else "TRUE"

    def _decidable(self, t: T.Type) -> bool:
        """Does TLC decide membership in `set(t)` without enumerating much?"""
        match t:
            case T.Bool() | T.Int() | T.Enum() | T.Ids():
                return True
            case T.Record(_, fields):
                return all(self._decidable(f) for _, f in fields)
            case T.Tuple(items):
                return len(items) > 1 and all(map(self._decidable, items))
            case T.Map(_, value):
                return self._decidable(value)
            case T.Set(item, None):
                return self._decidable(item)
            case T.Option(item):
                return self._decidable(item) and values.size(item) <= FEW
        return False

    # ---- order

    def less(self, t: T.Type) -> str:
        """The name of the operator for < in value order."""
        if isinstance(t, (T.Int, T.Ids)):
            self.helpers.add("IntLess")
            return "IntLess"
        if isinstance(t, T.Bool):
            self.helpers.add("BoolLess")
            return "BoolLess"
        key = T.erase(t)
        if key not in self._less:
            body = self._less_body(t)
            self._less[key] = name = self.names.new(f"{getattr(t, 'name', type(t).__name__)}Less")
            self.definitions.append(f"{name}(a_, b_) == {body}")
        return self._less[key]

    def _less_body(self, t: T.Type) -> str:
        match t:
            case T.Enum(_, members):
                ranks = " @@ ".join(f'"{m}" :> {i}' for i, m in enumerate(members))
                return f"LET rank_ == {ranks} IN rank_[a_] < rank_[b_]"
            case T.Record(_, fields):
                return self._lexicographic([(u, f"a_.{field(n)}", f"b_.{field(n)}") for n, u in fields])
            case T.Tuple(items):
                return self._lexicographic([(u, f"a_[{i + 1}]", f"b_[{i + 1}]") for i, u in enumerate(items)])
            case T.Option(item):
                return f"b_ # <<>> /\\ (a_ = <<>> \\/ {self.less(item)}(a_[1], b_[1]))"
            case T.Map(key, value):
                parts = [(value, f"a_[{k}]", f"b_[{k}]") for k in map(lambda k: self.value(key, k), values.domain(key))]
                return self._lexicographic(parts)
            case T.Seq(item):
                self.helpers.add("SeqLess")
                return f"SeqLess({self.less(item)}, a_, b_)"
            case T.Set(item) | T.Bag(item):
                inner = self.less(item)
                self.helpers |= {"SeqLess", "SortedSet", "BagToSeq"}
                to_seq = "SortedSet" if isinstance(t, T.Set) else "BagToSeq"
                return f"SeqLess({inner}, {to_seq}({inner}, a_), {to_seq}({inner}, b_))"
            case T.Bottom():
                return "FALSE"
        raise UnsupportedError(Diagnostic(code="SAG620", message=f"no order of {T.show(t)}", loc=self.loc))

    def _lexicographic(self, parts: list[tuple[T.Type, str, str]]) -> str:
        text = "FALSE"
        for t, a, b in reversed(parts):
            first = f"{self.less(t)}({a}, {b})"
            text = first if text == "FALSE" else f"({first} \\/ ({a} = {b} /\\ {text}))"
        return text

    # ---- values

    def value(self, t: T.Type, v, loc=None) -> str:
        """A plain value, as an atom."""
        match t:
            case T.Bool():
                return "TRUE" if v else "FALSE"
            case T.Int() | T.Ids():
                if not -LARGEST <= v <= LARGEST:
                    raise UnsupportedError(Diagnostic(code="SAG621", message=f"{v} is too large for TLC", loc=loc or self.loc))
                return str(v) if v >= 0 else f"({v})"
            case T.Enum(_, members):
                return f'"{members[v]}"'
            case T.Record(_, fields):
                return self.record([(n, self.value(f, x, loc)) for (n, f), x in zip(fields, v)])
            case T.Tuple(items):
                return "<<" + ", ".join(self.value(i, x, loc) for i, x in zip(items, v)) + ">>"
            case T.Option(item):
                return "<<>>" if v == () else f"<<{self.value(item, v[0], loc)}>>"
            case T.Map(key, value):
                return self.function(key, [self.value(value, x, loc) for x in v])
            case T.Set(item):
                return "{" + ", ".join(self.value(item, x, loc) for x in v) + "}"
            case T.Seq(item):
                return "<<" + ", ".join(self.value(item, x, loc) for x in v) + ">>"
            case T.Bag(item):
                self.helpers.add("SeqToBag")
                return f"SeqToBag(<<{', '.join(self.value(item, x, loc) for x in v)}>>)"
        raise UnsupportedError(Diagnostic(code="SAG620", message=f"no value of {T.show(t)} in TLA+", loc=loc or self.loc))

    def record(self, fields: list[tuple[str, str]]) -> str:
        """A record with these fields."""
        return "[" + ", ".join(f"{field(n)} |-> {x}" for n, x in fields) + "]" if fields else "<<>>"

    def function(self, key: T.Type, results: list[str]) -> str:
        """The function from the values of `key`, in order, to `results`."""
        if len(set(results)) == 1:
            return f"[{bound('k', results[0])} \\in {_bare(self.set(key))} |-> {results[0]}]"
        pairs = [f"{self.value(key, k)} :> {x}" for k, x in zip(values.domain(key), results)]
        return "(" + " @@ ".join(pairs) + ")" if pairs else "<<>>"

    def default(self, t: T.Type) -> str:
        """Some value of the type, for a place where it does not matter which."""
        match t:
            case T.Int(lo):
                return "0" if lo is None else self.value(t, lo)
            case T.Record(_, fields):
                return self.record([(n, self.default(f)) for n, f in fields])
            case T.Tuple(items):
                return "<<" + ", ".join(map(self.default, items)) + ">>"
            case T.Option() | T.Seq() | T.Bag():
                return "<<>>"
            case T.Set():
                return "{}"
            case T.Map(key, value):
                return self.function(key, [self.default(value)])
        return self.value(t, 0)
