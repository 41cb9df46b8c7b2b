# sagacity check tests/errors/fair_twice.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @fair
    @strongly_fair
    @action
    def step(self):
        self.x = 1
