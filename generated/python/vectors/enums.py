"""Golden vectors: enums and flags of each width."""

# Made by mycc from schemas/vectors/enums.myc: change that, not this.

from typing import Annotated

from mycelium import wire


class Venue(
    wire.OpenEnum,
    name="vectors.enums.Venue",
    repr="u16",
    digest="myc1:e655239a4d9330066395bb628a85c6b360719780e00065676dded2ef8c204005",
):
    """Keeps numbers that it does not name."""

    NONE = 0
    NORTH_SEA = 1
    SOUTH = 65535


class Side(
    wire.ClosedEnum,
    name="vectors.enums.Side",
    repr="u8",
    digest="myc1:a96e0a3133416926557acc19198d2871e59d6b728a4c32874a55fb7411a051c4",
):
    """Refuses them."""

    BUY = 1
    SELL = 2


class Step(
    wire.ClosedEnum,
    name="vectors.enums.Step",
    repr="i8",
    digest="myc1:3e2729b6f05a21a854207e7096dc869fd65fd939f0624ed9d118e493631e7892",
):
    """Negative numbers."""

    DOWN = -128
    STAY = 0
    UP = 127


class Level(
    wire.OpenEnum,
    name="vectors.enums.Level",
    repr="i16",
    digest="myc1:5c4becd4cbf60f6461d8a0669d6067cab5f85666a18431ad76dca6608544f032",
):
    """Negative numbers that may be unknown."""

    LOW = -300
    HIGH = 300


class Offset(
    wire.OpenEnum,
    name="vectors.enums.Offset",
    repr="i32",
    digest="myc1:e46080c79a726f1dacca0c8f77268266fac0ad7dbeb361b0515c507dd7b93616",
):
    """Wide and signed."""

    BACK = -2147483648
    FORTH = 2147483647


class Serial(
    wire.OpenEnum,
    name="vectors.enums.Serial",
    repr="u64",
    digest="myc1:45dbee49aa38cb1a430f77322f1625476855633c4bf32f54fd65fe4aff885c27",
):
    """As wide as it gets."""

    FIRST = 1
    LAST = 18446744073709551615


class Delta(
    wire.ClosedEnum,
    name="vectors.enums.Delta",
    repr="i64",
    digest="myc1:144e6b927bfac289beb1dea48393b737f078800e4486ff91e4b0cdc9e08bdca1",
):
    """As wide as it gets, signed."""

    LEAST = -9223372036854775808
    MOST = 9223372036854775807


class Word(
    wire.ClosedEnum,
    name="vectors.enums.Word",
    repr="u32",
    digest="myc1:8c2de5de998479bbcb5e295e00494bf983b8a38e12e82ebb6a15f08c5f299b5b",
):
    """Four bytes."""

    ZERO = 0
    ALL = 4294967295


class Small(
    wire.Flags,
    name="vectors.enums.Small",
    repr="u8",
    digest="myc1:9d2e94c078bc5d62f0d95bb00ee9730b8b36621e644d58f998340370ebdec0ba",
):
    """One byte of bits."""

    FIRST = 1 << 0
    LAST = 1 << 7


class Trade(
    wire.Flags,
    name="vectors.enums.Trade",
    repr="u16",
    digest="myc1:f1aede6b7dd1c987be9c6475f613674ef4632564ca46334a637e7700c1dd9136",
):
    """Two bytes of bits, declared out of order."""

    BLOCK_TRADE = 1 << 1
    AUCTION = 1 << 0


class Medium(
    wire.Flags,
    name="vectors.enums.Medium",
    repr="u32",
    digest="myc1:eb9d13d886044ca689fa5ad6e12cc5b38a95bc7ad98f1e5f61985865e142a13c",
):
    """Four bytes of bits."""

    LOW = 1 << 0
    HIGH = 1 << 31


class Large(
    wire.Flags,
    name="vectors.enums.Large",
    repr="u64",
    digest="myc1:6705924d1659506046340b72ff6ae6e4a65de7cb76122787da8778e891076d5a",
):
    """Eight bytes of bits."""

    LOW = 1 << 0
    HIGH = 1 << 63


class Enums(
    wire.Message,
    name="vectors.enums.Enums",
    id=1031,
    topic="vectors.enums.enums",
    digest="myc1:2de882c7e5943c28bc23b8782a9f04440cc277741e4afee2f232a266764d9d71",
):
    """One of each."""

    venue: Venue
    side: Side
    step: Step
    level: Level
    offset: Offset
    serial: Serial
    delta: Delta
    word: Word
    small: Small
    trade: Trade
    medium: Medium
    large: Large


class Rows(
    wire.Message,
    name="vectors.enums.Rows",
    id=1032,
    topic="vectors.enums.rows",
    kw_only=True,
    digest="myc1:f603387b0b57a4b07c91300293e0f86994d8d0e21e1976165dfdd10f49edc9c0",
):
    """Inside other types."""

    sides: list[Side]
    venues: Annotated[list[Venue], wire.exactly(2)]
    trades: Annotated[list[Trade], wire.max_items(2)]
    maybe: Side | None = None
    pair: tuple[Venue, Small]
