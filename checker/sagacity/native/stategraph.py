"""The state graph of a native search: what temporal properties ask of it (engine.stategraph.Exploration).

C holds the graph (graph.h), the truth of the atoms, and the search for a fair behaviour (fair.c); states are numbered
as in its log. What cannot be compiled (atoms that fail, arguments of actions that read the state) is evaluated by the
reference, atom by atom.
"""

from __future__ import annotations

import ctypes
from dataclasses import replace
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple, Sequence

from ..engine.labels import Atoms, Duty, Instance, duties
from ..engine.liveness import linear, parts
from ..engine.protocol import Fault, Step
from ..engine.search import Stop
from ..engine.stategraph import StateFault
from ..errors import ModelFault
from ..ir import formula as F
from ..ir import nodes as ir
from ..ir import types as T
from ..ir.simplify import and_, not_, or_
from ..ir.substitute import substitute
from ..ir.values import size
from ..ir.walk import subexpressions
from ..logic.ctl import StateSets
from ..logic.emptiness import shortest
from ..logic.lasso import Lasso
from ..result import bounded
from .fair import MOST, Calls, FairGraph, FairSets, Table, fits
from .layout import refuse

if TYPE_CHECKING:
    from .engine import NativeSearch

#: The number of a probe that no model has.
UNSURE = 10**6


class StepAtom(NamedTuple):
    """How C finds a step atom true: by its function (None: of every step), and by a mark that is there, or not (None)."""

    function: ir.Function | None
    mark: int | None
    there: bool


class Observed(NamedTuple):
    """What C must know of temporal properties: a function for each state atom, and the instances behind each mark.

    The first marks are the fairness obligations, the others atoms about actions. `apart`: some action depends on the
    state, so edges must tell instances. What is missing in `functions`, `enabled` and `steps` is left to the reference.
    """

    functions: dict[F.Atom, ir.Function]
    marks: tuple[frozenset[Instance], ...]
    enabled: dict[F.Atom, int]
    steps: dict[F.Atom, StepAtom]
    apart: bool

    def compiled(self) -> list[ir.Function]:
        """All functions."""
        return [*self.functions.values(), *(s.function for s in self.steps.values() if s.function is not None)]

    def model(self, model: ir.Model) -> ir.Model:
        """The model with the functions."""
        return replace(model, functions=(*model.functions, *self.compiled()))


def observed(model: ir.Model, names: Iterable[str]) -> Observed:
    """What the temporal properties of these names are about. Raises UnsupportedError for one of too many parts."""
    evaluate = Atoms(model)
    found = [(t, part.formula) for t in model.temporals if t.name in names for part in _parts(t, evaluate)]
    for t, f in found:
        if not fits(None if (ltl := linear(f)) is None else F.Not(ltl, loc=ltl.loc), F.atoms(f)):
            raise refuse(f"{t.name}: more than {MOST} atoms of one formula", t.loc)
    atoms = dict.fromkeys(a for _, f in found for a in F.atoms(f))
    marks = [d.instances for d in duties(model)]

    def mark(atom: F.Atom) -> int | None:
        instances = _static(atom, evaluate)
        if instances is None:
            return None
        marks.append(instances)
        return len(marks) - 1

    enabled, steps = {}, {}
    for k, a in enumerate(atoms):
        m = None if getattr(a, "action", None) is None else mark(a)
        if isinstance(a, F.Enabled) and m is not None:
            enabled[a] = m
        elif isinstance(a, F.STEP) and (m is not None or a.action is None) and (c := _condition(a, model)) is not None:
            function = None if c is True else _function(a, k, c)
            steps[a] = StepAtom(function, m, isinstance(a, F.Taken))
    apart = any(isinstance(a, F.STEP) and a.action is not None and a not in steps for a in atoms)
    functions = {a: _function(a, k, a.expr) for k, a in enumerate(atoms) if isinstance(a, F.State)}
    return Observed(functions, tuple(marks), enabled, steps, apart)


def _parts(t: ir.Temporal, evaluate: Atoms) -> Iterator:
    try:
        yield from parts(t.formula, evaluate)
    except ModelFault:
        return      # a domain that cannot be evaluated: whoever judges the property will say so


def _function(atom: F.Atom, k: int, expr: ir.Expr) -> ir.Function:
    """An atom as a function: its quantified names are locals with their values."""
    types = {e.name: e.type for e in subexpressions(expr) if isinstance(e, ir.Local)}
    given = [(n, types[n], v) for n, v in atom.env if n in types]
    body = [ir.SetLocal(name=n, value=ir.Lit(value=v, type=t, loc=atom.loc), loc=atom.loc) for n, t, v in given]
    return ir.Function(name=f"<atom {k}>", params=(), body=(*body, ir.Return(value=expr, loc=atom.loc)),
                       locals=tuple((n, t) for n, t, _ in given), result=T.BOOL, loc=atom.loc)


def _condition(atom: F.Taken | F.Breaks, model: ir.Model) -> ir.Expr | bool | None:
    """What else a step atom says of a step that changes the state: an expression, True for nothing, None if it cannot be
    said in one."""
    every = {v.name for v in model.vars} <= {e.name for e in atom.watched if isinstance(e, ir.Var)}
    changed = [] if every else [_changes(e) for e in atom.watched]
    if None in changed:
        return None
    condition = None if every else or_(*changed)
    if atom.action is None:
        condition = not_(atom.expr) if condition is None else and_(condition, not_(atom.expr))
    return True if condition is None else condition


def _changes(e: ir.Expr) -> ir.Expr | None:
    """Is the value of a path another one after the step? None where it calls a function, which reads the state itself."""
    if any(isinstance(x, ir.Call) for x in subexpressions(e)):
        return None
    old = substitute(e, lambda n: ir.Old(name=n.name, type=n.type, loc=n.loc) if isinstance(n, ir.Var) else None)
    return not_(ir.Op(op="eq", args=(old, e), type=T.BOOL, loc=e.loc))


def _static(atom: F.Enabled | F.Taken | F.Breaks, evaluate: Atoms) -> frozenset[Instance] | None:
    """The instances of which an atom speaks, where they are the same in every state."""
    reads = {type(e) for arg in atom.action.args if arg is not None for e in subexpressions(arg)}
    if reads & {ir.Var, ir.Old, ir.Call}:
        return None
    try:
        return evaluate.instances(atom)
    except ModelFault:
        return None


class Classes(NamedTuple):
    """Each instance has a class: the set of its marks, as words. Where edges are told apart, a class of its own."""

    of: ctypes.Array
    offset: ctypes.Array
    instances: list[Instance]       # one of each class; all, where they are told apart
    sets: list[int]
    marks: ctypes.Array
    duties: ctypes.Array
    words: int


def classes(model: ir.Model, seen: Observed) -> Classes:
    """The tables of graph.h."""
    bindings = [prod(len(p.values) if p.values is not None else size(p.type) for p in a.params) for a in model.actions]
    words = max(1, -(-len(seen.marks) // 64))
    bits: dict[Instance, int] = {}
    for j, instances in enumerate(seen.marks):
        for i in instances:
            bits[i] = bits.get(i, 0) | 1 << j
    number: dict = {}
    of, instances, sets = [], [], []
    for a, count in enumerate(bindings):
        for b in range(count):
            mine = bits.get((a, b), 0)
            key = (a, b) if seen.apart else mine
            if key not in number:
                number[key] = len(number)
                instances.append((a, b))
                sets.append(mine)
            of.append(number[key])
    owed = len(duties(model))
    return Classes((ctypes.c_uint32 * max(len(of), 1))(*of),
                   (ctypes.c_uint64 * max(len(bindings), 1))(*accumulate(bindings[:-1], initial=0)),
                   instances, sets, _words(sets or [0], words), _words([2**owed - 1], words), words)


def _words(sets: Sequence[int], words: int) -> ctypes.Array:
    return (ctypes.c_uint64 * (len(sets) * words))(*(s >> 64 * i & 2**64 - 1 for s in sets for i in range(words)))


class _StepAtom(ctypes.Structure):
    _fields_ = [("bit", ctypes.c_uint64), ("probe", ctypes.c_int64), ("mark", ctypes.c_int64), ("there", ctypes.c_int64)]


def declare(lib: ctypes.CDLL) -> None:
    """The types of the functions of graph.h."""
    run, u64, integer, u32s = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int, ctypes.POINTER(ctypes.c_uint32)
    u64s = ctypes.POINTER(u64)
    for name, result, args in (
            ("sg_graph_open", integer, [run, u64, ctypes.c_uint, u32s, u64s, u64s, u64s]),
            ("sg_graph_row", integer, [run, u64]), ("sg_graph_close", None, [run]),
            ("sg_lead", None, [run, u64, integer, u64, u64s]), ("sg_graph_first", u64s, [run]),
            ("sg_graph_degree", u32s, [run]), ("sg_graph_edges", ctypes.POINTER(u32s), [run]),
            ("sg_graph_enabled", u64s, [run]), ("sg_graph_bytes", u64, [run]),
            ("sg_step_atoms", None, [run, ctypes.POINTER(_StepAtom), ctypes.c_uint]),
            ("sg_steps", integer, [run, u64, u64, u64s]),
            ("sg_labels", u64, [run, u64, ctypes.POINTER(integer), ctypes.POINTER(integer), integer, u64s])):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, args


class NativeGraph:
    """An Exploration, made when a search has ended. Raises Stop where time or memory do not suffice."""

    def __init__(self, search: NativeSearch, states: int):
        self.search, self.system = search, search.system
        self.lib, self.handle = search.lib, search.handle
        self.duties: list[Duty] = duties(search.model)
        self.seen: Observed = search.observed
        self.classes = classes(search.model, self.seen)
        initial = search.levels[0][1] if search.levels and states else 0
        self.initial = range(initial)
        self.states = states
        c, lib, handle = self.classes, self.lib, self.handle
        if not lib.sg_graph_open(handle, states, c.words, c.of, c.offset, c.marks, c.duties):
            raise Stop(bounded("memory"))
        strong = sum(1 << j for j, d in enumerate(self.duties) if d.obligation.strong)
        weak = 2**len(self.duties) - 1 - strong
        self.table = Table(states, initial, c.words, lib.sg_graph_first(handle), lib.sg_graph_degree(handle),
                           lib.sg_graph_edges(handle), lib.sg_graph_enabled(handle), c.marks,
                           _words([weak], c.words), _words([strong], c.words))

    # ---- an Exploration ------------------------------------------------------------------------

    def sets(self, atoms: Sequence[F.Atom], evaluate: Atoms) -> StateSets:
        """As in Exploration."""
        return FairSets(Labelled(self, atoms, evaluate).graph, atoms)

    def lasso(self, formula: F.Formula, atoms: Sequence[F.Atom], evaluate: Atoms) -> Lasso | None:
        """As in Exploration."""
        with Labelled(self, atoms, evaluate).graph.product(formula, atoms) as product:
            return shortest(product)

    def way_to(self, state: int) -> list[Step]:
        """As in Exploration."""
        return self.search.way_to_number(state)

    def way_along(self, lasso: Lasso) -> list[Step]:
        """As in Exploration."""
        path = self.search.way_to_number(lasso.states[0])
        following = (*lasso.states[1:], lasso.states[lasso.loop])
        for target, step in zip(following, lasso.steps):
            if step is not None:
                path.append(self.search.step_between(path[-1].target, self.plain(target)))
        return path

    def plain(self, state: int) -> tuple:
        """The values of the variables in a state."""
        return self.search.plain_state(state)

    def ask(self, state: int) -> None:
        """The steps from a state that C has left to the reference."""
        search = self.search
        while (event := search.next_event(hunted=True)) is not None:
            for step in search.executions.after(event.state, event.index, event.binding, event.choices):
                if isinstance(step, Step):
                    self.lib.sg_lead(self.handle, state, step.action, step.binding, search.packed(step.target))


class Labelled:
    """The graph with the truth of the atoms of one formula, in C as far as it goes."""

    def __init__(self, graph: NativeGraph, atoms: Sequence[F.Atom], evaluate: Atoms):
        self.of, self.evaluate = graph, evaluate
        self.labels = (ctypes.c_uint64 * max(graph.states, 1))()
        self.steps = [(k, a) for k, a in enumerate(atoms) if isinstance(a, F.STEP)]
        lib, handle = graph.lib, graph.handle
        calls = Calls(handle, lib.sg_graph_row, lib.sg_steps, graph.ask, self._ask_steps, graph.search.look_at_clock)
        self.graph = FairGraph(graph.table, self.labels, bool(self.steps), calls, lib.sg_graph_bytes(handle))
        self._tell_steps()
        others = [(k, a) for k, a in enumerate(atoms) if not isinstance(a, F.STEP)]
        if any(isinstance(a, F.Enabled) for _, a in others):
            self.graph.rows()
        self._label(others)

    def _label(self, atoms: list[tuple[int, F.Atom]]) -> None:
        graph, codes, positions = self.of, [self._code(a) for _, a in atoms], [k for k, _ in atoms]
        n, at = graph.states, 0
        if None in codes:
            for s in range(n):
                self.labels[s] = self._asked(s, atoms)
            return
        given, where = (ctypes.c_int * max(len(codes), 1))(*codes), (ctypes.c_int * max(len(codes), 1))(*positions)
        while (at := graph.lib.sg_labels(graph.handle, at, given, where, len(codes), self.labels)) < n:
            self.labels[at] = self._asked(at, atoms)
            at += 1

    def _code(self, atom: F.Atom) -> int | None:
        """The name of an atom in C: its number among the functions, or its mark from -1 downwards."""
        if isinstance(atom, F.Enabled):
            mark = self.of.seen.enabled.get(atom)
            return None if mark is None else -1 - mark
        return self.of.search.atom_codes.get(self.of.seen.functions[atom].name)

    def _asked(self, state: int, atoms: list[tuple[int, F.Atom]]) -> int:
        """The atoms as the reference evaluates them. Raises StateFault."""
        plain, bits, row = self.of.plain(state), 0, None
        try:
            for k, atom in atoms:
                if isinstance(atom, F.State):
                    bits |= self.evaluate.holds(atom, plain) << k
                else:
                    row = self._successors(plain) if row is None else row
                    bits |= self.evaluate.enabled(atom, plain, row) << k
        except ModelFault as fault:
            raise StateFault(state, fault) from None
        return bits

    def _successors(self, plain: tuple) -> list[Step]:
        system = self.of.system
        return [s for s in system.successors(system.state(plain)) if not isinstance(s, Fault)]

    # ---- atoms about steps ----------------------------------------------------------------------

    def _tell_steps(self) -> None:
        """Tell C how to find the step atoms; those that it cannot find, it leaves to the reference, with all others."""
        found = []
        for k, a in self.steps:
            how = self.of.seen.steps.get(a)
            probe = None if how is None else -1 if how.function is None else \
                self.of.search.atom_codes.get(how.function.name)
            # Without a probe of its own an atom gets one that does not exist: such probes are never sure.
            found.append(_StepAtom(1 << k, UNSURE if probe is None else probe,
                                   -1 if how is None or how.mark is None else how.mark,
                                   int(how is not None and how.there)))
        self._kept = (_StepAtom * max(len(found), 1))(*found)
        self.of.lib.sg_step_atoms(self.of.handle, self._kept, len(found))

    def _ask_steps(self, state: int, edge: int) -> int:
        """The step atoms as the reference evaluates them. Raises StateFault."""
        t, row = self.of.table, self.of.table.edges[0]
        first = t.first[state]
        target = row[2 * (first + edge)]
        made_by = {self.of.classes.instances[row[2 * k + 1]] for k in range(first, first + t.degree[state] - 1)
                   if row[2 * k] == target}
        old, new = self.of.plain(state), self.of.plain(target)
        try:
            return sum(1 << k for k, atom in self.steps if self.evaluate.of_step(atom, old, new, made_by))
        except ModelFault as fault:
            raise StateFault(target, fault) from None
