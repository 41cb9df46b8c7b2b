"""Random walks in C, with the result of `engine.simulation`.

C walks and only says where something may have happened; the reference then takes the same walk again, step by step, and
decides. So a walk on which nothing happens costs no Python, and nothing is reported that the reference did not see.
"""

from __future__ import annotations

import ctypes
import hashlib
from time import perf_counter
from typing import Callable, Sequence

from ..engine.explain import explained
from ..engine.options import SearchOptions, refuse_refinements
from ..engine.protocol import Fault, Step, System
from ..engine.search import Progress
from ..engine.simulation import WEIGHTS, RandomWalk, SimulationOptions, Swarm
from ..errors import Diagnostic, InternalError
from ..result import CheckResult
from .engine import NativeSearch
from .resources import Resources

#: What `sg_walk` of walk.h says, and the number of the probes of `possible`s.
_ENDS, _LOOK, _ASK, _FULL = range(4)
_POSSIBLES = 4


def simulate(system: System, options: SimulationOptions, *,
             progress: Callable[[Progress], None] | None = None) -> CheckResult:
    """As `engine.simulation.simulate`. Its walks are others than those of the interpreter with the same seed.

    Raises UnsupportedError if the model cannot be compiled, or for a refinement, which this engine does not check.
    """
    swarm = NativeSwarm(system, options, progress)
    try:
        swarm.run()
        return explained(swarm.result())
    finally:
        swarm.close()


class NativeSwarm(Swarm):
    """Walks in C."""

    engine = "native simulation"

    def __init__(self, system: System, options: SimulationOptions, progress):
        super().__init__(system, options, progress)
        search = SearchOptions(properties=options.properties, deadlock=options.deadlock, vacuity=False, temporal=False)
        refuse_refinements(system.model, search, "native")
        self.native = NativeSearch(system, search, None, Resources())
        self.lib, self.handle = self.native.lib, self.native.handle
        self._declare()
        if not self.lib.sg_walk_open(self.handle, options.depth + 1):
            raise MemoryError
        self.weights = (ctypes.c_uint64 * len(WEIGHTS))(*WEIGHTS)

    def close(self) -> None:
        """Give the memory back."""
        self.lib.sg_walk_close(self.handle)
        self.native.close()

    def states(self) -> int:
        """As in Swarm."""
        return self.native.counts()[7]

    def walk(self, starts: list, left: float | None) -> None:
        """As in Swarm."""
        until = None if left is None else perf_counter() + left
        seed = hashlib.sha256(f"{self.options.seed}/{self.walks}".encode()).digest()
        self.lib.sg_walk_begin(self.handle, int.from_bytes(seed[:8], "little"), self.weights, len(self.weights))
        for s in starts:
            if isinstance(s, Step):
                self.lib.sg_walk_offer(self.handle, -1, self.native.packed(self.system.plain(s.target)))
        if any(isinstance(s, Fault) for s in starts):
            self._look(starts)
        while not self.failed() and (said := self.lib.sg_walk(self.handle)) != _ENDS:
            if said == _FULL:
                self.exhausted = True
                return
            if said == _LOOK or self._ask():
                self._look(starts)
                if self._outside():
                    break
            if until is not None and perf_counter() >= until:
                return
        self.walks += 1
        self.initial += 1
        self.transitions = self.native.counts()[1]
        self.depth = max(self.depth, self.lib.sg_walk_length(self.handle))

    def result(self) -> CheckResult:
        """As in Swarm."""
        self.never -= {a.name for a, t in zip(self.system.model.actions, self.native.actions()) if t}
        return super().result()

    def _ask(self) -> bool:
        """Offer the steps that C has left to the reference; does one of them fail?"""
        failed = False
        while (event := self.native.next_event(hunted=True)) is not None:
            for step in self.native.executions.after(event.state, event.index, event.binding, event.choices):
                if isinstance(step, Step):
                    self.lib.sg_walk_offer(self.handle, step.action, self.native.packed(step.target))
                else:
                    failed = True
        if failed:
            self.lib.sg_walk_failed(self.handle)
        return failed

    def _look(self, starts: list) -> None:
        """Take the walk so far, and a step more, in the reference, which notes what it shows."""
        path = [self._state(i) for i in range(self.lib.sg_walk_length(self.handle))]
        self.checked(Retraced(self.system, starts, path), max_depth=len(path) + 1)
        seen, probes = {name for _, name in self.found}, self.native.emitted.probes["POSSIBLE"]
        self.lib.sg_open_probes(self.handle, _POSSIBLES, sum(1 << i for i, n in enumerate(probes)
                                                             if n in self.native.possibles and n not in seen))

    def _state(self, i: int) -> tuple:
        words = (ctypes.c_uint64 * self.native.words)()
        self.lib.sg_walk_state(self.handle, i, words)
        return self.native.unpacked(words)

    def _outside(self) -> bool:
        """Is the last state outside a constraint?"""
        length = self.lib.sg_walk_length(self.handle)
        if not length or not self.system.model.constraints:
            return False
        state = self.system.state(self._state(length - 1))
        return not all(self.system.evaluate(c, state) for c in self.system.model.constraints)

    def _declare(self) -> None:
        lib, run, u64, words = self.lib, ctypes.c_void_p, ctypes.c_uint64, ctypes.POINTER(ctypes.c_uint64)
        for name, result, args in (
                ("sg_walk_open", ctypes.c_int, [run, u64]), ("sg_walk_close", None, [run]),
                ("sg_walk_begin", None, [run, u64, words, ctypes.c_uint]), ("sg_walk", ctypes.c_int, [run]),
                ("sg_walk_offer", None, [run, ctypes.c_int, words]), ("sg_walk_failed", None, [run]),
                ("sg_walk_length", u64, [run]), ("sg_walk_state", None, [run, u64, words])):
            function = getattr(lib, name)
            function.restype, function.argtypes = result, args


class Retraced(RandomWalk):
    """The walk through given states, by steps of the reference."""

    def __init__(self, system: System, starts: list, path: Sequence[tuple]):
        super().__init__(system, starts, "")
        self.path = path

    def _offered(self, number: int, steps: list):
        if number < len(self.path):
            wanted = [s for s in steps if isinstance(s, Step) and self.system.plain(s.target) == self.path[number]]
            if not wanted:
                raise InternalError(Diagnostic(code="SAG990", message="native engine: the reference does not take a step "
                                               "that a walk took"))
            steps = [*(s for s in steps if isinstance(s, Fault)), wanted[0]]
        yield from super()._offered(number, steps)
