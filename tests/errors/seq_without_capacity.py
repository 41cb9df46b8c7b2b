# sagacity check tests/errors/seq_without_capacity.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)
    log = var(Seq[Int[0, 3]], init=[])
    @action
    def step(self):
        self.x = 1
