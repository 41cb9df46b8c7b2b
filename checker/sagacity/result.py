"""What did a check find?  Results are data; renderers print them.

Nothing here knows how a result was reached. States inside a result are plain values, one per variable.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from .errors import Exit, worst
from .ir.nodes import Model
from .ir.types import Type
from .source import Loc


class Outcome(enum.Enum):
    """What became of a property."""

    HOLDS = "holds"
    VIOLATED = "violated"
    BOUNDED = "bounded"
    SAMPLED = "sampled"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome; `why` and `k` say what cut the search (BOUNDED) or how many behaviours were sampled (SAMPLED)."""

    outcome: Outcome
    why: str = ""
    k: int | None = None

    def __str__(self) -> str:
        name = self.outcome.name
        inside = ", ".join(str(x) for x in (self.why, self.k) if x not in ("", None))
        return f"{name}({inside})" if inside else name


HOLDS = Verdict(Outcome.HOLDS)
VIOLATED = Verdict(Outcome.VIOLATED)
ERROR = Verdict(Outcome.ERROR)


def bounded(why: str, k: int | None = None) -> Verdict:
    """Undecided, because `why` (with its limit `k`) cut the search."""
    return Verdict(Outcome.BOUNDED, why, k)


class Kind(enum.Enum):
    """What sort of claim a property makes. An EVALUATION result exists only where evaluating the model failed."""

    INVARIANT = "invariant"
    STEP_INVARIANT = "step_invariant"
    DEADLOCK = "deadlock"
    ASSERTION = "assertion"
    POSSIBLE = "possible"
    REFINEMENT = "refinement"
    TEMPORAL = "temporal"
    EVALUATION = "evaluation"


#: The exit status of a violated property, by its kind.
STATUS = {Kind.INVARIANT: Exit.SAFETY, Kind.STEP_INVARIANT: Exit.SAFETY, Kind.DEADLOCK: Exit.DEADLOCK,
          Kind.ASSERTION: Exit.ASSERTION, Kind.POSSIBLE: Exit.REACHABILITY, Kind.EVALUATION: Exit.EVALUATION,
          Kind.REFINEMENT: Exit.SAFETY, Kind.TEMPORAL: Exit.LIVENESS}


@dataclass(frozen=True, slots=True)
class NoteText:
    """The label that a model gave to a step."""

    text: str
    sender: str = ""
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """One chosen value: the local it was assigned to, its type and the plain value."""

    local: str
    type: Type
    value: Any


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step: the action, its plain arguments, its choices, and the state it leads to (None if the step failed)."""

    action: str
    args: tuple
    choices: tuple[Pick, ...]
    notes: tuple[NoteText, ...]
    loc: Loc
    state: tuple | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A behaviour. `start` is the step into the initial state; only the last step may lack a state.

    A lasso has a `loop`: the index in `states` of the state that the last one equals, so that the steps after it
    repeat for ever. Where it is the index of the last state itself, the behaviour stutters there for ever.
    """

    start: TraceStep
    steps: tuple[TraceStep, ...] = ()
    loop: int | None = None

    @property
    def last(self) -> TraceStep:
        """The last step, which may be the start."""
        return self.steps[-1] if self.steps else self.start

    @property
    def states(self) -> tuple[tuple, ...]:
        """Every state along the way, the initial one first; shorter than the steps if the last one failed."""
        return tuple(s.state for s in (self.start, *self.steps) if s.state is not None)


@dataclass(frozen=True, slots=True)
class Conjunct:
    """The part of a property that is false; `bindings` are the values of its quantified variables, as shown."""

    loc: Loc
    text: str
    bindings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A behaviour in the vocabulary of the abstract model of a refinement: the state that each state maps to, and
    what the abstract model does on the way there: "initial state", a step, "stutter", or nothing that it could do.
    """

    model: Model
    states: tuple[tuple, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """Why a lasso is a fair behaviour. Actions are told with their arguments.

    `honoured`: for each obligation that is enabled somewhere in the cycle, its name, whether it is strong, and
    how it is met: "taken", or "disabled" at some time (which is enough for weak fairness). `starved` could be taken all along
    the cycle and never are: weak fairness of one would rule the behaviour out. `passed_over` could be taken at some
    time only: that needs strong fairness.
    """

    honoured: tuple[tuple[str, bool, str], ...] = ()
    starved: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyResult:
    """The verdict on one property, with a trace that supports it where there is one: the shortest, or a short lasso,
    whose fairness `cycle` explains."""

    name: str
    kind: Kind
    verdict: Verdict
    trace: Trace | None = None
    conjunct: Conjunct | None = None
    message: str = ""
    code: str = ""
    loc: Loc | None = None
    abstract: Seen | None = None
    cycle: Cycle | None = None

    @property
    def exit_status(self) -> int:
        """The status this property alone would give to the run."""
        match self.verdict.outcome:
            case Outcome.HOLDS:
                return Exit.HOLDS
            case Outcome.VIOLATED:
                return STATUS[self.kind]
            case Outcome.ERROR:
                return Exit.EVALUATION
        return Exit.UNDECIDED


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of a search, as design section 4 pins them.

    `states`: distinct valuations; `transitions`: completed (state, action, binding, choices); `depth`: number of
    breadth-first levels; `initial`: initial states generated, repetitions included.
    """

    states: int = 0
    transitions: int = 0
    depth: int = 0
    initial: int = 0
    seconds: float = 0.0

    @property
    def generated(self) -> int:
        """What TLC calls states generated."""
        return self.transitions + self.initial

    @property
    def rate(self) -> float:
        """Transitions per second."""
        return self.transitions / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Vacuity:
    """What never happened in the states searched, and so was not really tested."""

    actions: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    faulty: tuple[tuple[str, str], ...] = ()   # predicates that could not be evaluated, with the message
    antecedents: tuple[tuple[str, str], ...] = ()   # (invariant, left side of an implication in it) that was never true


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything one check found. `bound` is what cut the search short; None if nothing did.

    `complete`: every reachable state was explored (not so where all named properties were decided before).
    `unchecked` names properties that this engine does not decide. `second` says what became of the second
    opinion, if one was asked for; `disagreements` are sentences, one for each difference it found. `probably` says how
    sure the search is, where it did not compare whole states.
    """

    model: Model
    properties: tuple[PropertyResult, ...]
    stats: Stats
    vacuity: Vacuity
    bound: Verdict | None = None
    complete: bool = True
    engine: str = "interp"
    unchecked: tuple[str, ...] = ()
    second: str | None = None
    disagreements: tuple[str, ...] = ()
    probably: str = ""

    @property
    def failures(self) -> tuple[PropertyResult, ...]:
        """The properties that are violated or could not be evaluated, worst first."""
        bad = [p for p in self.properties if p.verdict.outcome in (Outcome.VIOLATED, Outcome.ERROR)]
        return tuple(sorted(bad, key=lambda p: Exit.PRECEDENCE.index(p.exit_status)))

    @property
    def verdict(self) -> Verdict:
        """One verdict for the run: ERROR before VIOLATED before BOUNDED before HOLDS."""
        if self.disagreements:
            return ERROR
        if self.failures:
            return self.failures[0].verdict
        undecided = [p.verdict for p in self.properties if p.verdict.outcome not in (Outcome.HOLDS,)]
        return self.bound or (undecided[0] if undecided else Verdict(Outcome.HOLDS, self.probably))

    @property
    def exit_status(self) -> int:
        """The exit status of the run: the first in the order of precedence."""
        statuses = [p.exit_status for p in self.properties]
        if self.bound:
            statuses.append(Exit.UNDECIDED)
        if self.disagreements:
            statuses.append(Exit.DISAGREEMENT)
        return worst(statuses)
