"""What do random walks find?  Seeded simulation of models that are too large to explore.

A walk is the one search of `engine.search`, run over a system that at each state offers a single, random
step. Each walk weighs the actions anew, so that a swarm of them differs more than as many uniform walks would
[HolzmannJoshiGroce2011; GroceEtAl2012]. Walk number k depends on the seed and k alone.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any, Callable, Iterable, Iterator

from ..errors import Diagnostic, InternalError
from ..result import CheckResult, Kind, Outcome, PropertyResult, Stats, Vacuity, Verdict
from ..source import Loc
from . import tracefile
from .explain import explained
from .options import DEADLOCK, SearchOptions, select
from .protocol import Fault, Step, System
from .replay import Refusal, replay
from .search import TICK, Progress, check
from .shrink import shrunk

#: The weights of actions in a walk: some are rare in it, some are frequent.
WEIGHTS = (1, 3, 9, 27)


@dataclass(frozen=True, kw_only=True)
class SimulationOptions:
    """`walks` of at most `depth` steps each; `max_seconds` ends the simulation earlier."""

    seed: int
    walks: int = 1000
    depth: int = 100
    max_seconds: float | None = None
    properties: tuple[str, ...] | None = None
    deadlock: bool = True


def simulate(system: System, options: SimulationOptions, *,
             progress: Callable[[Progress], None] | None = None) -> CheckResult:
    """Walk at random until a property fails; its trace is shortened and replayed. The verdict is never HOLDS.

    `stats.states` counts the distinct states visited. Raises InternalError if a trace cannot be replayed.
    """
    swarm = Swarm(system, options, progress)
    swarm.run()
    return explained(swarm.result())


class Swarm:
    """Walks, one after another, and what they found. Another engine overrides how one walk is taken (`walk`) and how
    states are counted; `exhausted` ends it where there is no memory for more."""

    engine = "simulation"

    def __init__(self, system: System, options: SimulationOptions, progress):
        self.system, self.options, self.progress = system, options, progress
        self.search = SearchOptions(properties=options.properties, deadlock=options.deadlock, vacuity=False,
                                    temporal=False, max_depth=options.depth + 1)
        self.selection = select(system.model, self.search)
        self.found: dict[tuple[Kind, str], PropertyResult] = {}
        self.visited: set[Any] = set()
        self.never = {a.name for a in system.model.actions}
        self.walks = self.transitions = self.depth = self.initial = 0
        self.interrupted = self.exhausted = False
        self.seconds = 0.0

    def run(self) -> None:
        started = tick = perf_counter()
        try:
            starts = list(self.system.initial())
            while self.walks < self.options.walks and not self.failed() and not self.exhausted:
                left = None
                if self.options.max_seconds is not None:
                    left = self.options.max_seconds - (perf_counter() - started)
                    if left <= 0:
                        break
                self.walk(starts, left)
                if self.progress and perf_counter() >= tick:
                    tick = perf_counter() + TICK
                    self.progress(Progress(self.states(), self.transitions, self.depth,
                                           self.options.walks - self.walks, perf_counter() - started))
        except KeyboardInterrupt:
            self.interrupted = True
        self.seconds = perf_counter() - started

    def failed(self) -> bool:
        """Has a walk found something that fails?"""
        return any(p.verdict.outcome is not Outcome.HOLDS for p in self.found.values())

    def states(self) -> int:
        """The distinct states visited so far."""
        return len(self.visited)

    def walk(self, starts: list, left: float | None) -> None:
        """Take the next walk, in `left` seconds (None: in any time), and note what it found."""
        walk = RandomWalk(self.system, starts, f"{self.options.seed}/{self.walks}")
        result = self.checked(walk, max_seconds=left)
        self.visited |= walk.visited
        self.never -= {a.name for a in self.system.model.actions} - set(result.vacuity.actions)
        self.transitions += result.stats.transitions
        self.initial += result.stats.initial
        self.depth = max(self.depth, result.stats.depth)
        if not (result.bound and result.bound.why in ("seconds", "interrupted")):
            self.walks += 1
        self.interrupted |= bool(result.bound and result.bound.why == "interrupted")

    def checked(self, walk: RandomWalk, **limits: Any) -> CheckResult:
        """What a walk shows within the limits; it is noted."""
        result = check(walk, dataclasses.replace(self.search, **limits), engine=self.engine)
        for p in result.properties:
            if p.trace is not None:
                self.found.setdefault((p.kind, p.name), p)
        return result

    # ---- the result ----------------------------------------------------------------------------

    def result(self) -> CheckResult:
        sampled = Verdict(Outcome.SAMPLED, "", self.walks)
        stats = Stats(self.states(), self.transitions, self.depth, self.initial, self.seconds)
        never = tuple(a.name for a in self.system.model.actions if a.name in self.never)
        return CheckResult(self.system.model, tuple(self._properties(sampled)), stats, Vacuity(never), sampled, False,
                           self.engine, self.selection.unchecked)

    def _properties(self, sampled: Verdict) -> Iterator[PropertyResult]:
        chosen, left = self.selection, dict(self.found)
        claimed = [(kind, n) for kind, names in ((Kind.INVARIANT, chosen.invariants),
                                                 (Kind.STEP_INVARIANT, chosen.step_invariants),
                                                 (Kind.DEADLOCK, (DEADLOCK,) * chosen.deadlock),
                                                 (Kind.POSSIBLE, chosen.possibles),
                                                 (Kind.REFINEMENT, chosen.refinements)) for n in names]
        for kind, name in claimed:
            p = left.pop((kind, name), None)
            yield self._shown(p) if p else PropertyResult(name, kind, sampled, loc=self._loc(kind, name))
        yield from map(self._shown, left.values())

    def _loc(self, kind: Kind, name: str) -> Loc | None:
        model = self.system.model
        if kind is Kind.REFINEMENT:
            return next(r.loc for r in model.refinements if r.name == name)
        return None if kind is Kind.DEADLOCK else model.function(name).loc

    def _shown(self, p: PropertyResult) -> PropertyResult:
        """The result with a shorter trace, replayed in the system itself."""
        p = shrunk(self.system, p)
        found = replay(self.system, tracefile.record(self.system.model, p))
        if isinstance(found, Refusal):
            message = f"the trace for {p.name} cannot be replayed: {found}"
            raise InternalError(Diagnostic(code="SAG990", message=message))
        return p


class RandomWalk:
    """One random walk of a system, as a System (engine.protocol) of its own: every state has at most one step.

    States are (number of the step, state), so a walk may come back to a state and leave it another way. Steps that
    fail are all offered: they are seen anyway while the successors are computed.
    """

    def __init__(self, system: System, starts: list, seed: str):
        self.model, self.system, self.starts = system.model, system, starts
        self.random = Random(seed)
        self.weights = [self.random.choice(WEIGHTS) for _ in system.model.actions]
        self.visited: set[Any] = set()

    def initial(self) -> Iterable[Step | Fault]:
        """One initial step."""
        return self._offered(0, self.starts)

    def successors(self, state: tuple) -> Iterable[Step | Fault]:
        """One step, and every step that fails."""
        number, inner = state
        return self._offered(number + 1, list(self.system.successors(inner)))

    def _offered(self, number: int, steps: list) -> Iterator[Step | Fault]:
        yield from (s for s in steps if isinstance(s, Fault))
        completed = [s for s in steps if isinstance(s, Step)]
        if completed:
            chosen = self._choice(completed)
            self.visited.add(chosen.target)
            yield chosen._replace(target=(number, chosen.target))

    def _choice(self, steps: list[Step]) -> Step:
        """An action by weight, then one of its steps: an action with many bindings does not drown the others."""
        by_action: dict[int, list[Step]] = {}
        for s in steps:
            by_action.setdefault(s.action, []).append(s)
        weights = [self.weights[a] if a >= 0 else 1 for a in by_action]
        return self.random.choice(self.random.choices(list(by_action.values()), weights)[0])

    def evaluate(self, function_name: str, state: tuple, args: tuple = ()) -> Any:
        """The value in the state of the system."""
        return self.system.evaluate(function_name, state[1], args)

    def evaluate_step(self, function_name: str, old: tuple, new: tuple) -> bool:
        """The value on the step; a step that changes nothing satisfies every step invariant."""
        return old[1] == new[1] or self.system.evaluate_step(function_name, old[1], new[1])

    def plain(self, state: tuple) -> tuple:
        """The state of the system as plain values."""
        return self.system.plain(state[1])

    def state(self, plain: tuple) -> tuple:
        """A state with these values, as if the walk began there."""
        return 0, self.system.state(plain)

    def describe(self, state: tuple | None, step: Step | Fault) -> Any:
        """The step of the system, for people."""
        if isinstance(step, Step):
            step = step._replace(target=step.target[1])
        return self.system.describe(None if state is None else state[1], step)
