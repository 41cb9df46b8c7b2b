# sagacity check tests/errors/map_without_value.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Map[bool], init=0)
    @action
    def step(self):
        self.x = 1
