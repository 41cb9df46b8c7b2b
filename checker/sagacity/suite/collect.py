"""Which configurations are meant?  From FILES and ``--config TAG`` to the tasks of a suite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from .. import corpus
from ..errors import Complaints, Diagnostic, ModelSourceError, UsageError
from .specfile import Config, SpecFile, read
from .table import with_tables

#: The tag that means every configuration.
ALL = "all"


def collect(places: Sequence[str]) -> list[SpecFile]:
    """The spec files at `places`: paths, folders or names of the corpus; the whole corpus if there are none.

    Raises UsageError for a place with no spec file, ModelSourceError with what is wrong in any of the files.
    """
    paths = [p for place in places for p in _files(place)] if places else corpus.specs()
    if not paths:
        raise _usage("there are no spec files", "name some: sagacity verify FILE.spec")
    complaints, found = Complaints(), []
    for path in dict.fromkeys(paths):
        try:
            found.append(with_tables(read(path)))
        except ModelSourceError as e:
            for d in e.diagnostics:
                complaints.record(d)
    complaints.raise_if_any()
    return found


def chosen(specs: Iterable[SpecFile], tags: Sequence[str]) -> list[tuple[SpecFile, Config]]:
    """The configurations with one of the tags; without tags, those that are not large. Raises UsageError."""
    every = [(s, c) for s in specs for c in s.configs]
    if not tags:
        small = [(s, c) for s, c in every if not c.large]
        if not small:
            raise _usage("every configuration is large", "run them with --config large")
        return small
    known = sorted({t for _, c in every for t in (c.name, *c.tags)})
    for tag in tags:
        if tag != ALL and tag not in known:
            close = get_close_matches(tag, known, 1)
            raise _usage(f"no configuration is called or tagged {tag}",
                         f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}")
    return [(s, c) for s, c in every if ALL in tags or any(c.answers(t) for t in tags)]


def _files(place: str) -> list[Path]:
    path = Path(place)
    if path.is_file():
        return [path]
    if path.is_dir():
        if found := sorted(path.glob("*.spec")):
            return found
        raise _usage(f"there are no spec files in {place}", "their names end in .spec")
    named = [p for p in corpus.specs() if p.stem == place]
    if not named:
        close = get_close_matches(place, [p.stem for p in corpus.specs()], 1)
        raise _usage(f"{place} does not exist", f"did you mean {close[0]}?" if close else None)
    return named


def _usage(message: str, hint: str | None) -> UsageError:
    return UsageError(Diagnostic(code="SAG700", message=message, hint=hint))
