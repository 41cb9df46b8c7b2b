"""A model as communicating processes: the model's own variables are one process, each component another.

What touches the variables of one process only is a step of that process. Any other action is a step of the model's
process, which carries the label, together with a step of each component that it touches: the two communicate, and that
communication is hidden. A condition is asked by the process that has its variables; where variables of several
processes are needed at once, the component offers their values as arguments of the communication. So the state
space is that of the linear form (export.mcrl2), up to strong bisimulation, once the notes are hidden: these are labels beside
that of the action, ``publish(...)|note_...(...)``.

An action that changes two components is refused: that is no communication between two parties.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from ..errors import Diagnostic, UnsupportedError
from ..ir import effects
from ..ir import nodes as ir
from ..ir import types as T
from ..ir.walk import statements
from .mcrl2 import Specification, comment, refuse_constraints
from .mcrl2action import Unit
from .mcrl2expr import atom
from .mcrl2notes import NotedForms, Said

#: The process of the model's own variables.
OWN = ""


@dataclass(frozen=True)
class ProcessExport:
    """The specification; `notes` are the labels to hide for the state space of the linear form."""

    name: str
    text: str
    notes: tuple[str, ...]

    def files(self) -> dict[str, str]:
        """The file of the export by its name."""
        return {f"{self.name}.process.mcrl2": self.text}

    def write(self, folder: Path) -> list[Path]:
        """Write the file, replacing what is there."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.files().items():
            (folder / name).write_text(text, encoding="utf-8")
        return [folder / name for name in self.files()]


def export_process(model: ir.Model) -> ProcessExport:
    """The process form of a model. Raises UnsupportedError, before anything is written, for what it cannot say."""
    refuse_constraints(model)
    spec = ProcessForm(model)
    text = spec.text()
    return ProcessExport(spec.names.new(model.name), text, tuple(spec.notes))


def component_of(variable: str) -> str:
    """The component that a variable belongs to, OWN for the model's own."""
    return variable.partition(".")[0] if "." in variable else OWN


def _refuse_two(action: ir.Action, changed: list[str]) -> None:
    """An action changes two components: at the place where it changes the second."""
    for s in statements(action.body):
        there = {component_of(v) for v in effects.writes((s,))} & set(changed)
        if not isinstance(s, (ir.If, ir.For)) and there == {changed[1]}:
            break
    raise UnsupportedError(Diagnostic(
        code="SAG643", loc=s.loc,
        message=f"{action.name} changes {' and '.join(changed)} in one step: two processes cannot do that between them",
        hint="export the linear form, or let each component change in a step of its own"))


class ProcessForm(Specification):
    """The sections of the process form; a Specification otherwise."""

    def __init__(self, model: ir.Model):
        super().__init__(model)
        self.components = list(dict.fromkeys([OWN, *(component_of(v.name) for v in model.vars)]))
        self.processes = {c: self.process if c == OWN else self.names.new(c[:1].upper() + c[1:]) for c in self.components}
        self.home = {self.variables[v.name]: component_of(v.name) for v in model.vars}
        self.sorts = {self.variables[v.name]: self.types.sort(v.type) for v in model.vars}
        self.steps: dict[str, list[str]] = {c: [] for c in self.components}
        self.declared: list[tuple] = []
        self.allowed: list[str] = []
        self.meetings: list[tuple[str, str, str]] = []      # (asked by the model, done by the component, both)
        self.notes: dict[str, tuple] = {}

    def text(self) -> str:
        """The whole specification."""
        start = Unit(self, None)
        if not start.plain:
            first = next((s for s in self.model.init if isinstance(s, ir.Choose)), self.model)
            raise UnsupportedError(Diagnostic(
                code="SAG644", message="the initial state is chosen, or may fail: parallel processes have one beginning",
                loc=first.loc, hint="choose in a first action, or export the linear form"))
        noted = NotedForms(self.model)
        for a in self.model.actions:
            form, said = noted.of(a)
            unit = Unit(self, a, form)
            self.declared.append((self.actions[a.name], unit.label_sorts, a.doc))
            Step(self, unit, said).write()
        acts = self._acts([*self.declared, *((n, sorts, doc) for n, (sorts, doc) in self.notes.items())])
        parts = [comment(self.model.doc), self._constants(), "\n".join(self.types.sorts), *self.types.definitions.values(), acts,
                 *map(self._one, self.components), self._together(start)]
        return "\n\n".join(p for p in parts if p) + "\n"

    def groups(self, *texts: str) -> set[str]:
        """The processes whose variables are mentioned."""
        return {self.home[v] for v in self.mentioned(*texts)}

    def mentioned(self, *texts: str) -> list[str]:
        """The state variables in some texts, in the order of their declaration."""
        words = {w for t in texts for w in re.findall(r"\w+", t)}
        return [v for v in self.home if v in words]

    def call(self, component: str, updates: dict[str, str]) -> str:
        """The process of a component, with new values of some variables."""
        own = [v for v, c in self.home.items() if c == component]
        return self.processes[component] + (f"({', '.join(f'{v} = {e}' for v, e in updates.items())})" if own else "")

    def _one(self, c: str) -> str:
        own = [v for v in self.model.vars if component_of(v.name) == c]
        if c == OWN and not own and not self.steps[c]:
            return ""
        return self.equation(self.processes[c], own, self.steps[c])

    def _together(self, start: Unit) -> str:
        calls = []
        for c in self.components:
            values = [start.updates[v.name] for v in self.model.vars if component_of(v.name) == c]
            if values or self.steps[c]:
                calls.append(self.processes[c] + (f"({', '.join(values)})" if values else ""))
        if len(calls) == 1:
            return f"init {calls[0]};"
        inner = " || ".join(calls)
        if self.meetings:
            pairs = ",\n        ".join(f"{a} | {b} -> {both}" for a, b, both in self.meetings)
            inner = f"comm({{{pairs}}},\n      {inner})"
        inner = f"allow({{{', '.join(dict.fromkeys(self.allowed))}}},\n    {inner})"
        if self.meetings:
            inner = f"hide({{{', '.join(both for *_, both in self.meetings)}}},\n  {inner})"
        return f"init\n  {inner};"


class Step:
    """The summands of one action in all processes that it touches."""

    def __init__(self, spec: ProcessForm, unit: Unit, said: tuple[Said, ...]):
        self.spec, self.unit, self.sites = spec, unit, unit.sites
        changed = dict.fromkeys(component_of(n) for n in unit.updates if component_of(n) != OWN)
        if len(changed) > 1:
            _refuse_two(unit.action, list(changed))
        self.updates = {spec.variables[n]: e for n, e in unit.updates.items()}
        self.conditions = [*self.sites.conditions, *unit.guard, *unit.ranges]
        self.notes = [self._note(s) for s in said]
        note_texts = [t for condition, _, args in self.notes for t in (condition, *args)]
        self.shown = [*self.sites.args, *note_texts, *self.sites.known]     # what the process with the label must know
        touched = spec.groups(*self.shown, *self.conditions, *self.updates.values()) | {spec.home[v] for v in self.updates}
        where = component_of(unit.action.name)
        touched = touched or {where if where in spec.components else OWN}
        self.owner = next(iter(touched)) if len(touched) == 1 else OWN
        self.partners = [c for c in spec.components if c in touched and c != self.owner]

    def write(self) -> None:
        """Add the summands, and what they need of communication."""
        asked = [self._partner(c) for c in self.partners]
        label = self.unit.name + (f"({', '.join(self.sites.args)})" if self.sites.args else "")
        own = {v: e for v, e in self.updates.items() if self.spec.home[v] == self.owner}
        foreign = [(v, self.spec.sorts[v]) for v in self._offered(self.partners)]
        for notes in product(*([True] if not condition else [True, False] for condition, *_ in self.notes)):
            made = [n for n, there in zip(self.notes, notes) if there]
            when = [c if there else f"!({c})" for (c, *_), there in zip(self.notes, notes) if c]
            labels = [label, *(_applied(name, args) for _, name, args in made), *(a for a, _ in asked)]
            self.spec.steps[self.owner].append(self.unit.summand(
                [*self._owned(), *when], "|".join(labels), self.spec.call(self.owner, own), foreign))
            self.spec.allowed.append(" | ".join([self.unit.name, *(n for _, n, _ in made), *(b for _, b in asked)]))

    def _owned(self) -> list[str]:
        return [c for c in self.conditions if self._asked_by(c) == self.owner]

    def _asked_by(self, condition: str) -> str:
        groups = self.spec.groups(condition)
        return next(iter(groups)) if len(groups) == 1 else self.owner

    def _offered(self, components: list[str]) -> list[str]:
        """The variables of these components that others need."""
        texts = [*self.shown, *self._owned(), *(e for v, e in self.updates.items() if self.spec.home[v] == self.owner)]
        found = set(self.spec.mentioned(*texts))
        for v, e in self.updates.items():
            found |= {x for x in self.spec.mentioned(e) if self.spec.home[x] != self.spec.home[v]}
        return [v for v in self.spec.home if v in found and self.spec.home[v] in components]

    def _partner(self, c: str) -> tuple[str, str]:
        """The step of a component; what the model's process does with it, and the name of both together."""
        spec, name = self.spec, self.unit.name
        updates = {v: e for v, e in self.updates.items() if spec.home[v] == c}
        conditions = [t for t in self.conditions if self._asked_by(t) == c]
        words = {w for t in (*updates.values(), *conditions) for w in re.findall(r"\w+", t)}
        sums = [(x, s) for x, s in self.sites.sums if x in words]
        needed = [v for v in spec.mentioned(*updates.values()) if spec.home[v] != c]
        told = [*sums, *((v, spec.sorts[v]) for v in [*self._offered([c]), *needed])]
        stem = spec.processes[c]
        asks, does, both = (spec.names.new(f"{n}") for n in (f"ask_{stem}_{name}", f"{stem}_does_{name}", f"{stem}_{name}"))
        for n in (asks, does, both):
            spec.declared.append((n, [s for _, s in told], ""))
        spec.meetings.append((asks, does, both))
        args = [x for x, _ in told]
        bound = ", ".join(f"{x}: {s}" for x, s in [*sums, *((v, spec.sorts[v]) for v in needed)])
        text = f"sum {bound} . " if bound else ""
        if conditions:
            text += f"({' && '.join(map(atom, conditions) if len(conditions) > 1 else conditions)})\n      -> "
        spec.steps[c].append(f"{text}{_applied(does, args)} . {spec.call(c, updates)}")
        return _applied(asks, args), both

    def _note(self, s: Said) -> tuple[str, str, list[str]]:
        """(when it is made, "" for always; the name of the label; its arguments)"""
        spec, scope, x = self.spec, self.unit.scope, self.unit.x
        stem = f"note_{self.unit.name}" + (f"_{s.words}" if s.words else "")
        name, value = spec.names.new(stem), s.value
        sorts = [spec.types.sort(t) for t in s.types]
        when = "" if s.when is None else atom(x.unit(f"{name}_made", scope, s.when))
        if s.many:
            spec.notes[name] = ([spec.types.sort(value.type)], s.text)
            return when, name, [x.unit(name, scope, value)]
        spec.notes[name] = (sorts, s.text)
        if isinstance(value, ir.Op) and value.op == "some":
            return when, name, self._items(name, value.args[0])
        item = value.type.item
        there = ir.Op(op="not", args=(ir.Op(op="isnone", args=(value,), type=T.BOOL, loc=value.loc),), type=T.BOOL, loc=value.loc)
        unwrapped = ir.Op(op="unwrap", args=(value,), type=item, loc=value.loc)
        there = atom(x.unit(f"{name}_made", scope, there))
        return " && ".join(t for t in (when, there) if t), name, self._items(name, unwrapped)

    def _items(self, name: str, e: ir.Expr) -> list[str]:
        x, scope = self.unit.x, self.unit.scope
        if not isinstance(e.type, T.Tuple):
            return []
        if isinstance(e, ir.Op) and e.op == "tuple":
            return [x.unit(name, scope, a) for a in e.args]
        return [x.unit(name, scope, ir.Op(op="item", args=(e,), name=str(i), type=t, loc=e.loc))
                for i, t in enumerate(e.type.items)]


def _applied(name: str, args: list[str]) -> str:
    return f"{name}({', '.join(args)})" if args else name
