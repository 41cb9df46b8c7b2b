"""Does a model hold, in a test?  A check whose failure is a failing test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import loader
from ..engine.checking import checked
from ..engine.options import SearchOptions
from ..lang import compile_model
from ..report.lines import plain, result_lines
from ..result import CheckResult


class CheckFailed(AssertionError):
    """A property does not hold, or could not be decided. The text is the report; `result` has everything as data."""

    def __init__(self, text: str, result: CheckResult):
        super().__init__(text)
        self.result = result


def check(model: type | str | Path, /, *, options: SearchOptions = SearchOptions(), **constants: Any) -> CheckResult:
    """Explore every reachable state of `model`, a class or what `sagacity check` accepts, with these constants.

    Returns the result if everything that `options` select holds. Raises CheckFailed where something is violated, fails to
    evaluate or stays undecided, because a search that a limit cut is no pass; ModelSourceError and ConstantError as
    `sagacity check` reports them.
    """
    __tracebackhide__ = True
    system = system_of(model, constants)
    result = checked(system, options)
    if result.exit_status:
        name = model.__name__ if isinstance(model, type) else str(model)
        arguments = "".join(f", {k}={v!r}" for k, v in constants.items())
        raise CheckFailed("\n" + plain(result_lines(result, f"check({name}{arguments})")), result)
    return result


def system_of(model: type | str | Path, constants: dict[str, Any]):
    """The reference interpreter over the model."""
    from ..engine.interp import Interpreter

    cls = model if isinstance(model, type) else loader.load(str(model)).cls
    return Interpreter(compile_model(cls, constants))
