"""A model as a TLA+ module, with a configuration for TLC.  Read this first: `export_tla`.

An action is one operator, made from its functional form (ir.functional): choices, guard, updates. A step that
errs has no successor; whether one can err is the invariant NoError. TLC is to generate exactly our transitions, so
guards in which it would branch are written ``(g) = TRUE``, and every parameter and choice is one quantifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import Diagnostic, UnsupportedError
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from ..ir.functional import Forms
from ..ir.simplify import is_false
from ..ir.walk import subexpressions
from . import tlahelpers
from .atoms import with_atoms
from .names import Names
from .tlaaction import ActionText, quantified
from .tlaexpr import Expressions, atom, bare
from .tlatemporal import NotInTla, TemporalText
from .tlatypes import Types

RESERVED = """Init Next Spec Fairness vars TypeOK NoError NoDeadlock Constraint InitErrs Integers Naturals Sequences
              FiniteSets TLC Bags Reals""".split()
TYPE_OK, NO_ERROR, NO_DEADLOCK = "TypeOK", "NoError", "NoDeadlock"


#: Why TLC is not asked about liveness (Specifying Systems, 14.3.5).
CONSTRAINED = "TLC does not decide temporal properties under a CONSTRAINT"


@dataclass(frozen=True)
class TlaExport:
    """The module and what is claimed of it: TLA+ names by the names of the model's properties, variables and actions."""

    name: str
    text: str
    constants: dict[str, str]
    constrained: bool
    invariants: dict[str, str]
    step_invariants: dict[str, str]
    possibles: dict[str, str]
    temporals: dict[str, str]
    left_out: dict[str, str]
    variables: dict[str, tuple[str, T.Type]]
    actions: dict[str, str]

    def config(self, invariants=None, properties=None) -> str:
        """The text of a .cfg file that checks these TLA+ operators; by default all but what must be possible."""
        if invariants is None:
            invariants = (TYPE_OK, NO_ERROR, NO_DEADLOCK, *self.invariants.values())
            properties = (*self.step_invariants.values(), *(() if self.constrained else self.temporals.values()))
        lines = ["\\* Run TLC with -deadlock: NoDeadlock is what says where stopping is an error."]
        lines += ["CONSTANTS", *(f"  {n} = {v}" for n, v in self.constants.items())] if self.constants else []
        lines.append("SPECIFICATION Spec")
        lines += ["CONSTRAINT Constraint"] if self.constrained else []
        lines += [f"INVARIANT {n}" for n in invariants] + [f"PROPERTY {n}" for n in properties or ()]
        if self.constrained and self.temporals:
            lines.append(f"\\* {CONSTRAINED}: {', '.join(self.temporals.values())}")
        return "\n".join(lines) + "\n"

    def files(self) -> dict[str, str]:
        """Every file of the export by its name: the module, its configuration, and one for each `possible`."""
        found = {f"{self.name}.tla": self.text, f"{self.name}.cfg": self.config()}
        for operator in self.possibles.values():
            found[f"{self.name}_{operator}.cfg"] = self.config((operator,))
        return found

    def write(self, folder: Path) -> list[Path]:
        """Write all files, replacing what is there."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, text in self.files().items():
            (folder / name).write_text(text, encoding="ascii")
            paths.append(folder / name)
        return paths


def export_tla(model: ir.Model) -> TlaExport:
    """The TLA+ module of a model. Raises UnsupportedError, before anything is written, for what TLA+ cannot take.

    A temporal property that TLA+ has no words for is named in `left_out`, and in the module.
    """
    return _Exporter(with_atoms(model)).export()


class _Exporter:
    """Collects the sections of one module."""

    def __init__(self, model: ir.Model):
        self.model = model
        self.names = Names({*RESERVED, *tlahelpers.HELPERS})
        self.module = self.names.new(model.name)
        self.helpers: set[str] = set()
        self.types = Types(model, self.names, self.helpers)
        self.forms = Forms(model)
        self.constants: dict[str, str] = {}
        self.configured: dict[str, str] = {}
        self._constants()
        self.variables = {v.name: self.names.new(v.name) for v in model.vars}
        self.actions = {a.name: self.names.new(a.name) for a in model.actions}
        self.operators: dict[str, str] = {}
        self.claims: list[str] = []
        self.failing: dict[str, str | None] = {}
        self.functions: list[str] = []

    def export(self) -> TlaExport:
        """All sections, then their assembly: what a section needs is known only after it is made."""
        model = self.model
        type_ok = [self._type_ok(v) for v in model.vars]
        units = [ActionText(self, a) for a in model.actions]
        init = ActionText(self, None)
        for f in model.functions:
            if f.name in model.predicates:
                self.operator(f.name)
        constraint = [self._holds(n) for n in model.constraints]
        terminal = [self._holds(n) for n in model.terminals]
        invariants = {n: self._claim(n) for n in model.invariants}
        possibles = {n: self._never(n) for n in model.possibles}
        steps = {n: self._step(n) for n in model.step_invariants}
        temporals, left_out = self._temporals()
        fairness = [self._fairness(f) for f in model.fairness]
        parts = [self._head(), self._definitions(), self._variables(),
                 "TypeOK ==\n" + _list("/\\", type_ok), "\n\n".join(self.functions)]
        parts += ["Constraint ==\n" + _list("/\\", constraint)] if constraint else []
        parts += [init.errs, init.text] if init.errs else [init.text]
        prefix = ""
        for a, unit in zip(model.actions, units):
            if a.name.rpartition(".")[0] != prefix:
                prefix = a.name.rpartition(".")[0]
                parts.append(f"\\* ---- {'component ' + _ascii(prefix) if prefix else model.name}")
            parts += [p for p in (unit.text, unit.errs) if p]
        parts.append("Next ==\n" + _list("\\/", [u.call for u in units]))
        parts += ["Fairness ==\n" + _list("/\\", fairness)] if fairness else []
        parts.append("Spec == Init /\\ [][Next]_vars" + (" /\\ Fairness" if fairness else ""))
        parts += self._general(units, bool(constraint), terminal)
        parts += self.claims
        bar = f"{'-' * 28} MODULE {self.module} {'-' * 28}"
        text = bar + "\n" + "\n\n".join(p for p in parts if p) + "\n" + "=" * len(bar) + "\n"
        variables = {v.name: (self.variables[v.name], v.type) for v in model.vars}
        return TlaExport(self.module, text, self.configured, bool(constraint), invariants, steps, possibles, temporals,
                         left_out, variables, self.actions)

    # ---- sections

    def _type_ok(self, v: ir.VarDecl) -> str:
        self.types.loc = v.loc
        return self.types.member(v.type, self.variables[v.name])

    def _constants(self) -> None:
        for c in self.model.consts:
            simple = isinstance(c.type, (T.Bool, T.Enum)) or isinstance(c.type, T.Int) and c.value >= 0
            if simple:
                self.constants[c.name] = name = self.names.new(c.name)
                self.types.constants[c.name] = name
                self.configured[name] = self.types.value(c.type, c.value, c.loc)

    def _head(self) -> str:
        lines = comment(self.model.doc) + ["EXTENDS Integers, Sequences, FiniteSets, TLC"]
        declared = [c for c in self.model.consts if c.name in self.constants]
        if declared:
            lines += ["", "CONSTANTS"]
            for i, c in enumerate(declared):
                doc = f"  \\* {_ascii(' '.join(c.doc.split()))}" if c.doc else ""
                lines.append(f"  {self.constants[c.name]}{',' if i + 1 < len(declared) else ''}{doc}")
            values = [f"{self.constants[c.name]} = {self.types.value(c.type, c.value, c.loc)}" for c in declared]
            lines += ["", "\\* The types below, and what follows from them, are those of these values: export again for others.",
                      "ASSUME", _list("/\\", values)]
        return "\n".join(lines)

    def _definitions(self) -> str:
        return "\n\n".join([*tlahelpers.texts(self.helpers), "\n".join(self.types.definitions)]).strip()

    def _variables(self) -> str:
        lines = ["VARIABLES"]
        for i, v in enumerate(self.model.vars):
            doc = f"  \\* {_ascii(' '.join(v.doc.split()))}" if v.doc else ""
            lines.append(f"  {self.variables[v.name]}{',' if i + 1 < len(self.model.vars) else ''}{doc}")
        return "\n".join(lines) + f"\n\nvars == <<{', '.join(self.variables.values())}>>"

    def _general(self, units: list[ActionText], constrained: bool, terminal: list[str]) -> list[str]:
        """NoError and NoDeadlock; both only speak of states that are expanded."""
        errors = [u.no_error for u in units if u.no_error]
        inside = "Constraint =>\n    " if constrained else ""
        no_error = _list("/\\", errors) if errors else "  TRUE"
        may_stop = [" /\\ ".join(map(atom, terminal))] if terminal else []
        may_stop += ["~NoError"] if errors else []
        no_deadlock = _list("\\/", [*may_stop, "ENABLED Next"])
        return ["\\* No step can fail: leave a range, exceed a capacity, break an assertion.\n"
                f"NoError ==\n  {inside}" + _deeper(no_error, bool(inside)),
                "\\* Some step is possible wherever stopping is not allowed.\n"
                f"NoDeadlock ==\n  {inside}" + _deeper(no_deadlock, bool(inside))]

    # ---- functions

    def expressions(self, primed: bool = False) -> Expressions:
        """A printer of expressions with a scope of its own."""
        x = Expressions(self.types, self.names.inner(), self.variables, lambda call: self.operator(call.function),
                        self.constants, primed)
        x.inline = lambda call: self.forms.inline(call, self.forms.raw(call.function).value)
        return x

    def operator(self, name: str) -> str:
        """The TLA+ operator of a function of the model; defined when it is first asked for."""
        if name not in self.operators:
            f = self.model.function(name)
            value = self.forms.function(name).value
            self.operators[name] = operator = self.names.new(name)
            head, body = self._function(f, value, operator)
            self.functions.append("\n".join([*comment(f.doc), f"{head} ==", body]))
        return self.operators[name]

    def _function(self, f: ir.Function, value: ir.Expr, operator: str) -> tuple[str, str]:
        x = self.expressions()
        params = [x.bind(p.name) for p in f.params]
        lets = x.shared(value)
        return operator + (f"({', '.join(params)})" if params else ""), let(lets, bare(x.text(value)))

    def fails(self, name: str) -> str | None:
        """The operator that says where a function cannot be evaluated; None if it always can."""
        if name not in self.failing:
            f = self.model.function(name)
            error = self.forms.function(name).error
            self.failing[name] = None
            if not is_false(error):
                self.failing[name] = operator = self.names.new(f"{name}_errs")
                head, body = self._function(f, error, operator)
                self.functions.append(f"\\* Where {_ascii(name)} cannot be evaluated.\n{head} ==\n{body}")
        return self.failing[name]

    def _holds(self, name: str) -> str:
        """The property without parameters, false where it fails."""
        fails, operator = self.fails(name), self.operator(name)
        return f"(~{fails} /\\ {operator})" if fails else operator

    def about_states(self, text: str, *functions: str) -> str:
        """TLC takes a property that mentions no variable for a mistake, and refuses it if it is false."""
        forms = [self.forms.function(f) for f in functions]
        return text if any(self._reads(f.value) or self._reads(f.error) for f in forms) else f"({text} \\/ vars # vars)"

    def _reads(self, expr: ir.Expr) -> bool:
        inside = [*subexpressions(expr)]
        forms = [self.forms.function(e.function) for e in inside if isinstance(e, ir.Call)]
        return any(isinstance(e, ir.Var) for e in inside) or any(self._reads(f.value) or self._reads(f.error) for f in forms)

    def _claim(self, name: str) -> str:
        text = self.about_states(self._holds(name), name)
        if text == self.operators[name]:
            return text
        claim = self.names.new(f"{name}_holds")
        self.claims.append(f"{claim} == {text}")
        return claim

    def _never(self, name: str) -> str:
        claim = self.names.new(f"Never_{name}")
        remark = f"\\* To be violated: {_ascii(name)} must be possible."
        self.claims.append(f"{remark}\n{claim} == {self.about_states('~' + atom(self._holds(name)), name)}")
        return claim

    def _step(self, name: str) -> str:
        f = self.model.function(name)
        form = self.forms.function(name)
        x = self.expressions(primed=True)
        lets = x.shared(form.error, form.value)
        parts = [] if is_false(form.error) else [f"~{x.atom(form.error)}"]
        step, claim = self.names.new(f"{name}_step"), self.names.new(name)
        body = let(lets, " /\\ ".join([*parts, x.atom(form.value)]))
        self.claims.append("\n".join([*comment(f.doc), f"{step} ==", body, "", f"{claim} == [][{step}]_vars"]))
        return claim

    def _temporals(self) -> tuple[dict[str, str], dict[str, str]]:
        """Operators of the temporal properties, and why the others have none."""
        claims, left_out = {}, {}
        for t in self.model.temporals:
            remark = f"\\* {_ascii(' '.join(t.text.split()))}"
            try:
                text = TemporalText(self, t).text
            except NotInTla as e:
                left_out[t.name] = str(e)
                self.claims.append(f"{remark}\n\\* This is {_ascii(t.name)}. It is left out: {e}.")
                continue
            claims[t.name] = self.names.new(t.name)
            self.claims.append(f"{remark}\n{claims[t.name]} ==\n  {bare(text)}")
        left_out |= {r.name: "a refinement is checked by the interpreter only" for r in self.model.refinements}
        return claims, left_out

    # ---- fairness

    def _fairness(self, f: ir.Fairness) -> str:
        kind = "SF_vars" if f.strong else "WF_vars"
        actions = [next(a for a in self.model.actions if a.name == n) for n in f.actions]
        by = f.by
        if by is None:
            if len(actions) != 1:
                raise UnsupportedError(Diagnostic(code="SAG625", message="fairness of a union needs `by`", loc=f.loc))
            by = tuple(p.name for p in actions[0].params)
        shared = [p for p in actions[0].params if p.name in by]
        for a in actions[1:]:
            if any(p.values != next(q.values for q in shared if q.name == p.name) for p in a.params if p.name in by):
                message = "fairness by a parameter that ranges over different values in these actions"
                raise UnsupportedError(Diagnostic(code="SAG625", message=message, loc=f.loc))
        names = self.names.inner()
        fixed = {p.name: names.new(p.name) for p in shared}
        parts = [quantified(self, a, fixed, names) for a in actions]
        union = parts[0] if len(parts) == 1 else " \\/ ".join(map(atom, parts))
        text = f"{kind}({union})"
        outer = ", ".join(f"{fixed[p.name]} \\in {bare(self.param_set(p))}" for p in shared)
        return f"\\A {outer} : {text}" if outer else text

    def param_set(self, p: ir.Param) -> str:
        """The set of the values of a parameter."""
        if p.values is None or len(p.values) == values.size(p.type):
            return self.types.set(p.type)
        if isinstance(p.type, T.Int) and p.values and p.values == tuple(range(p.values[0], p.values[-1] + 1)):
            return f"({self.types.value(p.type, p.values[0])} .. {self.types.value(p.type, p.values[-1])})"
        return "{" + ", ".join(self.types.value(p.type, v, p.loc) for v in p.values) + "}"


def comment(doc: str) -> list[str]:
    """A docstring as comment lines."""
    lines = [_ascii(line.strip()) for line in doc.strip().splitlines()]
    return [f"\\* {line}".rstrip() for line in lines]


def let(definitions: list[str], body: str) -> str:
    """An indented body, after the definitions that it needs."""
    if not definitions:
        return f"  {body}"
    return "  LET " + "\n      ".join(definitions) + f"\n  IN {body}"


def _list(bullet: str, items: list[str]) -> str:
    return "\n".join(f"  {bullet} {bare(item)}" for item in items)


def _deeper(text: str, yes: bool) -> str:
    return "\n".join("  " + line for line in text.splitlines()).strip() if yes else text.strip()


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()
