# sagacity check tests/errors/temporal_not_text.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)
    live = temporal(3)
    @action
    def step(self):
        self.x = 1
