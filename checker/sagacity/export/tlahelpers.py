"""Which operators does an exported module need that TLA+ does not have?  Each with what it needs itself.

Only what a model uses is printed. Parameters are called as nothing that we hand out: names end in an underscore.
"""

from __future__ import annotations

HELPERS: dict[str, tuple[tuple[str, ...], str]] = {
    "Abs": ((), "Abs(a_) == IF a_ < 0 THEN -a_ ELSE a_"),
    "Max": ((), "Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_"),
    "Min": ((), "Min(a_, b_) == IF a_ <= b_ THEN a_ ELSE b_"),
    "FloorDiv": ((), "FloorDiv(a_, b_) == IF b_ > 0 THEN a_ \\div b_ ELSE (-a_) \\div (-b_)"),
    "FloorMod": ((), "FloorMod(a_, b_) == IF b_ > 0 THEN a_ % b_ ELSE -((-a_) % (-b_))"),
    "IntLess": ((), "IntLess(a_, b_) == a_ < b_"),
    "BoolLess": ((), "BoolLess(a_, b_) == (~a_) /\\ b_"),
    "SeqLess": ((), """\
\\* Lexicographic order, given the order of the elements.
SeqLess(Less_(_, _), a_, b_) ==
  \\E i_ \\in 1 .. Len(b_) :
    /\\ i_ <= Len(a_) + 1
    /\\ \\A j_ \\in 1 .. (i_ - 1) : a_[j_] = b_[j_]
    /\\ i_ <= Len(a_) => Less_(a_[i_], b_[i_])"""),
    "Elements": ((), "Elements(s_) == {s_[i_] : i_ \\in DOMAIN s_}"),
    "FoldSeq": ((), """\
\\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \\in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \\in {Op_(p_, s_[i_]) : p_ \\in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]"""),
    "MapSeq": ((), "MapSeq(Op_(_), s_) == [i_ \\in 1 .. Len(s_) |-> Op_(s_[i_])]"),
    "SumSeq": (("FoldSeq",), "SumSeq(s_) == FoldSeq(LAMBDA a_, b_ : a_ + b_, 0, s_)"),
    "Flatten": (("FoldSeq",), "Flatten(s_) == FoldSeq(LAMBDA a_, b_ : a_ \\o b_, <<>>, s_)"),
    "SortedSet": ((), """\
\\* The elements of a set as a sequence, in order.
SortedSet(Less_(_, _), S_) ==
  [i_ \\in 1 .. Cardinality(S_) |-> CHOOSE x_ \\in S_ : Cardinality({y_ \\in S_ : Less_(y_, x_)}) = i_ - 1]"""),
    "SortedSeq": ((), "SortedSeq(Less_(_, _), s_) == SortSeq(s_, Less_)"),
    "Least": ((), "Least(Less_(_, _), S_) == CHOOSE x_ \\in S_ : \\A y_ \\in S_ : ~Less_(y_, x_)"),
    "Greatest": ((), "Greatest(Less_(_, _), S_) == CHOOSE x_ \\in S_ : \\A y_ \\in S_ : ~Less_(x_, y_)"),
    "Enumerate": ((), "Enumerate(s_) == [i_ \\in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]"),
    "InsertAt": ((), """\
InsertAt(s_, i_, x_) ==
  LET k_ == IF i_ < 0 THEN 0 ELSE IF i_ > Len(s_) THEN Len(s_) ELSE i_
  IN SubSeq(s_, 1, k_) \\o <<x_>> \\o SubSeq(s_, k_ + 1, Len(s_))"""),
    "RemoveAt": ((), "RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \\o SubSeq(s_, i_ + 1, Len(s_))"),
    "RemoveFirst": (("RemoveAt",), """\
RemoveFirst(s_, x_) ==
  RemoveAt(s_, CHOOSE i_ \\in DOMAIN s_ : s_[i_] = x_ /\\ \\A j_ \\in 1 .. (i_ - 1) : s_[j_] # x_)"""),
    "Slice": ((), "Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))"),
    "IntSeq": ((), """\
\\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \\div step_ ELSE (a_ - b_ - step_ - 1) \\div (-step_)
  IN [i_ \\in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]"""),
    "CountSeq": ((), "CountSeq(s_, x_) == Cardinality({i_ \\in DOMAIN s_ : s_[i_] = x_})"),
    "CountBag": ((), "CountBag(b_, x_) == IF x_ \\in DOMAIN b_ THEN b_[x_] ELSE 0"),
    "BagAdd": ((), """\
\\* A bag is a function from its elements to how often it holds them.
BagAdd(b_, x_) ==
  [y_ \\in DOMAIN b_ \\cup {x_} |-> (IF y_ \\in DOMAIN b_ THEN b_[y_] ELSE 0) + (IF y_ = x_ THEN 1 ELSE 0)]"""),
    "BagRemove": ((), """\
BagRemove(b_, x_) ==
  IF x_ \\notin DOMAIN b_ THEN b_
  ELSE IF b_[x_] = 1 THEN [y_ \\in DOMAIN b_ \\ {x_} |-> b_[y_]] ELSE [b_ EXCEPT ![x_] = @ - 1]"""),
    "BagUnion": (("CountBag",), """\
BagUnion(a_, b_) == [x_ \\in DOMAIN a_ \\cup DOMAIN b_ |-> CountBag(a_, x_) + CountBag(b_, x_)]"""),
    "SeqToBag": (("Elements", "CountSeq"), "SeqToBag(s_) == [x_ \\in Elements(s_) |-> CountSeq(s_, x_)]"),
    "SetToBag": ((), "SetToBag(S_) == [x_ \\in S_ |-> 1]"),
    "SumOver": ((), """\
RECURSIVE SumOver(_, _)
SumOver(f_, S_) == IF S_ = {} THEN 0 ELSE LET x_ == CHOOSE y_ \\in S_ : TRUE IN f_[x_] + SumOver(f_, S_ \\ {x_})"""),
    "BagSize": (("SumOver",), "BagSize(b_) == SumOver(b_, DOMAIN b_)"),
    "SumSet": (("SumOver",), "SumSet(S_) == SumOver([x_ \\in S_ |-> x_], S_)"),
    "SumBag": (("SumOver",), "SumBag(b_) == SumOver([x_ \\in DOMAIN b_ |-> x_ * b_[x_]], DOMAIN b_)"),
    "BagToSeq": (("SortedSet", "FoldSeq"), """\
BagToSeq(Less_(_, _), b_) ==
  FoldSeq(LAMBDA a_, x_ : a_ \\o [i_ \\in 1 .. b_[x_] |-> x_], <<>>, SortedSet(Less_, DOMAIN b_))"""),
}


def texts(used: set[str]) -> list[str]:
    """The definitions of the helpers used and of those behind them, in an order in which they may stand."""
    wanted, todo = set(), list(used)
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo.extend(HELPERS[name][0])
    done: list[str] = []
    while len(done) < len(wanted):
        done += [n for n in HELPERS if n in wanted and n not in done and all(d in done for d in HELPERS[n][0])]
    return [HELPERS[n][1] for n in done]
