"""One replicated Kafka partition: epochs, in-sync set, high watermark; deadlock checking is off in the benchmark."""

from sagacity import *


class Kafka(Model):
    """A log is the sequence of its records' epochs; a follower compares its last one with the leader's."""

    R = const(2, doc="replicas")
    L = const(2, doc="length of a log")
    E = const(2, doc="leader epochs")
    C = const(1, doc="consumers")

    Rep = ids("r", R)
    Con = ids("c", C)

    log = var(Map[Rep, Seq[Int[0, E], L]], init=[])
    hw = var(Map[Rep, Int[0, L]], init=0)
    ep = var(Map[Rep, Int[0, E]], init=0)
    ld = var(Map[Rep, bool], init=False)
    up = var(Map[Rep, bool], init=True)
    q_leader = var(Option[Rep], init=None)
    q_epoch = var(Int[0, E], init=0)
    isr = var(Set[Rep])
    pos = var(Map[Con, Int[0, L]], init=0)
    com = var(Map[Con, Int[0, L]], init=0)

    @init
    def start(self):
        self.isr = {r for r in self.Rep}

    @action(r=Rep)
    def elect(self, r):
        require(self.q_epoch < self.E and r in self.isr and self.up[r])
        self.q_leader, self.q_epoch = r, self.q_epoch + 1

    @action(r=Rep)
    def learn(self, r):
        require(self.up[r] and self.ep[r] < self.q_epoch)
        self.ep[r], self.ld[r] = self.q_epoch, self.q_leader == r

    @action(r=Rep)
    def produce(self, r):
        require(self.up[r] and self.ld[r] and len(self.log[r]) < self.L)
        self.log[r].append(self.ep[r])

    def follows(self, f, l):
        return self.up[f] and self.up[l] and self.ld[l] and not self.ld[f] and self.ep[f] == self.ep[l]

    @action(l=Rep, f=Rep)
    def fetch(self, l, f):
        n = len(self.log[f])
        require(self.follows(f, l) and n < len(self.log[l]) and (n == 0 or self.log[f][n - 1] == self.log[l][n - 1]))
        self.log[f].append(self.log[l][n])
        self.hw[f] = min(self.hw[l], n + 1)

    @action(l=Rep, f=Rep)
    def truncate(self, l, f):
        n = len(self.log[f])
        require(self.follows(f, l) and n > 0 and (n > len(self.log[l]) or self.log[f][n - 1] != self.log[l][n - 1]))
        self.log[f].pop()
        self.hw[f] = min(self.hw[f], n - 1)

    def true_leader(self, l):
        return self.up[l] and self.ld[l] and self.ep[l] == self.q_epoch

    @action(l=Rep)
    def advance_hw(self, l):
        require(self.true_leader(l) and self.hw[l] < len(self.log[l]))
        require(all(self.ep[r] == self.ep[l] and len(self.log[r]) > self.hw[l]
                    and self.log[r][self.hw[l]] == self.log[l][self.hw[l]] for r in self.isr))
        self.hw[l] += 1

    @action(l=Rep, f=Rep)
    def shrink(self, l, f):
        behind = not self.up[f] or len(self.log[f]) < len(self.log[l])
        require(self.true_leader(l) and f != l and f in self.isr and behind)
        self.isr.remove(f)

    @action(l=Rep, f=Rep)
    def expand(self, l, f):
        n = len(self.log[l])
        require(self.true_leader(l) and self.up[f] and f not in self.isr and self.ep[f] == self.ep[l])
        require(len(self.log[f]) >= n and (n == 0 or self.log[f][n - 1] == self.log[l][n - 1]))
        self.isr.add(f)

    @action(r=Rep)
    def crash(self, r):
        require(self.up[r])
        self.up[r], self.ld[r] = False, False

    @action(r=Rep)
    def restart(self, r):
        require(not self.up[r])
        self.up[r] = True

    @action(c=Con, r=Rep)
    def consume(self, c, r):
        require(self.up[r] and self.ld[r] and self.pos[c] < self.hw[r])
        self.pos[c] += 1

    @action(c=Con)
    def commit(self, c):
        require(self.com[c] < self.pos[c])
        self.com[c] = self.pos[c]

    @action(c=Con)
    def rebalance(self, c):
        require(self.com[c] < self.pos[c])
        self.pos[c] = self.com[c]

    @invariant
    def strong_isr(self):   # whatever is below the true leader's high watermark is in every in-sync replica
        return all(len(self.log[r]) > i and self.log[r][i] == self.log[l][i] for l in self.Rep
                   if self.ld[l] and self.ep[l] == self.q_epoch for r in self.isr for i in range(self.hw[l]))

    @invariant
    def offsets(self):
        return all(self.com[c] <= self.pos[c] for c in self.Con)
