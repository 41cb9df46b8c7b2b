# sagacity check tests/errors/keyword_of_builtin.py
from enum import Enum

from sagacity import *


class Color(Enum):
    RED = 1
    GREEN = 2


class Model1(Model):
    Node = ids("node", 2)
    Message = record(kind=Color, node=Node, size=Option[Int[0, 3]])

    x = var(Int[0, 3], init=0)
    flag = var(bool, init=False)
    color = var(Color, init=Color.RED)
    maybe = var(Option[Int[0, 3]], init=None)
    seen = var(Set[Node], init=set())
    queue = var(Seq[Message, 2], init=[])
    level = var(Map[Node, Int[0, 3]], init=0)

    @action(n=Node)
    def step(self, n):
        self.x = max(self.level.values(), default=0)
