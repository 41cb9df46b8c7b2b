# sagacity check tests/errors/ids_name.py
from enum import Enum

from sagacity import *


class Model1(Model):
    Node = ids(2, 2)
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
