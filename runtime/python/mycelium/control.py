"""What two transports say to each other beside the messages that they carry.

A control frame is a frame with type id 0 whose payload is a `Control`.
"""

# Made by mycc from schemas/mycelium/control.myc: change that, not this.

from typing import Annotated, Final, TypeAlias

from mycelium import wire

PROTOCOL: Final = 1
"""Version of the conversation described here."""


class Hello(
    wire.Struct,
    name="mycelium.control.Hello",
    digest="myc1:f6cf2076954d2ea7b9ecfa83357507871649f702656d6dcd17d86b4ad9cd465b",
):
    """The first frame on a connection, both ways."""

    protocol: wire.u16
    """`PROTOCOL` of the sender."""

    process_id: wire.u32
    """Process id of the sender."""

    node: str
    """Node of the sender, as its topology names it."""

    service: str
    """Service that opened the bus."""


class Subscribe(
    wire.Struct,
    name="mycelium.control.Subscribe",
    digest="myc1:9621ae32a5adadcecd134cb2e7519edeadda10332f82962598e8fb88a99aeb2e",
):
    """\"I want this topic": from the receiving side of a route."""

    topic: str
    """Topic."""

    type_id: wire.u16
    """Type id that the subscriber knows it by."""

    digest: Annotated[bytes, wire.exactly(32)]
    """Digest that the subscriber decodes by."""


class Channel(
    wire.Struct,
    name="mycelium.control.Channel",
    digest="myc1:ae3a8b604f35f5703d41762106614f723c7534083ba959412dc96d9af4e01f8f",
):
    """\"This topic travels on this channel from here on": from the publishing side."""

    channel: wire.u16
    """Number in the header of each frame of the topic."""

    type_id: wire.u16
    """Type id of the frames."""

    digest: Annotated[bytes, wire.exactly(32)]
    """Digest of the type."""

    topic: str
    """Topic."""


class Refusal(
    wire.Struct,
    name="mycelium.control.Refusal",
    digest="myc1:7358d01d5d25bd1dc68fb87b1a4ab369a9d9b480fa8e5e48c207551d1e14ea69",
):
    """\"I publish that topic, but with another digest.\""""

    topic: str
    """Topic."""

    digest: Annotated[bytes, wire.exactly(32)]
    """Digest that the publisher encodes by."""

    reason: str
    """What differs, for a person."""


class Closed(
    wire.Struct,
    name="mycelium.control.Closed",
    digest="myc1:559848268dc7e25760fcae2fbf80603d73e6f5939902eb189ec1ba7bd9953053",
):
    """The topic's last publisher has closed; nothing more comes on the channel."""

    channel: wire.u16
    """Channel."""

    published: wire.u64
    """Frames that were published on it."""


class Goodbye(
    wire.Struct,
    name="mycelium.control.Goodbye",
    digest="myc1:4bf91b41252e9d755429295b32060e83a5a82189442240dd9208ebf17bbbdca2",
):
    """The sender leaves in order."""

    reason: str
    """Why, for a person; empty where nothing is wrong."""


class Heartbeat(
    wire.Struct,
    name="mycelium.control.Heartbeat",
    digest="myc1:678000da7a60db20d1ac2bfc2e93f3b2a02a7afed2aed5b38a939fda07826fb2",
):
    """The sender is alive and has nothing to say."""

    sent_time: wire.timestamp
    """The sender's clock."""


class Description(
    wire.Struct,
    name="mycelium.control.Description",
    digest="myc1:47c1ca461abee5a5966117253c2d8a3f257e1aab03a2d64b0662196a39fd42d4",
):
    """\"A type of this digest is that": before the first frame that names a digest which the other side may not
    know, from the publishing side.
    """

    digest: Annotated[bytes, wire.exactly(32)]
    """Digest of the type."""

    ancestors: Annotated[
        list[Annotated[bytes, wire.exactly(32)]],
        wire.has_len(0, 1024),
    ]
    """Digests of released versions that it still talks with."""

    text: Annotated[str, wire.has_len(0, 65536)]
    """Canonical texts of the type and of all that it uses; empty where they are not told."""


class Objection(
    wire.Struct,
    name="mycelium.control.Objection",
    digest="myc1:0248eb45b45fc7522b0c21716390384b1283e674077ec9f20ae7182261156ab4",
):
    """\"I cannot take what you publish there": from the receiving side, once it knows why."""

    topic: str
    """Topic."""

    digest: Annotated[bytes, wire.exactly(32)]
    """Digest that the publisher encodes by."""

    reason: str
    """The first fact that differs, as the publisher sees it, for a person."""


class Stream(
    wire.Struct,
    name="mycelium.control.Stream",
    digest="myc1:5db87a58321eff2c7e1838f9ffb1d416f40d5e0a602f31cdd1d2ee7648f9681e",
):
    """\"The channel that I open next is a part of this stream": from the publishing side. A stream is all that a
    process publishes of a topic for one peer, over whatever connections.
    """

    channel: wire.u16
    """Channel."""

    stream: wire.u64
    """Tells the stream from all others of any process."""

    start: wire.u64
    """Number in the stream of what has number 0 on the channel."""


class Resume(
    wire.Struct,
    name="mycelium.control.Resume",
    digest="myc1:97afd19c9b16214b4d27fe4c45d754a3d0783f3b062a3d5fbe575e5e8c8196a2",
):
    """\"So much of that stream has reached me": from the receiving side, on a new connection, before it asks for
    anything.
    """

    stream: wire.u64
    """Stream, as an earlier connection named it."""

    received: wire.u64
    """Number in the stream of the first frame that is still to come."""


class Body(
    wire.OpenUnion,
    name="mycelium.control.Body",
    digest="myc1:11b2e7225af68f558bc8fd552e2f1a88fc79c38b08f30a060e301cfd6ef0265e",
):
    """What a control frame says."""

    class Hello(wire.Arm, arm="hello", tag=1):
        """First frame of a side."""

        value: Hello

    class Subscribe(wire.Arm, arm="subscribe", tag=2):
        """Wants a topic."""

        value: Subscribe

    class Channel(wire.Arm, arm="channel", tag=3):
        """Opens a channel."""

        value: Channel

    class Refusal(wire.Arm, arm="refusal", tag=4):
        """Declines a subscription."""

        value: Refusal

    class Closed(wire.Arm, arm="closed", tag=5):
        """Ends a channel."""

        value: Closed

    class Goodbye(wire.Arm, arm="goodbye", tag=6):
        """Ends the connection."""

        value: Goodbye

    class Heartbeat(wire.Arm, arm="heartbeat", tag=7):
        """Keeps the connection."""

        value: Heartbeat

    class Description(wire.Arm, arm="description", tag=8):
        """Tells of a type."""

        value: Description

    class Objection(wire.Arm, arm="objection", tag=9):
        """Cannot take a topic."""

        value: Objection

    class Stream(wire.Arm, arm="stream", tag=10):
        """Says what a channel is a part of."""

        value: Stream

    class Resume(wire.Arm, arm="resume", tag=11):
        """Takes up a stream."""

        value: Resume

    Unknown: TypeAlias = wire.UnknownArm
    Arm: TypeAlias = (
        Hello
        | Subscribe
        | Channel
        | Refusal
        | Closed
        | Goodbye
        | Heartbeat
        | Description
        | Objection
        | Stream
        | Resume
        | Unknown
    )


class Control(
    wire.Message,
    name="mycelium.control.Control",
    id=0,
    topic="mycelium.control.control",
    digest="myc1:9297ae088b72f7c8225d6c95a47b0fdc6ce1a728f09dae26f159ee9b322f560f",
    ancestors=(
        "myc1:0c468aec892fa9b29251ed6b50c87bdf26f25c6011b1ed1713235cab01327ff2",
    ),
):
    """A control frame."""

    body: Body.Arm
    """What it says."""
