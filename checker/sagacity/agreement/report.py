"""What does each engine and tool say of a model, and on what do they differ?

An oracle is anything that explores the whole state space by itself. Its `Report` has the counts of design section 4
and a claim for each property. `compared` holds every report against the first one, which is the reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Protocol, Sequence

from ..changes import whole
from ..errors import Exit, SagacityError
from ..ir.nodes import Model
from ..result import Outcome
from .graphs import Graph, difference

#: The property that no step fails: neither an evaluation error nor an assertion. Every oracle has it.
NO_ERROR = "no_error"

#: Graphs with more transitions than this are compared only where something else differs.
MOST_TRANSITIONS = 100_000


@dataclass(frozen=True)
class Claim:
    """What an oracle says of one property. `outcome` None: nothing, because of `why`.

    `length` counts the states of the shortest counterexample (of `possible`: of the witness), None where the
    oracle has none or does not look for the shortest. `state` is the last one of it, as plain values. `evidence` has the
    steps of a behaviour, not always a shortest one, by which a tool shows it, and which is one of the reference's.
    """

    outcome: Outcome | None
    length: int | None = None
    why: str = ""
    state: tuple | None = None
    evidence: tuple[str, ...] | None = None

    @property
    def fails(self) -> bool:
        """Is the property violated, or can it not be evaluated?"""
        return self.outcome in (Outcome.VIOLATED, Outcome.ERROR)


@dataclass(frozen=True)
class Report:
    """What one oracle found. Counts are None where it did not count.

    `absent`: why it was not run, and what would change that. `failed`: what it said instead of an answer.
    `late`: it was stopped because its time ran out. `graph`: what its state space is to the reference's, where it knows.
    """

    oracle: str
    states: int | None = None
    transitions: int | None = None
    depth: int | None = None
    claims: dict[str, Claim] = field(default_factory=dict)
    seconds: float = 0.0
    absent: str = ""
    failed: str = ""
    late: bool = False
    graph: str = ""


def not_run(oracle: str, error: SagacityError) -> Report:
    """The report of an oracle that cannot run, for the reason that the error gives."""
    d = error.diagnostics[0]
    return Report(oracle, absent=f"{d.message}; {d.hint}" if d.hint else d.message)


class Oracle(Protocol):
    """An engine or a tool. Its name is the heading of its column."""

    name: str

    def report(self) -> Report:
        """Explore the model and decide its properties."""

    def graph(self) -> Graph | None:
        """The states and the transitions that it sees; None if it cannot tell."""


@dataclass(frozen=True)
class Agreement:
    """All reports, the reference first, and a sentence for each difference.

    `same_graph` names the oracles whose states and transitions were compared with the reference's, one by one.
    """

    reports: tuple[Report, ...]
    differences: tuple[str, ...] = ()
    same_graph: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """16 where two disagree, 20 where one ran out of time, else 0."""
        if self.differences:
            return Exit.DISAGREEMENT
        return Exit.UNDECIDED if any(r.late for r in self.reports) else Exit.HOLDS


def agree(model: Model, oracles: Sequence[Oracle], *, most: int = MOST_TRANSITIONS) -> Agreement:
    """Ask every oracle; the first is the reference. Where two differ, say in which state or transition.

    Equal counts do not make equal graphs, so up to `most` transitions the graphs are compared in any case.
    """
    found = compared([oracle.report() for oracle in oracles])
    reference = found.reports[0]
    told, same = list(found.differences), []
    ours = None
    for oracle, report in zip(oracles[1:], found.reports[1:]):
        differ = bool(_differences(reference, report))
        if report.absent or report.late or not differ and (reference.transitions or 0) > most:
            continue
        ours = ours or oracles[0].graph()
        theirs = oracle.graph()
        if ours is None or theirs is None:
            continue
        if where := difference(model, reference.oracle, ours, oracle.name, theirs):
            told.append(where)
        else:
            same.append(oracle.name)
            told += _judged_differently(model, reference, report)
    return Agreement(found.reports, tuple(told), tuple(same))


def _judged_differently(model: Model, a: Report, b: Report) -> list[str]:
    """Two oracles see the same graph and judge it differently: the states that only one of them finds to be bad."""
    found = []
    for name, claim in a.claims.items():
        other = b.claims.get(name)
        if other is None or not _claims_differ(name, a.oracle, claim, b.oracle, other):
            continue
        for oracle, shown in ((a.oracle, claim), (b.oracle, other)):
            if shown.state is not None:
                values = "\n".join(f"    {variable} = {value}" for variable, value in whole(model, shown.state))
                found.append(f"{name}: both have the same states and steps; {oracle} ends its behaviour in\n{values}")
    return found


def compared(reports: Iterable[Report]) -> Agreement:
    """Every report against the first."""
    first, *others = reports
    found = [f"{first.oracle}: {first.failed}"] if first.failed else []
    for other in others:
        found += _differences(first, other)
    return Agreement((first, *others), tuple(found))


def _differences(a: Report, b: Report) -> list[str]:
    if b.absent or b.late:
        return []
    found = [f"{b.oracle}: {b.failed}"] if b.failed else []
    for name in ("states", "transitions", "depth"):
        x, y = getattr(a, name), getattr(b, name)
        if None not in (x, y) and x != y:
            found.append(f"{name}: {a.oracle} has {x}, {b.oracle} has {y}")
    for name, claim in a.claims.items():
        if name in b.claims:
            found += _claims_differ(name, a.oracle, claim, b.oracle, b.claims[name])
    return found


def _claims_differ(name: str, a: str, x: Claim, b: str, y: Claim) -> list[str]:
    if None in (x.outcome, y.outcome):
        return []
    if (x.fails, x.outcome is Outcome.BOUNDED) != (y.fails, y.outcome is Outcome.BOUNDED):
        return [f"{name}: {a} says {x.outcome.name}, {b} says {y.outcome.name}"]
    if None not in (x.length, y.length) and x.length != y.length:
        return [f"{name}: the shortest behaviour that shows it has {x.length} states for {a}, {y.length} for {b}"]
    return []
