"""Properties given as the text of a Python expression: ``possible("settled(o)")``."""

from __future__ import annotations

import ast

from ..ir import nodes as ir
from ..ir import types as T
from .scope import Abandon, Frame
from .statements import Statements
from .unshare import unshare


class _Member(ast.NodeTransformer):
    """Bare names of the model's declarations mean its members."""

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        if node.id in self.names:
            return ast.copy_location(
                ast.Attribute(
                    value=ast.copy_location(ast.Name(id="self", ctx=ast.Load()), node), attr=node.id, ctx=ast.Load()
                ),
                node,
            )
        return node


class _Text(Statements):
    """Lowers an expression whose columns are those of a text inside the file."""

    def __init__(self, flat, scope, frame, at):
        super().__init__(flat, scope, frame)
        self.at = at

    def loc(self, node):
        return self.at


def parse(text: str, names) -> ast.expr:
    """The expression of a text over a model's names. Raises SyntaxError."""
    return member_names(ast.parse(text.strip(), mode="eval").body, names)


def member_names(node: ast.expr, names: set[str]) -> ast.expr:
    """The expression with members of the model where their bare names stood, unless something is bound to these."""
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return _Member(names - bound).visit(node)


def function_of_text(flat, i, name: str, formula, result: T.Type = T.BOOL, what: str = "it") -> ir.Function | None:
    """The function of an expression that is given as text; None after a complaint. `what` names it in messages."""
    try:
        node = parse(formula.text, set(i.decls.names()))
    except SyntaxError as e:
        flat.complaints.add("SAG342", f"this is no expression: {e.msg} (in {formula.text!r})", formula.loc)
        return None

    def home():
        """Whose globals the text sees."""

    method = next((m.fn for m in i.decls.methods.values()), home)

    def build(scope):
        frame = Frame(
            instance=i, indices=(), fn=method, filename=formula.loc.file, self_name="self", prefix="", effects=False
        )
        try:
            text = _Text(flat, scope, frame, formula.loc)
            value = text.boolean(node) if result == T.BOOL else text.typed(node, result, what)
            return unshare((ir.Return(value=value, loc=formula.loc),), scope)
        except Abandon:
            return ()

    body, scope = flat.infer(build)
    return (
        ir.Function(
            name=i.prefix + name,
            params=(),
            body=body,
            result=result,
            locals=tuple(scope.types.items()),
            doc=formula.text,
            loc=formula.loc,
        )
        if body
        else None
    )
