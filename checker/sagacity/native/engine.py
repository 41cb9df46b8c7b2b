"""Breadth-first search in C, with the result of `engine.search`.

C explores and only says where something happened; what happened is decided by the reference. So no fault is
described twice:
an execution that C cannot represent (a fault, a value outside its range or outside 64 bits, a collection that is
larger than its room) is done again by the direct execution of the IR, and every step of a trace is found in the
reference.
"""

from __future__ import annotations

import ctypes
import dataclasses
from bisect import bisect_right
from time import perf_counter
from typing import Callable, NamedTuple

from ..engine.ireval import IrSystem, Run, bind, check_ranges
from ..engine.options import SearchOptions, refuse_refinements
from ..engine.protocol import INIT, Fault, Step, System
from ..engine.search import Progress, Search, Stop, few_collections
from ..engine.tracing import trace_of
from ..errors import Diagnostic, InternalError, ModelFault, UnsupportedError
from ..result import CheckResult, Outcome, Trace, Verdict, bounded
from . import layout as L
from .build import library
from .emit import Emitted, emit
from .fair import prepare
from .resources import Resources, room
from .saved import SavedSearch
from .stategraph import NativeGraph, declare, observed

#: Seconds between two looks at the clock and at Ctrl-C.
SLICE = 0.05

#: Stands for the parent of a state that has just arrived: it is looked for only if a trace is wanted.
ARRIVED = -2

#: The first kind of event of search.h; the others are numbered as in `_happened`.
_UNDECIDED, _CONSTRAINT = range(2)
_RUNNING, _FULL_STATES, _FULL_MEMORY = range(3)
_WORDS = ctypes.POINTER(ctypes.c_uint64)

#: A probe of C says 0 (false), 1 (true) or this.
_UNSURE = 2


def check(system: System, options: SearchOptions = SearchOptions(), *,
          progress: Callable[[Progress], None] | None = None, resources: Resources = Resources()) -> CheckResult:
    """As `engine.search.check`; `system` is the reference over the same model.

    Raises UnsupportedError if the model cannot be compiled, or for a refinement, which this engine does not check;
    UsageError for a checkpoint that cannot be used.
    """
    refuse_refinements(system.model, options, "native")
    search = NativeSearch(system, options, progress, resources)
    try:
        with few_collections():
            search.run()
        return search.finished()
    finally:
        search.close()


class Event(NamedTuple):
    """Where something happened in C: see search.h. `sid` is the state that was being expanded."""

    kind: int
    index: int
    result: int
    worker: int
    binding: int
    sid: int
    choices: tuple[int, ...]
    state: tuple


class _Count:
    """The states found by the C side, as far as their number matters."""

    def __init__(self, search: NativeSearch):
        self.search = search

    def __len__(self) -> int:
        return self.search.saved.visible(self.search.counts()[0])


class _Executions(IrSystem):
    """Executions of one binding that begin with given choices."""

    def after(self, state: tuple, a: int, b: int, prefix: tuple[int, ...]):
        """The steps and faults whose first choices are `prefix`."""
        params, script = self.model.actions[a].params, prefix
        while script is not None and script[:len(prefix)] == prefix:
            run = Run(state, bind(params, self.bindings[a][b]), script)
            try:
                if self._actions[a](run) != "disabled":
                    target = tuple(run.vars)
                    check_ranges(self.model, a, target)
                    yield Step(a, b, tuple(run.taken), target)
            except ModelFault as fault:
                yield Fault(a, b, tuple(run.taken), fault)
            script = run.next_script()


class NativeSearch(Search):
    """The bookkeeping of `Search`, where C does the exploring."""

    def __init__(self, system: System, options: SearchOptions, progress, resources: Resources):
        super().__init__(system, options, progress)
        self.rows = None        # C keeps the graph
        if self.selection.temporals:
            prepare()
        self.watched = [("predicate", n) for n in self.predicates] + [("left side", k) for k in self.antecedents.open]
        names = (*self.predicates, *self.antecedents.open.values())
        self.observed = observed(self.model, self.selection.temporals)
        self.emitted = self._emit(names)
        self.atom_codes = {name: k for k, name in enumerate(self.emitted.probes["ATOM"])}
        self.words = L.words(self.emitted.state)
        self.executions = _Executions(self.model)
        self.resources = resources
        self.lib = library("#define FINGERPRINT 1\n" * resources.fingerprint + self.emitted.source)
        self._declare()
        self.started = self.tick = perf_counter()     # the search, not the compiler
        self.deadline = None if options.max_seconds is None else self.started + options.max_seconds
        self.levels: list[tuple[int, int]] = []
        limit = options.max_states if options.max_states is not None else 2**64 - 1
        self.handle = self.lib.sg_open(limit, room(resources.memory), resources.workers)
        if not self.handle:
            raise UnsupportedError(Diagnostic(code="SAG952", message="there is not enough memory for the native engine"))
        self.arrived = _Count(self)
        self.lib.sg_deadlock(self.handle, int(self.deadlock))
        self._open()
        self.lib.sg_open_probes(self.handle, 5, 2 ** len(self.watched) - 1)
        self.saved = SavedSearch(self, resources)

    def _emit(self, watched: tuple[str, ...]) -> Emitted:
        """The C of the model, with the atoms of its temporal properties if they can be compiled."""
        model = self.antecedents.model
        if not self.selection.temporals:
            return emit(model, watched)
        try:
            return emit(self.observed.model(model), watched, tuple(f.name for f in self.observed.compiled()))
        except UnsupportedError:
            return emit(model, watched, ())

    def close(self) -> None:
        """Give the memory back."""
        if self.handle:
            if self.selection.temporals:
                self.lib.sg_graph_close(self.handle)
            self.lib.sg_close(self.handle)
            self.handle = None

    def finished(self) -> CheckResult:
        """The result, after `run`."""
        counts = self.counts()
        self.transitions = counts[1]
        self.taken = bytearray(self.actions())
        self._strike_out()
        result = self.result("native")
        return _probable(result, counts[7]) if self.resources.fingerprint else result

    def actions(self) -> bytes:
        """For each action: has it been taken?"""
        taken = ctypes.create_string_buffer(max(len(self.model.actions), 1))
        self.lib.sg_taken(self.handle, taken)
        return taken.raw[:len(self.model.actions)]

    def _strike_out(self) -> None:
        """Forget the watched functions that C has seen true."""
        still = self.counts()[4]
        for k, (what, key) in enumerate(self.watched):
            if not still >> k & 1:
                (self.predicates if what == "predicate" else self.antecedents.open).pop(key, None)

    def counts(self) -> list[int]:
        """States, transitions, expanded, outside, open watches, bytes, left in this level, entered, workers."""
        c = (ctypes.c_uint64 * 16)()
        self.lib.sg_counts(self.handle, c)
        return list(c)

    # ---- the search ----------------------------------------------------------------------------

    def _start(self) -> None:
        if self.saved.resume():
            return
        for step in self.system.initial():
            if isinstance(step, Fault):
                self._fault(-1, step)
            else:
                self.initial += 1
                self.lib.sg_start(self.handle, self.packed(self.system.plain(step.target)))
                self._look(_RUNNING)
            if perf_counter() >= self.tick:
                self._tick()

    def _level(self, first: int, last: int) -> None:
        self.levels.append((first, last))
        budget, at, left = 256, max(first, min(last, self.saved.cursor)), 0
        while at < last or left:
            begun = perf_counter()
            status = self.lib.sg_expand(self.handle, last, 0 if left and self.saved.due() else budget)
            now = perf_counter()
            self._look(status)
            _, self.transitions, at, _, _, _, left, *_ = self.counts()
            self.expanded = at
            budget = min(max(16, int(budget * min(4.0, SLICE / max(now - begun, 1e-6)))), 2**40)
            if left == 0 and self.saved.due():
                self.saved.write(at)
            if perf_counter() >= self.tick:
                self._tick()

    def _look(self, status: int) -> None:
        """What has happened in C?"""
        while (event := self.next_event()) is not None:
            self._handle(event)
        counts = self.counts()
        self.transitions, self.outside = counts[1], bool(counts[3])
        if status == _FULL_STATES:
            raise Stop(bounded("states", self.options.max_states))
        if status == _FULL_MEMORY:
            raise Stop(bounded("memory"))

    # ---- events --------------------------------------------------------------------------------

    def next_event(self, hunted: bool = False) -> Event | None:
        found = (ctypes.c_int64 * 80)()
        words = (ctypes.c_uint64 * self.words)()
        if not self.lib.sg_event(self.handle, words, found, int(hunted)):
            return None
        kind, index, result, worker, binding, sid, n = found[:7]
        return Event(kind, index, result, worker, binding, sid, tuple(found[7:7 + n]), self.unpacked(words))

    def _handle(self, event: Event) -> None:
        known = len(self.found), len(self.faulty)
        if event.kind == _UNDECIDED:
            self._undecided(event)
        else:
            self._happened(event)
        if known != (len(self.found), len(self.faulty)):
            self.saved.tell(event)

    def retold(self, fields: dict) -> None:
        """An event of an earlier life of this search: what it led to is decided again, and nothing else is done."""
        words, choices = fields.pop("state"), tuple(fields.pop("choices"))
        event = Event(**fields, choices=choices, state=self.unpacked(words))
        if event.kind == _UNDECIDED:
            for step in self.executions.after(event.state, event.index, event.binding, event.choices):
                if isinstance(step, Fault):
                    self._fault(event.sid, self._reference_fault(event.state, step))
        elif event.kind == _CONSTRAINT:
            self._inside(ARRIVED, Step(INIT, 0, (), self.system.state(event.state)))
        else:
            self._happened(event)

    def _undecided(self, event: Event) -> None:
        before = self.packed(event.state)
        for step in self.executions.after(event.state, event.index, event.binding, event.choices):
            if isinstance(step, Step):
                self.lib.sg_step(self.handle, event.worker, event.index, before, self.packed(step.target))
                self._look(_RUNNING)
            else:
                self.lib.sg_failed(self.handle, event.worker)
                self._fault(event.sid, self._reference_fault(event.state, step))

    def _happened(self, event: Event) -> None:
        kind, sid = event.kind, event.sid
        state = self.system.state(event.state)
        step = Step(INIT, 0, (), state)
        try:
            match kind:
                case 1:                 # a constraint that C cannot decide
                    inside = self._inside(ARRIVED, step)
                    self.lib.sg_judged(self.handle, event.worker, self.packed(event.state), int(inside))
                case 2:                 # an invariant that does not hold
                    self._check_invariants(ARRIVED, step)
                    self._confirmed(event, "INVARIANT", self.invariants)
                case 3:                 # a step invariant that does not hold
                    old = self.system.state(self.plain_state(sid))
                    self._check_step(sid, old, self.step_between(old, event.state))
                    self._confirmed(event, "STEP", self.step_invariants)
                case 4:                 # a `possible` that holds
                    self._check_possibles(ARRIVED, step)
                    self._confirmed(event, "POSSIBLE", self.possibles)
                case 5:                 # a watched function that C cannot decide
                    self._strike_out()
                    self._watch_predicates(state)
                    self.antecedents.watch(event.state)
                case 6:                 # no action is enabled
                    if self.deadlock:
                        self._check_deadlock(sid, state)
        finally:
            self._open()

    def _confirmed(self, event: Event, kind: str, left: list[str]) -> None:
        """Where C is sure, the reference must have come to the same conclusion."""
        name = self.emitted.probes[kind][event.index]
        if event.result != _UNSURE and name in left:
            raise _own_bug(f"the reference does not confirm what happened to {name}")

    def _open(self) -> None:
        """Tell C what is still to be watched."""
        probes = self.emitted.probes
        for kind, name, left in ((1, "INVARIANT", self.invariants), (2, "STEP", self.step_invariants),
                                 (4, "POSSIBLE", self.possibles)):
            mask = sum(1 << k for k, n in enumerate(probes[name]) if n in left)
            self.lib.sg_open_probes(self.handle, kind, mask)
        still = self.counts()[4]
        for k, (what, key) in enumerate(self.watched):
            if key not in (self.predicates if what == "predicate" else self.antecedents.open):
                still &= ~(1 << k)
        self.lib.sg_open_probes(self.handle, 5, still)
        self.lib.sg_deadlock(self.handle, int(self.deadlock))

    # ---- traces --------------------------------------------------------------------------------

    def _trace(self, parent: int, step: Step | Fault | None = None) -> Trace:
        """The way from an initial state, found level by level backwards, and then forwards in the reference."""
        if parent == ARRIVED:
            plain = self.system.plain(step.target)
            path = self._way_to(plain, len(self.levels) - 1)
        else:
            path = []
            if parent >= 0:
                level = bisect_right(self.levels, (parent, float("inf"))) - 1
                path = self._way_to(self.plain_state(parent), level - 1)
            if step is not None:
                path.append(step)
        return trace_of(self.system, path)

    def _way_to(self, plain: tuple, level: int) -> list[Step]:
        """Steps to a state whose predecessors are in `level` (-1: it is initial)."""
        states = [plain]
        for first, last in reversed(self.levels[:level + 1]):
            states.append(self.plain_state(self._predecessor(self.packed(states[-1]), first, last)))
        states.reverse()
        path = [next((s for s in self.system.initial()
                      if isinstance(s, Step) and self.system.plain(s.target) == states[0]), None)]
        if path[0] is None:
            raise _own_bug("the first state of a trace is not initial")
        for target in states[1:]:
            path.append(self.step_between(path[-1].target, target))
        return path

    def _predecessor(self, words, first: int, last: int) -> int:
        """The first state in first..last-1 with a step to the packed state."""
        sure = ctypes.c_int()
        while (sid := self.lib.sg_hunt(self.handle, words, first, last, ctypes.byref(sure))) >= 0:
            if sure or self._leads_to(words):
                return sid
            first = sid + 1
        raise _own_bug("a state has no predecessor in the level before")

    def _leads_to(self, words) -> bool:
        """Does a step that C left to the reference, in the state where the hunt stopped, lead to the packed state?"""
        while (event := self.next_event(hunted=True)) is not None:
            for step in self.executions.after(event.state, event.index, event.binding, event.choices):
                if isinstance(step, Step) and list(self.packed(step.target)) == list(words):
                    return True
        return False

    def step_between(self, state, target: tuple) -> Step:
        for s in self.system.successors(state):
            if isinstance(s, Step) and self.system.plain(s.target) == target:
                return s
        raise _own_bug("the reference does not take a step that the native engine took")

    def _reference_fault(self, plain: tuple, fault: Fault) -> Fault:
        for s in self.system.successors(self.system.state(plain)):
            if isinstance(s, Fault) and (s.action, s.binding, tuple(s.choices)) == fault[:3]:
                return s
        raise _own_bug("the reference does not fail where the direct execution of the IR does")

    # ---- temporal properties -------------------------------------------------------------------

    def _explored(self) -> NativeGraph:
        counts = self.counts()
        cut_by_depth = self.bound is not None and self.bound.why == "depth"
        return NativeGraph(self, counts[2] if cut_by_depth else counts[0])

    def way_to_number(self, sid: int) -> list[Step]:
        """The shortest way to a state, by its number."""
        level = bisect_right(self.levels, (sid, float("inf"))) - 1
        return self._way_to(self.plain_state(sid), level - (sid < self.levels[level][1]))

    def look_at_clock(self) -> None:
        """Raise Stop if the time is up."""
        if self.deadline is not None and perf_counter() >= self.deadline:
            raise Stop(bounded("seconds", self.options.max_seconds))

    # ---- C and back ----------------------------------------------------------------------------

    def packed(self, plain: tuple):
        code = L.encode(self.emitted.state, plain)
        return (ctypes.c_uint64 * self.words)(*(code >> 64 * i & 2**64 - 1 for i in range(self.words)))

    def unpacked(self, words) -> tuple:
        return L.decode(self.emitted.state, sum(int(words[i]) << 64 * i for i in range(self.words)))

    def plain_state(self, sid: int) -> tuple:
        words = (ctypes.c_uint64 * self.words)()
        self.lib.sg_state(self.handle, sid, words)
        return self.unpacked(words)

    def _declare(self) -> None:
        """The types of the functions of entry.h."""
        lib, run, u64, integer = self.lib, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int
        for name, result, args in (
                ("sg_open", run, [u64, u64, integer]), ("sg_close", None, [run]), ("sg_start", None, [run, _WORDS]),
                ("sg_step", None, [run, integer, integer, _WORDS, _WORDS]), ("sg_failed", None, [run, integer]),
                ("sg_judged", None, [run, integer, _WORDS, integer]),
                ("sg_event", integer, [run, _WORDS, ctypes.POINTER(ctypes.c_int64), integer]),
                ("sg_expand", integer, [run, u64, u64]),
                ("sg_hunt", ctypes.c_int64, [run, _WORDS, u64, u64, ctypes.POINTER(integer)]),
                ("sg_state", None, [run, u64, _WORDS]), ("sg_open_probes", None, [run, integer, u64]),
                ("sg_states", ctypes.c_void_p, [run]),
                ("sg_restore", integer, [run, ctypes.c_char_p, u64]),
                ("sg_continue", None, [run, u64, u64, integer, ctypes.c_char_p]),
                ("sg_deadlock", None, [run, integer]), ("sg_counts", None, [run, _WORDS]),
                ("sg_taken", None, [run, ctypes.c_char_p])):
            function = getattr(lib, name)
            function.restype, function.argtypes = result, args
        if self.selection.temporals:
            declare(lib)


def _probable(result: CheckResult, entered: int) -> CheckResult:
    """What holds, holds unless two states had one fingerprint: at most n(n - 1)/2 pairs, each with probability 2^-64."""
    chance = min(1.0, entered * (entered - 1) / 2 / 2**64)
    why = f"probably: 64-bit fingerprints omit a state with probability {chance:.1e}"
    told = tuple(p if p.trace or p.verdict.outcome not in (Outcome.HOLDS, Outcome.VIOLATED) else
                 dataclasses.replace(p, verdict=Verdict(p.verdict.outcome, why)) for p in result.properties)
    return dataclasses.replace(result, properties=told, probably=why)


def _own_bug(message: str) -> InternalError:
    return InternalError(Diagnostic(code="SAG990", message=f"native engine: {message}"))
