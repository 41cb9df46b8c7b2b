"""What does TLC print?  Its tool mode, read into a result.

TLC's ``-tool`` mode marks every message with a stable number (tlc2.output.EC), so nothing here
depends on the wording of its sentences beyond the figures and names inside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class TlcVerdict(Enum):
    """How a run ended."""

    HOLDS = "holds"
    INVARIANT = "invariant violated"
    STEP = "action property violated"
    LIVENESS = "temporal property violated"
    DEADLOCK = "deadlock"
    REFUSED = "temporal property that TLC cannot decide"
    ASSUMPTION = "assumption false"
    PARSE = "the module or the configuration cannot be read"
    EVALUATION = "evaluation error"
    TAUTOLOGY = "temporal property that nothing can violate"
    TIMEOUT = "time ran out"
    CRASH = "TLC failed"


@dataclass(frozen=True)
class TlcResult:
    """What one run said. `name` is the violated property; `trace` has the text of each state, the first one first."""

    verdict: TlcVerdict
    name: str | None
    states: int | None
    generated: int | None
    depth: int | None
    initial: int | None
    trace: tuple[str, ...]
    message: str
    output: str
    command: str

    @property
    def behaviour(self) -> tuple[tuple[tuple[str, str], ...], int | None]:
        """(action, text) of each state of the trace, and the position to which a lasso returns (None: no lasso).

        A behaviour that stutters for ever returns to its last state.
        """
        states: list[tuple[str, str]] = []
        for text in self.trace:
            number, head, rest = _STEP.match(text).groups()
            if head.startswith("Back to state"):
                return tuple(states), int(number) - 1
            if head.startswith("Stuttering"):
                return tuple(states), len(states) - 1
            named = _ACTION.match(head)
            states.append((named[1] if named else "", rest))
        return tuple(states), None

    @property
    def complete(self) -> bool:
        """Did TLC see every reachable state, so that its counts can be compared?"""
        return self.depth is not None and self.verdict in (TlcVerdict.HOLDS, TlcVerdict.LIVENESS)

    @property
    def failed(self) -> bool:
        """Did the run end without an answer?"""
        return self.verdict in _NO_ANSWER


_NO_ANSWER = (TlcVerdict.ASSUMPTION, TlcVerdict.PARSE, TlcVerdict.EVALUATION, TlcVerdict.TIMEOUT, TlcVerdict.CRASH)


_MESSAGE = re.compile(r"@!@!@STARTMSG (\d+):(\d+) @!@!@\n(.*?)\n?@!@!@ENDMSG \1 @!@!@", re.S)
_FINISHED, _STATS, _DEPTH, _INIT, _STATE = 2193, 2199, 2194, (2190, 2191, 2207, 2208, 2269), (2217, 2218, 2122)

_STEP = re.compile(r"(\d+): (.*)\n?((?:.*\n?)*)")
_ACTION = re.compile(r"<(\w+) line ")

#: Message number -> verdict. The first of these messages decides; other messages of severity "error" are EVALUATION.
_VERDICTS: dict[int, TlcVerdict] = {
    **dict.fromkeys((2107, 2110, 2146), TlcVerdict.INVARIANT), **dict.fromkeys((2108, 2112), TlcVerdict.STEP),
    2116: TlcVerdict.LIVENESS, 2114: TlcVerdict.DEADLOCK, 2104: TlcVerdict.ASSUMPTION, 2253: TlcVerdict.TAUTOLOGY,
    **dict.fromkeys((2213, 2214, 2249), TlcVerdict.REFUSED),
    # The parser, the configuration and the command line.
    **dict.fromkeys((2171, 2172, *range(2222, 2238), 2241, 2242, 2243, 2245, 2280, 2281, *range(3000, 3115),
                     *range(4000, 4003), *range(5001, 5007), 1101, 1102), TlcVerdict.PARSE),
    # Memory, stack, disk, and what TLC calls its own bugs.
    **dict.fromkeys((1001, 1002, 1005, 2100, 2101, *range(2124, 2130), 2133, 2147, 2159, *range(2160, 2164), 2166, 2167,
                     2174, 2175, 2270), TlcVerdict.CRASH)}
_REMEDIES = {1001: "give it more memory", 1002: "give it more memory", 1005: "its stack is too small for the module"}
_NAME = re.compile(r"(?:Invariant|[Pp]roperty(?: line.*?)?|Action property|Temporal properties) (\S+) (?:is|was|were) ")
_NUMBER = r"([\d,]+)"
_ERROR = 1


def parse(output: str, command: str = "", *, timed_out: bool = False) -> TlcResult:
    """The result behind what TLC printed in its tool mode."""
    messages = [(int(code), int(kind), text) for code, kind, text in _MESSAGE.findall(output)]
    verdict, name, message = _verdict(messages, output, timed_out)
    stats = _last(messages, (_STATS,), rf"{_NUMBER} states generated, {_NUMBER} distinct states found")
    depth = _last(messages, (_DEPTH,), rf"search is {_NUMBER}")
    initial = _last(messages, _INIT, rf"initial states: {_NUMBER} ")
    trace = tuple(text for code, _, text in messages if code in _STATE) or _initial_trace(messages)
    return TlcResult(verdict, name, stats and stats[1], stats and stats[0], depth and depth[0],
                     initial and initial[0], trace, message, output, command)


def _verdict(messages, output: str, timed_out: bool) -> tuple[TlcVerdict, str | None, str]:
    if timed_out:
        return TlcVerdict.TIMEOUT, None, "TLC was stopped because its time ran out"
    for code, severity, text in messages:
        if code in _VERDICTS and (severity == _ERROR or _VERDICTS[code] not in _NO_ANSWER):
            named = _NAME.search(text)
            remedy = f" ({_REMEDIES[code]})" if code in _REMEDIES else ""
            return _VERDICTS[code], named and named[1], text + remedy
    errors = [text for _, severity, text in messages if severity == _ERROR]
    if errors:
        return (TlcVerdict.PARSE if "Parsing or semantic analysis failed" in output else TlcVerdict.EVALUATION,
                None, "\n".join(errors))
    if any(code == _FINISHED for code, _, _ in messages):
        return TlcVerdict.HOLDS, None, ""
    unmarked = _MESSAGE.sub("", output).strip()      # what Java itself says, if it did not start
    return TlcVerdict.CRASH, None, unmarked[-2000:] or "TLC ended without an answer"


def _initial_trace(messages) -> tuple[str, ...]:
    """A violation by an initial state is told in the message itself."""
    for code, _, text in messages:
        if code in (2107, 2108):
            return ("1: <Initial predicate>\n" + text.partition("\n")[2],)
    return ()


def _last(messages, codes: tuple[int, ...], pattern: str) -> list[int] | None:
    """The figures of the last message with one of these numbers; TLC repeats its statistics as it goes."""
    for code, _, text in reversed(messages):
        if code in codes and (found := re.search(pattern, text)):
            return [int(g.replace(",", "")) for g in found.groups()]
    return None
