"""How does one look at the C of a model, or run it without Python?  `sagacity export c`, and the table of the layout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..engine.protocol import Step, System
from ..ir import nodes as ir
from ..ir import types as T
from . import layout as L
from .build import HERE, RUNTIME
from .emit import emit

#: The program around an exported model.
MAIN = "main.c"


@dataclass(frozen=True)
class ExportedC:
    """File names with their text; the first is the one to compile."""

    files: tuple[tuple[str, str], ...]

    def write(self, folder: Path) -> list[Path]:
        """Write the files into `folder`, which is made; their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, text in self.files:
            paths.append(folder / name)
            paths[-1].write_text(text, encoding="utf-8")
        return paths


def export_c(system: System) -> ExportedC:
    """The C of the model with its initial states and the runtime. Raises UnsupportedError.

    A start that fails has no state and is left out.
    """
    emitted, name = emit(system.model), system.model.name
    starts = dict.fromkeys(L.encode(emitted.state, system.plain(s.target)) for s in system.initial() if isinstance(s, Step))
    rows = [", ".join(f"{code >> 64 * k & 2**64 - 1:#x}ull" for k in range(L.words(emitted.state))) for code in starts]
    if not rows:
        raise L.refuse("a model without an initial state", system.model.loc)
    shown = ", ".join(f"{{{row}}}" for row in rows)
    start = "\n".join([f"/* {name} as a program. To build and run it with one worker:",
                       f"   cc -O1 -march=native -std=gnu11 -pthread -o {name} {name}_main.c && ./{name} 1 */",
                       f'#define MODEL "{name}.c"', f"#define INITIAL {shown}", f'#include "{MAIN}"', ""])
    runtime = [(f, (HERE / f).read_text(encoding="utf-8")) for f in (MAIN, *RUNTIME)]
    return ExportedC(((f"{name}_main.c", start), (f"{name}.c", emitted.source), *runtime))


@dataclass(frozen=True)
class Slot:
    """Where a variable lies in a packed state: `bits` bits from bit `at`, counted from the lowest."""

    name: str
    type: T.Type
    at: int
    bits: int


@dataclass(frozen=True)
class StateLayout:
    """The slots of all variables, the first in the highest bits."""

    slots: tuple[Slot, ...]

    @property
    def bits(self) -> int:
        """Bits of a state."""
        return sum(s.bits for s in self.slots)

    @property
    def words(self) -> int:
        """64-bit words of a state."""
        return max(1, -(-self.bits // 64))


def state_layout(model: ir.Model) -> StateLayout:
    """How the native engine packs a state of the model. Raises UnsupportedError."""
    state = L.state_type(model.vars)
    return StateLayout(tuple(Slot(n, v.type, at, L.bits(t))
                             for (n, t), (at, _), v in zip(state.fields, L.parts(state), model.vars)))
