"""What is to be checked, and how far?  The request behind one search."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import Diagnostic, UnsupportedError, UsageError
from ..ir.nodes import Model

#: The name by which a property list asks for the deadlock check.
DEADLOCK = "deadlock"


@dataclass(frozen=True, kw_only=True)
class SearchOptions:
    """`properties` limits the check to these names (None: all). Limits are None where there is none.

    `keep_going` continues after the first violation; `vacuity` also looks for predicates that are never true.
    Without `temporal`, temporal properties are left unchecked, for engines that cannot decide them.
    """

    properties: tuple[str, ...] | None = None
    deadlock: bool = True
    max_depth: int | None = None
    max_states: int | None = None
    max_seconds: float | None = None
    keep_going: bool = False
    vacuity: bool = True
    temporal: bool = True


@dataclass(frozen=True)
class Selection:
    """The properties that one search decides, by name. `explicit`: the user named them."""

    invariants: tuple[str, ...]
    step_invariants: tuple[str, ...]
    possibles: tuple[str, ...]
    deadlock: bool
    explicit: bool
    temporals: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    refinements: tuple[str, ...] = ()


def select(model: Model, options: SearchOptions) -> Selection:
    """The properties of `model` that `options` ask for. Raises UsageError for a name that is no such property."""
    temporals = tuple(t.name for t in model.temporals)
    refined = tuple(r.name for r in model.refinements)
    if options.properties is None:
        both = (temporals, ()) if options.temporal else ((), temporals)
        return Selection(model.invariants, model.step_invariants, model.possibles, options.deadlock, False, *both,
                         refined)
    known = (*model.invariants, *model.step_invariants, *model.possibles, *refined, *temporals, DEADLOCK)
    for name in options.properties:
        if name in temporals and not options.temporal:
            raise _usage("SAG121", f"the temporal property {name} cannot be checked by this engine")
        if name not in known:
            raise _unknown(name, known, model)
    wanted = set(options.properties)
    chosen = [tuple(n for n in names if n in wanted)
              for names in (model.invariants, model.step_invariants, model.possibles)]
    return Selection(*chosen, DEADLOCK in wanted, True, tuple(n for n in temporals if n in wanted),
                     refinements=tuple(n for n in refined if n in wanted))


def refuse_refinements(model: Model, options: SearchOptions, engine: str) -> None:
    """Raises UnsupportedError, located, if `options` ask for a refinement: the interpreter's search alone decides them."""
    asked = select(model, options).refinements
    for r in model.refinements:
        if r.name in asked:
            raise UnsupportedError(Diagnostic(code="SAG723", loc=r.loc, hint="use --engine interp",
                                              message=f"the {engine} engine does not check the refinement {r.name}"))


def _unknown(name: str, known: tuple[str, ...], model: Model) -> UsageError:
    close = get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"properties: {', '.join(known)}"
    return _usage("SAG120", f"{model.name} has no property named {name}", hint)


def _usage(code: str, message: str, hint: str | None = None) -> UsageError:
    return UsageError(Diagnostic(code=code, message=message, hint=hint))
