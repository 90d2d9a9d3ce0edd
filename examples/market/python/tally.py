"""What a service keeps of a topic: enough to prove that all of them saw the same bits.

Counts, hash, levels and the exact sum of traded quantities must come out alike in the publisher and
in every subscriber, whatever language it is written in and however the frames travelled.
"""

import hashlib
import time
from collections import Counter
from decimal import Decimal

from market import BookTicker, DepthUpdate, Signal, Snapshot, Trade

Message = BookTicker | Trade | DepthUpdate | Snapshot | Signal

BUCKETS_PER_OCTAVE = 32
OCTAVE_LOG2 = 5


class Tally:
    """The running account of one topic."""

    def __init__(self) -> None:
        self.count = 0
        self.lost = 0
        self.bytes = 0
        self.levels = 0
        self.quantity = Decimal(0)
        self.sha256 = hashlib.sha256()
        self.latency_buckets: Counter[int] = Counter()

    def record(self, message: Message) -> None:
        """Accounts for a message by the frame that it is encoded to."""
        frame = message.to_frame()
        self.count += 1
        self.bytes += len(frame)
        self.sha256.update(frame)
        if isinstance(message, Trade):
            self.quantity += message.quantity
        elif isinstance(message, DepthUpdate | Snapshot):
            self.levels += len(message.bids) + len(message.asks)

    def receive(self, message: Message) -> None:
        """Accounts for a message that has just arrived."""
        self.latency_buckets[bucket_of(time.time_ns() - message.sent_time)] += 1
        self.record(message)

    def report(self) -> dict[str, object]:
        """The account as it is compared with others."""
        return {
            "count": self.count,
            "lost": self.lost,
            "bytes": self.bytes,
            "levels": self.levels,
            "quantity": f"{self.quantity:.8f}",
            "sha256": self.sha256.hexdigest(),
            "latency_ns": sorted(
                (lowest_of(b), n) for b, n in self.latency_buckets.items()
            ),
        }


def bucket_of(value_ns: int) -> int:
    """Buckets are 1 ns wide below 32 ns; from there each power of two has 32 of them."""
    if value_ns < BUCKETS_PER_OCTAVE:
        return max(0, value_ns)
    shift = value_ns.bit_length() - 1 - OCTAVE_LOG2
    return shift * BUCKETS_PER_OCTAVE + (value_ns >> shift)


def lowest_of(bucket: int) -> int:
    """The lowest value that falls into a bucket."""
    if bucket < BUCKETS_PER_OCTAVE:
        return bucket
    shift = bucket // BUCKETS_PER_OCTAVE - 1
    return (bucket - shift * BUCKETS_PER_OCTAVE) << shift
