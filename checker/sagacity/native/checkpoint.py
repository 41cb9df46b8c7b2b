"""How does a search outlive its process?  A file with everything that it has found, written whole or not at all.

    "sagacity-checkpoint 1\\n"  length of the head, 8 bytes  head, JSON  the states in order  SHA-256 of all before it

The table is not in the file: it is filled again from the states.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, Iterable, Iterator

from ..errors import Diagnostic, UsageError

MAGIC = b"sagacity-checkpoint 1\n"
PIECE = 1 << 20
_DIGEST = hashlib.sha256().digest_size


def write(path: Path, head: dict[str, Any], states: Iterable[memoryview]) -> None:
    """Replace the file, so that at any moment the old or the new one is there. Raises UsageError."""
    try:
        handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as f:
                _write(f, head, states)
                f.flush()
                os.fsync(f.fileno())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        _sync_folder(path.parent)
    except OSError as e:
        raise _wrong("SAG125", f"the checkpoint {path} cannot be written: {e.strerror}") from None


def _write(f: BinaryIO, head: dict[str, Any], states: Iterable[memoryview]) -> None:
    digest = hashlib.sha256()
    text = json.dumps(head).encode()
    for piece in (MAGIC, struct.pack("<Q", len(text)), text, *states):
        digest.update(piece)
        f.write(piece)
    f.write(digest.digest())


def _sync_folder(folder: Path) -> None:
    """The new name survives a power failure too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Checkpoint:
    """A file that was found to be whole, and made by a search with this `key`. Raises UsageError if not."""

    def __init__(self, path: Path, key: str):
        self.path = path
        try:
            self._verify()
            with open(path, "rb") as f:
                f.seek(len(MAGIC))
                length, = struct.unpack("<Q", f.read(8))
                self.head: dict[str, Any] = json.loads(f.read(length))
                self.begin = f.tell()
        except OSError as e:
            raise _wrong("SAG126", f"the checkpoint {path} cannot be read: {e.strerror}") from None
        if self.head["key"] != key:
            raise _wrong("SAG127", f"the checkpoint {path} is of another search",
                         "resume with the same model, constants, properties and version of sagacity")

    def _verify(self) -> None:
        left = os.path.getsize(self.path) - _DIGEST
        digest = hashlib.sha256()
        with open(self.path, "rb") as f:
            if f.read(len(MAGIC)) != MAGIC:
                raise _wrong("SAG126", f"{self.path} is not a checkpoint of this version of sagacity")
            f.seek(0)
            while left > 0 and (piece := f.read(min(PIECE, left))):
                digest.update(piece)
                left -= len(piece)
            if f.read() != digest.digest():
                raise _wrong("SAG126", f"the checkpoint {self.path} is damaged")

    def states(self, size: int) -> Iterator[bytes]:
        """The states, `size` bytes each, some at a time."""
        left = self.head["states"] * size
        with open(self.path, "rb") as f:
            f.seek(self.begin)
            while left:
                piece = f.read(min(PIECE // size * size, left))
                left -= len(piece)
                yield piece


def _wrong(code: str, message: str, hint: str | None = None) -> UsageError:
    return UsageError(Diagnostic(code=code, message=message, hint=hint))
