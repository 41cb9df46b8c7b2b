"""Python statements to IR statements; calls of effectful helpers are inlined."""

from __future__ import annotations

import ast

from ..ir import nodes as ir
from ..ir import types as T
from .convert import coerce, strict
from .inlining import Inlining
from .rewrite import MUTATORS, negative_literal
from .scope import Abandon, ComponentRef
from .sourcefile import loaded


class Statements(Inlining):
    """Lowers the statements of one frame into a list."""

    def block(self, nodes) -> tuple[ir.Stmt, ...]:
        """The statements of a block. What a test establishes about None holds to the end of the block."""
        out: list[ir.Stmt] = []
        narrowed = set(self.frame.narrowed)
        for n in nodes:
            try:
                out += self.statement(n)
            except Abandon:
                self.poison(n)
        self.frame.narrowed = narrowed
        return tuple(out)

    def poison(self, node) -> None:
        """Names that an abandoned statement would have set: later uses are not complained about again."""
        self.frame.poisoned |= {
            n.id
            for n in ast.walk(node)
            if isinstance(n, ast.Name)
            and isinstance(n.ctx, ast.Store)
            and (n.id not in self.frame.names or n.id in self.frame.unset)
        }

    def statement(self, node) -> list[ir.Stmt]:
        method = getattr(self, "stmt_" + type(node).__name__, None)
        if method is None:
            raise self.fail("SAG311", f"{type(node).__name__} cannot be compiled", node)
        return method(node)

    def effect(self, node, what: str) -> None:
        """Complain unless this frame may have effects."""
        if not self.frame.effects:
            raise self.fail(
                "SAG328",
                f"{what} is not allowed in a method that only looks at the state",
                node,
                "return the condition instead" if what in ("assert", "require") else "do it in an action",
            )

    # ---- simple statements

    def stmt_Pass(self, node):
        return []

    def stmt_Break(self, node):
        return [ir.Break(loc=self.loc(node))]

    def stmt_Continue(self, node):
        return [ir.Continue(loc=self.loc(node))]

    def stmt_Assert(self, node):
        self.effect(node, "assert")
        return [
            ir.Assert(cond=self.boolean(node.test), message=self.text(node.msg) if node.msg else (), loc=self.loc(node))
        ]

    def text(self, node) -> tuple:
        """A message: literal text and, from an f-string or a plain expression, expressions."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return (node.value,)
        if isinstance(node, ast.JoinedStr):
            parts: list = []
            for v in node.values:
                if isinstance(v, ast.FormattedValue):
                    if v.conversion != -1 or v.format_spec is not None:
                        raise self.fail("SAG329", "formats cannot be used in a model", node, "write {x} alone")
                    parts.append(self.value(v.value))
                else:
                    parts.append(v.value)
            return tuple(parts)
        return (self.value(node),)

    def stmt_Return(self, node):
        f = self.frame
        if f.label is not None:
            out: list[ir.Stmt] = []
            if node.value is not None and not (
                isinstance(node.value, ast.Constant) and node.value.value is None and f.result is None
            ):
                e = self.value(node.value)
                self.scope.assign(f.result, e.type, self.loc(node))
                out.append(self.set_local(f.result, e, node))
            return [*out, ir.Leave(label=f.label, loc=self.loc(node))]
        if f.effects:
            if node.value is not None:
                raise self.fail("SAG330", "an action returns nothing", node, "a bare return completes the step")
            return [ir.Return(loc=self.loc(node))]
        if node.value is None:
            raise self.fail("SAG331", "a value must be returned here", node)
        return [ir.Return(value=self.returned(node.value), loc=self.loc(node))]

    def returned(self, node) -> ir.Expr:
        """The value a function returns, at the type that all its returns join to."""
        if self.result_bool:
            return self.boolean(node)
        e = self.value(node)
        self.scope.assign("return", e.type, self.loc(node))
        return coerce(e, self.scope.type_of("return")) or e

    result_bool = False

    # ---- assignment

    def stmt_Assign(self, node):
        target, value = node.targets[0], node.value
        if isinstance(value, ast.Call):
            if isinstance(value.func, ast.Name) and value.func.id == "choose" and "choose" not in self.frame.names:
                return self.choose(target, value)
            if (popped := self.pop(value)) is not None:
                statements, element = popped
                return statements + self.store(target, element, node)
            if (inlined := self.inline(value, wants_value=True)) is not None:
                statements, result = inlined
                return statements + self.store(target, self.local(result, node), node)
        return self.store(target, self.value(value, self.hint(target)), node)

    def hint(self, target) -> T.Type | None:
        """The type of an assignment's target, where it is known already."""
        if isinstance(target, ast.Name) and isinstance(self.frame.names.get(target.id), str):
            t = self.scope.type_of(self.frame.names[target.id])
            return None if t == T.BOTTOM else t
        if isinstance(target, (ast.Attribute, ast.Subscript)):
            try:
                marks = len(self.scope.complaints.found)
                return self.value(loaded(target)).type
            except Abandon:
                del self.scope.complaints.found[marks:]
        return None

    def store(self, target, e: ir.Expr, node) -> list[ir.Stmt]:
        """Assign an expression to a name, a path or a tuple of these."""
        if isinstance(target, ast.Name):
            return [self.store_name(target, e, node)]
        if isinstance(target, (ast.Tuple, ast.List)):
            return self.unpack(target, e, node)
        return [self.store_path(target, e, node)]

    def store_name(self, target: ast.Name, e: ir.Expr, node) -> ir.Stmt:
        f = self.frame
        if target.id in f.fixed or target.id in (f.self_name, f.old_name):
            raise self.fail(
                "SAG332",
                f"{target.id} is a parameter or loop variable and cannot be assigned",
                target,
                "use another name",
            )
        name = f.names.get(target.id)
        if not isinstance(name, str):
            name = self.scope.fresh(f.prefix + target.id)
            f.names[target.id] = name
        self.scope.assign(name, e.type, self.loc(node))
        f.narrowed.discard(target.id)
        f.poisoned.discard(target.id)
        f.unset.discard(target.id)
        return self.set_local(name, e, node)

    def set_local(self, name: str, e: ir.Expr, node) -> ir.SetLocal:
        t = self.scope.type_of(name)
        fitted = coerce(e, t)
        if fitted is None:
            raise self.fail(
                "SAG401", f"this name holds {T.show(t)} elsewhere and {T.show(e.type)} here", node, "use two names"
            )
        return ir.SetLocal(name=name, value=fitted, loc=self.loc(node))

    def unpack(self, target, e, node) -> list[ir.Stmt]:
        if not isinstance(e.type, T.Tuple) or len(e.type.items) != len(target.elts):
            raise self.fail("SAG424", f"{T.show(e.type)} cannot be unpacked into {len(target.elts)} names", node)
        whole = self.scope.fresh("pair")
        self.scope.assign(whole, e.type, self.loc(node))
        out: list[ir.Stmt] = [self.set_local(whole, e, node)]
        for i, (part, t) in enumerate(zip(target.elts, e.type.items)):
            out += self.store(part, self.op("item", t, part, self.local(whole, part), name=str(i)), node)
        return out

    def store_path(self, target, e: ir.Expr, node) -> ir.Stmt:
        """Assign to self.x, self.x[k].f, a component's variable, or inside a local."""
        steps, root = [], target
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            if isinstance(root, ast.Attribute):
                marks = len(self.scope.complaints.found)
                try:
                    c = self.resolve(loaded(root.value))
                except Abandon:
                    c = None
                    del self.scope.complaints.found[marks:]
                if isinstance(c, ComponentRef) and root.attr in c.instance.vars and not c.missing:
                    return self.store_var(c, root, steps[::-1], e, node)
                if isinstance(c, ComponentRef):
                    self.member(c, root)
                    raise self.fail(
                        "SAG333",
                        f"{root.attr} is not a variable and cannot be assigned",
                        target,
                        "state is declared with var(...)",
                    )
            steps.append(root)
            root = root.value
        if isinstance(root, ast.Name) and isinstance(self.frame.names.get(root.id), str):
            if root.id in self.frame.fixed:
                raise self.fail(
                    "SAG334",
                    f"{root.id} is a copy: changing it would change nothing else",
                    target,
                    "write the path from self.…",
                )
            new = self.updated(self.value(loaded(root)), steps[::-1], e, node)
            return self.store_name(root, new, node)
        if isinstance(root, ast.Name) and root.id in self.frame.names:
            raise self.fail(
                "SAG334",
                f"{root.id} is a copy: changing it would change nothing else",
                target,
                "write the path from self.…",
            )
        self.value(loaded(root))
        raise self.fail("SAG333", "this cannot be assigned to", target)

    def store_var(self, c: ComponentRef, root, steps, e, node) -> ir.SetVar:
        self.effect(node, "assignment to the state")
        if c.old:
            raise self.fail("SAG333", "the old state cannot be assigned to", node)
        inst, name = c.instance, root.attr
        new = self.updated(self.variable(c, name, root), steps, e, node)
        if inst.indices:
            whole = ir.Var(name=inst.prefix + name, type=inst.stored(inst.vars[name]), loc=self.loc(root))
            new = self.op("with", whole.type, node, whole, self.family_key(c, root), new)
        return ir.SetVar(name=inst.prefix + name, value=new, loc=self.loc(node))

    def updated(self, whole: ir.Expr, steps, e: ir.Expr, node) -> ir.Expr:
        """`whole` with the part at `steps` replaced by `e`."""
        if not steps:
            fitted = coerce(e, whole.type)
            if fitted is None:
                hint = None
                if isinstance(e.type, T.Option) and e.type.item == T.BOTTOM:
                    hint = f"declare it as Option[{T.show(whole.type)}] if it may be missing"
                elif isinstance(e.type, T.Option):
                    hint = "it may be None: bind it to a local and write require(x is not None) or test it with if"
                raise self.fail("SAG403", f"{T.show(whole.type)} is stored here, not {T.show(e.type)}", node, hint)
            return fitted
        step, here = steps[0], strict(whole)
        if isinstance(step, ast.Attribute):
            if not isinstance(here.type, T.Record) or step.attr not in dict(here.type.fields):
                raise self.fail("SAG409", f"{T.show(here.type)} has no field {step.attr}", step)
            part = self.op("field", dict(here.type.fields)[step.attr], step, here, name=step.attr)
            new = self.op("replace", here.type, node, here, self.updated(part, steps[1:], e, node), name=step.attr)
        elif isinstance(here.type, (T.Map, T.Seq)) and not isinstance(step.slice, ast.Slice):
            is_map = isinstance(here.type, T.Map)
            key = self.key(step.slice, here.type.key) if is_map else self.position(here, step.slice)
            part = self.op("index", here.type.value if is_map else here.type.item, step, here, key)
            new = self.op("with", here.type, node, here, key, self.updated(part, steps[1:], e, node))
        else:
            raise self.fail("SAG425", f"a part of {T.show(here.type)} cannot be assigned", step)
        return coerce(new, whole.type) or new

    def stmt_AugAssign(self, node):
        load = loaded(node.target)
        value = ast.copy_location(ast.BinOp(left=load, op=node.op, right=node.value), node)
        return self.store(node.target, self.value(value, self.hint(node.target)), node)

    def choose(self, target, call) -> list[ir.Stmt]:
        self.effect(call, "choose")
        if len(call.args) != 1 or call.keywords:
            raise self.fail("SAG323", "choose takes one collection", call)
        over = self.collection(call.args[0])
        plain = isinstance(target, ast.Name)
        name = self.scope.fresh(self.frame.prefix + (target.id if plain else "chosen"))
        self.scope.assign(name, over.type.item, self.loc(call))
        chosen = ir.Choose(local=name, over=over, loc=self.loc(call))
        return [chosen, *self.store(target, self.local(name, call), call)]

    # ---- control

    def stmt_If(self, node):
        cond = self.boolean(node.test)
        yes, no = _not_none(node.test, True), _not_none(node.test, False)
        then, orelse = self.branches(
            node.body,
            lambda: self.narrowed_block(node.body, yes),
            node.orelse,
            lambda: self.narrowed_block(node.orelse, no),
        )
        if _ends(node.body):
            self.frame.narrowed |= no
        return [ir.If(cond=cond, then=then, orelse=orelse, loc=self.loc(node))]

    def branches(self, body, lower_then, other, lower_else):
        """Both branches of a conditional; a name is set afterwards only if every branch that goes on sets it."""
        f = self.frame
        before = set(f.names) - f.unset
        then = lower_then()
        after_then = None if _ends(body) else set(f.names) - f.unset
        f.unset = set(f.names) - before
        orelse = lower_else()
        after_else = None if _ends(other) else set(f.names) - f.unset
        both = [a for a in (after_then, after_else) if a is not None]
        f.unset = set(f.names) - set.intersection(*both) if both else set()
        return then, orelse

    def narrowed_block(self, body, names) -> tuple[ir.Stmt, ...]:
        saved = set(self.frame.narrowed)
        self.frame.narrowed |= {n for n in names if isinstance(self.frame.names.get(n), (str, ir.Expr))}
        out = self.block(body)
        assigned = {n.id for b in body for n in ast.walk(b) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self.frame.narrowed = saved - assigned
        return out

    def stmt_For(self, node):
        over = self.collection(node.iter)
        saved = dict(self.frame.names), set(self.frame.fixed)
        local = self.scope.fresh(node.target.id if isinstance(node.target, ast.Name) else "it")
        self.scope.assign(local, over.type.item, self.loc(node.target))
        self.bind_target(node.target, local)
        shadow = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        if clash := shadow & set(saved[0]):
            raise self.fail(
                "SAG335", f"the loop variable {min(clash)} hides another name", node.target, "use a new name"
            )
        self.frame.narrowed -= {
            n.id for b in node.body for n in ast.walk(b) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        unset = set(self.frame.unset)
        known = set(self.frame.names)
        body = self.block(node.body)
        self.frame.unset = unset | (set(self.frame.names) - known)
        for n in shadow:
            self.frame.names.pop(n, None)
            self.frame.fixed.discard(n)
        return [ir.For(local=local, over=over, body=body, loc=self.loc(node))]

    def stmt_Match(self, node):
        subject = self.value(node.subject)
        out: list[ir.Stmt] = []
        local = self.scope.fresh("subject")
        self.scope.assign(local, subject.type, self.loc(node))
        out.append(self.set_local(local, subject, node))
        return out + list(self.cases(node.cases, local))

    def cases(self, cases, local) -> tuple[ir.Stmt, ...]:
        if not cases:
            return ()
        case, rest = cases[0], cases[1:]
        test = self.pattern(case.pattern, local)
        if case.guard is not None:
            guard = self.boolean(case.guard)
            test = guard if test is None else self.op("and", T.BOOL, case.pattern, test, guard)
        if test is None:
            if rest:
                raise self.fail("SAG336", "the cases after this one are never reached", rest[0].pattern)
            return self.block(case.body)
        other = rest[0].body if len(rest) == 1 else ()
        then, orelse = self.branches(case.body, lambda: self.block(case.body), other, lambda: self.cases(rest, local))
        return (ir.If(cond=test, then=then, orelse=orelse, loc=self.loc(case.pattern)),)

    def pattern(self, p, local) -> ir.Expr | None:
        """The test of a pattern; None for the one that always matches."""
        match p:
            case ast.MatchAs(pattern=None, name=None):
                return None
            case ast.MatchValue(value):
                t = self.scope.type_of(local)
                return self.op("eq", T.BOOL, p, self.local(local, p), self.typed(value, t, "the case"))
            case ast.MatchSingleton(None):
                t = self.scope.type_of(local)
                if not isinstance(t, T.Option):
                    raise self.fail("SAG421", f"{T.show(t)} is never None", p)
                return self.op("isnone", T.BOOL, p, self.local(local, p))
            case ast.MatchOr(patterns):
                tests = [self.pattern(q, local) for q in patterns]
                return None if None in tests else self.op("or", T.BOOL, p, *tests)
        raise self.fail("SAG337", "only values, | and _ can be matched", p, "write case Kind.MEMBER: or case _:")

    # ---- calls as statements

    def stmt_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Constant) and (isinstance(call.value, str) or call.value is ...):
            return []
        if not isinstance(call, ast.Call):
            raise self.fail(
                "SAG338", "this expression has no effect", node, "did you mean require(...) or an assignment?"
            )
        if isinstance(call.func, ast.Name) and call.func.id in ("require", "note"):
            return [self.require(call) if call.func.id == "require" else self.note(call)]
        if (popped := self.pop(call)) is not None:
            return popped[0]
        if (inlined := self.inline(call, wants_value=False)) is not None:
            return inlined[0]
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in MUTATORS
            and not isinstance(self.resolve(call.func.value), ComponentRef)
        ):
            return self.mutate(call, node)
        self.value(call)
        raise self.fail("SAG338", "the value of this call is not used", node, "assign it, or use it in require(...)")

    def require(self, call) -> ir.Stmt:
        self.effect(call, "require")
        if len(call.args) != 1 or call.keywords:
            raise self.fail("SAG323", "require takes one condition", call)
        cond = self.boolean(call.args[0])
        self.frame.narrowed |= {n for n in _not_none(call.args[0], True) if n in self.frame.names}
        return ir.Require(cond=cond, loc=self.loc(call))

    def note(self, call) -> ir.Stmt:
        self.effect(call, "note")
        if len(call.args) != 1:
            raise self.fail("SAG323", "note takes one text", call, 'write note(f"...", sender=..., receiver=...)')
        parts = {k.arg: self.text(k.value) for k in call.keywords}
        if unknown := set(parts) - {"sender", "receiver"}:
            raise self.fail("SAG323", f"note has no argument {min(unknown)}", call, "it takes sender= and receiver=")
        return ir.Note(
            text=self.text(call.args[0]),
            sender=parts.get("sender", ()),
            receiver=parts.get("receiver", ()),
            loc=self.loc(call),
        )

    def pop(self, call) -> tuple[list[ir.Stmt], ir.Expr] | None:
        """The statements and the element of ``path.pop()``; None if the call is something else."""
        func = call.func
        if not (isinstance(func, ast.Attribute) and func.attr in ("pop", "popleft")):
            return None
        path = self.resolve(func.value)
        if isinstance(path, ComponentRef):
            return None
        path = strict(path)
        if isinstance(path.type, T.Set):
            raise self.fail(
                "SAG339", "pop on a set would take an unknown element", call, "write x = choose(s), then s.remove(x)"
            )
        if not isinstance(path.type, T.Seq):
            raise self.fail("SAG324", f"{T.show(path.type)} has no method {func.attr}", call)
        if len(call.args) > (func.attr == "pop"):
            raise self.fail("SAG323", f"{func.attr} takes no such argument", call)
        at = self.pop_position(path, call)
        element = self.scope.fresh("popped")
        self.scope.assign(element, path.type.item, self.loc(call))
        taken = self.set_local(element, self.op("index", path.type.item, call, path, at), call)
        rest = self.op("removeat", path.type, call, path, at)
        return [taken, self.store_path_or_name(func.value, rest, call)], self.local(element, call)

    def pop_position(self, path, call) -> ir.Expr:
        if call.func.attr == "popleft":
            return self.lit(T.Int(0, 0), 0, call)
        if call.args and negative_literal(call.args[0]) != 1:
            return self.position(path, call.args[0])
        return self.op("sub", T.INT, call, self.op("len", T.INT, call, path), self.lit(T.Int(1, 1), 1, call))

    def store_path_or_name(self, target, e, node) -> ir.Stmt:
        if isinstance(target, ast.Name):
            if target.id in self.frame.fixed:
                raise self.fail(
                    "SAG334",
                    f"{target.id} is a copy: changing it would change nothing else",
                    target,
                    "write the path from self.…",
                )
            return self.store_name(target, e, node)
        return self.store_path(target, e, node)

    def mutate(self, call, node) -> list[ir.Stmt]:
        from .mutators import lower

        return lower(self, call, node)


def _not_none(test, holds: bool) -> set[str]:
    """Names that are not None where `test` holds (or, with holds=False, where it fails)."""
    match test:
        case ast.Compare(ast.Name(n), [op], [ast.Constant(None)]):
            positive = isinstance(op, (ast.IsNot, ast.NotEq))
            return {n} if positive == holds and isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)) else set()
        case ast.BoolOp(op, values) if isinstance(op, ast.And) == holds:
            return set().union(*(_not_none(v, holds) for v in values))
        case ast.UnaryOp(ast.Not(), x):
            return _not_none(x, not holds)
    return set()


def _ends(body) -> bool:
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Break, ast.Continue))
