"""From MODEL and ``-c`` texts to a system that can be explored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from .. import constants, loader
from ..engine.protocol import System
from ..engine.tracefile import Origin
from ..source import at_text


@dataclass(frozen=True)
class Built:
    """A model ready to run: the reference interpreter over it, and where it came from."""

    system: System
    origin: Origin
    spec: str


def build(spec: str, texts: Mapping[str, str], cls: str | None = None, invariants: Mapping[str, str] = {}) -> Built:
    """Load, compile and wrap the model that MODEL names (class `cls` of it, if given), with more `invariants` by name,
    given as the text of an expression."""
    from ..engine.interp import Interpreter
    from ..lang import compile_model
    from ..lang.model import Formula, with_formulas

    loaded = loader.load(f"{spec}:{cls}" if cls else spec)
    more = {name: Formula("invariant", text, at_text(text, f"<{name}>")) for name, text in invariants.items()}
    compiled = compile_model(with_formulas(loaded.cls, more), constants.parse(loaded.cls, texts))
    origin = Origin(str(loaded.path), loaded.cls.__name__, tuple(sorted(texts.items())))
    return Built(Interpreter(compiled), origin, loaded.spec)


def second_system(system: System) -> Any:
    """The independent evaluation of the typed intermediate representation of the same model."""
    from ..engine.ireval import IrSystem

    return IrSystem(system.model)
