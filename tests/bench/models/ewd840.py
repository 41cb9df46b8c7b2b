"""EWD 840: termination detection in a ring of nodes, with the fairness that its liveness needs."""

from enum import Enum

from sagacity import *


class Color(Enum):
    WHITE = 1
    BLACK = 2


class Ewd840(Model):
    """Dijkstra, Feijen and van Gasteren 1983. Steps as in the TLA+ examples; one initial state: all nodes are active."""

    N = const(3, doc="nodes")
    FAIR = const(True, doc="weak fairness of the steps of the token")
    NODES_FAIR = const(False, doc="weak fairness of the steps of each node as well")

    Node = Int[0, N - 1]

    active = var(Map[Node, bool], init=True)
    color = var(Map[Node, Color], init=Color.WHITE)
    place = var(Node, init=0, doc="where the token is")
    token = var(Color, init=Color.BLACK)

    @action
    def initiate(self):
        require(self.place == 0 and (self.token == Color.BLACK or self.color[0] == Color.BLACK))
        self.place = self.N - 1
        self.token = Color.WHITE
        self.color[0] = Color.WHITE

    @action(i=Node)
    def pass_on(self, i):
        require(i > 0 and self.place == i)
        require(not self.active[i] or self.color[i] == Color.BLACK or self.token == Color.BLACK)
        self.place = i - 1
        if self.color[i] == Color.BLACK:
            self.token = Color.BLACK
        self.color[i] = Color.WHITE

    @action(i=Node)
    def send(self, i):
        require(self.active[i])
        j = choose({n for n in self.Node if n != i})
        self.active[j] = True
        if j > i:
            self.color[i] = Color.BLACK

    @action(i=Node)
    def deactivate(self, i):
        require(self.active[i])
        self.active[i] = False

    weak_fair(initiate, pass_on, when=FAIR)
    weak_fair(send, deactivate, by="i", when=NODES_FAIR)

    @terminal
    def anywhere(self):
        return True

    @predicate
    def terminated(self):
        return all(not self.active[i] for i in self.Node)

    @predicate
    def detected(self):
        return (self.place == 0 and self.token == Color.WHITE and self.color[0] == Color.WHITE
                and not self.active[0])

    @invariant
    def no_false_alarm(self):
        return not self.detected() or self.terminated()

    live = temporal("terminated ~> detected")
    quiet = temporal("<> terminated")
