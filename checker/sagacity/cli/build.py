"""From MODEL and ``-c`` texts to a system that can be explored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping

import click

from .. import constants, loader
from ..engine.checking import checked
from ..engine.options import SearchOptions
from ..engine.protocol import System
from ..engine.tracefile import Origin
from ..errors import UnsupportedError
from ..result import CheckResult

#: With --engine auto the interpreter goes first and gets so far: a small model is done sooner than a compiler.
FIRST_SECONDS, FIRST_STATES = 0.7, 20_000


@dataclass(frozen=True)
class Built:
    """A model ready to run: the reference interpreter over it, and where it came from."""

    system: System
    origin: Origin
    spec: str


def build(spec: str, texts: Mapping[str, str], cls: str | None = None) -> Built:
    """Load, compile and wrap the model that MODEL names (class `cls` of it, if given)."""
    from ..engine.interp import Interpreter
    from ..lang import compile_model

    loaded = loader.load(f"{spec}:{cls}" if cls else spec)
    compiled = compile_model(loaded.cls, constants.parse(loaded.cls, texts))
    origin = Origin(str(loaded.path), loaded.cls.__name__, tuple(sorted(texts.items())))
    return Built(Interpreter(compiled), origin, loaded.spec)


def second_system(system: System) -> Any:
    """The independent evaluation of the typed intermediate representation of the same model."""
    from ..engine.ireval import IrSystem

    return IrSystem(system.model)


def run_engine(engine: str, system: System, options: SearchOptions, second: System | None, progress) -> CheckResult:
    """Check with the engine of that name. `auto` compiles a model that is large, and says so where that is impossible."""
    if engine == "interp":
        return checked(system, options, second=second, progress=progress)
    if engine == "auto":
        result = _first(system, options, progress)
        if result is not None:
            return result if second is None else checked(system, options, second=second, progress=progress)
    from ..native import engine as native

    try:
        return native.checked(system, options, second=second, progress=progress)
    except UnsupportedError as e:
        if engine == "native":
            raise
        click.echo(f"the interpreter is used, which is slow: {e.diagnostics[0].message}", err=True)
    return checked(system, options, second=second, progress=progress)


def _first(system: System, options: SearchOptions, progress) -> CheckResult | None:
    """The result, if the interpreter comes to one in a moment."""
    seconds = min(FIRST_SECONDS, options.max_seconds or FIRST_SECONDS)
    states = min(FIRST_STATES, options.max_states or FIRST_STATES)
    result = checked(system, replace(options, max_seconds=seconds, max_states=states), progress=progress)
    cut = result.bound is not None and result.bound.why in ("seconds", "states")
    own = (options.max_seconds == seconds, options.max_states == states)
    return None if cut and not any(own) else result
