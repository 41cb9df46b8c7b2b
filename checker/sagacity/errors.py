"""What can go wrong, who is to blame, and with which exit status.

Every error that is the user's carries a stable code, a location where there is one, and a
way out. Anything else that escapes is our own bug and exits with 255.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .source import Loc, excerpt


class Exit:
    """Exit statuses of the command line (design: section 5)."""

    HOLDS = 0
    USAGE = 2
    ASSUMPTION = 10
    DEADLOCK = 11
    SAFETY = 12
    LIVENESS = 13
    ASSERTION = 14
    REACHABILITY = 15
    DISAGREEMENT = 16
    UNDECIDED = 20
    EVALUATION = 75
    SOURCE = 150
    INTERNAL = 255

    #: When several apply, the first of these is the status of the run.
    PRECEDENCE = (
        INTERNAL,
        SOURCE,
        EVALUATION,
        DISAGREEMENT,
        ASSUMPTION,
        ASSERTION,
        SAFETY,
        DEADLOCK,
        LIVENESS,
        REACHABILITY,
        UNDECIDED,
        HOLDS,
    )


def worst(statuses) -> int:
    """The status that wins among `statuses` (HOLDS when there are none)."""
    found = set(statuses)
    return next((s for s in Exit.PRECEDENCE if s in found), Exit.HOLDS)


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """One complaint: what is wrong, where, and what to write instead.

    `code` is stable (``SAG`` and three digits): tests and editors may rely on it.
    `notes` are further locations, each with a sentence ("declared here").
    """

    code: str
    message: str
    loc: Loc | None = None
    hint: str | None = None
    notes: tuple[tuple[str, Loc], ...] = ()

    def render(self) -> str:
        """The diagnostic as plain text: location, message, source line with caret, hint, notes."""
        head = f"{self.loc}: " if self.loc else ""
        lines = [f"{head}error {self.code}: {self.message}"]
        if self.loc and (shown := excerpt(self.loc)):
            lines.append(shown)
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        for text, loc in self.notes:
            lines.append(f"  note: {text} {loc}")
            if shown := excerpt(loc):
                lines.append(shown)
        return "\n".join(lines)


class SagacityError(Exception):
    """Base of every error that we raise on purpose. `exit_status` is what the command exits with."""

    exit_status = Exit.INTERNAL

    def __init__(self, *diagnostics: Diagnostic):
        super().__init__("\n\n".join(d.render() for d in diagnostics))
        self.diagnostics = diagnostics


class ModelSourceError(SagacityError):
    """The model's text cannot be accepted. Carries all complaints of the run; mend the text."""

    exit_status = Exit.SOURCE


class ConstantError(SagacityError):
    """A constant is unknown, of the wrong type, or breaks an `assume`; choose another value."""

    exit_status = Exit.ASSUMPTION


class UsageError(SagacityError):
    """The request itself makes no sense: a missing file, an unknown name, a broken trace file."""

    exit_status = Exit.USAGE


class UnsupportedError(SagacityError):
    """One target cannot express a construct of the model; other targets may."""

    exit_status = Exit.USAGE


class ModelFault(SagacityError):
    """Evaluating the model failed: an index outside its domain, a full sequence, a division by zero.

    `kind` is one of FAULTS. Engines turn it into an ERROR verdict; driving a model by hand raises it.
    """

    exit_status = Exit.EVALUATION

    def __init__(self, kind: str, message: str, loc: Loc | None = None):
        super().__init__(Diagnostic(code=FAULTS[kind], message=message, loc=loc))
        self.kind = kind
        self.message = message
        self.loc = loc


#: The kinds of evaluation fault, and their codes. "assert" is the user's own assertion.
FAULTS = {
    "assert": "SAG900",
    "index": "SAG901",
    "capacity": "SAG902",
    "absent": "SAG903",
    "division": "SAG904",
    "empty": "SAG905",
    "none": "SAG906",
    "range": "SAG907",
    "overflow": "SAG908",
    "slice": "SAG909",
}


class ActionDisabled(SagacityError):
    """A model was driven by hand into an action whose `require` fails; `require` says which."""

    exit_status = Exit.EVALUATION


class AmbiguousChoice(SagacityError):
    """A model was driven by hand into an action with several enabled choices; pass `choose=` to pick one."""

    exit_status = Exit.EVALUATION


class InternalError(SagacityError):
    """Our own bug. Please report it with the model and the command that led here."""

    exit_status = Exit.INTERNAL


@dataclass
class Complaints:
    """Collects diagnostics so that one run reports as many as it can."""

    found: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, message: str, loc: Loc | None, hint: str | None = None, notes=()) -> None:
        """Record one complaint; the same complaint at the same place is recorded once."""
        self.record(Diagnostic(code=code, message=message, loc=loc, hint=hint, notes=tuple(notes)))

    def record(self, d: Diagnostic) -> None:
        """Record a diagnostic; notes may differ, as for a helper that is called from several places."""
        if not any((d.code, d.message, d.loc) == (f.code, f.message, f.loc) for f in self.found):
            self.found.append(d)

    def raise_if_any(self) -> None:
        """Raise ModelSourceError with everything found so far, in source order."""
        if self.found:
            raise ModelSourceError(
                *sorted(self.found, key=lambda d: (d.loc is None, d.loc and (d.loc.file, d.loc.line, d.loc.col)))
            )
