"""On which models must all engines agree?  A Hypothesis strategy that draws whole models.

    @given(models())
    def test_my_engine_agrees(model):
        assert my_engine(model) == reference(model)

A drawn model is legal (`ir.legality`), has up to four variables of any type, some of them of a component, up to three
actions with parameters, choices, loops and errors, fairness, and properties of every kind, temporal ones included. Nothing bounds its state space but its types:
give a limit to the search. Same draws, same model, so a failure is shrunk and repeated by Hypothesis.
"""

from __future__ import annotations

try:
    from hypothesis import strategies as st
except ImportError as e:
    raise ImportError("sagacity.testing.models needs Hypothesis: pip install hypothesis") from e

from ..ir import legality
from ..ir import nodes as ir
from ..ir import types as T
from ..source import Loc
from .expressions import Scope
from .temporal import fairness, temporals

#: A variable of a component has a name like this one's.
COMPONENT = "part."

_HERE = Loc("random.py", 1)
_BITS = T.Int(0, 1)
_CLOCK = T.Int(0, 3)
_SCALARS = (T.BOOL, T.Int(0, 3), T.Int(-2, 1), T.Int(4, 4), T.Enum("Colour", ("RED", "GREEN", "BLUE")), T.Ids("node", 2))
_KEYS = (*_SCALARS, T.Option(_BITS), T.Record("Pair", (("a", T.BOOL), ("b", T.Int(1, 2)))), T.Tuple((T.BOOL, _BITS)))


@st.composite
def types(draw, depth: int = 2) -> T.Type:
    """A finite type of the language, of `depth` levels at most."""
    if depth == 0:
        return draw(st.sampled_from(_SCALARS))
    item, cap = types(depth - 1), st.integers(0, 3)
    inner = item.filter(lambda t: not isinstance(t, T.Option))
    small = st.sampled_from(_KEYS)
    ordered = item.filter(lambda t: not _has_set(t))
    return draw(st.one_of(
        st.sampled_from(_SCALARS), st.sampled_from(_KEYS), st.builds(T.Option, inner), st.builds(T.Seq, item, cap),
        st.builds(T.Bag, ordered, cap), st.builds(T.Set, small, st.one_of(st.none(), cap)), st.builds(T.Set, ordered, cap),
        st.builds(T.Map, small, item), st.builds(lambda a, b: T.Tuple((a, b)), item, item),
        st.builds(lambda a, b: T.Record("Item", (("first", a), ("second", b))), item, item)))


def _has_set(t: T.Type) -> bool:
    """Does a value of `t` contain a set?  The language orders sets as well, but not every engine does."""
    match t:
        case T.Set():
            return True
        case T.Option(item) | T.Seq(item) | T.Bag(item):
            return _has_set(item)
        case T.Map(_, value):
            return _has_set(value)
        case T.Tuple(items):
            return any(map(_has_set, items))
        case T.Record(_, fields):
            return any(_has_set(f) for _, f in fields)
    return False


@st.composite
def models(draw) -> ir.Model:
    """A whole model, legal by construction. Its first variable is a clock, so that there is something to explore."""
    variables = [((COMPONENT if draw(st.booleans()) else "") + f"v{k}", draw(types()))
                 for k in range(draw(st.integers(1, 3)))]
    variables.insert(0, ("clock", _CLOCK))
    model = _Models(draw, variables).model()
    legality.check(model)
    return model


class _Models:
    """One model in the making."""

    def __init__(self, draw, variables):
        self.draw, self.variables = draw, variables
        self.functions: list[ir.Function] = []
        self.claims: dict[str, list[str]] = {}

    def scope(self, **more) -> Scope:
        return Scope(self.draw, self.variables, tuple(self.functions), **more)

    def model(self) -> ir.Model:
        for k in range(self.draw(st.integers(0, 2))):
            self._helper(k)
        actions = tuple(self._action(k) for k in range(self.draw(st.integers(1, 3))))
        init, locals_ = self._init()
        plain = tuple(self.functions)
        for kind in ("invariants", "step_invariants", "predicates", "possibles", "constraints", "terminals"):
            if self.draw(st.integers(0, 2)) == 0:
                self._claim(kind, plain)
        decls = tuple(ir.VarDecl(name=n, type=t, loc=_HERE) for n, t in self.variables)

        def plain_scope(**more) -> Scope:
            return Scope(self.draw, self.variables, plain, **more)
        return ir.Model(name="Random", vars=decls, init=init, init_locals=locals_, actions=actions,
                        functions=tuple(self.functions), loc=_HERE, fairness=fairness(self.scope(), actions),
                        temporals=temporals(plain_scope, actions), **{k: tuple(v) for k, v in self.claims.items()})

    def _helper(self, k: int) -> None:
        """A pure function with a parameter and a body of statements."""
        scope = self.scope()
        result = scope.pick([T.BOOL, T.INT, *(t for _, t in self.variables)])
        p = ir.Param(name=scope.new("p"), type=scope.pick([T.INT, *_SCALARS]), loc=_HERE)
        scope.names[p.name] = p.type
        body = Body(scope, pure=True, result=result)
        stmts = (*body.statements(1, frozenset()), ir.Return(value=body.scope.expr(result, 2), loc=_HERE))
        self.functions.append(ir.Function(name=f"helper{k}", params=(p,), body=stmts, result=result,
                                          locals=tuple(body.locals), loc=_HERE))

    def _claim(self, kind: str, helpers) -> None:
        scope = Scope(self.draw, self.variables, helpers, old=kind == "step_invariants")
        params = ()
        if kind == "predicates" and self.draw(st.booleans()):
            params = (ir.Param(name=scope.new("p"), type=scope.pick(_SCALARS), loc=_HERE),)
            scope.names[params[0].name] = params[0].type
        name = f"{kind}_claim"
        body = (ir.Return(value=scope.expr(T.BOOL, 3), loc=_HERE),)
        self.functions.append(ir.Function(name=name, params=params, body=body, loc=_HERE))
        self.claims[kind] = [name]

    def _init(self):
        scope = Scope(self.draw, (), ())
        body, locals_ = [], []
        for name, t in self.variables:
            value = scope.lit(t, scope.plain(t))
            if self.draw(st.integers(0, 4)) == 0:
                chosen = scope.new("c")
                locals_.append((chosen, t))
                over = scope.op("seq", T.Seq(t), value, scope.lit(t, scope.plain(t)))
                body.append(ir.Choose(local=chosen, over=over, loc=scope.loc()))
                value = ir.Local(name=chosen, type=t, loc=scope.loc())
            body.append(ir.SetVar(name=name, value=value, loc=scope.loc()))
        return tuple(body), tuple(locals_)

    def _action(self, k: int) -> ir.Action:
        scope = self.scope()
        params = []
        for _ in range(self.draw(st.integers(0, 2))):
            t = scope.pick(_KEYS)
            narrow = (scope.plain(t),) if self.draw(st.integers(0, 3)) == 0 else None
            params.append(ir.Param(name=scope.new("p"), type=t, values=narrow, loc=_HERE))
            scope.names[params[-1].name] = t
        body = Body(scope)
        stmts = body.statements(2, frozenset(), True)
        if k == 0:
            stmts = (self._tick(scope), *stmts)       # so that a model has a few states at least
        prefix = COMPONENT if self.draw(st.integers(0, 2)) == 0 else ""
        return ir.Action(name=f"{prefix}act{k}", params=tuple(params), body=stmts, locals=tuple(body.locals), loc=scope.loc())


    def _tick(self, scope: Scope) -> ir.Stmt:
        later = scope.op("add", T.INT, ir.Var(name="clock", type=_CLOCK, loc=scope.loc()), scope.lit(T.INT, 1))
        return ir.SetVar(name="clock", value=scope.op("mod", T.INT, later, scope.lit(T.INT, 4)), loc=scope.loc())


class Body:
    """The statements of one action or pure function."""

    def __init__(self, scope: Scope, pure: bool = False, result: T.Type | None = None):
        self.scope, self.pure, self.result = scope, pure, result
        self.locals: list[tuple[str, T.Type]] = []

    def statements(self, depth: int, exits: frozenset[str], may_choose: bool = False) -> tuple[ir.Stmt, ...]:
        """A few statements; what they assign is known to those that follow."""
        return tuple(self._statement(depth, exits, may_choose) for _ in range(self.scope.draw(st.integers(1, 3))))

    def _statement(self, depth, exits, may_choose) -> ir.Stmt:
        s = self.scope
        kinds = ["local", "local", "exit"]
        kinds += [] if self.pure else ["set"] * 8 + ["require", "assert", "note"]
        kinds += ["if", "if", "for", "block"] if depth else []
        kinds += ["choose", "choose"] if may_choose else []
        match s.pick(kinds):
            case "set":
                name, t = s.pick(s.variables)
                return ir.SetVar(name=name, value=s.stored(t, 3), loc=s.loc())
            case "local":
                return self._local()
            case "require":
                return ir.Require(cond=s.op("or", T.BOOL, s.expr(T.BOOL, 1), s.expr(T.BOOL, 2)), loc=s.loc())
            case "assert":
                return ir.Assert(cond=s.op("or", T.BOOL, s.expr(T.BOOL, 2), s.expr(T.BOOL, 2)), loc=s.loc())
            case "note":
                return ir.Note(text=("of ", s.leaf(T.INT)), loc=s.loc())
            case "if":
                cond = s.expr(T.BOOL, 2)
                then = self._inside(depth, exits, may_choose)
                orelse = self._inside(depth, exits, may_choose) if s.draw(st.booleans()) else ()
                return ir.If(cond=cond, then=then, orelse=orelse, loc=s.loc())
            case "for":
                return self._for(depth, exits, may_choose)
            case "block":
                label = s.new("block")
                return ir.Block(label=label, body=self._inside(depth, exits | {label}, may_choose), loc=s.loc())
            case "choose":
                return self._choose()
        return self._exit(exits)

    def _inside(self, depth, exits, may_choose, **more: T.Type) -> tuple[ir.Stmt, ...]:
        """The statements of a branch or loop; what only they assign is not known after them."""
        outer = self.scope
        self.scope = outer.inner(**more)
        found = self.statements(depth - 1, exits, may_choose)
        self.scope = outer
        return found

    def _local(self) -> ir.Stmt:
        s = self.scope
        known = [(n, t) for n, t in self.locals if n in s.names]
        if known and s.draw(st.booleans()):
            name, t = s.pick(known)
        else:
            t = s.pick([T.INT, T.BOOL, *(t for _, t in s.variables)])
            name = s.new("x")
            self.locals.append((name, t))
        value = s.expr(t, 2)
        s.names[name] = t
        return ir.SetLocal(name=name, value=value, loc=s.loc())

    def _for(self, depth, exits, may_choose) -> ir.Stmt:
        s = self.scope
        name, still = s.new("i"), may_choose and s.draw(st.booleans())
        over = s.op("domain", T.Set(s.pick(_SCALARS))) if still else s.collection(2)
        body = self._inside(depth, exits | {"break", "continue"}, still, **{name: over.type.item})
        return ir.For(local=name, over=over, body=body, loc=s.loc())

    def _choose(self) -> ir.Stmt:
        s = self.scope
        over = s.collection(2)
        name = s.new("c")
        self.locals.append((name, over.type.item))
        s.names[name] = over.type.item
        return ir.Choose(local=name, over=over, loc=s.loc())

    def _exit(self, exits) -> ir.Stmt:
        s = self.scope
        to = s.pick(sorted(exits | {"return"}))
        match to:
            case "break":
                stop = ir.Break(loc=s.loc())
            case "continue":
                stop = ir.Continue(loc=s.loc())
            case "return":
                stop = ir.Return(value=s.expr(self.result, 1) if self.pure else None, loc=s.loc())
            case _:
                stop = ir.Leave(label=to, loc=s.loc())
        return ir.If(cond=s.expr(T.BOOL, 1), then=(stop,), loc=s.loc())
