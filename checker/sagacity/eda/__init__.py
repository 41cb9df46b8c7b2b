"""Components of event-driven systems, to be nested in a model with `component(...)`."""

from .bus import Bus
from .channel import Channel
from .clock import VectorClock
from .confirms import Confirms
from .dedupe import DedupeStore
from .exchange import Exchange, Routing, Wild
from .group import ConsumerGroup
from .outbox import Outbox, Relay
from .queue import Queue
from .timer import Timer
from .topic import Topic

__all__ = ["Bus", "Channel", "Confirms", "ConsumerGroup", "DedupeStore", "Exchange", "Outbox", "Queue", "Relay",
           "Routing", "Timer", "Topic", "VectorClock", "Wild"]
