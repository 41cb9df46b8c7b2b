"""A model class with its constants fixed: a tree of instances, one per component."""

from __future__ import annotations

import difflib
import enum
from dataclasses import dataclass, field
from typing import Any

from ..errors import ConstantError, Diagnostic
from ..ir import types as T
from ..source import Loc
from .model import Declarations, declarations
from .sourcefile import class_location
from .symbolic import Sym, evaluate, fail
from .templates import Elaborator, is_type
from .values import Codec, SetV


@dataclass(eq=False)
class Instance:
    """One model or component. `prefix` is "" or "bus."; `indices` are the types that index a family, outermost first."""

    cls: type
    decls: Declarations
    prefix: str
    indices: tuple[T.Type, ...]
    env: dict[str, Any]
    codec: Codec
    loc: Loc | None = None
    types: dict[str, T.Type] = field(default_factory=dict)
    vars: dict[str, T.Type] = field(default_factory=dict)
    components: dict[str, "Instance"] = field(default_factory=dict)

    @property
    def elaborator(self) -> Elaborator:
        return Elaborator(self.env, self.codec, self.loc)

    def walk(self):
        """This instance and all below it, parents first."""
        yield self
        for c in self.components.values():
            yield from c.walk()

    def walk_up(self):
        """This instance and all below it, components before what contains them: the order of initialisation."""
        for c in self.components.values():
            yield from c.walk_up()
        yield self

    def stored(self, t: T.Type) -> T.Type:
        """The type of a variable of this instance as the flat model stores it: a map over the index in a family."""
        if not self.indices:
            return t
        return T.Map(self.indices[0] if len(self.indices) == 1 else T.Tuple(self.indices), t)

    def has_capacity(self, path: str) -> int | None:
        """The capacity of the collection at a path such as ``log[].entries``; None where there is none."""
        return getattr(self.path_type(path), "cap", None)

    def path_type(self, path: str) -> T.Type | None:
        """The type at a path of attribute names and ``[]`` steps below this instance."""
        names = path.replace("[]", ".[]").split(".")
        here: Any = self
        for n in names:
            match here:
                case Instance() if n == "[]":
                    continue
                case Instance():
                    here = here.components.get(n) or here.vars.get(n)
                case T.Map() | T.Seq() if n == "[]":
                    here = here.value if isinstance(here, T.Map) else here.item
                case T.Record():
                    here = dict(here.fields).get(n)
                case T.Option(T.Record(_, fields)):
                    here = dict(fields).get(n)
                case _:
                    return None
        return here if isinstance(here, T.Type) else None


def elaborate(cls: type, constants: dict[str, Any]) -> Instance:
    """The instance tree of a root model. Raises ConstantError for bad constants, ModelSourceError for bad declarations."""
    decls = declarations(cls)
    for name in constants:
        if name not in decls.consts:
            raise ConstantError(
                Diagnostic(
                    code="SAG501",
                    message=f"{cls.__name__} has no constant {name}",
                    hint=_names_hint(name, decls.consts),
                )
            )
    codec = Codec()
    env = {n: constants.get(n, spec.default) for n, spec in decls.consts.items()}
    for name, value in constants.items():
        check_constant(decls.consts[name], value)
    for name, spec in decls.consts.items():
        if env[name] is type:
            raise fail(
                "SAG211",
                f"the type constant {name} has no default, so {cls.__name__} cannot be checked on its own",
                "check a model that uses it, or give a default such as const(bool)",
                spec.loc,
            )
    return _instance(cls, decls, "", (), env, codec, None, ())


def _names_hint(name, known) -> str:
    close = difflib.get_close_matches(name, known, 1)
    if close:
        return f"did you mean {close[0]}?"
    return f"its constants are {', '.join(known)}" if known else "it has no constants at all"


def check_constant(spec, value) -> None:
    """Is `value` of the kind of the constant's default? Raises ConstantError."""
    d = spec.default
    if d is type or is_type(d):
        ok = is_type(value)
    elif isinstance(d, enum.Enum):
        ok = isinstance(value, type(d))
    elif isinstance(d, (frozenset, tuple)):
        ok = isinstance(value, (frozenset, tuple, set))
    elif isinstance(d, bool) or isinstance(value, bool):
        ok = isinstance(d, bool) and isinstance(value, bool)
    else:
        ok = isinstance(value, int)
    if not ok:
        kind = {bool: "True or False", int: "an integer"}.get(type(d), f"a {type(d).__name__} such as {d!r}")
        raise ConstantError(
            Diagnostic(
                code="SAG502",
                message=f"the constant {spec.name} must be {kind}, not {value!r}",
                notes=(("declared here:", spec.loc),),
            )
        )


def _instance(cls, decls, prefix, indices, env, codec, loc, above) -> Instance:
    if cls in above:
        raise fail("SAG229", f"{cls.__name__} is a component of itself", None, loc)
    me = Instance(cls, decls, prefix, indices, env, codec, loc)
    e = me.elaborator
    for a in decls.assumes:
        if evaluate(a.condition, env) is not True:
            held = ", ".join(f"{k} = {_show(v)}" for k, v in env.items() if not isinstance(v, T.Type))
            raise ConstantError(
                Diagnostic(
                    code="SAG503",
                    message=f"assumption {a.condition!r} does not hold for {held}",
                    loc=a.loc,
                    hint="choose other values with -c NAME=VALUE",
                )
            )
    for name, x in decls.consts.items():
        if is_type(env[name]):
            me.types[name] = env[name] = e.type(env[name])
    e_types = Elaborator(env, codec, class_location(cls))
    for name, x in decls.types.items():
        me.types[name] = e_types.type(x)
    for name, x in decls.fixed.items():
        env[name] = evaluate(x, env)
    for name, spec in decls.vars.items():
        me.vars[name] = Elaborator(env, codec, spec.loc).type(spec.type)
    for name, spec in decls.components.items():
        me.components[name] = _component(me, name, spec, (*above, cls))
    return me


def _show(v):
    return v.name if isinstance(v, enum.Enum) else repr(v)


def abstract(parent: Instance, spec) -> Instance:
    """The instance tree of the model that a `refines` of `parent` names. Raises ModelSourceError."""
    env = _environment(parent, spec, "abstract model", "refines")
    return _instance(spec.cls, declarations(spec.cls), "", (), env, parent.codec, spec.loc, ())


def _component(parent: Instance, name, spec, above) -> Instance:
    env = _environment(parent, spec, "component", "component")
    indices = parent.indices + tuple(Elaborator(parent.env, parent.codec, spec.loc).type(x) for x in spec.each)
    prefix = f"{parent.prefix}{name}."
    return _instance(spec.cls, declarations(spec.cls), prefix, indices, env, parent.codec, spec.loc, above)


def _environment(parent: Instance, spec, what: str, call: str) -> dict[str, Any]:
    """The constants of `spec.cls` as its keyword arguments bind them in `parent`."""
    decls = declarations(spec.cls)
    for k in spec.bindings:
        if k not in decls.consts:
            raise fail(
                "SAG230",
                f"the {what} {spec.cls.__name__} has no constant {k}",
                _names_hint(k, decls.consts),
                spec.loc,
            )
    env: dict[str, Any] = {}
    e = Elaborator(parent.env, parent.codec, spec.loc)
    for n, const in decls.consts.items():
        if n in spec.bindings:
            x = spec.bindings[n]
            value = evaluate(x, parent.env) if isinstance(x, Sym) else x
            env[n] = e.type(value) if is_type(value) else value
            try:
                check_constant(const, env[n])
            except ConstantError as wrong:
                raise fail("SAG231", wrong.diagnostics[0].message, None, spec.loc) from None
        elif const.default is type:
            raise fail(
                "SAG211",
                f"the {what} {spec.cls.__name__} needs the type {n}",
                f"write {call}({spec.cls.__name__}, {n}=...)",
                spec.loc,
            )
        else:
            env[n] = const.default
    return env


def const_type(v, codec: Codec, inner: bool = False) -> tuple[T.Type, Any]:
    """The type and plain value of a constant. Raises TypeError for what no type describes."""
    if isinstance(v, bool):
        return T.BOOL, v
    if isinstance(v, int):
        return T.Int(v, v), v
    if isinstance(v, enum.Enum):
        t = Elaborator({}, codec).type(type(v))
        return t, v._sort_order_
    if isinstance(v, (frozenset, set, tuple)):
        parts = [const_type(x, codec, True) for x in v]
        item = _join_all(t for t, _ in parts)
        if isinstance(v, tuple) and not isinstance(v, SetV):
            if inner or item is None:
                return T.Tuple(tuple(t for t, _ in parts)), tuple(p for _, p in parts)
            return T.Seq(item, len(v)), tuple(p for _, p in parts)
        if item is None:
            raise TypeError(f"{v!r} mixes types")
        return T.Set(item), tuple(sorted(p for _, p in parts))
    raise TypeError(f"{v!r} is no constant of the language")


def _join_all(types):
    item: T.Type | None = T.BOTTOM
    for t in types:
        item = item and T.join(item, t)
    return item


def runtime_constant(v, codec: Codec):
    """A constant as the model's methods see it."""
    if not isinstance(v, (frozenset, set, tuple)):
        return v
    return codec.runtime(*const_type(v, codec))
