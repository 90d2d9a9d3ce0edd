"""Golden vectors: defaults, and frames of older and newer writers."""

# Made by mycc from schemas/vectors/evolution.myc: change that, not this.

from decimal import Decimal
from typing import Annotated

from mycelium import wire


class Venue(
    wire.OpenEnum,
    name="vectors.evolution.Venue",
    repr="u16",
    digest="myc1:7ea76bb7331a1c3a06d75c4f401d6b981931122bbed51a479df4100a794c2520",
):
    """A default."""

    BINANCE = 1
    COINBASE = 2


class Grown(
    wire.Message,
    name="vectors.evolution.Grown",
    id=1071,
    topic="vectors.evolution.grown",
    digest="myc1:ea7a45cce8ebc3b48f282bbe4fc21a91dc7591121108a0ab4a900537ac0cde1f",
):
    """Every field behind the first has a default or is optional, so that a frame may end after any."""

    id: wire.u64
    truth: bool = True
    small: wire.i8 = -5
    large: wire.u64 = 18_446_744_073_709_551_615
    wide: wire.i128 = -170_141_183_460_469_231_731_687_303_715_884_105_728
    float_: Annotated[wire.f64, wire.name("float")] = 0.5
    venue: Venue = Venue.COINBASE
    price: Annotated[Decimal, wire.decimal(4)] = Decimal("1.25")
    span: wire.duration = 1_500_000_000
    text: str = "grün"
    code: Annotated[str, wire.max_bytes(4)] = "ab"
    note: str | None = None
    count: wire.u32 | None = None

    price_raw = wire.raw("price")


class Log(
    wire.Message,
    name="vectors.evolution.Log",
    id=1072,
    topic="vectors.evolution.log",
    digest="myc1:6dc595d163b3b90e68df5b62aecd72468dc969fcceb8d0bb0433624036fb85ea",
):
    """A version with a list at its end, so that a longer tail can be seen."""

    lines: list[str]


class Outer(
    wire.Message,
    name="vectors.evolution.Outer",
    id=1073,
    topic="vectors.evolution.outer",
    digest="myc1:063c4229cdc241e70412aab72355be7d5ed08b1f44718e84d4030378a438e814",
):
    """Holds a message that may be of another version."""

    inner: Grown
    after: wire.u8


class Strict(
    wire.Message,
    name="vectors.evolution.Strict",
    id=1074,
    topic="vectors.evolution.strict",
    digest="myc1:58db8bcaa072a2ed28082115c7f8b95f7b96f100bfb78770ed8af3bd8b58b3f6",
):
    """What an older writer may not know is required here."""

    first: wire.u32
    second: wire.u32
