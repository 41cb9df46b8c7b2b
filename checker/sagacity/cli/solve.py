"""`--engine smt` of `sagacity check`: bounded search, or induction, with z3."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from ..engine.checking import confirmed
from ..engine.options import SearchOptions
from ..engine.protocol import System
from ..errors import Diagnostic, UsageError

if TYPE_CHECKING:
    from ..smt.induction import Proof


def solve(ctx: click.Context, system: System, options: SearchOptions) -> Proof:
    """The result of the smt engine for the options of a check. Raises UsageError for options that it does not have."""
    given = ctx.params
    if given["engine"] not in ("smt", "auto"):
        raise _refused("--induction", f"with --engine {given['engine']}")
    for option in ("second_opinion", "max_states"):
        if given[option]:
            raise _refused("--" + option.replace("_", "-"), "with --engine smt")
    need_z3()
    from ..smt.bounded import check
    from ..smt.induction import Proof, prove

    if given["induction"]:
        proof = prove(system, options, depth=given["induction"])
        return Proof(confirmed(proof.result, system), proof.counterexamples, proof.depth)
    return Proof(confirmed(check(system, options), system), {}, 0)


def need_z3() -> None:
    """Raises UsageError where z3 is not installed."""
    if find_spec("z3") is None:
        raise UsageError(Diagnostic(code="SAG130", message="the smt engine needs z3, which is not installed",
                                    hint="pip install z3-solver"))


def _refused(option: str, where: str) -> UsageError:
    return UsageError(Diagnostic(code="SAG131", message=f"{option} cannot be used {where}"))
