"""What of a model is C?  `emit` writes the model-specific part; `runtime.h` and `search.h` are the rest.

The constraints, invariants, step invariants, terminals, possibles and watched predicates of a model are its *probes*:
numbered functions of a state that are false, true or (2) undecided here, so that the reference must be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values, walk
from . import layout as L
from .code import FULL, Value, ctype, number, span, wide
from .emitstmt import Body, FunctionBody, _c_name, comment

#: Probes of one kind at most: they are kept in the bits of a word.
MOST_PROBES = 64

#: The C names of the kinds of probe.
KINDS = ("CONSTRAINT", "INVARIANT", "STEP", "TERMINAL", "POSSIBLE", "WATCH", "ATOM")


@dataclass(frozen=True)
class Emitted:
    """The C text, and the names of the probes by kind."""

    source: str
    state: T.Record
    probes: dict[str, tuple[str, ...]]


def emit(model: ir.Model, watched: tuple[str, ...] = (), atoms: tuple[str, ...] | None = None) -> Emitted:
    """The C of a model. `watched` functions are reported when they are first true; `atoms` (None: no state graph is
    wanted) are the functions that stand in temporal properties. Raises UnsupportedError."""
    unit = Unit(model)
    probes = dict(zip(KINDS, (model.constraints, model.invariants, model.step_invariants, model.terminals,
                              model.possibles, watched, atoms or ())))
    for kind, names in probes.items():
        if len(names) > MOST_PROBES and kind != "ATOM":
            raise L.refuse(f"more than {MOST_PROBES} {kind.lower()} functions", model.loc)
    actions = []
    for k, a in enumerate(model.actions):
        with L.located(a.loc):
            actions.append(unit.action(k, a))
    tried = [unit.probe(name) for names in probes.values() for name in names]
    expand = unit.expansion()
    return Emitted(unit.source(actions, expand, tried, probes, atoms is not None), unit.state, probes)


class Unit:
    """One C file in the making."""

    def __init__(self, model: ir.Model):
        self.model = model
        self.state = L.state_type(model.vars)
        if L.bits(self.state) > 64 * 64:
            raise L.refuse(f"a state of {L.bits(self.state)} bits", model.loc)
        self.s = ctype(self.state)
        self.sizes = {L.words(self.state)}
        self.functions: list[str] = []
        self.names: dict[str, str] = {}
        self.binding_tables: list[str] = []

    def source(self, actions, expand, tried, probes, temporal: bool) -> str:
        """The whole file."""
        words = L.words(self.state)
        head = [f"/* {self.model.name}: generated, do not edit. A state has {L.bits(self.state)} bits:"]
        for (name, t), (at, _) in zip(self.state.fields, L.parts(self.state)):
            head.append(f"   {at:4} +{L.bits(t):<4} {name}: {T.show(t)}".replace("*/", "* /"))
        head += ["*/", f"#define STATE_WORDS {words}", f"#define STATE_BITS {L.bits(self.state)}",
                 f"#define STATE {self.s}",
                 f"#define ACTIONS {len(self.model.actions)}"]
        first = 0
        for kind, names in probes.items():
            head += [f"#define {kind}S {len(names)}", f"#define FIRST_{kind} {first}"]
            first += len(names)
        head += ["#define TEMPORAL"] * temporal + ['#include "runtime.h"']
        head += [f"WIDE({n})" for n in sorted(self.sizes) if n > 1]
        head += [*(f'#include "{name}"' for name in ("store.h", "log.h", "search.h", "pool.h", "growth.h")), ""]
        cases = [f"        case {k}: {call}" for k, call in enumerate(tried)]
        last = ["static int probe(int k, STATE n, STATE o)", "{", "    int bad = 0;", "    switch (k) {", *cases,
                "    }", "    return 2;", "}", "", '#include "entry.h"', '#include "walk.h"', *(['#include "graph.h"'] * temporal), ""]
        return "\n".join([*head, *self.binding_tables, *self.functions, *actions, *expand, *last])

    # ---- functions -----------------------------------------------------------------------------

    def function(self, name: str) -> str:
        """The C name of a function of the model, which is emitted if it has not been yet."""
        if name not in self.names:
            f = self.model.function(name)
            self.names[name] = c = f"f{len(self.names)}_{_c_name(name)}"
            with L.located(f.loc):
                self._function(f, c)
        return self.names[name]

    def _function(self, f: ir.Function, c: str) -> None:
        params = {p.name: Value(_trusted(p.type), f"p{k}") for k, p in enumerate(f.params)}
        body = FunctionBody(self, f.locals, params)
        body.result = result = L.concrete(f.result)
        for t in (result, *(local_type_of(p) for p in f.params)):
            body.note_size(t)
        body.body(f.body)
        listed = "".join(f", {ctype(local_type_of(p))} p{k}" for k, p in enumerate(f.params))
        zero = f"({ctype(result)}){{{{0}}}}" if wide(result) else "0"
        self.functions.append("\n".join([
            comment(f.loc), f"static inline {ctype(result)} {c}(STATE n, STATE o{listed}, int *undecided)", "{",
            "    int bad = 0;", *body.lines, "    goto fail;", "disabled:", "fail:", "    *undecided = 1;",
            f"    return {zero};", "}", ""]))
        self.sizes |= body.sizes

    def probe(self, name: str) -> str:
        """A case of the switch over probes: with parameters, is it true for any arguments?"""
        f = self.model.function(name)
        body = Body(self, ())
        body.depth = 3
        args: list[str] = []
        c = self.function(name)

        def nest(params):
            if not params:
                listed = "".join(f", {a}" for a in args)
                body.put(f"{{ i64 r = {c}(n, o{listed}, &bad); if (bad) return 2; if (r) return 1; }}")
                return
            self.loop(body, params[0], lambda v: (args.append(body.converted(v, local_type_of(params[0])).c),
                                                  nest(params[1:])))
        nest(f.params)
        self.sizes |= body.sizes
        return "\n".join(["{", *body.lines, "            return 0;", "        }"])

    # ---- actions -------------------------------------------------------------------------------

    def action(self, k: int, a: ir.Action) -> str:
        """The function that tries one binding of an action."""
        params = {p.name: Value(_trusted(p.type), f"p{i}") for i, p in enumerate(a.params)}
        body = Body(self, a.locals, params)
        for p in a.params:
            body.note_size(local_type_of(p))
        body.body(a.body)
        self.sizes |= body.sizes
        listed = "".join(f", {ctype(local_type_of(p))} p{i}" for i, p in enumerate(a.params))
        chooses = any(isinstance(s, ir.Choose) for s in walk.statements(a.body))
        again = ["    if (next_script(W)) goto again;"] if chooses else []
        inline = "static inline __attribute__((always_inline))" if self.bindings(a) <= 16 else "static"
        return "\n".join([
            comment(a.loc), f"{inline} void a{k}(Worker *W, const STATE o, u64 binding{listed})", "{",
            "    int bad = 0;", "    STATE n;", "    W->n_script = 0;" if chooses else "",
            "again:", "    n = o;", "    bad = 0;", "    W->n_taken = 0;" if chooses else "", 
            "    {", *("    " + x for x in body.lines), "    }",
            "done:", f"    complete(W, {k}, binding, o, n);", "    goto disabled;",
            "fail:", "" if chooses else "    W->n_taken = 0;", f"    undecided(W, {k}, binding, o);",
            "disabled:;", *again, "}", ""])

    def bindings(self, a: ir.Action) -> int:
        return prod(len(_values(p)) for p in a.params)

    def expansion(self) -> list[str]:
        """All bindings of all actions, in order."""
        lines = ["static void expand(Worker *W, const STATE o)", "{"]
        for k, a in enumerate(self.model.actions):
            body = Body(self, ())
            args: list[str] = []

            def nest(params):
                if not params:
                    body.put(f"a{k}(W, o, b{''.join(f', {x}' for x in args)});")
                    body.put("b++;")
                    return
                self.loop(body, params[0], lambda v: (args.append(body.load(v).c), nest(params[1:])))
            with body.block(f"/* {a.name} */"):
                body.put("u64 b = 0;")
                nest(a.params)
            self.sizes |= body.sizes
            lines += body.lines
        return [*lines, "}", ""]

    def loop(self, body: Body, p: ir.Param, inner) -> None:
        """A loop over the values of a parameter."""
        t, found = L.concrete(p.type), _values(p)
        if L.is_scalar(t) and found == list(range(int(found[0]), int(found[-1]) + 1)) if found else False:
            x = body.fresh("x")
            if len(found) <= 8:
                body.put(f"#pragma GCC unroll {len(found)}")
            with body.block(f"for (i64 {x} = {number(int(found[0]))}; {x} <= {number(int(found[-1]))}; {x}++)"):
                inner(Value(t, x))
            return
        table = f"values{len(self.binding_tables)}"
        if L.is_scalar(t):
            shown = [number(int(v)) for v in found]
        else:
            codes = [L.encode(t, v) for v in found]
            shown = [f"{c}ull" for c in codes] if not wide(t) else [
                "{{" + ", ".join(f"{c >> 64 * i & 2**64 - 1}ull" for i in range(L.words(t))) + "}}" for c in codes]
        body.note_size(t)
        size, listed = max(len(found), 1), ", ".join(shown or ["0"])
        self.binding_tables.append(f"static const {ctype(t)} {table}[{size}] = {{{listed}}};")
        i = body.fresh("i")
        with body.block(f"for (i64 {i} = 0; {i} < {len(found)}; {i}++)"):
            inner(Value(t, body.temp(t, f"{table}[{i}]", "x")))


def _values(p: ir.Param) -> list:
    return list(values.domain(p.type)) if p.values is None else list(p.values)


def local_type_of(p: ir.Param) -> T.Type:
    """The type in which a parameter is passed."""
    return FULL if isinstance(p.type, T.Int) else L.concrete(p.type)


def _trusted(t: T.Type) -> T.Type:
    return FULL if isinstance(t, T.Int) else L.concrete(t)


__all__ = ["Emitted", "emit", "span"]
