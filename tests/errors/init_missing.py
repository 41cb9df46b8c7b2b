# sagacity check tests/errors/init_missing.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3])
    @action
    def step(self):
        self.x = 1
