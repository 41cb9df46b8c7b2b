# sagacity check tests/errors/init_wrong_type.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=None)
    @action
    def step(self):
        self.x = 1
