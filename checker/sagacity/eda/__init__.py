"""Components of event-driven systems, to be nested in a model with `component(...)`."""

from .bus import Bus
from .channel import Channel
from .clock import VectorClock
from .confirms import Confirms
from .exchange import Exchange, Routing, Wild
from .group import Group, Protocol, Release
from .queue import Queue
from .topic import Topic
from .transactional_log import RecordType, TransactionalLog
from .transactions import Defence, Transactions

__all__ = [
    "Bus", "Channel", "Confirms", "Defence", "Exchange", "Group", "Protocol", "Queue", "RecordType",
    "Release", "Routing", "Topic", "TransactionalLog", "Transactions", "VectorClock", "Wild",
]
