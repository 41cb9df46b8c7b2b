"""A model as an mCRL2 specification, with properties.  Read this first: `export_mcrl2`.

The specification is a linear process with one summand for each action, made from its functional form
(ir.functional): a step that errs is no transition. Labels carry all parameters and choices, so the steps of a state have
different labels and the tools count the transitions that we count.

Formulas of the modal mu-calculus see actions and no states. What is claimed of states is therefore asked of a second
specification, the *observed* one: it adds, as steps that lead nowhere else, ``violated_NAME`` where an invariant does
not hold, ``possible_NAME``, ``now_NAME`` where an atom of a temporal property does, ``failed`` where a step errs,
``may_stop`` where a @terminal allows stopping and ``can_step`` where any step is possible. Its own steps are those that
change the state, labelled with their parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from ..errors import Diagnostic, UnsupportedError
from ..ir import effects
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import walk
from ..ir.functional import Forms
from ..ir.simplify import is_false
from .atoms import with_atoms
from .mcrl2action import Unit
from .mcrl2expr import Expressions, Scope, atom
from .mcrl2names import Names
from .mcrl2temporal import Properties
from .mcrl2types import Types

DEADLOCK, NO_FAULT = "deadlock", "no_fault"


@dataclass(frozen=True)
class Formula:
    """One property: as state formulas over the observed specification, all of which must hold.

    `shown_by` is the observation in which a behaviour ends that decides a safety property; of a deadlock there is none.
    The tools need time that is quadratic in the size of a formula, so it is worth while to solve the parts one by one.
    """

    name: str
    kind: str
    parts: tuple[str, ...]
    doc: str
    shown_by: str = ""

    @property
    def formula(self) -> str:
        """The parts as one formula."""
        return self.parts[0] if len(self.parts) == 1 else "\n&& ".join(f"({part})" for part in self.parts) or "true"

    @property
    def file(self) -> str:
        """The name as part of a file name."""
        return "".join(c if c.isalnum() else "_" for c in self.name)

    @property
    def text(self) -> str:
        """The file."""
        return f"{comment(self.doc or self.name)}\n{self.formula}\n"


@dataclass(frozen=True)
class Mcrl2Export:
    """The specifications and what is claimed of them. `missing`: (property, why the mu-calculus cannot say it).

    With `fresh` the tools see one more state than we do, and one more transition for each initial state. `signature` is a
    specification that does nothing and declares what labels and formulas mention: enough to ask of the observed state space.
    """

    name: str
    text: str
    observed: str
    signature: str
    formulas: tuple[Formula, ...]
    missing: tuple[tuple[str, str], ...]
    fresh: bool

    def files(self) -> dict[str, str]:
        """Every file of the export by its name."""
        found = {f"{self.name}.mcrl2": self.text, f"{self.name}.observed.mcrl2": self.observed}
        found.update({f"{self.name}.{f.file}.mcf": f.text for f in self.formulas})
        return found

    def write(self, folder: Path) -> list[Path]:
        """Write all files, replacing what is there."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, text in self.files().items():
            (folder / name).write_text(text, encoding="utf-8")
            paths.append(folder / name)
        return paths


def export_mcrl2(model: ir.Model) -> Mcrl2Export:
    """The mCRL2 specification of a model. Raises UnsupportedError, before anything is written, for what it cannot say."""
    refuse_constraints(model)
    plain = Specification(model)
    text = plain.text()
    observed = Specification(with_atoms(model), observed=True)
    observed_text = observed.text()
    formulas, missing = observed.formulas()
    signature = observed.signature([part for f in formulas for part in f.parts])
    return Mcrl2Export(plain.names.new(model.name), text, observed_text, signature, formulas, missing, plain.fresh)


def refuse_constraints(model: ir.Model) -> None:
    """Raises UnsupportedError for a model with a constraint."""
    if model.constraints:
        first = model.function(model.constraints[0])
        raise UnsupportedError(Diagnostic(
            code="SAG641", loc=first.loc,
            message=f"the constraint {first.name} cannot be exported: mCRL2 explores everything",
            hint="bound the model itself, by constants and ranges, instead of the search"))


class Specification:
    """One specification: everything that has a name in it, and its sections."""

    def __init__(self, model: ir.Model, observed: bool = False):
        self.model, self.observed = model, observed
        self.names = Names()
        self.types = Types(model, self.names)
        for v in model.vars:
            self.types.sort(v.type)
        self.forms = Forms(model)
        self.constants = {c.name: self.names.new(c.name) for c in model.consts
                          if isinstance(c.type, (T.Bool, T.Enum, T.Int))}
        self.process = self.names.new("P")
        self.variables = {v.name: self.names.new(v.name) for v in model.vars}
        self.actions = {a.name: self.names.new(a.name) for a in model.actions}
        self.expressions = Expressions(self.types, self.constants, self.function)
        self._functions: dict[str, tuple] = {}
        self._errors: dict[str, str | None] = {}
        self.observations: dict[str, str] = {}      # action name -> its sorts
        self.unit_of: dict[str, Unit] = {}
        self.fresh = False
        self.can_step = self.failed = self.starting = self.acts = ""
        self.temporal: Properties | None = None

    def text(self) -> str:
        """The whole specification."""
        summands, declared = [], []
        for a in self.model.actions:
            unit = self.unit_of[a.name] = Unit(self, a)
            summands += unit.summands()
            declared.append((self.actions[a.name], unit.label_sorts, a.doc))
        start, first = self._init()
        if self.fresh:
            declared.insert(0, (self.starting, start.label_sorts, "The step into an initial state."))
        if self.observed:
            summands += self._observed()
            declared += [(n, sorts, "") for n, sorts in self.observations.items()]
        self.acts = self._acts(declared)
        parts = [comment(self.model.doc), self._constants(), "\n".join(self.types.sorts), *self.types.definitions.values(),
                 self.acts, self.equation(self.process, self.model.vars, summands), first]
        return "\n\n".join(p for p in parts if p) + "\n"

    def signature(self, formulas: list[str]) -> str:
        """After `text`: the sorts, the labels, and the functions that these formulas need; a process that does nothing."""
        functions, needed, new = self.types.definitions, {}, list(formulas)
        while new:
            words = dict.fromkeys(re.findall(r"\w+", new.pop()))
            found = {w: functions[w] for w in words if w in functions and w not in needed}
            needed |= found
            new += found.values()
        parts = [self._constants(), "\n".join(self.types.sorts), *needed.values(), self.acts, "init delta;"]
        return "\n\n".join(p for p in parts if p) + "\n"

    def scope(self) -> Scope:
        """A scope with the state variables."""
        scope = Scope(self.names.inner())
        for v in self.model.vars:
            scope.bind("@" + v.name, self.variables[v.name], self.types.sort(v.type))
        return scope

    # ---- sections

    def _constants(self) -> str:
        lines = []
        for c in self.model.consts:
            if c.name in self.constants:
                doc = f"  % {' '.join(c.doc.split())}" if c.doc else ""
                name = self.constants[c.name]
                lines.append(f"map {name}: {self.types.sort(c.type)};\neqn {name} = {self.types.value(c.type, c.value)};{doc}")
        return "\n".join(lines)

    def _acts(self, declared) -> str:
        lines = []
        for name, sorts, doc in declared:
            lines.append(f"act {name}{': ' + ' # '.join(sorts) if sorts else ''};"
                         + (f"  % {' '.join(doc.split())}" if doc else ""))
        return "\n".join(lines)

    def equation(self, process: str, own: Sequence[ir.VarDecl], summands: list[str]) -> str:
        """The process of this name, whose parameters are these state variables."""
        params = [f"{self.variables[v.name]}: {self.types.sort(v.type)}" for v in own]
        docs = [f"% {self.variables[v.name]}: {' '.join(v.doc.split())}" for v in own if v.doc]
        head = f"proc {process}" + (f"({', '.join(params)})" if params else "") + " ="
        steps = [*summands, *self._unread([self.variables[v.name] for v in own], summands)]
        return "\n".join([*docs, head, "    " + "\n  + ".join(steps or ["delta"]) + ";"])

    def _unread(self, names: list[str], summands: list[str]) -> list[str]:
        """A summand that is never taken and reads what no other one reads.

        In place of values that are written and not read mcrl22lps puts a don't-care, which would make states equal.
        """
        written = "\n".join(summands)
        names = [x for x in names if re.search(rf"\b{x} = ", written) and not re.search(rf"\b{x}\b(?! = )", written)]
        return [f"({' || '.join(f'{x} != {x}' for x in names)})\n      -> delta"] if names else []

    def _init(self) -> tuple[Unit, str]:
        """One initial state is the start of the process; where it is chosen, a step of its own chooses it."""
        unit = Unit(self, None)
        if unit.plain:
            return unit, f"init {self.process}{unit.arguments(positional=True)};"
        self.fresh = True
        self.starting, start = self.names.new("initial"), self.names.new("Start")
        summands = unit.summands()
        if self.observed:
            self.can_step = self.observe(self.names.new("can_step"))
            summands.append(f"{self.can_step} . {start}")
        if self.observed and unit.fails:
            self.failed = self.observe(self.names.new("failed"))
            summands.append(unit.observation(unit.failure(), self.failed, start))
        return unit, f"proc {start} =\n    " + "\n  + ".join(summands) + f";\n\ninit {start};"

    # ---- functions of the model

    def function(self, name: str) -> tuple[str, list[str], tuple[ir.Param, ...]]:
        """mCRL2 name, state variables it takes after its parameters, and its parameters; defined when first asked for."""
        if name not in self._functions:
            f = self.model.function(name)
            self._functions[name] = self.defined(f, self.forms.function(name).value, f.result, name)
        return self._functions[name]

    def defined(self, f: ir.Function, e: ir.Expr, result: T.Type, wanted: str):
        """A function of the parameters of `f` that gives `e`: its name, the state variables it takes as well, the parameters."""
        read = sorted(self._reads(e), key=list(self.variables).index)
        own = self.names.new(wanted)
        scope, params = self.scope(), {}
        for p in f.params:
            x = scope.names.new(p.name)
            scope.bind(p.name, x, self.types.sort(p.type))
            params[x] = self.types.sort(p.type)
        params.update({self.variables[v]: scope.params["@" + v][self.variables[v]] for v in read})
        return self.expressions.define(own, scope, params, e, result), read, f.params

    def _reads(self, e: ir.Expr) -> set[str]:
        found = {x.name for x in walk.subexpressions(e) if isinstance(x, ir.Var)}
        for x in walk.subexpressions(e):
            if isinstance(x, ir.Call):
                found |= set(effects.reads(self.model, self.model.function(x.function)))
        return found

    def call(self, name: str, scope: Scope, args: list[str] = ()) -> str:
        """A function of the model in the state of `scope`."""
        own, read, _ = self.function(name)
        given = [*args, *(scope.texts["@" + v] for v in read)]
        return f"{own}({', '.join(given)})" if given else own

    def holds(self, name: str, scope: Scope) -> str:
        """A property without parameters, false where it cannot be evaluated."""
        error = self.forms.function(name).error
        if is_false(error):
            return self.call(name, scope)
        if name not in self._errors:
            self._errors[name] = self.defined(self.model.function(name), error, T.BOOL, f"{name}_errs")
        own, read, _ = self._errors[name]
        given = [scope.texts["@" + v] for v in read]
        return f"!{own}({', '.join(given)}) && {self.call(name, scope)}" if given else f"!{own} && {self.call(name, scope)}"

    # ---- the observed specification

    def observe(self, name: str, sorts: tuple[str, ...] = ()) -> str:
        """Declare an observation."""
        self.observations.setdefault(name, sorts)
        return name

    def _observed(self) -> list[str]:
        scope, stay = self.scope(), f"{self.process}" + ("()" if self.model.vars else "")
        found = []
        self.claims, self.may_stop = {}, []
        for kind, names in (("violated", self.model.invariants), ("possible", self.model.possibles)):
            for n in names:
                label = self.claims[n] = self.observe(self.names.new(f"{kind}_{n}"))
                text = self.holds(n, scope)
                found.append(f"({f'!({text})' if kind == 'violated' else text}) -> {label} . {stay}")
        if self.model.terminals:
            text = " && ".join(atom(self.holds(n, scope)) for n in self.model.terminals)
            self.may_stop.append(self.observe(self.names.new("may_stop")))
            found.append(f"({text}) -> {self.may_stop[0]} . {stay}")
        self.can_step = self.can_step or self.observe(self.names.new("can_step"))
        self.failed = self.failed or self.observe(self.names.new("failed"))
        for n in self.model.step_invariants:
            self.claims[n] = self.observe(self.names.new(f"violated_{n}"))
        for unit in self.unit_of.values():
            if unit.fails:
                found.append(unit.observation(unit.failure(), self.failed, stay))
            if not is_false(unit.form.guard):
                found.append(unit.observation(unit.enabled(), self.can_step, stay))
                found += [unit.breaks(n, self.claims[n], stay) for n in self.model.step_invariants]
        self.temporal = Properties(self, stay)
        return found + self.temporal.observed.summands

    @property
    def start_labels(self) -> list[str]:
        """The observations of the state from which the initial ones are chosen, if there is one."""
        return [self.can_step, self.failed] if self.fresh else []

    def formulas(self) -> tuple[tuple[Formula, ...], tuple[tuple[str, str], ...]]:
        """The properties as formulas, after `text`; and what could not be said."""
        found = []
        for n in (*self.model.invariants, *self.model.step_invariants):
            kind = "step_invariant" if n in self.model.step_invariants else "invariant"
            label = self.claims[n]
            found.append(Formula(n, kind, (f"[true* . {label}] false",), self.model.function(n).doc, label))
        for n in self.model.possibles:
            label = self.claims[n]
            found.append(Formula(n, "possible", (f"<true* . {label}> true",), self.model.function(n).doc, label))
        ways = [self.can_step, self.failed, *self.may_stop]
        found.append(Formula(DEADLOCK, DEADLOCK, (f"[true*] <{' || '.join(ways)}> true",),
                              "Some step is possible wherever stopping is not allowed."))
        found.append(Formula(NO_FAULT, NO_FAULT, (f"[true* . {self.failed}] false",),
                              "No step can fail: leave a range, exceed a capacity, break an assertion.", self.failed))
        found += [Formula(t.name, "temporal", self.temporal.texts[t.name], " ".join(t.text.split()))
                  for t in self.model.temporals if t.name in self.temporal.texts]
        return tuple(found), tuple(self.temporal.missing.items())


def comment(doc: str) -> str:
    """A docstring as comment lines."""
    return "\n".join(f"% {line.strip()}".rstrip() for line in doc.strip().splitlines())


