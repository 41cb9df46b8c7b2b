# sagacity check tests/errors/init_map_not_total.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Map[Int[0, 1], bool], init={0: True})

    @action
    def step(self):
        self.x[0] = False
