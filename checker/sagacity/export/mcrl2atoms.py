"""How can a formula of the mu-calculus, which sees labels only, see a state predicate?

Each atom of a temporal property becomes an observation of the observed specification (export.mcrl2): a step that
leads nowhere else, ``now_NAME(values of the quantified names)``, possible where the atom is true, and
``unclear_NAME`` where it cannot be evaluated.
"""

from __future__ import annotations

import re

from ..ir import formula as F
from ..ir import nodes as ir
from ..ir import types as T
from ..ir.simplify import is_false
from .atoms import function_of
from .mcrl2expr import Scope, atom

_LONGEST = 40


class Observed:
    """Observations for ground atoms, made as they are asked for. `summands` are their steps."""

    def __init__(self, spec, stay: str):
        self.spec, self.stay = spec, stay
        self.summands: list[str] = []
        self.unclear: dict[F.Atom, str] = {}
        self._labels: dict[F.Atom, str] = {}
        self._names: dict[tuple, str] = {}
        self._functions: dict[tuple[str, str], tuple[str, list[str]]] = {}

    def label(self, a: F.State | F.Enabled) -> str:
        """The label that can be seen exactly where the atom is true."""
        if a not in self._labels:
            self._labels[a] = self._observe(a)
        return self._labels[a]

    def _observe(self, a: F.State | F.Enabled) -> str:
        params = {p.name: p.type for e in F.expressions(a) for p in self._function(e).params}
        given = {n: v for n, v in a.env if n in params}
        sorts = tuple(self.spec.types.sort(params[n]) for n in given)
        values = [self.spec.types.value(params[n], v) for n, v in given.items()]
        scope = self.spec.scope()
        for (n, v), text in zip(given.items(), values):
            scope.texts[n], scope.params[n] = text, {}
        name = self._name("now", a, sorts)
        label = _call(name, values)
        if isinstance(a, F.State):
            self.summands.append(f"({self._text(a.expr, scope, name)}) -> {label} . {self.stay}")
        else:
            self.summands.append(self._enabled(a, scope, label, name))
        errs = [t for e in F.expressions(a) if (t := self._error(e, scope, name))]
        if errs:
            self.unclear[a] = unclear = _call(self._name("unclear", a, sorts), values)
            self.summands.append(f"({' || '.join(errs)}) -> {unclear} . {self.stay}")
        return label

    def _enabled(self, a: F.Enabled, scope: Scope, label: str, name: str) -> str:
        unit = self.spec.unit_of[a.action.action]
        same = [f"{atom(unit.scope.texts[p.name])} == {atom(self._text(e, scope, name, p.type))}"
                for p, e in zip(unit.action.params, a.action.args) if e is not None]
        return unit.observation([*unit.enabled(), *same], label, self.stay)

    def _name(self, kind: str, a: F.Atom, sorts: tuple[str, ...]) -> str:
        key = kind, type(a), a.text, sorts
        if key not in self._names:
            called = isinstance(a, F.Enabled) or re.fullmatch(r"[\w.]+\([^()]*\)", a.text)
            words = re.findall(r"\w+", a.text.partition("(")[0] if called else a.text)
            stem = "_".join(words)[:_LONGEST].rstrip("_")
            stem = f"can_{stem}" if isinstance(a, F.Enabled) else stem
            self._names[key] = self.spec.observe(self.spec.names.new(f"{kind}_{stem}"), sorts)
        return self._names[key]

    # ---- expressions of atoms

    def _function(self, e: ir.Expr) -> ir.Function:
        return self.spec.model.function(function_of(e))

    def _text(self, e: ir.Expr, scope: Scope, stem: str, want: T.Type = T.BOOL) -> str:
        """The value; of a condition, false where it cannot be evaluated."""
        form = self.spec.forms.function(function_of(e))
        if isinstance(form.value, (ir.Call, ir.Lit, ir.Const, ir.Local, ir.Var)):
            text = self.spec.expressions.text(form.value, scope, want)
        else:
            text = self._applied(e, form.value, want, scope, f"{stem}_holds" if want == T.BOOL else stem)
        errs = self._error(e, scope, stem)
        return f"!{atom(errs)} && {atom(text)}" if errs and want == T.BOOL else text

    def _error(self, e: ir.Expr, scope: Scope, stem: str) -> str:
        error = self.spec.forms.function(function_of(e)).error
        return "" if is_false(error) else self._applied(e, error, T.BOOL, scope, f"{stem}_errs")

    def _applied(self, e: ir.Expr, part: ir.Expr, want: T.Type, scope: Scope, stem: str) -> str:
        f, key = self._function(e), (function_of(e), stem)
        if key not in self._functions:
            name, read, _ = self.spec.defined(f, part, want, stem)
            self._functions[key] = name, read
        name, read = self._functions[key]
        return _call(name, [*(scope.texts[p.name] for p in f.params), *(scope.texts["@" + v] for v in read)])


def _call(name: str, args: list[str]) -> str:
    return f"{name}({', '.join(args)})" if args else name
