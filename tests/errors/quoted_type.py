# sagacity check tests/errors/quoted_type.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var("Int", init=0)
    @action
    def step(self):
        self.x = 1
