"""Which engine explores this model?

The native engine is much faster and needs a C compiler; the interpreter is the reference and always there. Whichever
explores, every counterexample is replayed in the interpreter.
"""

from __future__ import annotations

from functools import partial
from typing import Callable

from .engine.checking import checked
from .engine.options import SearchOptions
from .engine.protocol import System
from .engine import simulation
from .engine.search import Progress
from .engine.simulation import SimulationOptions
from .errors import Diagnostic, UnsupportedError, UsageError
from .native import engine as native
from .native import simulation as native_simulation
from .native.resources import Resources
from .result import CheckResult

#: What a user may ask for.
NAMES = ("auto", "interp", "native")


def check_with(engine: str, system: System, options: SearchOptions = SearchOptions(), *, second: System | None = None,
               progress: Callable[[Progress], None] | None = None,
               tell: Callable[[str], None] = lambda reason: None, resources: Resources = Resources()) -> CheckResult:
    """As `engine.checking.checked`, exploring with the engine of that name; `system` is the reference.

    With "auto" that is the native engine wherever it can, else the interpreter, and `tell` gets the reason. With "native"
    such a model raises UnsupportedError before anything is explored, and so does one for which `resources` ask for what
    only that engine has. Raises UsageError for such a request to the interpreter.
    """
    particular = resources != Resources()
    if engine == "interp":
        only_native(resources)
    if engine != "interp":
        try:
            return checked(system, options, explore=partial(native.check, resources=resources), second=second, progress=progress)
        except UnsupportedError as e:
            if engine == "native" or particular:
                raise
            tell(_reason(e))
    return checked(system, options, second=second, progress=progress)


def simulate_with(engine: str, system: System, options: SimulationOptions, *,
                  progress: Callable[[Progress], None] | None = None,
                  tell: Callable[[str], None] = lambda reason: None) -> CheckResult:
    """As `engine.simulation.simulate`, walking with the engine of that name; as in `check_with`."""
    if engine != "interp":
        try:
            return native_simulation.simulate(system, options, progress=progress)
        except UnsupportedError as e:
            if engine == "native":
                raise
            tell(_reason(e))
    return simulation.simulate(system, options, progress=progress)


def only_native(resources: Resources) -> None:
    """Raise UsageError if another engine would have to do what only the native one can."""
    if resources != Resources():
        raise UsageError(Diagnostic(code="SAG122", message="workers, memory, fingerprints and checkpoints need the native "
                                    "engine", hint="leave them out, or use --engine native"))


def _reason(e: UnsupportedError) -> str:
    d = e.diagnostics[0]
    at = f" ({d.loc})" if d.loc else ""
    return f"explored by the interpreter, which is slow: {d.message}{at}"
