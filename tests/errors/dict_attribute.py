# sagacity check tests/errors/dict_attribute.py
from enum import Enum

from sagacity import *


class Model1(Model):
    weights = {1: 2}
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
