# sagacity check tests/errors/too_many_bindings.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @action(a=Int[0, 999], b=Int[0, 999])
    def step(self, a, b):
        self.x = 1
