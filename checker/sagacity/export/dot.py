"""A state space as a graph for Graphviz; edges that lead the same way share a line with one label each."""

from __future__ import annotations

from ..changes import whole
from ..engine.protocol import StepInfo
from ..engine.statespace import StateSpace
from ..ir import values as V
from ..ir.nodes import Model


def dot(space: StateSpace) -> str:
    """The text of the .dot file: states show their variables, initial ones are framed twice."""
    lines = [f"digraph {_quoted(space.model.name)} {{", "  rankdir=LR;", '  node [shape=box, fontname="monospace"];',
             '  edge [fontname="monospace"];']
    for n, state in enumerate(space.states):
        text = "\n".join(f"{name} = {value}" for name, value in whole(space.model, state))
        lines.append(f"  s{n} [label={_quoted(text)}{', peripheries=2' if n in space.initial else ''}];")
    together: dict[tuple[int, int], list[str]] = {}
    for t in space.transitions:
        together.setdefault((t.source, t.target), []).append(label(space.model, t.info))
    lines += [f"  s{a} -> s{b} [label={_quoted(chr(10).join(names))}];" for (a, b), names in together.items()]
    return "\n".join([*lines, "}"]) + "\n"


def label(model: Model, info: StepInfo) -> str:
    """The action's name with the values of its parameters and then of its choices, in the user's notation."""
    action = next(a for a in model.actions if a.name == info.name)
    values = [V.show(p.type, v) for p, v in zip(action.params, info.args)]
    values += [V.show(t, v) for _, t, v in info.choices]
    return f"{info.name}({','.join(values)})" if values else info.name


def _quoted(text: str) -> str:
    r"""A string of the language: each line ends in \l, which aligns it to the left."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\l") + ("\\l" if "\n" in text else "") + '"'
