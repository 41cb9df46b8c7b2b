"""Which model does the user mean?  From MODEL and ``-c`` texts to a model class and its constants.

MODEL is a path, ``path:Class`` or the name of a model of the corpus. The file is executed as a private
module, straight from its source: no bytecode is written and no other module can import it by accident.
"""

from __future__ import annotations

import hashlib
import linecache
import sys
import traceback
import types
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from . import corpus
from .errors import Diagnostic, ModelSourceError, SagacityError, UsageError
from .source import Loc


@dataclass(frozen=True)
class Loaded:
    """A model class, the file it stands in, and how the user may name it again."""

    cls: type
    path: Path
    spec: str


def load(spec: str) -> Loaded:
    """The model class that MODEL names.

    Raises UsageError (no such file, class or corpus model; several to choose from) and ModelSourceError
    (the file cannot be executed or defines no model).
    """
    path, name = _locate(spec)
    module = load_module(path)
    return Loaded(_pick(module, path, name), path, spec)


# ---- the file ----------------------------------------------------------------------------------


def _locate(spec: str) -> tuple[Path, str | None]:
    """The file, and the class if one is named."""
    head, colon, name = spec.rpartition(":")
    for text, cls in ((spec, None), (head, name)):
        if not text or (cls is not None and not (colon and cls.isidentifier())):
            continue
        if Path(text).is_file():
            return Path(text), cls
        if not _looks_like_path(text) and (found := corpus.find(text)):
            return found, cls
    text = head if colon and name.isidentifier() else spec
    if _looks_like_path(text):
        what = "is a folder, not a model file" if Path(text).is_dir() else "does not exist"
        raise UsageError(Diagnostic(code="SAG100", message=f"{text} {what}"))
    close = get_close_matches(text, corpus.names(), 1)
    hint = f"did you mean {close[0]}?" if close else "`sagacity list` shows the corpus; a path ends in .py"
    raise UsageError(Diagnostic(code="SAG100", message=f"no model is called {text}", hint=hint))


def _looks_like_path(text: str) -> bool:
    return text.endswith(".py") or "/" in text or "\\" in text or Path(text).is_dir()


def load_module(path: Path) -> types.ModuleType:
    """Execute the file as a private module. Every way in which the user's text can fail becomes a ModelSourceError."""
    file = str(path)
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    module = types.ModuleType(f"_sagacity_model_{digest}")
    module.__file__ = file
    linecache.checkcache(file)
    code = _compiled(path, file)
    sys.modules[module.__name__] = module   # the standard library looks a class's module up while it is made
    try:
        exec(code, module.__dict__)
    except (SagacityError, KeyboardInterrupt):
        raise
    except BaseException as e:   # SystemExit too: a model file must not end the run with a status of its own
        raise _import_failure(e, file) from e
    return module


def _compiled(path: Path, file: str) -> types.CodeType:
    try:
        return compile(path.read_bytes(), file, "exec", dont_inherit=True)
    except OSError as e:
        raise UsageError(Diagnostic(code="SAG100", message=f"{file} cannot be read: {e.strerror}")) from None
    except SyntaxError as e:
        raise ModelSourceError(Diagnostic(code="SAG101", message=e.msg, loc=_syntax_loc(e, file))) from None
    except ValueError as e:   # a null byte, or no text at all
        raise ModelSourceError(Diagnostic(code="SAG101", message=str(e), loc=Loc(file, 1))) from None
    except RecursionError:
        raise ModelSourceError(Diagnostic(code="SAG101", message="an expression is nested too deeply",
                                          loc=Loc(file, 1))) from None


def _syntax_loc(e: SyntaxError, file: str) -> Loc:
    line, col = max(e.lineno or 1, 1), max(e.offset or 1, 1)
    end_line, end_col = e.end_lineno or 0, e.end_offset or 0
    return Loc(file, line, col, end_line, end_col) if end_line >= line and end_col > 0 else Loc(file, line, col)


def _import_failure(e: BaseException, file: str) -> ModelSourceError:
    """The user's own line that led to the exception, as a located diagnostic."""
    frames = [f for f in traceback.extract_tb(e.__traceback__) if f.filename == file]
    loc = Loc(file, 1)
    if frames:
        last = frames[-1]
        column, end = (last.colno or 0) + 1, (last.end_colno or 0) + 1
        loc = Loc(file, last.lineno or 1, column, last.end_lineno or 0, end)
    text = str(e).strip() or "no message"
    hint = None
    if isinstance(e, ModuleNotFoundError):
        hint = f"install the package that provides {e.name}, or remove the import"
    message = f"the file fails when it is loaded: {type(e).__name__}: {text}"
    return ModelSourceError(Diagnostic(code="SAG102", message=message, loc=loc, hint=hint))


# ---- the class ---------------------------------------------------------------------------------


def models_in(module: types.ModuleType) -> list[type]:
    """The model classes that a module defines itself, in order of definition."""
    from .lang.model import Model

    own = [v for v in vars(module).values()
           if isinstance(v, type) and issubclass(v, Model) and v.__module__ == module.__name__]
    return list(dict.fromkeys(own))


def roots(classes: list[type]) -> list[type]:
    """The classes that no other class of the list nests as a component or refines."""
    from .lang.model import ComponentSpec, RefinesSpec

    nested = {spec.cls for c in classes for base in c.__mro__ for spec in vars(base).values()
              if isinstance(spec, (ComponentSpec, RefinesSpec))}
    return [c for c in classes if c not in nested]


def _pick(module: types.ModuleType, path: Path, name: str | None) -> type:
    classes = models_in(module)
    if not classes:
        raise ModelSourceError(Diagnostic(code="SAG103", message=f"{path} defines no model", loc=Loc(str(path), 1),
                                          hint="a model is a class that derives from sagacity.Model"))
    if name is not None:
        return _named(classes, path, name)
    found = roots(classes)
    if len(found) == 1:
        return found[0]
    listed = ", ".join(c.__name__ for c in found or classes)
    example = (found or classes)[0].__name__
    raise UsageError(Diagnostic(code="SAG104", message=f"{path} defines several models: {listed}",
                                hint=f"name one of them: {path}:{example}"))


def _named(classes: list[type], path: Path, name: str) -> type:
    for c in classes:
        if c.__name__ == name:
            return c
    close = get_close_matches(name, [c.__name__ for c in classes], 1)
    hint = f"did you mean {close[0]}?" if close else f"it defines {', '.join(c.__name__ for c in classes)}"
    raise UsageError(Diagnostic(code="SAG105", message=f"{path} defines no model named {name}", hint=hint))
