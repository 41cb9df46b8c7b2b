"""Who sends what to whom in a counterexample?  A message sequence diagram as data, without any geometry.

The messages are what the model's ``note(text, sender=, receiver=)`` says. A step without such a note is kept as a
remark, so that nothing that happened is missing between two messages.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..ir.nodes import Model
from ..result import NoteText, Trace, TraceStep
from .story import story, title


@dataclass(frozen=True, slots=True)
class Message:
    """An arrow in step `step`; from a participant to itself where the two are the same."""

    step: int
    sender: str
    receiver: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that happens at one participant, or where `at` is empty to the system as a whole."""

    step: int
    text: str
    at: str = ""
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Participants in the order in which they first speak or are spoken to; events in order of time.

    The events from index `loop` on repeat for ever. There are no participants where the model names none.
    """

    participants: tuple[str, ...]
    events: tuple[Message | Remark, ...]
    loop: int | None = None


def sequence(model: Model, trace: Trace) -> Sequence:
    """The sequence diagram of a trace."""
    steps = list(enumerate((trace.start, *trace.steps)))
    events = [e for number, step in steps for e in _events(model, number, step)]
    named = (n for e in events for n in ((e.sender, e.receiver) if isinstance(e, Message) else (e.at,)))
    told, loop = story(model, trace), None
    if told.stutters:
        events.append(Remark(told.steps[-1].number, told.ending))
    elif trace.loop is not None:
        loop = next(i for i, e in enumerate(events) if e.step > trace.loop)
    return Sequence(tuple(dict.fromkeys(n for n in named if n)), tuple(events), loop)


def _events(model: Model, number: int, step: TraceStep) -> list[Message | Remark]:
    events: list[Message | Remark] = [_noted(number, n) for n in step.notes]
    if not events and number:
        events.append(Remark(number, title(model, number, step)))
    if step.state is None:
        events.append(Remark(number, f"{title(model, number, step)} fails", fails=True))
    return events


def _noted(number: int, note: NoteText) -> Message | Remark:
    if note.sender and note.receiver:
        return Message(number, note.sender, note.receiver, note.text)
    return Remark(number, note.text, note.sender or note.receiver)
