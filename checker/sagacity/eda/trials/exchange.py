"""How each type of exchange routes, as a model: five queues, every message of up to two words and any headers."""

from enum import Enum

from sagacity import *
from sagacity.eda import Exchange, Routing


class Word(Enum):
    LOG = 1; ERROR = 2


class Header(Enum):
    PDF = 1; REPORT = 2


class Name(Enum):
    """The queues, by what they are bound with."""

    LOG = 1; LOG_STAR = 2; LOG_HASH = 3; STAR_ERROR = 4; HASH = 5; BOTH = 6; EITHER = 7; UNBOUND = 8


class ExchangeTrial(Model):
    """A message with any key of up to WORDS words and any headers; the properties say which queues it must reach."""

    ROUTING = const(Routing.TOPIC, doc="type of the exchange")
    EXPECTED = const(Routing.TOPIC, doc="type that the properties speak of")
    EVERYBODY = const(False, doc="a faulty broker: every queue gets the message, bound or not")

    WORDS = const(2, doc="words of a key, at most")

    Key = Seq[Word, WORDS]

    exchange = component(Exchange, Name=Name, Word=Word, Header=Header, routing=ROUTING, words=WORDS)
    sent = var(bool, init=False)
    key = var(Key, init=[])
    headers = var(Set[Header], init=set())
    got = var(Set[Name], init=set(), doc="the queues that got the message")

    @init
    def declare(self):
        if self.ROUTING == Routing.HEADERS:
            self.exchange.bind_headers(Name.BOTH, {Header.PDF, Header.REPORT}, True)
            self.exchange.bind_headers(Name.EITHER, {Header.PDF, Header.REPORT}, False)
        else:
            log = self.exchange.word(Word.LOG)
            self.exchange.bind(Name.LOG, [log])
            self.exchange.bind(Name.LOG_STAR, [log, self.exchange.star()])
            self.exchange.bind(Name.LOG_HASH, [log, self.exchange.hash()])
            self.exchange.bind(Name.STAR_ERROR, [self.exchange.star(), self.exchange.word(Word.ERROR)])
            self.exchange.bind(Name.HASH, [self.exchange.hash()])
            self.exchange.bind(Name.HASH, [log])

    @action(k=Key, h=Set[Header])
    def publish(self, k, h):
        require(not self.sent)
        self.sent = True
        self.key = k
        self.headers = h
        self.got = {q for q in Name} if self.EVERYBODY else self.exchange.route(k, h)

    def demanded(self, routing, q, condition):
        """Under the expected type, does the queue have the message exactly if the condition holds?"""
        return not self.sent or self.EXPECTED != routing or (q in self.got) == condition

    @invariant
    def direct_is_equality(self):
        """A part that is not a word is not special: the queue of `#` gets only what its other binding names."""
        return (self.demanded(Routing.DIRECT, Name.LOG, self.key == [Word.LOG])
                and self.demanded(Routing.DIRECT, Name.HASH, self.key == [Word.LOG]))

    @invariant
    def star_is_one_word(self):
        return (self.demanded(Routing.TOPIC, Name.LOG_STAR, len(self.key) == 2 and self.key[0] == Word.LOG)
                and self.demanded(Routing.TOPIC, Name.STAR_ERROR, len(self.key) == 2 and self.key[1] == Word.ERROR))

    @invariant
    def hash_is_any_number_of_words(self):
        return (self.demanded(Routing.TOPIC, Name.LOG_HASH, len(self.key) > 0 and self.key[0] == Word.LOG)
                and self.demanded(Routing.TOPIC, Name.HASH, True))

    @invariant
    def fanout_reaches_every_bound_queue(self):
        return all(self.demanded(Routing.FANOUT, q, q not in (Name.BOTH, Name.EITHER, Name.UNBOUND)) for q in Name)

    @invariant
    def headers_all_or_any(self):
        return (self.demanded(Routing.HEADERS, Name.BOTH, Header.PDF in self.headers and Header.REPORT in self.headers)
                and self.demanded(Routing.HEADERS, Name.EITHER, len(self.headers) > 0))

    @invariant
    def unbound_gets_nothing(self):
        return Name.UNBOUND not in self.got

    @terminal
    def published(self):
        return self.sent
