# sagacity check tests/errors/fair_below_action.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @action
    @fair
    def step(self):
        self.x = 1
