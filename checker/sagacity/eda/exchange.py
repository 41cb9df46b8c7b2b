"""Routing as in RabbitMQ: which queues does an exchange put a message into?"""

from enum import Enum

from sagacity import Map, Model, Option, Seq, Set, const, record, require, terminal, var


class Routing(Enum):
    """The four types of exchange in AMQP 0-9-1."""

    DIRECT = 1; TOPIC = 2; FANOUT = 3; HEADERS = 4


class Wild(Enum):
    """What a part of a binding's pattern stands for: one given word, any one word (`*`), any number of words (`#`)."""

    WORD = 1; STAR = 2; HASH = 3


class Exchange(Model):
    """Routes by type: direct (routing key equals binding key), topic (the key matches the pattern), fanout (every
    bound queue), headers (all, or any, of the binding's headers are on the message).

    A routing key is a sequence of words (`logs.error` is two). In a topic pattern `*` stands for exactly one word and
    `#` for zero or more. A queue with several matching bindings gets one copy of the message. What no binding matches
    goes nowhere: the exchange drops it without a word, unless the publisher asks (`mandatory`) and looks at `route`.
    Checked in trials/exchange.py: direct_is_equality, star_is_one_word, hash_is_any_number_of_words,
    fanout_reaches_every_bound_queue and headers_all_or_any (each fails under another type of exchange) and
    unbound_gets_nothing; the tests compare `matches` with regular expressions on every pattern and key of three words.
    Source: AMQP 0-9-1, section 3.1.3; RabbitMQ, "Exchanges" and "Topics".

    Has no faults of its own: queues (Queue) and the way there (Confirms) have.
    """

    Name = const(bool, doc="type of the queues' names")
    Word = const(bool, doc="type of the words of a routing key")
    Header = const(bool, doc="type of a header: a name with its value")
    routing = const(Routing.TOPIC, doc="type of the exchange")
    words = const(2, doc="words of a key or a pattern, at most")
    bindings = const(2, doc="bindings of one queue, at most")

    Key = Seq[Word, words]
    Part = record(wild=Wild, word=Option[Word])
    Binding = record(pattern=Seq[Part, words], headers=Set[Header], every=bool)

    bound = var(Map[Name, Set[Binding, bindings]], init=set())

    def bind(self, q, pattern):
        """Bind a queue with a pattern: parts are made by `word`, `star` and `hash`. Fanout ignores it."""
        self.bound[q].add(self.Binding(pattern=pattern, headers=set(), every=True))

    def bind_headers(self, q, headers, every):
        """Bind a queue to messages with all of the headers (`x-match: all`), or with any of them."""
        self.bound[q].add(self.Binding(pattern=[], headers=headers, every=every))

    def unbind(self, q):
        """Remove all bindings of a queue."""
        require(len(self.bound[q]) > 0)
        self.bound[q] = set()

    def word(self, w):
        """The part of a pattern that stands for the word itself."""
        return self.Part(wild=Wild.WORD, word=w)

    def star(self):
        """The part `*`: exactly one word."""
        return self.Part(wild=Wild.STAR)

    def hash(self):
        """The part `#`: zero or more words."""
        return self.Part(wild=Wild.HASH)

    def equal(self, pattern, key):
        """Is the binding key the routing key?"""
        return len(pattern) == len(key) and all(part == self.word(key[i]) for i, part in enumerate(pattern))

    def matches(self, pattern, key):
        """Does a topic pattern match a key? The pattern as an automaton: `at` has the words that may be read so far."""
        at = {0}
        for part in pattern:
            if part.wild == Wild.HASH:
                at = {j for i in at for j in range(i, len(key) + 1)}
            else:
                at = {i + 1 for i in at if i < len(key) and (part.wild == Wild.STAR or part == self.word(key[i]))}
        return len(key) in at

    def selects(self, b, key, headers):
        """Does a binding take a message with this key and these headers?"""
        match self.routing:
            case Routing.DIRECT:
                return self.equal(b.pattern, key)
            case Routing.TOPIC:
                return self.matches(b.pattern, key)
            case Routing.HEADERS:
                return b.headers <= headers if b.every else any(h in headers for h in b.headers)
        return True

    def route(self, key, headers):
        """The queues that get the message."""
        return {q for q in self.Name if any(self.selects(b, key, headers) for b in self.bound[q])}

    @terminal
    def idle(self):
        """An exchange alone does nothing."""
        return True
