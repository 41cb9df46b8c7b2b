"""Which helpers have effects?  Those are inlined where they are called; the others become functions."""

from __future__ import annotations

import ast

from ..errors import Complaints
from .elaborate import Instance
from .rewrite import MUTATORS, split_path
from .sourcefile import find, location

_SPECIAL = {"require", "choose", "note"}


class Effects:
    """Decides, syntactically and transitively, whether a method changes the state, requires, chooses, asserts or notes."""

    def __init__(self, complaints: Complaints):
        self.complaints = complaints
        self.known: dict[tuple, bool] = {}
        self.in_progress: list[tuple] = []

    def of(self, instance: Instance, name: str) -> bool:
        """Does helper `name` of `instance` have effects? A recursive helper is complained about (SAG341)."""
        if name not in instance.decls.helpers:
            return False
        key = (instance.prefix, name)
        if key in self.in_progress:
            fn = instance.decls.helpers[name]
            self.complaints.add(
                "SAG341",
                f"{name} calls itself",
                location(fn.__code__.co_filename, find(fn)),
                "recursion cannot be compiled; write a loop",
            )
            return False
        if key not in self.known:
            self.in_progress.append(key)
            self.known[key] = self._look(instance, find(instance.decls.helpers[name]))
            self.in_progress.pop()
        return self.known[key]

    def _look(self, instance: Instance, node: ast.FunctionDef) -> bool:
        me = node.args.args[0].arg
        # A helper that returns nothing is a statement, even if it does nothing (a hook that subclasses override).
        found = not any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(node))
        for n in ast.walk(node):
            match n:
                case ast.Assert():
                    found = True
                case ast.Assign(targets) if any(self._stores(t, me, instance) for t in targets):
                    found = True
                case ast.AugAssign(target) if self._stores(target, me, instance):
                    found = True
                case ast.Call(ast.Name(f)) if f in _SPECIAL:
                    found = True
                case ast.Call(ast.Attribute(path, attr)):
                    found |= self._call(instance, me, path, attr)
        return found

    def _stores(self, target, me, instance) -> bool:
        if isinstance(target, (ast.Tuple, ast.List)):
            return any(self._stores(t, me, instance) for t in target.elts)
        return _rooted(target, me)

    def _call(self, instance, me, path, attr) -> bool:
        split = split_path(path, me, instance.decls)
        if split and split[2] is not None:
            return attr in MUTATORS
        child = _component(path, me, instance)
        return child is not None and self.of(child, attr)


def _rooted(node, me) -> bool:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
        if isinstance(node, ast.Name) and node.id == me:
            return True
    return False


def _component(node, me, instance: Instance) -> Instance | None:
    """The component that a path such as ``self.bus`` or ``self.chan[p, q]`` denotes."""
    match node:
        case ast.Name(n):
            return instance if n == me else None
        case ast.Subscript(value):
            return _component(value, me, instance)
        case ast.Attribute(value, attr):
            above = _component(value, me, instance)
            return above and above.components.get(attr)
    return None
