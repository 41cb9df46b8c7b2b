"""Do the properties hold in all reachable states, however many?  k-induction [SheeranEtAl2000].

The base case is the bounded search. In the step, properties that hold at k successive, different states must hold at
the next.
Invariants that fail there are dropped until the rest is inductive together, as in Houdini [FlanaganLeino2001]; what
fails
is undecided, and its counterexample to induction is a path that may not be reachable. Failing steps, step invariants
and
deadlocks are then excluded on all paths through states that satisfy the invariants proved.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import combinations
from time import monotonic
from typing import Any

from ..engine.options import SearchOptions
from ..engine.protocol import System
from ..engine.tracing import trace_of
from ..errors import Diagnostic, UsageError
from ..result import HOLDS, CheckResult, Kind, Outcome, PropertyResult, Trace, bounded
from .bits import conj, neg
from .bounded import check as search
from .bounded import stuck
from .encode import Encoding, encode
from .unroll import TimeUp, Unrolling, path_in

#: The pseudo-property that no action fails: there is no declaration to name it after.
NO_ERRORS = "no failing step"


@dataclass(frozen=True)
class Proof:
    """What induction found out: the verdicts, and for each property that is not inductive a path, possibly
    unreachable, from states where everything proved and assumed holds to where it fails. `depth` is the k that was
    reached."""

    result: CheckResult
    counterexamples: dict[str, Trace]
    depth: int


def prove(system: System, options: SearchOptions = SearchOptions(), *, depth: int = 1,
          encoding: Encoding | None = None) -> Proof:
    """Decide the properties that `options` select by k-induction, for k = 1 to `depth`.

    Raises UnsupportedError for a model that cannot be given to the solver, UsageError for one with constraints,
    under which
    nothing is proved about all states.
    """
    model = system.model
    if model.constraints:
        raise UsageError(Diagnostic(
            code="SAG872", hint="check it with --depth, without --induction",
            message=f"{model.name} has constraints: induction would prove nothing about the states that they cut off"))
    encoding = encoding or encode(model)
    started = monotonic()
    deadline = None if options.max_seconds is None else started + options.max_seconds
    proof = _Induction(system, encoding, deadline)
    reached = 0
    for k in range(1, depth + 1):
        levels = max(k + 1, options.max_depth or 0)
        base = search(system, dataclasses.replace(options, max_depth=levels), encoding=encoding)
        reached = k
        if base.failures or base.complete or (base.bound and base.bound.why != "depth"):
            return Proof(base, {}, k)
        try:
            proof.step(k, _claims(base, options))
        except TimeUp:
            break
        if not proof.open:
            break
    return Proof(proof.concluded(base, monotonic() - started), proof.counterexamples, reached)


def _claims(base: CheckResult, options: SearchOptions) -> dict[str, Kind]:
    """What is left to prove. That no step fails is claimed of the whole model, not of properties asked for by name."""
    claims = {p.name: p.kind for p in base.properties
              if p.verdict.outcome is Outcome.BOUNDED and p.kind is not Kind.POSSIBLE}
    return claims if options.properties is not None else claims | {NO_ERRORS: Kind.EVALUATION}


class _Induction:
    def __init__(self, system: System, encoding: Encoding, deadline: float | None):
        self.system, self.encoding, self.deadline = system, encoding, deadline
        self.proved: set[str] = set()
        self.open: dict[str, Kind] = {}
        self.counterexamples: dict[str, Trace] = {}
        self.lemmas: list[Any] = []

    def step(self, k: int, claims: dict[str, Kind]) -> None:
        """The inductive step over paths of k states."""
        self.open = {name: kind for name, kind in claims.items() if name not in self.proved}
        self._invariants(k, claims)
        path = self._path(k - 1, self._invariant_names(claims))
        for name, kind in tuple(self.open.items()):
            if kind is Kind.EVALUATION:
                self._settle(name, path, path.model((self.encoding.error, k - 1)), k - 1, failing=True)
            elif kind is Kind.STEP_INVARIANT:
                broken = conj(self.encoding.step, neg(self.encoding.stepwise(name)))
                self._settle(name, path, path.model((broken, k - 1)), k)
            elif kind is Kind.DEADLOCK:
                self._settle(name, path, stuck(self.system, path, k - 1, self.lemmas), k - 1)

    def _invariant_names(self, claims: dict[str, Kind]) -> list[str]:
        return [n for n, kind in claims.items() if kind is Kind.INVARIANT and n in self.proved]

    def _invariants(self, k: int, claims: dict[str, Kind]) -> None:
        """Find the largest set of open invariants that is inductive together with what is proved."""
        sure = self._invariant_names(claims)
        left = [n for n, kind in self.open.items() if kind is Kind.INVARIANT]
        while left:
            path = self._path(k, [*sure, *left], upto=k)
            found = path.model((neg(conj(*map(self.encoding.holds, left))), k))
            if found is None:
                break
            trace = self._trace(path, found, k)
            for name in [n for n in left if not path.truth(found, self.encoding.holds(n), k)]:
                left.remove(name)
                self.counterexamples[name] = trace
        for name in left:
            self._prove(name)

    def _path(self, last: int, invariants: list[str], upto: int | None = None) -> Unrolling:
        """Any path over positions 0 to `last`, all different, with the invariants at all of them (those below
        `upto`)."""
        path = Unrolling(self.encoding, self.deadline)
        assumed = conj(*map(self.encoding.holds, invariants))
        path.assume(self.encoding.typed, 0)
        for k in range(last + 1):
            if upto is None or k < upto:
                path.assume(assumed, k)
            if k < last:
                path.assume(self.encoding.step, k)
        for i, j in combinations(range(last + 1), 2):
            path.differ(i, j)
        return path

    def _settle(self, name: str, path: Unrolling, found, last: int, failing: bool = False) -> None:
        if found is None:
            self._prove(name)
        else:
            self.counterexamples[name] = self._trace(path, found, last, failing)

    def _trace(self, path: Unrolling, found, last: int, failing: bool = False) -> Trace:
        path = path_in(self.system, path, found, last, initial=False, failing=failing)
        return trace_of(self.system, path, rooted=False)

    def _prove(self, name: str) -> None:
        self.proved.add(name)
        self.open.pop(name)
        self.counterexamples.pop(name, None)

    def concluded(self, base: CheckResult, seconds: float) -> CheckResult:
        """The result of the base case, with what is proved. While a step may fail, nothing is said of the whole."""
        errors = NO_ERRORS not in self.open
        properties = tuple(self._concluded(p) for p in base.properties)
        left = [p for p in properties if p.verdict.outcome is Outcome.BOUNDED]
        bound = None if errors and not left else bounded("induction")
        stats = dataclasses.replace(base.stats, seconds=seconds)
        return dataclasses.replace(base, properties=properties, bound=bound, complete=bound is None, stats=stats)

    def _concluded(self, p: PropertyResult) -> PropertyResult:
        if p.verdict.outcome is not Outcome.BOUNDED:
            return p
        return dataclasses.replace(p, verdict=HOLDS if p.name in self.proved else bounded("induction"))


@dataclass(frozen=True)
class Obligation:
    """One of the three things to show of an inductive invariant; `trace` refutes it (initiation alone from an
    initial state)."""

    name: str
    holds: bool
    trace: Trace | None = None


def obligations(system: System, candidates: tuple[str, ...], targets: tuple[str, ...], *,
                max_seconds: float | None = None, encoding: Encoding | None = None) -> list[Obligation]:
    """Initiation, consecution and, for each target invariant, sufficiency of the conjunction of the candidates.

    Candidates and targets are functions of the model without parameters. Raises TimeUp where the solver gives no
    answer in
    time, UnsupportedError for a model that cannot be given to the solver.
    """
    encoding = encoding or encode(system.model)
    deadline = None if max_seconds is None else monotonic() + max_seconds
    claim = conj(*map(encoding.holds, candidates))
    first, single, pair = (Unrolling(encoding, deadline) for _ in range(3))
    first.initial()
    found = [_obligation("initiation", system, first, first.model((neg(claim), 0)), 0, initial=True)]
    pair.assume(encoding.typed, 0)
    pair.assume(conj(claim, encoding.step), 0)
    found.append(_obligation("consecution", system, pair, pair.model((neg(claim), 1)), 1))
    single.assume(conj(encoding.typed, claim), 0)
    for name in targets:
        wrong = single.model((neg(encoding.holds(name)), 0))
        found.append(_obligation(f"sufficiency for {name}", system, single, wrong, 0))
    return found


def _obligation(name: str, system: System, path: Unrolling, found, last: int, initial: bool = False) -> Obligation:
    if found is None:
        return Obligation(name, True)
    return Obligation(name, False, trace_of(system, path_in(system, path, found, last, initial=initial), rooted=initial))
