"""The Python objects on which a model's methods run, and moving whole states in and out of them.

Every instance of the tree becomes an object whose variables are plain attributes, so that a method body runs at
CPython's own speed. A state is the tuple of the values of all variables, in the order of ir.Model.vars.
"""

from __future__ import annotations

import types
from itertools import product
from typing import Any

from ..ir import types as T
from ..ir import values as plain
from ..lang.elaborate import Instance, runtime_constant
from ..lang.formula import parse
from ..lang.rewrite import rewritten, rewritten_text
from ..lang.values import map_class

#: Types with more values than this are no collections on `self`; the front end refuses them in bodies (SAG407).
_MOST_VALUES = 100_000


class Capacities(dict):
    """Path shape to capacity, found on first use."""

    def __init__(self, instance: Instance):
        super().__init__()
        self.instance = instance

    def __missing__(self, shape: str):
        self[shape] = self.instance.has_capacity(shape)
        return self[shape]


class Family:
    """An indexed family of component objects: ``self.chan[p, q]``."""

    def __init__(self, members: dict):
        self.members = members

    def __getitem__(self, index):
        from ..errors import ModelFault
        try:
            return self.members[index]
        except KeyError:
            raise ModelFault("none" if index is None else "index", f"{index!r} is no index of this family") from None


class Objects:
    """The object tree of a compiled model; `root` may be given (a user's own instance)."""

    def __init__(self, tree: Instance, root: Any = None):
        self.tree = tree
        self.members: dict[int, dict[tuple, Any]] = {}      # id(instance) -> index keys -> object
        self.methods: dict[tuple, Any] = {}                 # (id(instance), name) -> rewritten function
        self.root = self._object(tree, (), root)
        self.shown: tuple | None = None     # the state that the objects are known to show; None after a body has run
        self._layout()

    def _object(self, i: Instance, keys: tuple, into=None):
        o = object.__new__(i.cls) if into is None else into
        d = o.__dict__
        d["_caps"], d["_node"] = Capacities(i), i
        for name, value in i.env.items():
            if name not in i.types:
                d[name] = runtime_constant(value, i.codec)
        for name, t in i.types.items():
            d[name] = self._type(i, t)
        for name, fn in self._functions(i).items():
            d[name] = types.MethodType(fn, o)
        for name, child in i.components.items():
            d[name] = self._child(i, child, keys)
        self.members.setdefault(id(i), {})[keys] = o
        return o

    def _child(self, i: Instance, child: Instance, keys):
        own = child.indices[len(i.indices):]
        if not own:
            return self._object(child, keys)
        members = {}
        for index in product(*(child.codec.domain(t) for t in own)):
            members[index if len(own) > 1 else index[0]] = self._object(child, keys + index)
        return Family(members)

    def _type(self, i: Instance, t: T.Type):
        if isinstance(t, T.Enum):
            return i.codec.enum_domain(t)
        if isinstance(t, T.Record):
            return i.codec.record(t)
        try:
            return i.codec.domain(t) if plain.size(t) <= _MOST_VALUES else t
        except ValueError:
            return t

    def _functions(self, i: Instance) -> dict[str, Any]:
        """The rewritten methods of an instance's class, actions included."""
        out = {}
        for name, m in i.decls.methods.items():
            out[name] = self._function(i, name, m.fn, m.kind in ("action", "init"))
        for name, fn in i.decls.helpers.items():
            out[name] = self._function(i, name, fn, False)
        for name, f in i.decls.formulas.items():
            if f.kind == "possible":
                out[name] = rewritten_text(parse(f.text, set(i.decls.names())), f, i.cls)
        return out

    def _function(self, i, name, fn, in_action):
        key = (id(i), name)
        if key not in self.methods:
            self.methods[key] = rewritten(fn, i.cls, in_action)
        return self.methods[key]

    # ---- states

    def _layout(self) -> None:
        """Where the values of a state go: blocks of plain attributes, and variables of families."""
        self._blocks, self._families, at = [], [], 0
        for i in self.tree.walk():
            names = tuple(i.vars)
            members = self.members[id(i)]
            if i.indices:
                cls = map_class(tuple(i.codec.domain(i.indices[0] if len(i.indices) == 1 else T.Tuple(i.indices))))
                dicts = [members[k].__dict__ for k in product(*(i.codec.domain(t) for t in i.indices))]
                self._families += [(dicts, n, at + k, cls) for k, n in enumerate(names)]
            elif names:
                self._blocks.append((members[()].__dict__, names, at, at + len(names)))
            at += len(names)
        self.size = at
        self._single = self._blocks[0][:2] if len(self._blocks) == 1 and not self._families else None

    def show(self, state: tuple) -> None:
        """Make the objects show a state, if they do not show it already."""
        if self.shown is not state:
            self.load(state)

    def load(self, state: tuple) -> None:
        """Make the objects show a state."""
        self.shown = state
        for d, names, a, b in self._blocks:
            d.update(zip(names, state[a:b]))
        for dicts, name, at, _ in self._families:
            for d, v in zip(dicts, tuple.__iter__(state[at])):
                d[name] = v

    def save(self) -> tuple:
        """The state that the objects show."""
        self.shown = state = self._gather()
        return state

    def _gather(self) -> tuple:
        if self._single is not None:
            d, names = self._single
            return tuple([d[n] for n in names])
        if not self._families:
            out: list = []
            for d, names, _, _ in self._blocks:
                out += [d[n] for n in names]
            return tuple(out)
        values: list = [None] * self.size
        for d, names, a, b in self._blocks:
            values[a:b] = [d[n] for n in names]
        for dicts, name, at, cls in self._families:
            values[at] = tuple.__new__(cls, [d[name] for d in dicts])
        return tuple(values)

    def object_of(self, i: Instance, keys: tuple):
        """The object of an instance, for these index values."""
        return self.members[id(i)][keys]
