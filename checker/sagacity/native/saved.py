"""What of a running search goes into a checkpoint, and how does a new search take it over?

Found properties are not written as such: the events of the C side that led to them are kept, and told again to the new
search, which decides them anew in the reference and finds the same traces, because the states have their old places.
"""

from __future__ import annotations

import ctypes
import hashlib
from time import perf_counter
from typing import TYPE_CHECKING, Any, Iterator

from ..engine.protocol import Fault
from ..errors import Diagnostic, UsageError
from . import checkpoint

if TYPE_CHECKING:
    from .engine import Event, NativeSearch
    from .resources import Resources


class SavedSearch:
    """The past of a search (if it was resumed) and its journal for the future."""

    def __init__(self, search: NativeSearch, resources: Resources):
        self.search, self.resources = search, resources
        self.cursor = 0                     # states before it were expanded in an earlier life
        self.levels: list[list[int]] = []   # the levels of that life
        self.journal: list[dict[str, Any]] = []
        self.next = perf_counter() + resources.every

    def due(self) -> bool:
        """Is it time for a checkpoint?"""
        return self.resources.checkpoint is not None and perf_counter() >= self.next

    def visible(self, states: int) -> int:
        """How many states there are, or were when the level that is gone through again began."""
        depth = len(self.search.levels)
        return self.levels[depth][1] if depth < len(self.levels) else states

    def tell(self, event: Event) -> None:
        """This event has changed what is found."""
        entry = {**event._asdict(), "state": list(self.search.packed(event.state)), "depth": len(self.search.levels)}
        self.journal.append(entry)

    # ---- writing -------------------------------------------------------------------------------

    def write(self, at: int) -> None:
        """Write the checkpoint; states before number `at` are expanded, and no state is half done."""
        s = self.search
        counts = s.counts()
        head = {"key": self._key(), "states": counts[0], "transitions": counts[1], "outside": counts[3],
                "watches": counts[4], "cursor": at, "levels": s.levels, "initial": s.initial, "taken": s.actions().hex(),
                "journal": self.journal, "seconds": perf_counter() - s.started}
        checkpoint.write(self.resources.checkpoint, head, self._pieces(counts[0]))
        self.next = perf_counter() + self.resources.every

    def _pieces(self, states: int) -> Iterator[memoryview]:
        address, size = self.search.lib.sg_states(self.search.handle), states * self._size()
        for first in range(0, size, checkpoint.PIECE):
            yield memoryview((ctypes.c_char * min(checkpoint.PIECE, size - first)).from_address(address + first))

    def _size(self) -> int:
        return 8 * self.search.words

    def _key(self) -> str:
        s, o = self.search, self.search.options
        asked = (o.properties, o.deadlock, o.keep_going, o.vacuity, self.resources.fingerprint)
        text = repr((s.model, asked)) + s.emitted.source
        return hashlib.sha256(text.encode()).hexdigest()

    # ---- resuming ------------------------------------------------------------------------------

    def resume(self) -> bool:
        """Take over what was found before, if that was asked for. Raises UsageError."""
        if self.resources.resume is None:
            return False
        s = self.search
        old = checkpoint.Checkpoint(self.resources.resume, self._key())
        head = old.head
        for piece in old.states(self._size()):
            if not s.lib.sg_restore(s.handle, piece, len(piece) // self._size()):
                raise UsageError(Diagnostic(code="SAG128", message=f"the states of {old.path} do not fit into memory",
                                            hint="allow more with --memory"))
        s.lib.sg_continue(s.handle, head["cursor"], head["transitions"], head["outside"], bytes.fromhex(head["taken"]))
        s.lib.sg_open_probes(s.handle, 5, head["watches"])
        s._strike_out()
        s._open()
        s.initial = head["initial"]
        self.cursor, self.journal = head["cursor"], head["journal"]
        self._retell(head["levels"])
        self.levels = head["levels"]
        s.started = perf_counter() - head["seconds"]
        return True

    def _retell(self, levels: list[list[int]]) -> None:
        s = self.search
        for step in s.system.initial():
            if isinstance(step, Fault):
                s._fault(-1, step)
        for entry in self.journal:
            fields = dict(entry)
            s.levels = [tuple(level) for level in levels[:fields.pop("depth")]]
            s.retold(fields)
        s.levels = []
