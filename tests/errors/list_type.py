# sagacity check tests/errors/list_type.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(list, init=[])
    @action
    def step(self):
        self.x = 1
