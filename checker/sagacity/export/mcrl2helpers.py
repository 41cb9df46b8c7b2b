"""Which functions on lists does an exported specification need?  mCRL2 has no polymorphism: one copy per sort.

Sets and bags are ascending lists. Only what a model uses is printed. Parameters end in an underscore, as
nothing that we hand out does.
"""

from __future__ import annotations

from ..ir import types as T

#: name -> (helpers it needs, signature, equations); S stands for the element sort, NAME_ for the helper NAME.
LISTS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "at": ((), "List(S) # Int -> S", "at_(x_ |> s_, i_) = if(i_ == 0, x_, at_(s_, i_ - 1))"),
    "is_position": ((), "List(S) # Nat -> Bool",
                    "is_position_([], n_) = false;"
                    "is_position_(x_ |> s_, n_) = n_ == 0 || is_position_(s_, Int2Nat(max(n_ - 1, 0)))"),
    "replace_at": ((), "List(S) # Int # S -> List(S)",
                   "replace_at_([], i_, y_) = [];"
                   "replace_at_(x_ |> s_, i_, y_) = if(i_ == 0, y_ |> s_, x_ |> replace_at_(s_, i_ - 1, y_))"),
    "remove_at": ((), "List(S) # Int -> List(S)",
                  "remove_at_([], i_) = []; remove_at_(x_ |> s_, i_) = if(i_ == 0, s_, x_ |> remove_at_(s_, i_ - 1))"),
    "insert_at": ((), "List(S) # Int # S -> List(S)",
                  "insert_at_([], i_, y_) = [y_];"
                  "insert_at_(x_ |> s_, i_, y_) = if(i_ <= 0, y_ |> x_ |> s_, x_ |> insert_at_(s_, i_ - 1, y_))"),
    "slice": ((), "List(S) # Int # Int -> List(S)",
              "slice_([], i_, j_) = []; slice_(x_ |> s_, i_, j_) = "
              "if(j_ <= 0, [], if(i_ <= 0, x_ |> slice_(s_, 0, j_ - 1), slice_(s_, i_ - 1, j_ - 1)))"),
    "remove": ((), "List(S) # S -> List(S)",
               "remove_([], y_) = []; remove_(x_ |> s_, y_) = if(x_ == y_, s_, x_ |> remove_(s_, y_))"),
    "insert": ((), "List(S) # S -> List(S)",
               "insert_([], y_) = [y_]; insert_(x_ |> s_, y_) = "
               "if(y_ < x_, y_ |> x_ |> s_, if(x_ == y_, x_ |> s_, x_ |> insert_(s_, y_)))"),
    "put": ((), "List(S) # S -> List(S)",
            "put_([], y_) = [y_]; put_(x_ |> s_, y_) = if(y_ <= x_, y_ |> x_ |> s_, x_ |> put_(s_, y_))"),
    "to_set": (("insert",), "List(S) -> List(S)", "to_set_([]) = []; to_set_(x_ |> s_) = insert_(to_set_(s_), x_)"),
    "sort_list": (("put",), "List(S) -> List(S)",
                  "sort_list_([]) = []; sort_list_(x_ |> s_) = put_(sort_list_(s_), x_)"),
    "union": (("insert",), "List(S) # List(S) -> List(S)",
              "union_([], t_) = t_; union_(x_ |> s_, t_) = union_(s_, insert_(t_, x_))"),
    "sum_bags": (("put",), "List(S) # List(S) -> List(S)",
                 "sum_bags_([], t_) = t_; sum_bags_(x_ |> s_, t_) = sum_bags_(s_, put_(t_, x_))"),
    "intersection": ((), "List(S) # List(S) -> List(S)",
                     "intersection_([], t_) = []; intersection_(x_ |> s_, t_) = "
                     "if(x_ in t_, x_ |> intersection_(s_, t_), intersection_(s_, t_))"),
    "difference": ((), "List(S) # List(S) -> List(S)",
                   "difference_([], t_) = []; difference_(x_ |> s_, t_) = "
                   "if(x_ in t_, difference_(s_, t_), x_ |> difference_(s_, t_))"),
    "subset": ((), "List(S) # List(S) -> Bool",
               "subset_([], t_) = true; subset_(x_ |> s_, t_) = x_ in t_ && subset_(s_, t_)"),
    "disjoint": ((), "List(S) # List(S) -> Bool",
                 "disjoint_([], t_) = true; disjoint_(x_ |> s_, t_) = !(x_ in t_) && disjoint_(s_, t_)"),
    "count_of": ((), "List(S) # S -> Int",
                 "count_of_([], y_) = 0; count_of_(x_ |> s_, y_) = count_of_(s_, y_) + if(x_ == y_, 1, 0)"),
    "least": ((), "List(S) -> S",
              "least_([x_]) = x_; least_(x_ |> y_ |> s_) = least_(if(x_ <= y_, x_, y_) |> s_)"),
    "greatest": ((), "List(S) -> S",
                 "greatest_([x_]) = x_; greatest_(x_ |> y_ |> s_) = greatest_(if(y_ <= x_, x_, y_) |> s_)"),
    "sum_list": ((), "List(S) -> S", "sum_list_([]) = 0; sum_list_(x_ |> s_) = x_ + sum_list_(s_)"),
    "flatten": ((), "List(List(S)) -> List(S)", "flatten_([]) = []; flatten_(t_ |> u_) = t_ ++ flatten_(u_)"),
    "unite": (("union",), "List(List(S)) -> List(S)", "unite_([]) = []; unite_(t_ |> u_) = union_(t_, unite_(u_))"),
}

#: Functions on integers, with the floor semantics of Python.
INTEGERS = {
    "floor_div": ("Int # Int -> Int",
                  "b_ > 0 -> floor_div_(a_, b_) = a_ div Int2Pos(b_); b_ < 0 -> floor_div_(a_, b_) = -a_ div Int2Pos(-b_)"),
    "floor_mod": ("Int # Int -> Int",
                  "b_ > 0 -> floor_mod_(a_, b_) = a_ mod Int2Pos(b_); b_ < 0 -> floor_mod_(a_, b_) = -(-a_ mod Int2Pos(-b_))"),
    "range": ("Int # Int # Int -> List(Int)",
              "c_ > 0 && a_ < b_ || c_ < 0 && a_ > b_ -> range_(a_, b_, c_) = a_ |> range_(a_ + c_, b_, c_);"
              "!(c_ > 0 && a_ < b_ || c_ < 0 && a_ > b_) -> range_(a_, b_, c_) = []"),
}


class Helpers:
    """The helpers that one model uses, by name and element type."""

    def __init__(self, types):
        self.types = types
        self._names: dict[tuple, str] = {}

    def of(self, name: str, item: T.Type) -> str:
        """The helper `name` for lists of `item`."""
        sort = self.types.sort(item)
        if (name, sort) not in self._names:
            needs, signature, equations = LISTS[name]
            own = {n: self.of(n, item) for n in needs}
            own[name] = self._names[name, sort] = self.types.names.new(f"{name}_{self.types.stem(item)}")
            variables = f"x_, y_: {sort}; s_, t_: List({sort}); u_: List(List({sort})); i_, j_: Int; n_: Nat;"
            self._define(own, signature.replace("S)", f"{sort})").replace("# S", f"# {sort}").replace("-> S", f"-> {sort}"),
                         variables, equations, name)
        return self._names[name, sort]

    def integer(self, name: str) -> str:
        """A helper on integers."""
        if (name, "") not in self._names:
            signature, equations = INTEGERS[name]
            self._names[name, ""] = own = self.types.names.new(name)
            self._define({name: own}, signature, "a_, b_, c_: Int;", equations, name)
        return self._names[name, ""]

    def enumerate(self, pair: T.Tuple) -> str:
        """The function from a list to its positions, from a number on, and elements."""
        item = pair.items[1]
        sort, result = self.types.sort(item), self.types.sort(pair)
        if ("enumerate", sort) not in self._names:
            self._names["enumerate", sort] = own = self.types.names.new(f"enumerate_{self.types.stem(item)}")
            made = self.types.make(pair, ["i_", "x_"])
            self._define({"enumerate": own}, f"List({sort}) # Int -> List({result})", f"x_: {sort}; s_: List({sort}); i_: Int;",
                         f"enumerate_([], i_) = []; enumerate_(x_ |> s_, i_) = {made} |> enumerate_(s_, i_ + 1)", "enumerate")
        return self._names["enumerate", sort]

    def _define(self, own: dict[str, str], signature: str, variables: str, equations: str, name: str) -> None:
        for n in sorted(own, key=len, reverse=True):
            equations = equations.replace(f"{n}_(", f"\0{list(own).index(n)}\0(")
        for i, n in enumerate(own):
            equations = equations.replace(f"\0{i}\0", own[n])
        used = [v for v in variables.rstrip(";").split(";") if any(x.strip() in equations for x in v.split(":")[0].split(","))]
        lines = ";\n    ".join(e.strip() for e in equations.split(";"))
        self.types.definitions[own[name]] = f"map {own[name]}: {signature};\nvar {';'.join(used).strip()};\neqn {lines};"
