"""Traces built by hand for the tests of diagrams and pages: a shop, and messages from a list."""

from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.result import NoteText, Trace, TraceStep
from sagacity.source import NOWHERE

MODEL = N.Model(name="Shop", loc=NOWHERE, vars=(N.VarDecl(name="n", type=T.Int(0, 99), loc=NOWHERE),),
                actions=tuple(N.Action(name=name, params=(), body=(), loc=NOWHERE) for name in ("act", "crash")))


def trace(*steps, loop=None, fails=False):
    """Each step is a list of notes (text, sender, receiver); a step without any is a crash. n counts the steps."""
    told = [TraceStep("act" if notes else "crash", (), (), tuple(NoteText(*n) for n in notes), NOWHERE, (i,))
            for i, notes in enumerate(steps, 1)]
    if fails:
        last = told.pop()
        told.append(TraceStep(last.action, (), (), last.notes, NOWHERE, None))
    return Trace(TraceStep("init", (), (), (), NOWHERE, (0,)), tuple(told), loop)
