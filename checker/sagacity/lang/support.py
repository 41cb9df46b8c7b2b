"""The functions that rewritten method bodies call: path updates, mutators, literals, builtins.

`lang.rewrite` turns each mutation of a path into the assignment of a new immutable value made here. Each
raises ModelFault where the language says that the operation is an error.
"""

from __future__ import annotations

from functools import lru_cache

from ..errors import ModelFault
from .values import BagV, MapV, RecordV, SeqV, SetV, _new, make_bag, make_map, make_seq, make_set, no_key, order_key

#: Returned by an action body whose `require` failed.
DISABLED = object()


class Disabled(Exception):
    """A `require` failed inside a helper, or `choose` found nothing."""


def with_item(m, key, value):
    """`m` with the value at `key` (map) or position `key` (sequence) replaced."""
    if isinstance(m, MapV):
        at = m._pos.get(key)
        if at is None:
            raise no_key(m, key)
    else:
        at = key
        if at < 0 or at >= len(m):
            raise ModelFault("index", f"position {at} is outside a sequence of length {len(m)}")
    items = list(tuple.__iter__(m))
    items[at] = value
    return _new(type(m), items)


def with_field(r: RecordV, name: str, value):
    """The record with one field replaced. Raises ModelFault for None."""
    if r is None:
        raise ModelFault("none", f"None has no field {name}")
    return r.replace(**{name: value})


def _room(c, cap):
    if cap is not None and len(c) >= cap:
        raise ModelFault("capacity", f"the {_kind(c)} is full (capacity {cap})")


def _kind(c) -> str:
    return {SetV: "set", BagV: "bag"}.get(type(c), "sequence")


def _absent(c, x) -> ModelFault:
    return ModelFault("absent", f"{x!r} is not in the {_kind(c)}")


def append(s, x, cap=None):
    _room(s, cap)
    return _new(SeqV, (*s, x))


def extend(s, items, cap=None):
    for x in items:
        s = append(s, x, cap)
    return s


def insert(s, at, x, cap=None):
    _room(s, cap)
    items = list(s)
    items.insert(max(at, 0), x)
    return _new(SeqV, items)


def add(c, x, cap=None):
    if isinstance(c, BagV):
        _room(c, cap)
        return make_bag((*c, x))
    if x in c:
        return c
    _room(c, cap)
    return make_set((*c, x))


def update(c, items, cap=None):
    for x in items:
        c = add(c, x, cap)
    return c


def remove(c, x, cap=None):
    items = list(c)
    if x not in items:
        raise _absent(c, x)
    items.remove(x)
    return _new(type(c), items)


def discard(c, x, cap=None):
    return remove(c, x) if x in c else c


def clear(c, cap=None):
    return _new(type(c), ())


def pop_at(s, at):
    """The element at a position, and the sequence without it."""
    return s[at], _new(SeqV, (x for i, x in enumerate(s) if i != at))


def pop_last(s):
    return pop_at(s, from_end(s, 1))


def from_end(s, k):
    """The position k before the end: what the literal index -k means."""
    if k > len(s):
        raise ModelFault("index", f"position -{k} is outside a sequence of length {len(s)}")
    return len(s) - k


def item_from_end(s, k):
    return s[from_end(s, k)]


def slice_of(s, start, stop, literal):
    """s[start:stop]; `literal` tells which bounds are negative literals, which count from the end."""
    for bound, counts_back in ((start, literal[0]), (stop, literal[1])):
        if bound is not None and bound < 0 and not counts_back:
            raise ModelFault("slice", f"the slice bound {bound} is negative")
    return _new(SeqV, tuple.__getitem__(s, slice(start, stop)))


def range_of(*args):
    return _new(SeqV, range(*args))


def enumerate_of(s):
    return _new(SeqV, enumerate(s))


def sorted_of(c):
    return _new(SeqV, sorted(c, key=order_key))


def set_of(c=()):
    return c if type(c) is SetV else make_set(c)


def list_of(c=()):
    return _new(SeqV, c)


def bag_of(c=()):
    return make_bag(c)


@lru_cache(maxsize=1024)
def outside(x):
    """A collection or type from outside the model's methods, as a value of the language."""
    if isinstance(x, type):
        return _new(SetV, x if x is not bool else (False, True))
    return make_set(x) if isinstance(x, frozenset) else make_seq(x)


def outside_name(x):
    """Like `outside`, for what may not be hashable."""
    return outside(frozenset(x) if isinstance(x, set) else x)


def distinct(c) -> SetV:
    """The values that `choose` branches over."""
    return c if type(c) is SetV else make_set(c)


def minimum(*args):
    return _extreme(min, args)


def maximum(*args):
    return _extreme(max, args)


def _extreme(pick, args):
    items = args[0] if len(args) == 1 else args
    items = list(items)
    if not items:
        raise ModelFault("empty", f"{pick.__name__}() of nothing")
    return pick(items, key=order_key)


#: name in rewritten bodies -> function
FUNCTIONS = {
    "with_item": with_item,
    "with_field": with_field,
    "append": append,
    "extend": extend,
    "insert": insert,
    "add": add,
    "update": update,
    "remove": remove,
    "discard": discard,
    "clear": clear,
    "pop_at": pop_at,
    "pop_last": pop_last,
    "item_from_end": item_from_end,
    "slice_of": slice_of,
    "seq": make_seq,
    "set": make_set,
    "map": make_map,
    "range": range_of,
    "enumerate": enumerate_of,
    "sorted": sorted_of,
    "set_of": set_of,
    "list_of": list_of,
    "bag_of": bag_of,
    "outside": outside_name,
    "bools": make_set((False, True)),
    "min": minimum,
    "max": maximum,
    "Disabled": Disabled,
    "DISABLED": DISABLED,
}


def failure(message) -> ModelFault:
    """The fault of a failing `assert`."""
    return ModelFault("assert", str(message) or "the assertion does not hold")


class Chooser:
    """Finds every branch of `choose` by replay.

    A body runs once per sequence of choices: `script` prescribes the first ones, further ones take the first value.
    """

    def __init__(self):
        self.script: list[int] = []
        self.sizes: list[int] = []
        self.values: list = []

    def start(self, script) -> None:
        """Begin a run with these choices prescribed."""
        self.script, self.sizes, self.values = list(script), [], []

    def choose(self, collection):
        """The value to take at this point of the run. Raises Disabled if there is none."""
        options = distinct(collection)
        if not options:
            raise Disabled
        at = len(self.sizes)
        self.sizes.append(len(options))
        if at == len(self.script):
            self.script.append(0)
        value = tuple.__getitem__(options, self.script[at])
        self.values.append(value)
        return value

    def next_script(self) -> list[int] | None:
        """The choices of the next run, in lexicographic order; None when all are done."""
        script = self.script[: len(self.sizes)]
        while script and script[-1] + 1 >= self.sizes[len(script) - 1]:
            script.pop()
        if not script:
            return None
        script[-1] += 1
        return script


class Notes:
    """What `note` said during the current step. `on` is a list that is empty while nobody listens."""

    def __init__(self):
        self.on: list = []
        self.said: list[tuple[str, str, str]] = []

    def note(self, text, *, sender=None, receiver=None) -> None:
        self.said.append(
            (str(text), "" if sender is None else _shown(sender), "" if receiver is None else _shown(receiver))
        )


def _shown(x) -> str:
    return getattr(x, "name", None) if hasattr(x, "_sort_order_") else str(x)


CHOOSER = Chooser()
NOTES = Notes()
FUNCTIONS["from_end"] = from_end
