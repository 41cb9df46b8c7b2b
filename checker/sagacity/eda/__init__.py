"""Components of event-driven systems, to be nested in a model with `component(...)`."""

from .bus import Bus
from .channel import Channel
from .clock import VectorClock
from .confirms import Confirms
from .consumers import ConsumerGroup
from .dedupe import DedupeStore
from .event_store import Answer, EventStore
from .exchange import Exchange, Routing, Wild
from .group import Group, Protocol, Release
from .outbox import Outbox, Relay
from .producer import Acks, Producer
from .projection import Follow, Projection
from .queue import Queue
from .replicas import Replicas, Truncation
from .snapshot import Snapshot
from .timer import Timer
from .topic import Topic
from .transactional_log import RecordType, TransactionalLog
from .transactions import Defence, Transactions
from .watermark import Watermark
from .windows import Windows

__all__ = [
    "Acks", "Answer", "Bus", "Channel", "Confirms", "ConsumerGroup", "DedupeStore", "Defence", "EventStore",
    "Exchange", "Follow", "Group", "Outbox", "Producer", "Projection", "Protocol", "Queue", "RecordType",
    "Relay", "Release", "Replicas", "Routing", "Snapshot", "Timer", "Topic", "TransactionalLog", "Transactions",
    "Truncation", "VectorClock", "Watermark", "Wild", "Windows",
]
