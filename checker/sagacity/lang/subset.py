"""Which Python may stand in a method?  The syntactic check, made on every method before anything is typed."""

from __future__ import annotations

import ast

from ..errors import Complaints
from .sourcefile import location

#: syntax node -> (what it is, what to write instead)
_REFUSED = {
    ast.While: ("while", "it may run for ever; loop over a finite collection: for i in range(n)"),
    ast.Try: ("try", "there are no exceptions; test the condition first, or use require(...)"),
    ast.TryStar: ("try", "there are no exceptions; test the condition first, or use require(...)"),
    ast.Raise: ("raise", "use assert for what must not happen, require for what is not possible"),
    ast.Lambda: ("lambda", "write a method of the model"),
    ast.Yield: ("yield", "return a collection"),
    ast.YieldFrom: ("yield", "return a collection"),
    ast.Await: ("await", "one action is one atomic step; make two actions"),
    ast.AsyncFor: ("async", "one action is one atomic step"),
    ast.AsyncWith: ("async", "one action is one atomic step"),
    ast.With: ("with", "write the steps one after the other"),
    ast.Global: ("global", "declare it with var(...)"),
    ast.Nonlocal: ("nonlocal", "declare it with var(...)"),
    ast.Import: ("import inside a method", "import at the top of the file"),
    ast.ImportFrom: ("import inside a method", "import at the top of the file"),
    ast.FunctionDef: ("a function inside a method", "write a method of the model"),
    ast.AsyncFunctionDef: ("a function inside a method", "write a method of the model"),
    ast.ClassDef: ("a class inside a method", "declare types in the class body"),
    ast.Delete: ("del", "use remove or discard"),
    ast.NamedExpr: ("the walrus operator", "assign on a line of its own"),
    ast.Starred: ("unpacking with *", "take parts by position, q[0] and q[1:]; join sequences with +"),
    ast.AnnAssign: ("annotations on assignments", "drop the annotation: types are inferred"),
}


def check(filename: str, node: ast.FunctionDef, complaints: Complaints) -> None:
    """Complain about every construct of a method that is outside the subset (SAG301 to SAG309)."""
    where = lambda n: location(filename, n)
    if isinstance(node, ast.AsyncFunctionDef):
        complaints.add(
            "SAG301", "async methods cannot be compiled", where(node), "one action is one atomic step; write def"
        )
        return
    args = node.args
    if args.vararg or args.kwarg or args.kwonlyargs or args.posonlyargs:
        complaints.add("SAG302", "a method takes plain parameters only", where(node), "list the parameters one by one")
    if not args.args:
        complaints.add(
            "SAG302", "a method needs self as its first parameter", where(node), f"write def {node.name}(self)"
        )
    for child in node.body:
        for n in ast.walk(child):
            if type(n) in _REFUSED:
                what, instead = _REFUSED[type(n)]
                complaints.add("SAG301", f"{what} cannot be used in a model", where(n), instead)
            elif isinstance(n, (ast.For, ast.While)) and n.orelse:
                complaints.add("SAG303", "else on a loop cannot be compiled", where(n), "set a flag before the break")
            elif isinstance(n, ast.Assign) and len(n.targets) > 1:
                complaints.add("SAG304", "chained assignment cannot be compiled", where(n), "assign on separate lines")
            elif isinstance(n, ast.comprehension) and n.is_async:
                complaints.add("SAG301", "async cannot be used in a model", where(n.iter))
    complaints_about_choose(filename, node, complaints)


def complaints_about_choose(filename, node, complaints: Complaints) -> None:
    """`choose` appears only as the whole right-hand side of an assignment (SAG305)."""
    allowed = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Assign) and len(n.targets) == 1 and _is_call(n.value, "choose"):
            allowed.add(n.value)
    for n in ast.walk(node):
        if _is_call(n, "choose") and n not in allowed:
            complaints.add(
                "SAG305",
                "choose may only be the whole right-hand side of an assignment",
                location(filename, n),
                "write x = choose(...) on a line of its own, then use x",
            )
        for special in ("require", "note", "assume"):
            if _is_call(n, special) and not any(isinstance(s, ast.Expr) and s.value is n for s in ast.walk(node)):
                complaints.add(
                    "SAG306",
                    f"{special}(...) is a statement, not a value",
                    location(filename, n),
                    "write it on a line of its own",
                )


def _is_call(n, name: str) -> bool:
    return isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name
