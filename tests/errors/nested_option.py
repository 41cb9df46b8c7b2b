# sagacity check tests/errors/nested_option.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Option[Option[bool]], init=None)
    @action
    def step(self):
        self.x = 1
