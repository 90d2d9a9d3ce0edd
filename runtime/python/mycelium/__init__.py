"""One message description, three languages, any transport: the Python runtime.

import mycelium
from market import Signal, Trade

with mycelium.MessageBus.from_topology("topology.toml", "strategy") as bus:
    signals = bus.publisher(Signal)
    for trade in bus.subscriber(Trade):
        signals.publish(Signal(...))
"""

from mycelium import time, wire
from mycelium._codec import core
from mycelium.bus import MessageBus
from mycelium.errors import (
    Closed,
    DecodeError,
    DigestMismatch,
    Full,
    JsonError,
    Lost,
    MyceliumError,
    NativeLibraryError,
    Overflow,
    PeerVanished,
    TopologyError,
    TransportError,
)
from mycelium.listener import Listener
from mycelium.publisher import Publisher
from mycelium.subscriber import Subscriber
from mycelium.sweep import sweep
from mycelium.topology import Topology

__all__ = [
    "CORE",
    "Closed",
    "DecodeError",
    "DigestMismatch",
    "Full",
    "JsonError",
    "Listener",
    "Lost",
    "MessageBus",
    "MyceliumError",
    "NativeLibraryError",
    "Overflow",
    "PeerVanished",
    "Publisher",
    "Subscriber",
    "Topology",
    "TopologyError",
    "TransportError",
    "sweep",
    "time",
    "wire",
]

CORE = core.NAME
"""What codecs and buses run on: `native`, in Rust, or `python`, which is the same in Python.

The native core is taken where it is there; `MYCELIUM_PURE_PYTHON=1` in the environment asks for the other.
"""
