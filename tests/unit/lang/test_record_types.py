"""In a method a record type is the set of its values, for every engine alike."""

from enum import Enum

from sagacity import *
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.search import check
from sagacity.lang import compile_model
from sagacity.result import HOLDS


class Colour(Enum):
    RED = 1
    BLUE = 2


class Cards(Model):
    Card = record(colour=Colour, number=Int[0, 1])

    hand = var(Set[Card], init=set())

    @action
    def draw(self):
        c = choose(self.Card - self.hand)
        self.hand.add(c)

    @terminal
    def full(self):
        return len(self.hand) == len(self.Card)

    @invariant
    def all_are_cards(self):
        return all(c in self.Card for c in self.hand)

    everything = possible("all(c in hand for c in Card)")


def test_a_record_type_is_a_collection():
    for system in (Interpreter(compile_model(Cards, {})), IrSystem(compile_model(Cards, {}).ir)):
        result = check(system)
        # 2^4 hands; each of the 4 cards can be drawn from the half of them that lack it; 0 to 4 cards are 5 levels
        assert (result.stats.states, result.stats.transitions, result.stats.depth) == (16, 32, 5)
        assert result.verdict == HOLDS
