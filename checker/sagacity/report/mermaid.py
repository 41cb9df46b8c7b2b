"""A sequence diagram in Mermaid's notation (https://mermaid.js.org/syntax/sequenceDiagram.html)."""

from __future__ import annotations

from .sequence import Message, Remark, Sequence


def mermaid(s: Sequence) -> str:
    """The text of the diagram; participants have generated names, so that theirs may contain anything."""
    alias = {name: f"p{i}" for i, name in enumerate(s.participants)}
    lines = ["sequenceDiagram", *(f"    participant {alias[n]} as {_text(n)}" for n in s.participants)]
    for i, e in enumerate(s.events):
        if i == s.loop:
            lines.append("    loop for ever")
        lines.append("    " + _event(e, alias))
    if s.loop is not None:
        lines.append("    end")
    return "\n".join(lines) + "\n"


def _event(e: Message | Remark, alias: dict[str, str]) -> str:
    if isinstance(e, Message):
        return f"{alias[e.sender]}->>{alias[e.receiver]}: {e.step}. {_text(e.text)}"
    ends = list(alias.values())
    over = alias[e.at] if e.at else ",".join(dict.fromkeys((ends[0], ends[-1])))
    return f"Note over {over}: {e.step}. {_text(e.text)}"


#: Characters that would end a text or begin an entity or a tag.
_SPECIAL = str.maketrans({c: f"#{ord(c)};" for c in "#;<>&:\"%`{}"} | {"\n": " ", "\r": " "})


def _text(text: str) -> str:
    """The text with Mermaid's entity codes; `end` alone would close a block."""
    return "#101;nd" if text.strip().lower() == "end" else text.translate(_SPECIAL)
