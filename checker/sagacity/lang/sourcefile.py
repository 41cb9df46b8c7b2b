"""Where is the text of a method?  Finds its node in the syntax tree of the whole file.

Never by dedenting `inspect.getsource`: columns, closures and name mangling would be lost.
"""

from __future__ import annotations

import ast
import copy
import linecache
from functools import lru_cache

from ..errors import Diagnostic, ModelSourceError
from ..source import Loc


@lru_cache(maxsize=256)
def _tree(filename: str, text: str) -> ast.Module:
    return _Mangling().visit(ast.parse(text, filename))


class _Mangling(ast.NodeTransformer):
    """Private names as Python's compiler makes them: ``self.__x`` in class C means ``self._C__x``."""

    def __init__(self):
        self.owner = ""

    def _name(self, name: str | None) -> str | None:
        private = name is not None and name.startswith("__") and not name.endswith("__") and self.owner
        return f"_{self.owner}{name}" if private else name

    def visit_ClassDef(self, node):
        outer, self.owner = self.owner, node.name.lstrip("_")
        self.generic_visit(node)
        self.owner = outer
        return node

    def generic_visit(self, node):
        for field in ("attr", "id", "arg"):
            if hasattr(node, field):
                setattr(node, field, self._name(getattr(node, field)))
        return super().generic_visit(node)


def tree(filename: str) -> ast.Module | None:
    """The syntax tree of a file, or None if its text is not to be had."""
    linecache.checkcache(filename)
    text = "".join(linecache.getlines(filename))
    try:
        return _tree(filename, text) if text else None
    except SyntaxError:
        return None  # the file changed on disk after it was imported


def find(fn) -> ast.FunctionDef:
    """The syntax node of a function, found by its first line. Raises ModelSourceError."""
    code = fn.__code__
    found = tree(code.co_filename)
    for n in ast.walk(found) if found else ():
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name == fn.__name__:
            first = min([n.lineno, *(d.lineno for d in n.decorator_list)])
            if first == code.co_firstlineno:
                return n
    raise ModelSourceError(
        Diagnostic(
            code="SAG228",
            message=f"the source text of {fn.__name__} cannot be found",
            loc=Loc(code.co_filename, code.co_firstlineno),
            hint="keep the model in a file (not typed at a prompt), one that has not changed since it was imported",
        )
    )


def location(filename: str, node: ast.AST) -> Loc:
    """The region of a syntax node."""
    return Loc(filename, node.lineno, node.col_offset + 1, node.end_lineno or 0, (node.end_col_offset or 0) + 1)


def class_location(cls: type) -> Loc | None:
    """Where a class is defined, if that is known."""
    import sys

    filename = getattr(sys.modules.get(cls.__module__), "__file__", None)
    found = tree(filename) if filename else None
    for n in ast.walk(found) if found else ():
        if isinstance(n, ast.ClassDef) and n.name == cls.__name__:
            return location(filename, n)
    return None


def member_location(cls: type, name: str) -> Loc | None:
    """Where a class gives a value to a name in its body; the class itself if that cannot be found."""
    import sys

    filename = getattr(sys.modules.get(cls.__module__), "__file__", None)
    found = tree(filename) if filename else None
    for c in ast.walk(found) if found else ():
        if isinstance(c, ast.ClassDef) and c.name == cls.__name__:
            for n in c.body:
                names = [t.id for t in getattr(n, "targets", ()) if isinstance(t, ast.Name)] + [
                    getattr(n, "name", None)
                ]
                if name in names:
                    return location(filename, n)
    return class_location(cls)


def loaded(target: ast.expr) -> ast.expr:
    """A copy of an assignment's target as the expression that reads it."""
    node = copy.deepcopy(target)
    for n in ast.walk(node):
        if hasattr(n, "ctx"):
            n.ctx = ast.Load()
    return node
