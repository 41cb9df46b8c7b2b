"""The state graph of a native search: what temporal properties ask of it (engine.stategraph.Exploration).

C holds the graph (graph.h) and the truth of the atoms; states are numbered as in its log. What cannot be compiled (step
formulas, arguments of `enabled` that read the state, atoms that fail) is evaluated by the reference, atom by atom.
"""

from __future__ import annotations

import ctypes
from dataclasses import replace
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple, Sequence

from ..engine.labels import Atoms, Duty, Instance, duties
from ..engine.liveness import parts
from ..engine.protocol import Fault, Step
from ..engine.search import Stop
from ..engine.stategraph import StateFault
from ..errors import ModelFault
from ..ir import formula as F
from ..ir import nodes as ir
from ..ir import types as T
from ..ir.values import size
from ..ir.walk import subexpressions
from ..logic.emptiness import find
from ..logic.graph import Edge, Obligation
from ..logic.lasso import Lasso
from ..result import bounded

if TYPE_CHECKING:
    from .engine import NativeSearch

NOWHERE = 0xffffffff

#: The atoms of one formula that C keeps in a word.
MOST_ATOMS = 64

#: States whose edges are found between two looks at the clock.
BUDGET = 20_000


class Observed(NamedTuple):
    """What C must know of temporal properties: a function for each state atom, and the instances behind each mark.

    The first marks are the fairness obligations, the others atoms `enabled(...)`.
    """

    functions: dict[F.Atom, ir.Function]
    marks: tuple[frozenset[Instance], ...]
    enabled: dict[F.Atom, int]
    apart: bool

    def model(self, model: ir.Model) -> ir.Model:
        """The model with the functions."""
        return replace(model, functions=(*model.functions, *self.functions.values()))


def observed(model: ir.Model, names: Iterable[str]) -> Observed:
    """What the temporal properties of these names are about. `apart`: some speak of steps, so edges must tell instances."""
    evaluate = Atoms(model)
    atoms = dict.fromkeys(a for t in model.temporals if t.name in names
                          for part in _parts(t, evaluate) for a in F.atoms(part.formula))
    functions = {a: _function(a, k) for k, a in enumerate(atoms) if isinstance(a, F.State)}
    marks = [d.instances for d in duties(model)]
    enabled: dict[F.Atom, int] = {}
    for a in atoms:
        if isinstance(a, F.Enabled) and (instances := _static(a, evaluate)) is not None:
            enabled[a] = len(marks)
            marks.append(instances)
    return Observed(functions, tuple(marks), enabled, any(isinstance(a, F.STEP) for a in atoms))


def _parts(t: ir.Temporal, evaluate: Atoms) -> Iterator:
    try:
        yield from parts(t.formula, evaluate)
    except ModelFault:
        return      # a domain that cannot be evaluated: whoever judges the property will say so


def _function(atom: F.State, k: int) -> ir.Function:
    """A state atom as a function: its quantified names are locals with their values."""
    types = {e.name: e.type for e in subexpressions(atom.expr) if isinstance(e, ir.Local)}
    given = [(n, types[n], v) for n, v in atom.env if n in types]
    body = [ir.SetLocal(name=n, value=ir.Lit(value=v, type=t, loc=atom.loc), loc=atom.loc) for n, t, v in given]
    return ir.Function(name=f"<atom {k}>", params=(), body=(*body, ir.Return(value=atom.expr, loc=atom.loc)),
                       locals=tuple((n, t) for n, t, _ in given), result=T.BOOL, loc=atom.loc)


def _static(atom: F.Enabled, evaluate: Atoms) -> frozenset[Instance] | None:
    """The instances of which `enabled` speaks, where they are the same in every state."""
    reads = {type(e) for arg in atom.action.args if arg is not None for e in subexpressions(arg)}
    if reads & {ir.Var, ir.Call}:
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
    owed = len(seen.marks) - len(seen.enabled)
    return Classes((ctypes.c_uint32 * max(len(of), 1))(*of),
                   (ctypes.c_uint64 * max(len(bindings), 1))(*accumulate(bindings[:-1], initial=0)),
                   instances, sets, _words(sets or [0], words), _words([2**owed - 1], words), words)


def _words(sets: Sequence[int], words: int) -> ctypes.Array:
    return (ctypes.c_uint64 * (len(sets) * words))(*(s >> 64 * i & 2**64 - 1 for s in sets for i in range(words)))


def declare(lib: ctypes.CDLL) -> None:
    """The types of the functions of graph.h."""
    run, u64, integer, u32s = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int, ctypes.POINTER(ctypes.c_uint32)
    u64s = ctypes.POINTER(u64)
    for name, result, args in (
            ("sg_graph_open", integer, [run, u64, u64, ctypes.c_uint, u32s, u64s, u64s, u64s]),
            ("sg_graph_more", ctypes.c_int64, [run, u64]), ("sg_graph_close", None, [run]),
            ("sg_lead", None, [run, integer, u64, u64s]), ("sg_graph_first", u64s, [run]),
            ("sg_graph_edges", u32s, [run]), ("sg_graph_enabled", u64s, [run]),
            ("sg_labels", u64, [run, u64, ctypes.POINTER(integer), integer, u64s])):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, args


class NativeGraph:
    """An Exploration, made when a search has ended. Raises Stop where time or memory do not suffice."""

    def __init__(self, search: NativeSearch, states: int):
        self.search, self.system = search, search.system
        self.lib, self.handle = search.lib, search.handle
        self.duties: list[Duty] = duties(search.model)
        self.fairness: list[Obligation] = [d.obligation for d in self.duties]
        self.seen: Observed = search.observed
        self.classes = classes(search.model, self.seen)
        initial = search.levels[0][1] if search.levels and states else 0
        self.initial = range(initial)
        self.states = states
        c = self.classes
        if not self.lib.sg_graph_open(self.handle, states, initial, c.words, c.of, c.offset, c.marks, c.duties):
            raise Stop(bounded("memory"))
        self._build()
        self.owed = 2**len(self.duties) - 1
        self._first = self.lib.sg_graph_first(self.handle)
        self._edges = self.lib.sg_graph_edges(self.handle)
        self._enabled = self.lib.sg_graph_enabled(self.handle)

    def _build(self) -> None:
        at = 0
        while at < self.states:
            at = self.lib.sg_graph_more(self.handle, BUDGET)
            if at < 0:
                raise Stop(bounded("memory"))
            self._ask()
            self.search.look_at_clock()

    def _ask(self) -> None:
        """The steps that C has left to the reference."""
        search = self.search
        while (event := search.next_event(hunted=True)) is not None:
            for step in search.executions.after(event.state, event.index, event.binding, event.choices):
                if isinstance(step, Step):
                    self.lib.sg_lead(self.handle, step.action, step.binding, search.packed(step.target))

    # ---- an Exploration ------------------------------------------------------------------------

    def labelled(self, atoms: Sequence[F.Atom], evaluate: Atoms) -> Labelled:
        """As in Exploration."""
        return Labelled(self, atoms, evaluate)

    def lasso(self, formula: F.Formula, atoms: Sequence[F.Atom], evaluate: Atoms) -> Lasso | None:
        """As in Exploration."""
        return find(self.labelled(atoms, evaluate), formula, atoms)

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

    # ---- reading the graph ---------------------------------------------------------------------

    def plain(self, state: int) -> tuple:
        """The values of the variables in a state."""
        return self.search.plain_state(state)

    def leaving(self, state: int) -> Iterator[tuple[int, int]]:
        """(target, class) of each edge; targets beyond the graph are left out."""
        for k in range(self._first[state], self._first[state + 1]):
            target = self._edges[2 * k]
            if target != NOWHERE:
                yield target, self._edges[2 * k + 1]

    def enabled(self, state: int) -> int:
        """The marks that are enabled in a state."""
        words = self.classes.words
        return sum(self._enabled[state * words + i] << 64 * i for i in range(words))


class Labelled:
    """A StateGraph, read from C where it is asked for."""

    def __init__(self, graph: NativeGraph, atoms: Sequence[F.Atom], evaluate: Atoms):
        self.graph = graph
        self.initial: Sequence[int] = graph.initial
        self.fairness: Sequence[Obligation] = graph.fairness
        self._evaluate = evaluate
        self._labels = self._labelling([(k, a) for k, a in enumerate(atoms) if not isinstance(a, F.STEP)])
        self._steps = [(1 << i, a) for i, a in enumerate(atoms) if isinstance(a, F.STEP)]
        self._rows: dict[int, list[Edge]] = {}

    def __len__(self) -> int:
        return self.graph.states

    def label(self, state: int) -> int:
        """The state atoms that are true."""
        return self._labels[state]

    def enabled(self, state: int) -> int:
        """The obligations that a step from here could discharge, constraints aside."""
        return self.graph.enabled(state) & self.graph.owed

    def edges(self, state: int) -> Sequence[Edge]:
        """The steps that change the state."""
        if state not in self._rows:
            self._rows[state] = self._row(state)
        return self._rows[state]

    def _row(self, state: int) -> list[Edge]:
        sets, merged, made = self.graph.classes.sets, {}, {}
        for target, c in self.graph.leaving(state):
            merged[target] = merged.get(target, 0) | sets[c] & self.graph.owed
            if self._steps:
                made.setdefault(target, set()).add(self.graph.classes.instances[c])
        return [Edge(t, taken, self._marked(state, t, made[t]) if self._steps else 0) for t, taken in merged.items()]

    def _marked(self, state: int, target: int, made_by: set[Instance]) -> int:
        old, new = self.graph.plain(state), self.graph.plain(target)
        try:
            return sum(bit for bit, atom in self._steps if self._evaluate.of_step(atom, old, new, made_by))
        except ModelFault as fault:
            raise StateFault(target, fault) from None

    def _labelling(self, atoms: list[tuple[int, F.Atom]]) -> Sequence[int]:
        """The truth of state atoms, in C as far as it goes."""
        graph, codes = self.graph, [self._code(a) for _, a in atoms]
        n = graph.states
        if None in codes or len(codes) > MOST_ATOMS or (atoms and atoms[-1][0] >= MOST_ATOMS):
            return [self._asked(s, atoms) for s in range(n)]
        labels = (ctypes.c_uint64 * n)()
        positions = [k for k, _ in atoms]
        given, at = (ctypes.c_int * max(len(codes), 1))(*codes), 0
        while (at := graph.lib.sg_labels(graph.handle, at, given, len(codes), labels)) < n:
            labels[at] = sum((self._asked(at, atoms) >> k & 1) << i for i, k in enumerate(positions))
            at += 1
        if positions == list(range(len(positions))):
            return labels
        return [sum((bits >> i & 1) << k for i, k in enumerate(positions)) for bits in labels]

    def _code(self, atom: F.Atom) -> int | None:
        """The name of an atom in C: its number among the functions, or its mark from -1 downwards."""
        if isinstance(atom, F.Enabled):
            mark = self.graph.seen.enabled.get(atom)
            return None if mark is None else -1 - mark
        return self.graph.search.atom_codes.get(atom)

    def _asked(self, state: int, atoms: list[tuple[int, F.Atom]]) -> int:
        """The atoms as the reference evaluates them. Raises StateFault."""
        plain, bits, row = self.graph.plain(state), 0, None
        try:
            for k, atom in atoms:
                if isinstance(atom, F.State):
                    bits |= self._evaluate.holds(atom, plain) << k
                else:
                    row = self._successors(plain) if row is None else row
                    bits |= self._evaluate.enabled(atom, plain, row) << k
        except ModelFault as fault:
            raise StateFault(state, fault) from None
        return bits

    def _successors(self, plain: tuple) -> list[Step]:
        system = self.graph.system
        return [s for s in system.successors(system.state(plain)) if not isinstance(s, Fault)]
