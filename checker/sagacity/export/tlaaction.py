"""How does one action, or the initialisation, look in TLA+?"""

from __future__ import annotations

from dataclasses import replace

from ..ir import nodes as ir
from ..ir import types as T
from ..ir.functional import ChoiceSite
from ..ir.limits import Limits
from ..ir.simplify import is_false, is_true
from .names import Names
from .tlaexpr import Expressions, atom, bare
from .tlaranges import stays
from .tlatidy import Tidy

#: Operators in which TLC, evaluating a next-state relation, cannot branch.
PLAIN = frozenset({"eq", "lt", "le", "in", "not", "isnone", "subset", "disjoint", "index", "field", "item", "unwrap"})


class ActionText:
    """The texts of one action (None: of the initialisation).

    text        its operator
    errs        the operator that says where it fails; empty if it cannot
    call        the action for some parameters, as it stands in Next
    no_error    that it fails for no parameters; empty if it cannot
    """

    def __init__(self, exporter, action: ir.Action | None):
        self.exporter, self.action = exporter, action
        model = exporter.model
        self.form = exporter.forms.action(action) if action else exporter.forms.init()
        self.name = exporter.actions[action.name] if action else "Init"
        self.prime = "'" if action else ""
        variables = {v.name: v.type for v in model.vars} if action else {}
        params = action.params if action else ()
        tidy = Tidy()
        self.form = replace(self.form, guard=tidy(self.form.guard), error=tidy(self.form.error))
        limits = Limits(variables, {p.name: _type_of(p) for p in params})
        self.checked = {v.name: v.type for v in model.vars if v.name in self.form.updates
                        and not stays(self.form.updates[v.name], v.type, limits)}
        self.text = self._definition()
        self.call = quantified(exporter, action, {}, exporter.names.inner()) if action else "Init"
        self.errs = self.no_error = ""
        if self.checked or not is_false(self.form.error):
            self._errors()

    def _start(self, name: str) -> tuple[Expressions, str, list[str]]:
        """A scope with the parameters and the choices: head of the definition, and the quantifiers."""
        x = self.exporter.expressions()
        params = [x.bind(p.name) for p in (self.action.params if self.action else ())]
        head = name + (f"({', '.join(params)})" if params else "")
        return x, head, choices_text(x, self.form.choices)

    def _definition(self) -> str:
        from .tla import comment
        x, head, quantifiers = self._start(self.name)
        form, variables = self.form, self.exporter.variables
        lets = x.shared(form.guard, *form.updates.values())
        parts = _guard(x, form.guard)
        for name, e in form.updates.items():
            parts.append(f"{variables[name]}{self.prime} = {x.text(e)}")
            if name in self.checked:
                parts.append(_branchless(x.types.member(self.checked[name], variables[name] + self.prime)))
        kept = [variables[v.name] for v in self.exporter.model.vars if v.name not in form.updates]
        if kept:
            parts.append("UNCHANGED " + (kept[0] if len(kept) == 1 else f"<<{', '.join(kept)}>>"))
        doc = comment(self.action.doc) if self.action else []
        return "\n".join([*doc, f"{head} ==", *_body(quantifiers, lets, parts)])

    def _errors(self) -> None:
        exporter, form = self.exporter, self.form
        name = "InitErrs" if self.action is None else exporter.names.new(f"{self.name}_errs")
        x, head, quantifiers = self._start(name)
        used = [form.error, *([form.guard] if self.checked else []), *(form.updates[n] for n in self.checked)]
        lets = x.shared(*used)
        ways = [] if is_false(form.error) else _parts(x, form.error, "or")
        for variable, t in self.checked.items():
            new = x.names.new("new")
            outside = f"LET {new} == {x.text(form.updates[variable])} IN ~{atom(x.types.member(t, new))}"
            ways.append(_way([*([] if is_true(form.guard) else _parts(x, form.guard, "and")), outside]))
        self.errs = "\n".join([f"{head} ==", *_body(quantifiers, lets, ways, "\\/")])
        if self.action is None:
            self.errs += "\n\nASSUME ~InitErrs"
        else:
            self.no_error = "~" + atom(quantified(exporter, self.action, {}, exporter.names.inner(), name))


def quantified(exporter, action: ir.Action, fixed: dict[str, str], names: Names, name: str = "") -> str:
    """The action for some values of its parameters, except those that are `fixed` to a TLA+ name."""
    own = {p.name: fixed.get(p.name) or names.new(p.name) for p in action.params}
    free = [f"{own[p.name]} \\in {bare(exporter.param_set(p))}" for p in action.params if p.name not in fixed]
    call = (name or exporter.actions[action.name]) + (f"({', '.join(own.values())})" if own else "")
    return f"\\E {', '.join(free)} : {call}" if free else call


def choices_text(x: Expressions, sites: tuple[ChoiceSite, ...]) -> list[str]:
    """A quantifier for each choice; where it is not due, over one value that nobody looks at."""
    found = []
    for site in sites:
        over = x.atom(site.over)
        if not is_true(site.when):
            over = f"(IF {x.body(site.when)} THEN {over} ELSE {{{x.types.default(site.over.type.item)}}})"
        found.append(f"\\E {x.bind(site.local)} \\in {bare(over)} :")
    return found


def _guard(x: Expressions, guard: ir.Expr) -> list[str]:
    if is_true(guard):
        return []
    together = isinstance(guard, ir.Op) and guard.op == "and" and id(guard) not in x.named
    parts = []
    for g in guard.args if together else (guard,):
        parts.append(x.text(g) if id(g) not in x.named and _plain(g) else f"{x.atom(g)} = TRUE")
    return list(dict.fromkeys(parts))


def _parts(x: Expressions, e: ir.Expr, op: str) -> list[str]:
    """The operands of a junction that has no name."""
    together = isinstance(e, ir.Op) and e.op == op and id(e) not in x.named
    if op == "or":
        return [_way(_parts(x, a, "and")) for a in (e.args if together else (e,))]
    return [bare(x.text(a)) for a in (e.args if together else (e,))]


def _way(parts: list[str]) -> str:
    """A conjunction inside a list of ways, a line for each part."""
    return "\n   ".join(f"/\\ {p}" for p in parts) if len(parts) > 1 else parts[0]


def _plain(g: ir.Expr) -> bool:
    """Has TLC no way to branch in this guard?"""
    if isinstance(g, ir.Bind):
        return g.kind == "all" and g.where is None and _plain(g.body)
    return isinstance(g, (ir.Lit, ir.Const, ir.Var, ir.Local)) or isinstance(g, ir.Op) and (
        g.op in PLAIN or g.op == "and" and all(map(_plain, g.args)))


def _branchless(member: str) -> str:
    return f"{atom(member)} = TRUE" if any(s in member for s in ("\\/", "\\A", "/\\")) else member


def _body(quantifiers: list[str], lets: list[str], parts: list[str], bullet: str = "/\\") -> list[str]:
    lines, indent = [], "  "
    for q in quantifiers:
        lines.append(indent + q)
        indent += "  "
    if lets:
        lines.append(f"{indent}LET " + f"\n{indent}    ".join(lets))
        lines.append(f"{indent}IN")
    return lines + [f"{indent}{bullet} {p}".replace("\n", f"\n{indent}") for p in parts]


def _type_of(p: ir.Param) -> T.Type:
    if isinstance(p.type, T.Int) and p.values:
        return T.Int(min(p.values), max(p.values))
    return p.type
