"""Random small models of the IR, legal by construction, for comparing evaluations. Same seed, same model."""

from __future__ import annotations

from random import Random

from build import (action, add, and_, assert_, bind, block, break_, call, choose, continue_, domain, eq, for_, function,
                   if_, index, ite, leave, local, lt, model, not_, op, or_, param, require, ret, seq, set_, setl, setv,
                   var, with_)
from sagacity.ir import types as T

INT, BOOL = T.INT, T.BOOL
X = T.Int(0, 3)
MAP = T.Map(X, X)
SEQ = T.Seq(X, 3)
SET = T.Set(X)
VARS = (("x", X), ("y", X), ("m", MAP), ("q", SEQ), ("s", SET))


class Random_:
    """One model; `names` are the integer locals that can be read here."""

    def __init__(self, seed: int, depth: int = 2):
        self.depth = depth
        self.r = Random(seed)
        self.count = 0
        self.locals: list = []
        self.callable = ""

    def new(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def model(self):
        functions = []
        for name in "fg":
            functions.append(self.function(name))
            self.callable += name                 # from what follows only, so that nothing calls itself
        actions = []
        for name in ("a", "b"):
            self.locals = []
            p = self.new("p")
            body = self.body(self.depth, [p], frozenset(), True)
            actions.append(action(name, *body, params=[param(p, X, (0, 2))], locals_=self.locals))
        init = [setv("x", 0), setv("y", 1), setv("m", op("map", MAP, 0, 1, 2, 3)), setv("q", seq(1, t=X)), setv("s", set_(t=X))]
        return model(VARS, init, actions, functions)

    def function(self, name):
        self.locals = []
        p = self.new("p")
        t = self.new("t")
        locals_ = [(t, INT)]
        i = self.new("i")
        body = [setl(t, self.int(2, [p])), for_(i, self.collection(1, [p]),
                if_(self.bool(1, [p, t, i]), [ret(self.int(1, [p, t, i]))]),
                if_(self.bool(1, [p, i]), [self.r.choice([break_, continue_])()]), setl(t, self.int(2, [p, t, i])))]
        return function(name, *body, ret(local(t)), params=[param(p, INT)], result=INT, locals_=locals_)

    def body(self, depth, names, exits, may_choose, length=3):
        names = list(names)
        result = []
        for _ in range(self.r.randint(1, length)):
            result.append(self.statement(depth, names, exits, may_choose))
        return result

    def statement(self, depth, names, exits, may_choose):
        kind = self.r.choice(["set", "set", "set", "map", "seq", "members", "local", "if", "if", "for", "block", "require",
                              "assert", "choose", "exit"])
        if depth == 0 and kind in ("if", "for", "block"):
            kind = "set"
        match kind:
            case "set":
                return setv(self.r.choice("xy"), self.int(2, names))
            case "map":
                return setv("m", with_(var("m", MAP), self.int(1, names), self.int(1, names)))
            case "seq":
                q = var("q", SEQ)
                return setv("q", self.r.choice([
                    lambda: op("append", SEQ, q, self.int(1, names)), lambda: op("removeat", SEQ, q, self.int(0, names)),
                    lambda: op("removefirst", SEQ, q, self.int(0, names)),
                    lambda: op("slice", SEQ, q, self.int(0, names), self.int(1, names))])())
            case "members":
                s = var("s", SET)
                return setv("s", self.r.choice([
                    lambda: op("insertset", T.Set(X, 2), s, self.int(1, names)), lambda: op("removeset", SET, s, self.int(0, names)),
                    lambda: op("discard", SET, s, self.int(0, names)), lambda: op("union", SET, s, self.set(names))])())
            case "local":
                value = self.int(2, names)
                known = [n for n, _ in self.locals if n in names]
                name = self.r.choice(known) if known and self.r.random() < 0.5 else self.new("v")
                if name not in names:
                    self.locals.append((name, INT))
                    names.append(name)
                return setl(name, value)
            case "if":
                return if_(self.bool(1, names), self.body(depth - 1, names, exits, may_choose),
                           self.body(depth - 1, names, exits, may_choose) if self.r.random() < 0.6 else ())
            case "for":
                i = self.new("i")
                static = may_choose and self.r.random() < 0.4
                over = self.r.choice([domain(T.Int(0, 1)), seq(0, self.int(0, names))]) if static else self.collection(1, names)
                return for_(i, over, *self.body(depth - 1, [*names, i], exits | {"break", "continue"}, static, 4))
            case "block":
                label = self.new("b")
                return block(label, *self.body(depth - 1, names, exits | {label}, may_choose, 4))
            case "require":
                return require(or_(self.bool(1, names), self.bool(1, names)))
            case "assert":
                return assert_(or_(self.bool(1, names), self.bool(1, names), self.bool(0, names)))
            case "choose" if may_choose:
                c = self.new("c")
                self.locals.append((c, INT))
                over = self.set(names)
                names.append(c)
                return choose(c, over)
            case "exit" if exits or self.r.random() < 0.3:
                to = self.r.choice(sorted(exits | {"return"}))
                stop = {"break": break_, "continue": continue_, "return": ret}.get(to) or (lambda: leave(to))
                return if_(self.bool(1, names), [stop()])
        return setv("x", self.int(1, names))

    def int(self, depth, names):
        if depth == 0 or self.r.random() < 0.3:
            return self.r.choice([lambda: add(self.r.randint(0, 3), 0).args[0], lambda: var("x", X), lambda: var("y", X)]
                                 + [lambda n=n: local(n) for n in names])()
        sub = lambda: self.int(depth - 1, names)
        return self.r.choice([
            lambda: add(sub(), sub()), lambda: op("sub", INT, sub(), sub()), lambda: op("mod", INT, sub(), 4),
            lambda: op("floordiv", INT, sub(), sub()), lambda: index(var("m", MAP), sub()), lambda: index(var("m", MAP), op("mod", INT, sub(), 4)),
            lambda: index(var("q", SEQ), sub()), lambda: op("len", INT, var("s", SET)), lambda: op("max", INT, var("q", SEQ)),
            lambda: ite(self.bool(depth - 1, names), sub(), sub()), lambda: op("sum", INT, self.collection(0, names)),
            lambda: self.call(sub())])()

    def call(self, arg):
        return call(self.r.choice(self.callable), arg, t=INT) if self.callable else arg

    def bool(self, depth, names):
        a, b = self.int(depth, names), self.int(depth, names)
        if depth == 0:
            return lt(a, b)
        i = self.new("i")
        return self.r.choice([
            lambda: lt(a, b), lambda: eq(a, b), lambda: not_(lt(a, b)), lambda: and_(lt(a, b), self.bool(depth - 1, names)),
            lambda: or_(lt(a, b), self.bool(depth - 1, names)), lambda: op("implies", BOOL, lt(a, b), self.bool(depth - 1, names)),
            lambda: op("in", BOOL, a, self.set(names)),
            lambda: bind(self.r.choice(["all", "any"]), i, self.collection(depth - 1, names), self.bool(depth - 1, [*names, i]),
                         where=self.r.choice([None, self.bool(0, [*names, i])]))])()

    def set(self, names):
        i = self.new("i")
        return self.r.choice([lambda: var("s", SET), lambda: domain(X), lambda: set_(self.int(0, names), self.int(0, names)),
                              lambda: bind("set", i, domain(X), self.int(1, [*names, i]), SET, where=self.bool(0, [*names, i]))])()

    def collection(self, depth, names):
        return self.r.choice([lambda: self.set(names), lambda: var("q", SEQ), lambda: seq(self.int(0, names), 2, 0),
                              lambda: op("values", T.Seq(X), var("m", MAP)), lambda: op("tobag", T.Bag(X), var("q", SEQ))])()
