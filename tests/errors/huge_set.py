# sagacity check tests/errors/huge_set.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)
    log = var(Set[Tuple[Int[0, 99], Int[0, 99]]], init=set())
    @action
    def step(self):
        self.x = 1
