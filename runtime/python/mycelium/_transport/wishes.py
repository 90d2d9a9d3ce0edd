"""What a peer has asked for: topics, or patterns of topics, each with a digest."""

from __future__ import annotations

from mycelium.errors import TransportError

ANY_DIGEST = bytes(32)
"""In a wish: whatever the digest is."""

# A topic is asked for by each version that can be read.
_MOST_WISHES = 4 * 4096
_LONGEST_TOPIC = 1024


class Wishes:
    """The wishes of one peer, which come from outside: their number and lengths are bounded."""

    def __init__(self) -> None:
        self._wishes: set[tuple[str, bytes]] = set()
        # Topics whose refusal was sent and that were not asked for again.
        self._refused: set[str] = set()

    def add(self, topic: str, digest: bytes) -> None:
        """Takes a wish."""
        if len(topic.encode()) > _LONGEST_TOPIC:
            raise TransportError(
                f"a topic of {len(topic.encode())} bytes, longer than {_LONGEST_TOPIC}"
            )
        is_new = (topic, digest) not in self._wishes
        if is_new and len(self._wishes) >= _MOST_WISHES:
            raise TransportError(f"more than {_MOST_WISHES} subscriptions")
        self._refused.discard(topic)
        self._wishes.add((topic, digest))

    def digests(self, topic: str) -> set[bytes]:
        """The digests with which a topic is wanted; none where nobody asked for it."""
        return {wished for name, wished in self._wishes if fits(name, topic)}

    def is_to_refuse(self, topic: str) -> bool:
        """Whether the refusal of a topic is still to be sent, which is so once."""
        is_new = topic not in self._refused
        self._refused.add(topic)
        return is_new


def fits(pattern: str, topic: str) -> bool:
    """Whether a topic's name fits a pattern, in which each `*` stands for any run of characters.

    Each piece between stars is sought behind the one before it. Nothing is tried twice, so a pattern
    from a peer costs no more than the product of the lengths.
    """
    first, *pieces = pattern.split("*")
    if not pieces:
        return pattern == topic
    if not topic.startswith(first):
        return False
    at, last = len(first), pieces.pop()
    for piece in pieces:
        at = topic.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return len(topic) - at >= len(last) and topic.endswith(last)
