"""What does a temporal property say of this model?  Its formula, with every atom lowered to the IR."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from ..errors import ModelSourceError
from ..ir import formula as F
from ..ir import nodes as ir
from ..ir import types as T
from ..ir.walk import all_expressions, subexpressions
from ..logic.parser import parse
from ..source import Loc
from .calls import arguments
from .elaborate import Instance
from .formula import member_names
from .passage import Passage
from .scope import Abandon, ComponentRef, Frame
from .sourcefile import find
from .statements import Statements
from .unshare import unshare


def temporal(flat, i: Instance, name: str, passage: Passage) -> ir.Temporal | None:
    """The property of an instance, which in a family is claimed of every member; None after a complaint."""
    text = Loc("<text>", 1, 1)
    try:
        parsed = parse(passage.text, text)
    except ModelSourceError as e:
        for d in e.diagnostics:
            flat.complaints.record(replace(d, loc=passage.placed(d.loc)))
        return None
    formula, _ = flat.infer(lambda scope: _Lowering(flat, i, scope, passage).property(parsed))
    if formula is None:
        return None
    return ir.Temporal(name=i.prefix + name, text=passage.text, prefix=i.prefix, formula=formula, loc=passage.at)


class _Lowering:
    """From a parsed formula, located in the text, to a lowered one, located in the file."""

    def __init__(self, flat, i: Instance, scope, passage: Passage):
        self.flat, self.i, self.scope, self.passage = flat, i, scope, passage
        self.index = flat.index_params(i, F.names_in(passage.text))
        self.indices = tuple(ir.Local(name=p.name, type=p.type, loc=passage.at) for p in self.index)
        self.failed = False

    def property(self, f: F.Formula) -> F.Formula | None:
        found = self.formula(f, {})
        for p in reversed(self.index):
            over = ir.Op(op="domain", args=(), type=T.Set(p.type), loc=self.passage.at)
            found = F.Quantified(True, p.name, T.show(p.type), found, loc=found.loc, domain_loc=self.passage.at,
                                 over=over, type=p.type)
        return None if self.failed else found

    def formula(self, f: F.Formula, names: dict[str, ir.Local]) -> F.Formula:
        """The formula where `names` are the quantified ones. After a complaint the result is of no use."""
        loc = self.passage.placed(f.loc)
        try:
            match f:
                case F.Quantified():
                    return self.quantified(f, names, loc)
                case F.State():
                    expr = self.part(f.text_loc, names).condition()
                    return replace(f, expr=expr, loc=loc, text_loc=self.passage.placed(f.text_loc))
                case F.Enabled():
                    action = self.part(f.text_loc, names).action()
                    return replace(f, action=action, loc=loc, text_loc=self.passage.placed(f.text_loc))
                case F.Taken() | F.Breaks():
                    return replace(self.part(f.text_loc, names).step(f), loc=loc)
        except Abandon:
            self.failed = True
            return f
        return self.joined(f, replace(F.rebuild(f, lambda g: self.formula(g, names)), loc=loc))

    def joined(self, f: F.Formula, found: F.Formula) -> F.Formula:
        """State atoms under a connective are one atom, which is evaluated as Python would: lazily."""
        op = _CONNECTIVES.get(type(found))
        if op is None or self.failed or not all(isinstance(g, F.State) for g in found.operands):
            return found
        expr = ir.Op(op=op, args=tuple(g.expr for g in found.operands), type=T.BOOL, loc=found.loc)
        start, end = self.passage.inside(f.loc)
        text = " ".join(_blanked(self.passage.text[start:end]).split())
        return F.State(text, expr=expr, loc=found.loc, text_loc=found.loc)

    def quantified(self, f: F.Quantified, names, loc: Loc) -> F.Quantified:
        part = self.part(f.domain_loc, names)
        over = part.rigid_domain()
        local = ir.Local(name=f.name, type=over.type.item, loc=loc)
        body = self.formula(f.body, names | {f.name: local})
        return replace(f, body=body, over=over, type=over.type.item, loc=loc,
                       domain_loc=self.passage.placed(f.domain_loc))

    def part(self, region: Loc, names: dict[str, ir.Local]) -> _Part:
        """What lowers the Python in a region of the text."""
        start, end = self.passage.inside(region)
        return _Part(self, _blanked(self.passage.text[start:end]), start, names)


class _Part(Statements):
    """Lowers one piece of Python inside a property. Bare names mean the members of the model."""

    def __init__(self, lowering: _Lowering, text: str, start: int, names: dict[str, ir.Local]):
        i, passage = lowering.i, lowering.passage
        frame = Frame(instance=i, indices=lowering.indices, fn=_any_method(i), filename=passage.at.file,
                      self_name="self", prefix="", effects=False, names=dict(names), fixed=set(names))
        super().__init__(lowering.flat, lowering.scope, frame)
        self.scope.used |= set(names)
        self.text, self.start, self.passage = text, start, passage
        self.tree = self.parsed()

    def parsed(self) -> ast.expr:
        try:
            tree = ast.parse(f"({self.text})", mode="eval").body
        except SyntaxError as e:
            end = self.start + len(self.text)
            self.scope.complaints.add("SAG606", f"this is no expression: {e.msg}", self.passage.loc(self.start, end))
            raise Abandon from None
        return member_names(tree, set(self.frame.instance.decls.names()) - set(self.frame.names))

    def loc(self, node: ast.AST) -> Loc:
        """The place of a node in the file."""
        start, end = self.span(node)
        return self.passage.loc(self.start + start, self.start + end)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The characters of a node in this piece, which was parsed on one line, after a parenthesis."""
        line = f"({self.text})".encode()
        start, end = (len(line[:k].decode(errors="ignore")) - 1 for k in (node.col_offset, node.end_col_offset))
        return start, end

    def fail(self, code: str, message: str, node: ast.AST, hint: str | None = None) -> Abandon:
        """As in methods, but there is no `self` in a property."""
        return super().fail(code, message, node, hint and hint.replace("self.", ""))

    def member(self, c: ComponentRef, node: ast.Attribute):
        """As in methods, but a predicate without parameters need not be called."""
        method = c.instance.decls.methods.get(node.attr)
        if method is not None and method.kind == "predicate" and not method.params and not c.missing:
            return self.on_Call(_call(node), None)
        return super().member(c, node)

    # ---- what a piece may be

    def condition(self) -> ir.Expr:
        """A condition on one state."""
        return self.finished(self.boolean(self.tree))

    def rigid_domain(self) -> ir.Expr:
        """A collection that is the same in all states."""
        over = self.finished(self.collection(self.tree, "a type or a collection"))
        if _reads_state(self.flat, over):
            raise self.fail("SAG607", "a quantifier ranges over the same values in all states", self.tree,
                            "quantify over the whole type, and say in the formula when it counts: "
                            "forall x in T: [] (x in s -> ...)")
        return over

    def action(self) -> F.ActionCall:
        """An action, with all, some or none of its arguments."""
        found = self.action_of(self.tree)
        if found is None:
            raise self.fail("SAG608", "an action is needed here", self.tree,
                            f"the actions are {', '.join(self.frame.instance.decls.of_kind('action'))}")
        return found

    def step(self, atom: F.Taken | F.Breaks) -> F.Formula:
        """A statement about steps, as atoms that have one action or one condition each."""
        watched = self.watched(atom.subscript)
        self.frame.old_name = "old"
        return self.step_of(self.tree, isinstance(atom, F.Taken), atom, watched)

    # ---- steps

    def step_of(self, node: ast.expr, wanted: bool, atom, watched) -> F.Formula:
        """The step changes what is watched, and satisfies `node` (or does not, unless `wanted`)."""
        loc = self.loc(node)
        shared = {"subscript": atom.subscript, "watched": watched, "loc": loc, "text_loc": loc}
        text = " ".join(self.text[slice(*self.span(node))].split())
        if (action := self.action_of(node)) is not None:
            return (F.Taken if wanted else F.Breaks)(text, action=action, **shared)
        if any(self.action_of(n) for n in ast.walk(node) if isinstance(n, ast.expr)):
            match node:
                case ast.UnaryOp(op=ast.Not()):
                    return self.step_of(node.operand, not wanted, atom, watched)
                case ast.BoolOp():
                    both = isinstance(node.op, ast.And) == wanted
                    parts = [self.step_of(v, wanted, atom, watched) for v in node.values]
                    found = parts[0]
                    for p in parts[1:]:
                        found = (F.And if both else F.Or)(found, p, loc=loc)
                    return found
            raise self.fail("SAG609", "actions can be combined by `and`, `or` and `not` only", node)
        expr = self.finished(self.boolean(node))
        if wanted:
            expr, text = self.op("not", T.BOOL, node, expr), f"not ({text})"
        return F.Breaks(text, expr=expr, **shared)

    def watched(self, subscript: str) -> tuple[ir.Expr, ...]:
        """The variables that a subscript names, of the members of a family at hand."""
        if subscript == "vars":
            return tuple(self.variables(ComponentRef(self.frame.instance, self.frame.indices)))
        out: list[ir.Expr] = []
        for name in subscript.strip("()<> ").split(","):
            tree = ast.parse(name.strip(), mode="eval").body
            out += self.named(member_names(tree, set(self.frame.instance.decls.names())), name.strip())
        return tuple(out)

    def named(self, node: ast.expr, name: str) -> list[ir.Expr]:
        """What one item of a subscript stands for: an expression, or the variables of a component."""
        found = self.resolve(_at(node, self.tree))
        if isinstance(found, ComponentRef):
            return list(self.variables(found))
        if isinstance(found, ir.Expr):
            return [found]
        raise self.fail("SAG610", f"{name} cannot be watched for changes", self.tree,
                        "the subscript of a step formula is vars, a variable, or (a, b)")

    def variables(self, c: ComponentRef):
        """Every variable of a component and of those inside it, for all members where an index is missing."""
        for inner in c.instance.walk():
            here = ComponentRef(inner, c.indices if len(c.indices) == len(inner.indices) else ())
            for name in inner.vars:
                if here.indices or not inner.indices:
                    yield self.variable(here, name, self.tree)
                else:
                    yield ir.Var(name=inner.prefix + name, type=inner.stored(inner.vars[name]), loc=self.loc(self.tree))

    def action_of(self, node: ast.expr) -> F.ActionCall | None:
        """The action that an expression names or calls; None if it is something else."""
        called = node.func if isinstance(node, ast.Call) else node
        if not isinstance(called, ast.Attribute) or not self.denotes_component(called.value):
            return None
        c = self.resolve(called.value)
        method = c.instance.decls.methods.get(called.attr)
        if method is None or method.kind != "action":
            return None
        given = self.given(node, method) if isinstance(node, ast.Call) else {}
        params = self.flat.params(c.instance, called.attr, method, find(method.fn))
        if params is None:
            raise Abandon
        args = [self.finished(self.typed(given[p.name], p.type, f"the argument {p.name}")) if p.name in given else None
                for p in params]
        return F.ActionCall(c.instance.prefix + called.attr, (*c.indices, *(None,) * c.missing, *args))

    def given(self, node: ast.Call, method) -> dict[str, ast.expr]:
        """The arguments that a call gives to an action; `_` leaves one out."""
        names = [a.arg for a in find(method.fn).args.args[1:]]
        given = arguments(self, node, names, len(names))
        return {n: e for n, e in given.items() if not (isinstance(e, ast.Name) and e.id == "_")}

    def denotes_component(self, node: ast.expr) -> bool:
        """Is this the model itself or a component, judged by its names alone?"""
        names: list[str] = []
        while not isinstance(node, ast.Name):
            if isinstance(node, ast.Attribute):
                names.append(node.attr)
            elif not isinstance(node, ast.Subscript):
                return False
            node = node.value
        here = self.frame.instance if node.id == "self" else None
        for name in reversed(names):
            here = here and here.components.get(name)
        return here is not None

    def finished(self, e: ir.Expr) -> ir.Expr:
        """The expression, with names of their own for all that is bound in it."""
        return unshare((ir.Return(value=e, loc=e.loc),), self.scope)[0].value


_CONNECTIVES: dict[type, str] = {F.Not: "not", F.And: "and", F.Or: "or", F.Implies: "implies", F.Iff: "eq"}

#: A string, to be kept, or the comments and white space that a formula may have between tokens.
_BETWEEN = re.compile(r"""("[^"\n]*"|'[^'\n]*')|#[^\n]*|\\\*[^\n]*|\s""")


def _blanked(text: str) -> str:
    """The text on one line, as long as it was, without comments."""
    return _BETWEEN.sub(lambda m: m[1] or " " * len(m[0]), text)


def _reads_state(flat, e: ir.Expr) -> bool:
    todo, seen = [e], set()
    while todo:
        for x in subexpressions(todo.pop()):
            if isinstance(x, ir.Var):
                return True
            if isinstance(x, ir.Call) and x.function not in seen:
                seen.add(x.function)
                todo += all_expressions(next(f for f in flat.functions.values() if f and f.name == x.function).body)
    return False


def _call(node: ast.Attribute) -> ast.Call:
    return ast.copy_location(ast.Call(func=node, args=[], keywords=[]), node)


def _at(node: ast.expr, place: ast.expr) -> ast.expr:
    """The expression with all its nodes at the place of another."""
    for n in ast.walk(node):
        ast.copy_location(n, place)
    return node


def _any_method(i: Instance):
    """A function whose globals the text of a property sees."""
    for fn in (*(m.fn for m in i.decls.methods.values()), *i.decls.helpers.values()):
        return fn
    return _any_method
