"""One message description, three languages, any transport: the Python runtime.

import mycelium
from market import Signal, Trade

with mycelium.MessageBus.from_topology("topology.toml", "strategy") as bus:
    signals = bus.publisher(Signal)
    for trade in bus.subscriber(Trade):
        signals.publish(Signal(...))
"""

from mycelium import time, wire
from mycelium.errors import (
    Closed,
    DecodeError,
    DigestMismatch,
    Lost,
    MyceliumError,
    NativeLibraryError,
    PeerVanished,
    TopologyError,
    TransportError,
)

__all__ = [
    "CORE",
    "Closed",
    "DecodeError",
    "DigestMismatch",
    "Lost",
    "MyceliumError",
    "NativeLibraryError",
    "PeerVanished",
    "TopologyError",
    "TransportError",
    "time",
    "wire",
]

CORE = "python"
"""What runs underneath: `python`, codecs that this package generates at run time."""
