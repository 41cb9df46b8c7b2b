"""A method whose mutations of paths are assignments of new immutable values.

``self.orders[o].status = v`` becomes ``self.orders = with_item(self.orders, o, with_field(self.orders[o], "status", v))``, and
likewise for augmented assignments and mutators. The result is ordinary Python: the interpreter, a user's pytest and pdb run
the same function, with the line numbers of the source. Names that we add start with a dot-like sign no user can type by
accident; they are free variables of the compiled method, so that its globals stay the user's own.
"""

from __future__ import annotations

import ast
import copy
import enum
import types
from functools import lru_cache

from . import support
from .model import Declarations, declarations
from .sourcefile import find, loaded

MUTATORS = frozenset({"append", "extend", "insert", "pop", "popleft", "remove", "add", "discard", "clear", "update"})
_CALLS = {
    "range": "range",
    "enumerate": "enumerate",
    "sorted": "sorted",
    "set": "set_of",
    "frozenset": "set_of",
    "list": "list_of",
    "min": "min",
    "max": "max",
    "choose": "choose",
    "note": "note",
}
_MARK = "·"


@lru_cache(maxsize=1024)
def rewritten(fn, cls: type, in_action: bool):
    """The rewritten method of `fn`, as found in class `cls`. In an action a failed `require` returns DISABLED; elsewhere it raises."""
    node = copy.deepcopy(find(fn))
    node.decorator_list, node.returns = [], None
    for a in [*node.args.args, *node.args.kwonlyargs]:
        a.annotation = None
    node.args.defaults = []
    node = (
        _Rewriter(declarations(cls), node.args.args[0].arg if node.args.args else "self", in_action)
        .sees(node, _outside(fn))
        .visit(node)
    )
    return _compile(fn, node, fn.__qualname__.split(".")[-2] if "." in fn.__qualname__ else cls.__name__)


def _outside(fn) -> dict:
    """What the names mean that a function finds in its module and in enclosing functions."""
    found = dict(fn.__globals__)
    for name, cell in zip(fn.__code__.co_freevars, fn.__closure__ or ()):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return found


def _compile(fn, node: ast.FunctionDef, class_name: str):
    free = [_MARK + n for n in _SUPPORT] + list(fn.__code__.co_freevars)
    inner = ast.ClassDef(name=class_name, bases=[], keywords=[], body=[node], decorator_list=[], type_params=[])
    outer = ast.FunctionDef(
        name="outer",
        args=ast.arguments(
            posonlyargs=[], args=[ast.arg(arg=n) for n in free], kwonlyargs=[], kw_defaults=[], defaults=[]
        ),
        body=[inner],
        decorator_list=[],
        type_params=[],
    )
    for n in (inner, outer):
        ast.copy_location(n, node)
    module = ast.fix_missing_locations(ast.Module(body=[outer], type_ignores=[]))
    code = compile(module, fn.__code__.co_filename, "exec", dont_inherit=True)
    for name in ("outer", class_name, fn.__name__):
        code = next(c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name)
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or ()))
    closure = tuple(types.CellType(_SUPPORT[n[1:]]) if n[0] == _MARK else cells[n] for n in code.co_freevars)
    result = types.FunctionType(code, fn.__globals__, fn.__name__, fn.__defaults__, closure)
    result.__doc__, result.__qualname__ = fn.__doc__, fn.__qualname__
    return result


_SUPPORT = {
    **support.FUNCTIONS,
    "choose": support.CHOOSER.choose,
    "notes_on": support.NOTES.on,
    "note": support.NOTES.note,
    "failure": support.failure,
}


def _name(n: str) -> ast.Name:
    return ast.Name(id=_MARK + n, ctx=ast.Load())


def _call(n: str, *args) -> ast.Call:
    return ast.Call(func=_name(n), args=list(args), keywords=[])


def negative_literal(node) -> int | None:
    """k for the literal -k (k > 0), else None."""
    match node:
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as k)) if k > 0:
            return k
    return None


def split_path(node, self_name: str, decls: Declarations):
    """(base, accessors, shape) of a path rooted at self or at a local; None if the node is no such path.

    `base` is the assignable variable (``self.x``, ``self.bus.x``, a local); accessors are ("[]", key) or (".", field);
    `shape` is the path as text below self ("bus.log[]"), None for a local.
    """
    steps = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        steps.append(node)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    steps.reverse()
    if node.id != self_name:
        return node, [_accessor(s) for s in steps], None
    shape, here = "", decls
    for i, s in enumerate(steps):
        if isinstance(s, ast.Subscript):
            shape += "[]"
            continue
        shape += f".{s.attr}" if shape else s.attr
        if s.attr not in here.components:
            rest = steps[i + 1 :]
            for r in rest:
                shape += "[]" if isinstance(r, ast.Subscript) else f".{r.attr}"
            return (s, [_accessor(r) for r in rest], shape) if s.attr in here.vars else None
        here = declarations(here.components[s.attr].cls)
    return None


def _accessor(step):
    return ("[]", step.slice) if isinstance(step, ast.Subscript) else (".", step.attr)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, decls: Declarations, self_name: str, in_action: bool):
        self.decls, self.self_name, self.in_action = decls, self_name, in_action
        self.outside: dict = {}
        self.inside: set[str] = set()

    def sees(self, node, outside: dict):
        """Names that `node` does not bind itself have these values; returns the rewriter."""
        self.outside = outside
        self.inside = {
            n.arg if isinstance(n, ast.arg) else n.id
            for n in ast.walk(node)
            if isinstance(n, ast.arg) or isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        return self

    def _split(self, node):
        return split_path(node, self.self_name, self.decls)

    # ---- paths

    def _load(self, base, accessors):
        node = copy.deepcopy(base)
        node.ctx = ast.Load()
        for kind, x in accessors:
            if kind == "[]":
                node = ast.Subscript(value=node, slice=copy.deepcopy(x), ctx=ast.Load())
            else:
                node = ast.Attribute(value=node, attr=x, ctx=ast.Load())
        return self.visit(node)

    def _update(self, base, done, rest, value):
        if not rest:
            return value
        kind, x = rest[0]
        here, inner = self._load(base, done), self._update(base, done + [rest[0]], rest[1:], value)
        if kind == ".":
            return _call("with_field", here, ast.Constant(x), inner)
        back = negative_literal(x)
        key = _call("from_end", self._load(base, done), ast.Constant(back)) if back else self.visit(copy.deepcopy(x))
        return _call("with_item", here, key, inner)

    def _store(self, target, value, at):
        """Statements that assign an already rewritten value to a target."""
        path = self._split(target) if isinstance(target, (ast.Attribute, ast.Subscript)) else None
        if path and path[1]:
            base, accessors, _ = path
            value = self._update(base, [], accessors, value)
            target = copy.deepcopy(base)
        target = copy.deepcopy(target)
        target.ctx = ast.Store()
        if isinstance(target, ast.Attribute):
            target.value = self.visit(target.value)
        return ast.copy_location(ast.Assign(targets=[target], value=value), at)

    # ---- statements

    def visit_Assign(self, node):
        target = node.targets[0]
        if isinstance(target, (ast.Tuple, ast.List)) and any(not isinstance(t, ast.Name) for t in target.elts):
            temps = [ast.Name(id=f"{_MARK}t{i}", ctx=ast.Store()) for i in range(len(target.elts))]
            first = ast.copy_location(
                ast.Assign(targets=[ast.Tuple(elts=temps, ctx=ast.Store())], value=self.visit(node.value)), node
            )
            return [
                first,
                *(self._store(t, ast.Name(id=v.id, ctx=ast.Load()), node) for t, v in zip(target.elts, temps)),
            ]
        if (popped := self._pop(node.value)) is not None:
            path, call = popped
            pair = ast.Name(id=_MARK + "pair", ctx=ast.Load())
            first = ast.copy_location(
                ast.Assign(targets=[ast.Name(id=_MARK + "pair", ctx=ast.Store())], value=call), node
            )
            return [
                first,
                self._store(path, ast.Subscript(value=pair, slice=ast.Constant(1), ctx=ast.Load()), node),
                self._store(target, ast.Subscript(value=pair, slice=ast.Constant(0), ctx=ast.Load()), node),
            ]
        if isinstance(target, (ast.Tuple, ast.List)):
            node.value = self.visit(node.value)
            return node
        return self._store(target, self.visit(node.value), node)

    def visit_AugAssign(self, node):
        load = loaded(node.target)
        value = ast.copy_location(ast.BinOp(left=self.visit(load), op=node.op, right=self.visit(node.value)), node)
        return self._store(node.target, value, node)

    def _pop(self, node):
        """(path, call giving element and rest) if the node is a pop from a path."""
        match node:
            case ast.Call(ast.Attribute(path, ("pop" | "popleft") as how), args) if self._split(path):
                load = self._load(*self._split(path)[:2])
                if how == "popleft":
                    return path, _call("pop_at", load, ast.Constant(0))
                if not args or negative_literal(args[0]) == 1:
                    return path, _call("pop_last", load)
                if back := negative_literal(args[0]):
                    return path, _call("pop_at", load, _call("from_end", copy.deepcopy(load), ast.Constant(back)))
                return path, _call("pop_at", load, self.visit(args[0]))
        return None

    def visit_Expr(self, node):
        if (popped := self._pop(node.value)) is not None:
            path, call = popped
            return self._store(path, ast.Subscript(value=call, slice=ast.Constant(1), ctx=ast.Load()), node)
        match node.value:
            case ast.Call(ast.Name("require"), [cond]):
                return ast.copy_location(
                    ast.If(
                        test=ast.UnaryOp(op=ast.Not(), operand=self.visit(cond)), body=[self._give_up(node)], orelse=[]
                    ),
                    node,
                )
            case ast.Call(ast.Name("note")) as call:
                shown = ast.copy_location(ast.Expr(value=self.visit(call)), node)
                return ast.copy_location(ast.If(test=_name("notes_on"), body=[shown], orelse=[]), node)
            case ast.Call(ast.Attribute(path, method), args) if method in MUTATORS and (split := self._split(path)):
                base, accessors, shape = split
                new = [self._load(base, accessors), *map(self.visit, args)]
                if shape is not None and method in ("append", "extend", "insert", "add", "update"):
                    caps = ast.Attribute(
                        value=ast.Name(id=self.self_name, ctx=ast.Load()), attr="_caps", ctx=ast.Load()
                    )
                    new.append(ast.Subscript(value=caps, slice=ast.Constant(shape), ctx=ast.Load()))
                return self._store(path, _call(method, *new), node)
        return self.generic_visit(node)

    def _give_up(self, node):
        if self.in_action:
            return ast.copy_location(ast.Return(value=_name("DISABLED")), node)
        return ast.copy_location(ast.Raise(exc=_name("Disabled"), cause=None), node)

    def visit_Assert(self, node):
        message = self.visit(node.msg) if node.msg else ast.Constant("")
        raised = ast.copy_location(ast.Raise(exc=_call("failure", message), cause=None), node)
        return ast.copy_location(
            ast.If(test=ast.UnaryOp(op=ast.Not(), operand=self.visit(node.test)), body=[raised], orelse=[]), node
        )

    # ---- expressions

    def visit_Name(self, node):
        """An enum, bool or a collection from outside the method is a set or sequence of the language."""
        if isinstance(node.ctx, ast.Load) and node.id not in self.inside:
            value = bool if node.id == "bool" and node.id not in self.outside else self.outside.get(node.id)
            if isinstance(value, (frozenset, set, tuple)) or value is bool or isinstance(value, enum.EnumMeta):
                return ast.copy_location(_call("outside", node), node)
        return node

    def visit_Attribute(self, node):
        if not isinstance(node.value, ast.Name):  # Color.RED needs the class itself
            return self.generic_visit(node)
        return node

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            node.func = ast.copy_location(_name(_CALLS[node.func.id]), node.func)
        return self.generic_visit(node)

    def visit_Subscript(self, node):
        if isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
            bounds = (node.slice.lower, node.slice.upper)
            literal = ast.Tuple(elts=[ast.Constant(negative_literal(b) is not None) for b in bounds], ctx=ast.Load())
            new = _call(
                "slice_of",
                self.visit(node.value),
                *(self.visit(b) if b else ast.Constant(None) for b in bounds),
                literal,
            )
            return ast.copy_location(new, node)
        if (back := negative_literal(node.slice)) and isinstance(node.ctx, ast.Load):
            return ast.copy_location(_call("item_from_end", self.visit(node.value), ast.Constant(back)), node)
        return self.generic_visit(node)

    def _collected(self, how, node, inner):
        return ast.copy_location(_call(how, inner), node)

    def visit_List(self, node):
        if not isinstance(node.ctx, ast.Load):
            return self.generic_visit(node)
        return self._collected("seq", node, ast.Tuple(elts=[self.visit(e) for e in node.elts], ctx=ast.Load()))

    def visit_Set(self, node):
        return self._collected("set", node, ast.Tuple(elts=[self.visit(e) for e in node.elts], ctx=ast.Load()))

    def visit_ListComp(self, node):
        self.generic_visit(node)
        return self._collected(
            "seq", node, ast.copy_location(ast.GeneratorExp(elt=node.elt, generators=node.generators), node)
        )

    def visit_SetComp(self, node):
        self.generic_visit(node)
        return self._collected(
            "set", node, ast.copy_location(ast.GeneratorExp(elt=node.elt, generators=node.generators), node)
        )

    def visit_Dict(self, node):
        return self._collected("map", node, self.generic_visit(node))

    def visit_DictComp(self, node):
        return self._collected("map", node, self.generic_visit(node))


def rewritten_text(expression: ast.expr, formula, cls: type):
    """The method ``def text(self): return expression`` of a property given as text, with the globals of the class's module."""
    import sys

    expression = copy.deepcopy(expression)
    args = ast.arguments(posonlyargs=[], args=[ast.arg(arg="self")], kwonlyargs=[], kw_defaults=[], defaults=[])
    node = ast.FunctionDef(
        name="text", args=args, body=[ast.Return(value=expression)], decorator_list=[], type_params=[]
    )
    node.lineno = node.end_lineno = formula.loc.line
    node.col_offset = node.end_col_offset = 0
    home = next((m.fn for m in declarations(cls).methods.values()), None)
    outside = _outside(home) if home else vars(sys.modules[cls.__module__])
    node = _Rewriter(declarations(cls), "self", False).sees(node, outside).visit(ast.fix_missing_locations(node))
    for n in ast.walk(node):
        if hasattr(n, "lineno"):
            n.lineno = n.end_lineno = formula.loc.line
    sibling = next((m.fn for m in declarations(cls).methods.values()), None)
    scope = sibling.__globals__ if sibling else vars(sys.modules[cls.__module__])
    code = compile(
        ast.fix_missing_locations(ast.Module(body=[_within(node)], type_ignores=[])),
        formula.loc.file,
        "exec",
        dont_inherit=True,
    )
    for name in ("outer", "text"):
        code = next(c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name)
    cells = dict(zip(sibling.__code__.co_freevars, sibling.__closure__ or ())) if sibling else {}
    closure = tuple(types.CellType(_SUPPORT[n[1:]]) if n[0] == _MARK else cells[n] for n in code.co_freevars)
    return types.FunctionType(code, scope, "text", None, closure)


def _within(node):
    args = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=_MARK + n) for n in _SUPPORT], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.FunctionDef(name="outer", args=args, body=[node], decorator_list=[], type_params=[])
