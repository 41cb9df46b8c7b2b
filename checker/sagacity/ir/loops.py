"""What is true at the end of a loop?  Unrolled where its elements are known and it chooses; a fold otherwise.

The accumulator of the fold holds what the body modifies, and, if an iteration can end the loop,
a status: GO on, STOPPED by a require, FAILED, or one further number for each other way out.
"""

from __future__ import annotations

from ..errors import Diagnostic, UnsupportedError
from . import types as T
from . import values, walk
from .faults import equal, integer, may_fault
from .nodes import Block, Choose, Const, Expr, Fold, For, If, Lit, Local, Op, Return, SetLocal, SetVar, Stmt
from .simplify import boolean, is_true, ite, not_, or_
from .symbolic import BREAK, CONTINUE, FALL, RESULT, Env, Execution, Exit, Outcome
from .types import INT

GO, STOPPED, FAILED = range(3)


class LoopExecution(Execution):
    """Symbolic execution of all statements, loops included."""

    def loop(self, s: For, env: Env) -> Outcome:
        """The outcome of a loop."""
        return _loop(self, s, env)


def _loop(x: Execution, s: For, env: Env) -> Outcome:
    error, over = x.translation.evaluate(s.over, env)
    elements = static_elements(over)
    if any(isinstance(t, Choose) for t in walk.statements(s.body)):
        if elements is None:
            message = "a choice inside a loop whose elements are not known beforehand has no functional form"
            raise UnsupportedError(Diagnostic(code="SAG850", message=message, loc=s.loc,
                                              hint="loop over a whole domain, and test membership in the body"))
        inner = _unrolled(x, s, elements, env)
    else:
        inner = _folded(x, s, over, env)
    inner = inner.after(not_(error))
    return Outcome(inner.exits, or_(error, inner.error), inner.sites)


def _unrolled(x: Execution, s: For, elements: list[Expr], env: Env) -> Outcome:
    true, false = boolean(True, s.loc), boolean(False, s.loc)
    done = Outcome({FALL: Exit(true, env)}, false)
    for e in elements:
        here = done.exits.get(FALL)
        if here is None:
            break
        out = x.run(s.body, {**here.env, s.local: e})
        onward = x.joined(out, FALL, CONTINUE)
        exits = {k: v for k, v in out.exits.items() if k not in (FALL, CONTINUE)}
        if onward is not None:
            exits[FALL] = onward
        done = x.sequence(done, here, Outcome(exits, out.error, out.sites))
    exits = {k: v for k, v in done.exits.items() if k not in (FALL, BREAK)}
    end = x.joined(done, BREAK, FALL)
    if end is not None:
        exits[FALL] = end
    return Outcome(exits, done.error, done.sites)


def _folded(x: Execution, s: For, over: Expr, env: Env) -> Outcome:
    carried = _carried(x, s, env)
    slots = {k: Local(name=x.names.fresh(k.lstrip(walk.VAR)), type=_type(x, k, env), loc=s.loc) for k in carried}
    local = x.loop_local(s.local)
    x.translation.bind(local, over)
    element = Local(name=local, type=s.over.type.item, loc=s.loc)
    out = _inside(x, local, lambda: x.run(s.body, {**env, **slots, s.local: element}))
    onward = x.joined(out, FALL, CONTINUE)
    others = {k: e for k, e in out.exits.items() if k not in (FALL, CONTINUE)}
    codes = {k: i for i, k in enumerate(others, FAILED + 1)}
    needs_status = onward is None or not is_true(onward.cond)

    parts = [_next_value(x, slots[k], k, onward, others) for k in carried]
    if needs_status:
        parts.append(_next_status(s, onward, others, codes, out.error))
    if not parts:
        return Outcome({FALL: Exit(boolean(True, s.loc), env)}, boolean(False, s.loc))
    start = [env.get(k, x.original(k)) or x.default(_type(x, k, env), s.loc) for k in carried]
    if needs_status:
        start.append(integer(GO, over))
    fold, component = _fold(x, s, local, over, list(slots.values()), start, parts, needs_status)

    after = {**env, **{k: component(i) for i, k in enumerate(carried)}}
    if not needs_status:
        return Outcome({FALL: Exit(boolean(True, s.loc), after)}, boolean(False, s.loc))
    status = component(len(carried))
    return _decoded(x, status, codes, after)


def _fold(x: Execution, s: For, local: str, over: Expr, slots: list[Local], start: list[Expr], parts: list[Expr],
          needs_status: bool):
    """The fold, and how to get at its components. A single component needs no tuple."""
    types = [p.type for p in slots] + ([INT] if needs_status else [])
    t = types[0] if len(types) == 1 else T.Tuple(tuple(types))
    acc = Local(name=x.names.fresh("acc"), type=t, loc=s.loc)

    def component_of(whole: Expr, i: int) -> Expr:
        return whole if len(types) == 1 else Op(op="item", args=(whole,), name=str(i), type=types[i], loc=s.loc)

    body = pack(parts, t)
    if needs_status:
        body = ite(equal(component_of(acc, len(slots)), integer(GO, over)), body, acc)
    body = walk.Substitution(x.names).apply(body, {v.name: component_of(acc, i) for i, v in enumerate(slots)})
    fold = Fold(acc=acc.name, init=pack(start, t), local=local, over=over, body=body, type=t, loc=s.loc)
    return fold, lambda i: component_of(fold, i)


def pack(parts: list[Expr], t: T.Type) -> Expr:
    """One value for several components."""
    return parts[0] if len(parts) == 1 else Op(op="tuple", args=tuple(parts), type=t, loc=parts[0].loc)


def _inside(x: Execution, local: str, run):
    outer = x.translation.bound
    x.translation.bound = outer | {local}
    try:
        return run()
    finally:
        x.translation.bound = outer


def _next_value(x: Execution, slot: Local, key: str, onward: Exit | None, others: dict[str, Exit]) -> Expr:
    """The value after one iteration, whichever way it ended; the old one where it did not."""
    exits = ([onward] if onward else []) + list(others.values())
    reached = [e.cond for e in exits]
    result = slot
    for e in reversed(exits):
        value = e.env.get(key, slot)
        result = value if result is slot and e is exits[-1] else ite(e.cond, value, result)
    if not exits or result is slot:
        return slot
    ok = or_(*reached)
    return result if is_true(ok) or not may_fault(result) else ite(ok, result, slot)


def _next_status(s: For, onward: Exit | None, others: dict[str, Exit], codes: dict[str, int], error: Expr) -> Expr:
    like = error
    result: Expr = integer(STOPPED, like)
    for k, e in others.items():
        result = ite(e.cond, integer(codes[k], like), result)
    result = ite(error, integer(FAILED, like), result)
    return ite(onward.cond, integer(GO, like), result) if onward else result


def _decoded(x: Execution, status: Expr, codes: dict[str, int], env: Env) -> Outcome:
    ends = [GO, *(c for k, c in codes.items() if k == BREAK)]
    exits = {FALL: Exit(or_(*(equal(status, integer(c, status)) for c in ends)), env)}
    for k, c in codes.items():
        if k != BREAK:
            exits[k] = Exit(equal(status, integer(c, status)), env)
    return Outcome(exits, equal(status, integer(FAILED, status)))


def _carried(x: Execution, s: For, env: Env) -> list[str]:
    """What an iteration hands on: what the body assigns, unless it is a local that nothing outside reads."""
    assigned: dict[str, None] = {}
    for t in walk.statements(s.body):
        match t:
            case SetVar():
                assigned[walk.VAR + t.name] = None
            case SetLocal():
                assigned[t.name] = None
            case Return(value=v) if v is not None:
                assigned[RESULT] = None
    return [k for k in assigned if k.startswith(walk.VAR) or k in env or k in x.at_entry or _read_elsewhere(x, s, k)
            or _read_first(s.body, k)]


def _read_elsewhere(x: Execution, s: For, name: str) -> bool:
    return _count(x.body, name) > _count((s,), name)


def _count(body: tuple[Stmt, ...], name: str) -> int:
    return sum(isinstance(e, Local) and e.name == name for e in walk.all_expressions(body))


def _read_first(body: tuple[Stmt, ...], name: str) -> bool:
    """May the body read the local before it assigns it, and so see what an earlier iteration left there?"""
    for s in body:
        if any(isinstance(e, Local) and e.name == name for d in walk.expressions_of(s) for e in walk.subexpressions(d)):
            return True
        if isinstance(s, SetLocal) and s.name == name:
            return False
        parts = (s.then, s.orelse) if isinstance(s, If) else (s.body,) if isinstance(s, (For, Block)) else ()
        if any(_read_first(part, name) for part in parts):
            return True
        if isinstance(s, Block) and any(isinstance(t, SetLocal) and t.name == name for t in walk.statements(s.body)):
            return False                      # an inlined helper assigns its result on every path
    return False


def _type(x: Execution, key: str, env: Env) -> T.Type:
    t = x.types.get(key)
    if t is None:
        value = env.get(key, x.original(key))
        return T.erase(value.type) if value is not None else T.BOTTOM
    return T.erase(t)


def static_elements(over: Expr) -> list[Expr] | None:
    """The elements of a collection in iteration order, as expressions, where the model alone determines how many."""
    item = over.type.item
    match over:
        case Lit() | Const():
            return [Lit(value=v, type=item, loc=over.loc) for v in over.value]
        case Op(op="domain"):
            return [Lit(value=v, type=item, loc=over.loc) for v in values.domain(item)]
        case Op(op="keys", args=(m,)):
            return _keys(m)
        case Op(op="values" | "items", args=(m,)):
            at = [(k, Op(op="index", args=(m, k), type=m.type.value, loc=over.loc)) for k in _keys(m)]
            return [v if over.op == "values" else _pair(k, v, item) for k, v in at]
        case Op(op="seq"):
            return list(over.args)
        case Op(op="range", args=(Lit() | Const() as a, Lit() | Const() as b, Lit() | Const() as c)):
            return [Lit(value=v, type=item, loc=over.loc) for v in range(a.value, b.value, c.value)]
        case Op(op="enumerate", args=(inner,)) if (found := static_elements(inner)) is not None:
            return [_pair(integer(i, inner), v, item) for i, v in enumerate(found)]
        case Op(op="toseq", args=(inner,)):
            return static_elements(inner)
        case Op(op="set" | "bag" | "toset" | "tobag" | "sorted"):
            return _ordered(over, item)
    return None


def _ordered(over: Op, item: T.Type) -> list[Expr] | None:
    found = list(over.args) if over.op in ("set", "bag") else static_elements(over.args[0])
    if found is None or not all(isinstance(e, (Lit, Const)) for e in found):
        return None
    plain = (e.value for e in found)
    return [Lit(value=v, type=item, loc=over.loc) for v in sorted(set(plain) if over.op in ("set", "toset") else plain)]


def _keys(m: Expr) -> list[Expr]:
    return [Lit(value=k, type=m.type.key, loc=m.loc) for k in values.domain(m.type.key)]


def _pair(a: Expr, b: Expr, t: T.Type) -> Expr:
    return Op(op="tuple", args=(a, b), type=t, loc=a.loc)
