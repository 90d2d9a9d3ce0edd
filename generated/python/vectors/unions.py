"""Golden vectors: open and closed unions."""

# Made by mycc from schemas/vectors/unions.myc: change that, not this.

from typing import Annotated, TypeAlias

from mycelium import wire


class Point(
    wire.Struct,
    name="vectors.unions.Point",
    digest="myc1:70bed0defde9f02a684f6171ad4822362bb13a345422242b1658d12c8d98fb85",
):
    """Inline."""

    x: wire.i32
    y: wire.i32


class Order(
    wire.Message,
    name="vectors.unions.Order",
    id=1051,
    topic="vectors.unions.order",
    digest="myc1:b6b4db3fad75d087bc943a31776ffb28c9e2005ebcb37b241f4ddf9c8c72b117",
):
    """Referred to."""

    id: wire.u64
    note: str


class Shape(
    wire.ClosedUnion,
    name="vectors.unions.Shape",
    digest="myc1:78a841d394be855c6b451eb1f0298853c76158d8a2a39f7f9f002b6eadd20fcf",
):
    """The arm lies inline, in room for the widest."""

    class Dot(wire.Arm, arm="dot", tag=1):
        value: Point

    class Line(wire.Arm, arm="line", tag=2):
        value: tuple[Point, Point]

    class Label(wire.Arm, arm="label", tag=3):
        value: str

    class Order(wire.Arm, arm="order", tag=4):
        value: Order

    class Size(wire.Arm, arm="size", tag=5):
        value: wire.u8

    class Corners(wire.Arm, arm="corners", tag=6):
        value: list[Point]

    Arm: TypeAlias = Dot | Line | Label | Order | Size | Corners


class Event(
    wire.OpenUnion,
    name="vectors.unions.Event",
    digest="myc1:9b3e87fe3987914ae14d067f797fd47dc0f112e17a5a18daf3bb57cb68911543",
):
    """Each arm lies in the tail as a payload of its own; an unknown one is kept."""

    class Tick(wire.Arm, arm="tick", tag=1):
        value: Point

    class Note(wire.Arm, arm="note", tag=2):
        value: str

    class Order(wire.Arm, arm="order", tag=3):
        value: Order

    class Count(wire.Arm, arm="count", tag=4):
        value: wire.u8

    class Path(wire.Arm, arm="path", tag=5):
        value: list[Point]

    class Shape(wire.Arm, arm="shape", tag=6):
        value: Shape.Arm

    class Pair(wire.Arm, arm="pair", tag=7):
        value: tuple[wire.u8, str]

    class Heartbeat(wire.Arm, arm="heartbeat", tag=65535):
        value: bool

    Unknown: TypeAlias = wire.UnknownArm
    Arm: TypeAlias = (
        Tick | Note | Order | Count | Path | Shape | Pair | Heartbeat | Unknown
    )


class Wide(
    wire.ClosedUnion,
    name="vectors.unions.Wide",
    digest="myc1:b02dd1242b41596d3bfcd402c85316a929085eb08149dfc88f405980458aee29",
):
    """A tag of two bytes."""

    class Small(wire.Arm, arm="small", tag=1):
        value: wire.u8

    class Large(wire.Arm, arm="large", tag=300):
        value: wire.u64

    Arm: TypeAlias = Small | Large


class Unions(
    wire.Message,
    name="vectors.unions.Unions",
    id=1052,
    topic="vectors.unions.unions",
    digest="myc1:47df548314d4f31ed8b72af8cc9c30c96ff6a5074990430013a006f3f538bce7",
):
    """Both, alone and in rows."""

    event: Event.Arm
    shape: Shape.Arm
    wide: Wide.Arm
    events: list[Event.Arm]
    shapes: list[Shape.Arm]
    two: Annotated[list[Wide.Arm], wire.exactly(2)]
