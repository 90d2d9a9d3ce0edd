"""Golden vectors: what may be absent, of each kind."""

# Made by mycc from schemas/vectors/optionals.myc: change that, not this.

from decimal import Decimal
from typing import Annotated, TypeAlias

from mycelium import wire


class Point(
    wire.Struct,
    name="vectors.optionals.Point",
    digest="myc1:d3199fcb3e7a2e5f7982286c8d6c18e0ce86de34262329c1eca255d7ffc5f25e",
):
    """Inline."""

    x: wire.i32
    y: wire.u8


class Note(
    wire.Message,
    name="vectors.optionals.Note",
    id=1041,
    topic="vectors.optionals.note",
    digest="myc1:0482af148034383186d0cbd927fd425f36fcac77ee3a093495621833e71da9c8",
):
    """Referred to."""

    text: str | None = None
    stars: wire.u8 | None = None


class Side(
    wire.ClosedEnum,
    name="vectors.optionals.Side",
    repr="u8",
    digest="myc1:2285e2fa55872fb7808b887957fa965618334f2c63e74062df4ee9f51e55f730",
):
    """Closed."""

    BUY = 1
    SELL = 2


class Marks(
    wire.Flags,
    name="vectors.optionals.Marks",
    repr="u16",
    digest="myc1:6d82ee06ce3754bd21cff09de381e04c4889daf13fd3fb6b955f2a0ba83bd8a6",
):
    """Bits."""

    ONE = 1 << 0


class Event(
    wire.OpenUnion,
    name="vectors.optionals.Event",
    digest="myc1:00fd90013d4a22c5662a4a301d681e48faa67ecafeae8abf4a3e291b49386c95",
):
    """Open."""

    class Note(wire.Arm, arm="note", tag=1):
        value: Note

    class Count(wire.Arm, arm="count", tag=2):
        value: wire.u64

    Unknown: TypeAlias = wire.UnknownArm
    Arm: TypeAlias = Note | Count | Unknown


class Shape(
    wire.ClosedUnion,
    name="vectors.optionals.Shape",
    digest="myc1:79267e0f97585fd1c31cfc40b3f509f4212563fb6531873d30c5a2f333777e3c",
):
    """Closed."""

    class Dot(wire.Arm, arm="dot", tag=1):
        value: Point

    class Name(wire.Arm, arm="name", tag=2):
        value: str

    Arm: TypeAlias = Dot | Name


class Optionals(
    wire.Message,
    name="vectors.optionals.Optionals",
    id=1042,
    topic="vectors.optionals.optionals",
    digest="myc1:de69ab9460f907be6c5b85243223b653d82a33d00b1fcd3eddd7419373d271b4",
):
    """Inline values have a presence byte, references need none."""

    truth: bool | None = None
    byte: wire.u8 | None = None
    number: wire.u64 | None = None
    wide: wire.i128 | None = None
    float_: Annotated[wire.f64 | None, wire.name("float")] = None
    time: wire.timestamp | None = None
    price: Annotated[Decimal | None, wire.decimal(2)] = None
    side: Side | None = None
    marks: Marks | None = None
    point: Point | None = None
    code: Annotated[str | None, wire.max_bytes(3)] = None
    few: Annotated[list[wire.u16] | None, wire.max_items(2)] = None
    pair: tuple[wire.u8, wire.u32] | None = None
    hash: Annotated[bytes | None, wire.exactly(2)] = None
    shape: Shape.Arm | None = None
    text: str | None = None
    data: bytes | None = None
    numbers: list[wire.u32] | None = None
    words: list[str] | None = None
    note: Note | None = None
    event: Event.Arm | None = None
