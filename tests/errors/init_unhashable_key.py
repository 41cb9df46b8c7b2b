# sagacity check tests/errors/init_unhashable_key.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Map[Int[0, 1], bool], init=[True, False])

    @action
    def step(self):
        self.x[0] = False
