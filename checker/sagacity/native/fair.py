"""The search for a fair behaviour, in C (fair.c): the FairProduct and the StateSets of a graph that C can read.

The library is the same for every model, so it is compiled once.
"""

from __future__ import annotations

import ctypes
import threading
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Callable, Iterable, NamedTuple, Sequence

from ..engine.search import Stop
from ..errors import SagacityError
from ..ir import formula as F
from ..logic.buchi import Automaton, translate
from ..logic.emptiness import Component, Way
from ..logic.fairness import Arc
from ..logic.graph import Edge
from ..logic.ground import evaluate
from ..result import bounded
from . import build

STUTTER = 0xffffffff

#: Bits of a word: atoms and letters of one formula, and operands that wait while a letter is evaluated.
MOST = 60

_u64, _u32, _int = ctypes.c_uint64, ctypes.c_uint32, ctypes.c_int
_u64s, _u32s = ctypes.POINTER(_u64), ctypes.POINTER(_u32)
_ROW = ctypes.CFUNCTYPE(_int, ctypes.c_void_p, _u64)
_STEPS = ctypes.CFUNCTYPE(_int, ctypes.c_void_p, _u64, _u64, _u64s)
_ASK = ctypes.CFUNCTYPE(_int, _u64)
_ASK_STEPS = ctypes.CFUNCTYPE(_int, _u64, _u64, _u64s)
_TICK = ctypes.CFUNCTYPE(_int)


class _Graph(ctypes.Structure):
    _fields_ = [("states", _u64), ("initial", _u64), ("room", _u64), ("first", _u64s), ("degree", _u32s),
                ("edges", ctypes.POINTER(_u32s)), ("enabled", _u64s), ("sets", _u64s), ("weak", _u64s), ("strong", _u64s),
                ("labels", _u64s), ("words", _u64), ("stepping", _u64), ("owner", ctypes.c_void_p), ("row", _ROW),
                ("steps", _STEPS), ("ask", _ASK), ("ask_steps", _ASK_STEPS), ("tick", _TICK)]


class _Transition(ctypes.Structure):
    _fields_ = [("positive", _u64), ("negative", _u64), ("marks", _u64), ("target", _u32), ("unused", _u32)]


class _Automaton(ctypes.Structure):
    _fields_ = [("states", _u64), ("letters", _u64), ("atoms", _u64), ("acceptance", _u64), ("first", _u32s),
                ("transitions", ctypes.POINTER(_Transition)), ("program", ctypes.POINTER(_int)), ("letter", _u32s)]


class Calls(NamedTuple):
    """How C reaches what it does not have. Each gives 0 where the search must end; an exception is kept and raised.

    `row` makes the edges of a state (0: no memory; 2: `ask` must make the rest), `steps` writes the atoms that are true
    of an edge (0: `ask_steps` must), `tick` is called now and then.
    """

    owner: int | None
    row: Callable
    steps: Callable
    ask: Callable[[int], None]
    ask_steps: Callable[[int, int], int]
    tick: Callable[[], None]


class Table(NamedTuple):
    """A state graph in memory: the edges of state s are edges[first[s]:], degree[s] - 1 of them (0: not made yet), each a
    target and a class; sets[class] are its marks, `words` words each, as are enabled[state], weak and strong.

    `initial` states come first. Pointers are those of ctypes; `edges` is the place where the pointer to them is.
    """

    states: int
    initial: int
    words: int
    first: ctypes.Array
    degree: ctypes.Array
    edges: ctypes.Array
    enabled: ctypes.Array
    sets: ctypes.Array
    weak: ctypes.Array
    strong: ctypes.Array


_building = threading.Lock()


@cache
def _library(_source: str) -> ctypes.CDLL:
    lib, arena = build.library(_source), ctypes.c_void_p
    graph, automaton = ctypes.POINTER(_Graph), ctypes.POINTER(_Automaton)
    for name, result, args in (
            ("fair_open", arena, [graph, automaton, _u64s]), ("fair_close", None, [arena]),
            ("fair_count", _u64, [arena]), ("fair_component", ctypes.c_int64, [arena, _u64]),
            ("fair_states", None, [arena, _u64s]),
            ("fair_nearest", ctypes.c_int64, [arena, _u64, _u64, _u64s, _u64s, _u64s]),
            ("fair_way", _u64, [arena, _u64, _u64s, _u32s, _u64]),
            ("fair_seek", _int, [arena, _u64, _u64, _u64s, _u64, _u64s, _u32s, _u32s]),
            ("fair_letter", None, [graph, automaton, _u64s]), ("fair_backwards", _int, [graph, _u64s, _u64s]),
            ("fair_rows", _int, [graph])):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, args
    return lib


def library() -> ctypes.CDLL:
    """The compiled fair.c. Raises UnsupportedError without a working compiler."""
    with _building:
        return _library(Path(__file__).with_name("fair.c").read_text(encoding="utf-8"))


def prepare() -> None:
    """Begin to compile fair.c, if that was never done, while the model is compiled."""
    def build_it() -> None:
        with suppress(SagacityError):       # whoever needs the library will be told
            library()
    threading.Thread(target=build_it, daemon=True).start()


class FairGraph:
    """A graph for fair.c: its edges, its fairness and the labels of its states. `room`: bytes that a search may take."""

    def __init__(self, table: Table, labels: ctypes.Array, stepping: bool, calls: Calls, room: int):
        self.lib, self.table, self.calls = library(), table, calls
        self.error: BaseException | None = None
        self._kept = (labels, _pointer(_ROW, calls.row), _pointer(_STEPS, calls.steps), _ASK(self._guarded(calls.ask)), _ASK_STEPS(self._asked), _TICK(self._guarded(calls.tick)))
        cast = ctypes.cast
        self.c = _Graph(table.states, table.initial, room, cast(table.first, _u64s), cast(table.degree, _u32s),
                        cast(table.edges, ctypes.POINTER(_u32s)), cast(table.enabled, _u64s), cast(table.sets, _u64s),
                        cast(table.weak, _u64s), cast(table.strong, _u64s), cast(labels, _u64s), table.words,
                        int(stepping), calls.owner, *self._kept[1:])

    def _guarded(self, call: Callable) -> Callable:
        """The call as C makes it: an exception ends the search, and is raised when C has come back."""
        def guarded(*args):
            try:
                call(*args)
                return 1
            except BaseException as e:       # whatever it is, it must not be lost in C
                self.error = e
                return 0
        return guarded

    def _asked(self, state: int, edge: int, bits) -> int:
        def ask():
            bits[0] = self.calls.ask_steps(state, edge)
        return self._guarded(ask)()

    def check(self, done: object) -> None:
        """Raise what has ended a search in C, if it did not succeed: what a callback raised, or Stop for want of memory."""
        if done:
            return
        if self.error is not None:
            raise self.error
        raise Stop(bounded("memory"))

    def rows(self) -> None:
        """Make all rows."""
        self.check(self.lib.fair_rows(ctypes.byref(self.c)))

    def product(self, formula: F.Formula, atoms: Sequence[F.Atom]) -> FairProduct:
        """The product with the automaton of an LTL formula, which `fits`."""
        return FairProduct(self, compiled(automaton(formula), atoms))


automaton = lru_cache(translate)


def fits(formula: F.Formula | None, atoms: Sequence[F.Atom]) -> bool:
    """Does C have words for an LTL formula over these atoms, or (None) for some formula of CTL over them?"""
    return len(atoms) <= MOST if formula is None else compiled(automaton(formula), atoms) is not None


def _pointer(kind: type, function: Callable):
    """The pointer to a function of C itself: without Python between two libraries. To one of Python, a callback."""
    return ctypes.cast(function, kind) if isinstance(function, ctypes._CFuncPtr) else kind(function)


class Compiled(NamedTuple):
    """An automaton, also as C reads it. What its pointers point to is kept."""

    automaton: Automaton
    index: dict[F.Atom, int]
    c: _Automaton
    kept: tuple


_OPERATORS = {F.Not: -3, F.And: -4, F.Or: -5, F.Implies: -6, F.Iff: -7}


def compiled(automaton: Automaton, atoms: Sequence[F.Atom]) -> Compiled | None:
    """For C; None if it does not fit into words."""
    index = {a: i for i, a in enumerate(atoms)}
    programs = [list(_postfix(f, index)) for f in automaton.letters]
    if max(len(atoms), len(programs), automaton.acceptance.bit_length(), *map(_depth, programs), 0) > MOST:
        return None
    first, rows = [0], []
    for row in automaton.transitions:
        rows += [_Transition(t.positive, t.negative, t.marks, t.target, 0) for t in row]
        first.append(len(rows))
    letter, program = [0], []
    for p in programs:
        program += p
        letter.append(len(program))
    kept = ((_u32 * len(first))(*first), (_Transition * max(len(rows), 1))(*rows),
            (_int * max(len(program), 1))(*program), (_u32 * len(letter))(*letter))
    return Compiled(automaton, index, _Automaton(len(automaton.transitions), len(programs), len(atoms),
                                                 automaton.acceptance, *kept), kept)


def _postfix(f: F.Formula, index: dict[F.Atom, int]) -> Iterable[int]:
    if isinstance(f, F.Atom):
        yield index[f]
    elif isinstance(f, F.Const):
        yield -2 if f.value else -1
    else:
        for g in f.operands:
            yield from _postfix(g, index)
        yield _OPERATORS[type(f)]


def _depth(program: list[int]) -> int:
    """The most operands that wait."""
    most = depth = 0
    for c in program:
        depth += 1 if c > -3 else 0 if c == -3 else -1
        most = max(most, depth)
    return most


class FairProduct:
    """A FairProduct (logic.emptiness). A node is a state of the graph times the states of the automaton, plus one of
    these. Marks are the automaton's, then those of the graph. Close it after use."""

    def __init__(self, graph: FairGraph, compiled: Compiled, inside: ctypes.Array | None = None):
        self.graph, self.lib, self.compiled = graph, graph.lib, compiled
        self.automaton = compiled.automaton
        self.q = len(self.automaton.transitions)
        self.shift = self.automaton.acceptance.bit_length()
        self.handle = self.lib.fair_open(ctypes.byref(graph.c), ctypes.byref(compiled.c), inside)
        graph.check(self.handle)
        self.weak, self.strong = _number(graph.table.weak), _number(graph.table.strong)
        self.required = self.automaton.acceptance | self.weak << self.shift

    def __enter__(self) -> FairProduct:
        return self

    def __exit__(self, *_) -> None:
        self.lib.fair_close(self.handle)

    def states(self, bits: ctypes.Array) -> None:
        """Add the states of fair components to a set."""
        self.lib.fair_states(self.handle, bits)

    # ---- as in logic.emptiness ------------------------------------------------------------------

    def nearest(self, components: int, starts: int) -> Iterable[Component]:
        """As there."""
        if not self.lib.fair_count(self.handle):
            return []
        found, counts, resting = (_u64 * (components * starts))(), (_u64 * components)(), (_u64 * components)()
        n = self.lib.fair_nearest(self.handle, components, starts, found, counts, resting)
        self.graph.check(n >= 0)
        nodes = [found[k * starts:k * starts + counts[k]] for k in range(n)]
        shown = [Component([resting[k] - 1, nodes[k][0]] if resting[k] else nodes[k], k) for k in range(n)]
        self._ways = {s: self._back(s) for c in shown for s in c.starts}
        return shown

    def pending(self, node: int) -> int:
        """As there."""
        return (self._enabled(node // self.q) & self.strong) << self.shift

    def rest(self, node: int, needed: int) -> Arc | None:
        """As there. No edge leads back to its state, so only a stutter can."""
        state, q = divmod(node, self.q)
        holds = self.automaton.valuation(self.graph.c.labels[state], self.compiled.index)
        idle = (~self._enabled(state) & self.weak) << self.shift
        for t in self.automaton.transitions[q]:
            allowed = t.target == q and holds & t.positive == t.positive and not holds & t.negative
            if allowed and not needed & ~(idle | t.marks):
                return Arc(node, idle | t.marks, None)
        return None

    def seek(self, here: int, component: Component, marks: int, goal: int) -> Way:
        """As there."""
        words = self.graph.table.words
        wanted = (_u64 * words)(*(marks >> self.shift >> 64 * i & 2**64 - 1 for i in range(words)))
        node, edge, transition = _u64(), _u32(), _u32()
        self.graph.check(self.lib.fair_seek(self.handle, here, marks & self.automaton.acceptance, wanted, goal,
                                            ctypes.byref(node), ctypes.byref(edge), ctypes.byref(transition)))
        taken = self.compiled.kept[1][transition.value]
        last = self._arc(node.value, edge.value, self._target(node.value // self.q, edge.value) * self.q + taken.target)
        return [*self._back(node.value), (node.value, last._replace(marks=last.marks | taken.marks))]

    def way(self, node: int) -> Way:
        """As there, for the starts of `nearest`."""
        return self._ways[node]

    def state(self, node: int) -> int:
        """As there."""
        return node // self.q

    # ---- what C has --------------------------------------------------------------------------------

    def _back(self, node: int) -> Way:
        """The way of the last search. What its arcs have of the automaton's marks is not known: a search for a mark ends
        with the first arc that has it."""
        n = self.lib.fair_way(self.handle, node, None, None, 0)
        nodes, edges = (_u64 * n)(), (_u32 * n)()
        self.lib.fair_way(self.handle, node, nodes, edges, n)
        targets = [node, *nodes[:-1]] if n else []
        return [(at, self._arc(at, edge, to)) for at, edge, to in zip(nodes, edges, targets)][::-1]

    def _arc(self, node: int, edge: int, target: int) -> Arc:
        state = node // self.q
        idle = ~self._enabled(state) & self.weak
        if edge == STUTTER:
            return Arc(target, idle << self.shift, None)
        taken, steps = self._merged(state, edge)
        return Arc(target, (taken | idle) << self.shift, Edge(target // self.q, taken, steps))

    def _merged(self, state: int, edge: int) -> tuple[int, int]:
        """The marks of an edge, and the atoms that are true of it. Those of its twins count too: see Edge.taken."""
        table, words, taken = self.graph.table, self.graph.table.words, 0
        row, goal = self.graph.c.edges[0], self._target(state, edge)
        for k in range(table.first[state], table.first[state] + table.degree[state] - 1):
            if row[2 * k] == goal:
                c = row[2 * k + 1]
                taken |= sum(table.sets[c * words + i] << 64 * i for i in range(words))
        steps = _u64()
        if self.graph.c.stepping:
            done = self.graph.c.steps(self.graph.c.owner, state, edge, ctypes.byref(steps)) or \
                self.graph.c.ask_steps(state, edge, ctypes.byref(steps))
            self.graph.check(done)
        return taken & (self.weak | self.strong), steps.value

    def _target(self, state: int, edge: int) -> int:
        return state if edge == STUTTER else self.graph.c.edges[0][2 * (self.graph.table.first[state] + edge)]

    def _enabled(self, state: int) -> int:
        words = self.graph.table.words
        return sum(self.graph.table.enabled[state * words + i] << 64 * i for i in range(words))


class FairSets:
    """StateSets (logic.ctl)."""

    def __init__(self, graph: FairGraph, atoms: Sequence[F.Atom]):
        self.graph, self.atoms = graph, atoms
        anything = F.Const(True, loc=None)      # the product with an automaton that accepts everything is the graph
        self.everything = compiled(translate(anything), atoms)

    def __len__(self) -> int:
        return self.graph.table.states

    def truth(self, formula: F.Formula) -> int:
        """As in StateSets."""
        letter = compiled(Automaton((formula,), ((),), 0), self.atoms)
        if letter is None:
            index = {a: i for i, a in enumerate(self.atoms)}
            return sum(1 << s for s in range(len(self)) if evaluate(formula, self.graph.c.labels[s], index))
        bits = self._bits(0)
        self.graph.lib.fair_letter(ctypes.byref(self.graph.c), ctypes.byref(letter.c), bits)
        return _number(bits)

    def fair_within(self, states: int) -> int:
        """As in StateSets."""
        bits = self._bits(0)
        with FairProduct(self.graph, self.everything, self._bits(states)) as product:
            product.states(bits)
        return _number(bits)

    def backwards(self, through: int, goal: int) -> int:
        """As in StateSets."""
        found = self._bits(goal)
        self.graph.check(self.graph.lib.fair_backwards(ctypes.byref(self.graph.c), self._bits(through), found))
        return _number(found)

    def _bits(self, states: int) -> ctypes.Array:
        n = len(self) // 64 + 1
        return (_u64 * n).from_buffer_copy(states.to_bytes(8 * n, "little"))


def _number(words: Iterable[int]) -> int:
    """The integer of an array of words."""
    return int.from_bytes(bytes(words), "little")
