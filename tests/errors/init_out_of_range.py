# sagacity check tests/errors/init_out_of_range.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=4)
    @action
    def step(self):
        self.x = 1
