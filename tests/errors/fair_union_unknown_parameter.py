# sagacity check tests/errors/fair_union_unknown_parameter.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @action(v=Int[0, 3])
    def step(self, v):
        self.x = v

    @action
    def reset(self):
        self.x = 0

    weak_fair(step, reset, by="v")
