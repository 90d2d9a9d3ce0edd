"""A market pipeline: market data in, trading signals, risk verdicts."""

# Made by mycc from schemas/market.myc: change that, not this.

from decimal import Decimal
from typing import Annotated, Final, TypeAlias

from mycelium import wire

MAX_SYMBOL: Final = 16
"""Longest symbol, in bytes."""

Price = Annotated[Decimal, wire.decimal(8)]
"""A price in units of 1e-8 of the quote currency."""

Quantity = Annotated[Decimal, wire.decimal(8)]
"""A quantity in units of 1e-8 of the base currency."""

Symbol = Annotated[str, wire.max_bytes(16)]
"""Name of an instrument, such as `BTCUSDT`."""


class Side(
    wire.ClosedEnum,
    name="market.Side",
    repr="u8",
    digest="myc1:c196e073704faecb54399d31a68038b5242cdc5e27b90f2ed0bd26083bd5cd33",
):
    """Which side of the market an order is on."""

    BUY = 1
    """Wants to buy."""

    SELL = 2
    """Wants to sell."""


class Venue(
    wire.OpenEnum,
    name="market.Venue",
    repr="u16",
    digest="myc1:bbcdb3e553f6883704840788c17b9844264906112314fbf8f41c3e94dfb6ff2f",
):
    """Where the data comes from."""

    BINANCE = 1
    """Binance USD-M futures."""

    SIMULATOR = 2
    """The seeded simulator."""


class TradeFlags(
    wire.Flags,
    name="market.TradeFlags",
    repr="u16",
    digest="myc1:b8e3a2b40feb9082283184233f6a6e1104af45e1d2bcad7ae22c41a972ac85cc",
):
    """What is special about a trade."""

    BUYER_IS_MAKER = 1 << 0
    """The buyer's order rested in the book: the seller was the aggressor."""

    LIQUIDATION = 1 << 1
    """Filled by the insurance fund or by auto-deleveraging."""


class Level(
    wire.Struct,
    name="market.Level",
    digest="myc1:1d682193f9fc42db53b899fe78d061f794adea6e7564cf9e720b51345715003c",
):
    """One price level of a book. Quantity 0 removes the level."""

    price: Price
    """Price of the level."""

    quantity: Quantity
    """All that rests there."""

    price_raw = wire.raw("price")
    quantity_raw = wire.raw("quantity")


class BookTicker(
    wire.Message,
    name="market.BookTicker",
    id=1,
    topic="market.book_ticker",
    digest="myc1:d5a48498a2d469aab33a444fa24a02ee0713e88080cfac2b47cd2a5db753af9f",
):
    """Best bid and offer."""

    event_time: wire.timestamp
    """When the venue's matching engine made the update."""

    sent_time: wire.timestamp
    """When this process handed the message to the bus."""

    update_id: wire.u64
    """The venue's update number."""

    symbol: Annotated[Symbol, wire.key]
    """Instrument."""

    venue: Venue
    """Venue."""

    bid: Level
    """Best bid."""

    ask: Level
    """Best offer."""


class Trade(
    wire.Message,
    name="market.Trade",
    id=2,
    topic="market.trades",
    digest="myc1:c41ad5026081d860fbb0f14461d8d0b54fee745ad409339d616468cf07133e4e",
):
    """A trade print."""

    event_time: wire.timestamp
    """When the venue's matching engine made the trade."""

    sent_time: wire.timestamp
    """When this process handed the message to the bus."""

    trade_id: wire.u64
    """The venue's trade number."""

    symbol: Annotated[Symbol, wire.key]
    """Instrument."""

    venue: Venue
    """Venue."""

    side: Side
    """Side of the aggressor."""

    flags: TradeFlags
    """What is special about it."""

    price: Price
    """Price."""

    quantity: Quantity
    """Quantity."""

    price_raw = wire.raw("price")
    quantity_raw = wire.raw("quantity")


class DepthUpdate(
    wire.Message,
    name="market.DepthUpdate",
    id=3,
    topic="market.depth",
    kw_only=True,
    digest="myc1:4dd7c7adf000239499578558f13c7a57ecc9ad125b9a433cce7d8037a551c892",
):
    """Changes to a book since the previous update."""

    event_time: wire.timestamp
    """When the venue's matching engine made the update."""

    sent_time: wire.timestamp
    """When this process handed the message to the bus."""

    first_update_id: wire.u64
    """First update number that it covers."""

    last_update_id: wire.u64
    """Last update number that it covers."""

    previous_update_id: wire.u64 | None = None
    """Last update number of the previous update, where the venue says it."""

    symbol: Annotated[Symbol, wire.key]
    """Instrument."""

    venue: Venue
    """Venue."""

    bids: list[Level]
    """Changed bids."""

    asks: list[Level]
    """Changed offers."""


class Snapshot(
    wire.Message,
    name="market.Snapshot",
    id=4,
    topic="market.snapshots",
    digest="myc1:e58cbcb3b756d9531b3abbdea175f19e0601cb18783346bce1ae28d6b71867f7",
):
    """A whole book, from which updates go on."""

    event_time: wire.timestamp
    """When the venue took it."""

    sent_time: wire.timestamp
    """When this process handed the message to the bus."""

    last_update_id: wire.u64
    """Last update number that it includes."""

    symbol: Annotated[Symbol, wire.key]
    """Instrument."""

    venue: Venue
    """Venue."""

    bids: list[Level]
    """Bids, best first."""

    asks: list[Level]
    """Offers, best first."""


class Signal(
    wire.Message,
    name="market.Signal",
    id=5,
    topic="market.signals",
    kw_only=True,
    digest="myc1:79f324a910651c07ac02e2274c947da2e48836bf895fea761f334a19d0d9115b",
):
    """What a strategy wants to do."""

    event_time: wire.timestamp
    """Event time of the market data that led to it."""

    sent_time: wire.timestamp
    """When the strategy handed the message to the bus."""

    signal_id: wire.u64
    """Number of the signal, from 1."""

    symbol: Annotated[Symbol, wire.key]
    """Instrument."""

    side: Side
    """Buy or sell."""

    price: Price
    """Limit price."""

    quantity: Quantity
    """How much."""

    confidence: wire.f64
    """Strength of the conviction, 0 to 1."""

    mid: Price
    """Mid price at the time."""

    lifetime: wire.duration = 500_000_000
    """How long the signal is good for."""

    strategy: str
    """Name of the strategy."""

    price_raw = wire.raw("price")
    quantity_raw = wire.raw("quantity")
    mid_raw = wire.raw("mid")


class Approval(
    wire.Struct,
    name="market.Approval",
    digest="myc1:d7c1209b2ca1db3018d70121526db4dca89c01928e0114325fd3c0fe47f7b5d6",
):
    """An order that may be sent as it is."""

    quantity: Quantity
    """How much may be traded, at most what the signal asked for."""

    position_after: Quantity
    """Position in the instrument once it is filled."""

    quantity_raw = wire.raw("quantity")
    position_after_raw = wire.raw("position_after")


class Rejection(
    wire.Struct,
    name="market.Rejection",
    digest="myc1:c81f9866277fabb9970a4e73b5bc1d185219040aa8e8b06e3394049e7b59c6aa",
):
    """A signal that must not be acted on."""

    rule: Annotated[str, wire.max_bytes(32)]
    """Name of the limit that it would break."""

    limit: Quantity
    """The limit."""

    actual: Quantity
    """What the signal would have led to."""

    limit_raw = wire.raw("limit")
    actual_raw = wire.raw("actual")


class Decision(
    wire.OpenUnion,
    name="market.Decision",
    digest="myc1:02e8f9522d80ed619d10ecfcdd3f6f3c276dc0393affb8b4bd26edc97e971735",
):
    """What the risk service decides."""

    class Approved(wire.Arm, arm="approved", tag=1):
        """Go ahead."""

        value: Approval

    class Rejected(wire.Arm, arm="rejected", tag=2):
        """Do not."""

        value: Rejection

    Unknown: TypeAlias = wire.UnknownArm
    Arm: TypeAlias = Approved | Rejected | Unknown


class Verdict(
    wire.Message,
    name="market.Verdict",
    id=6,
    topic="market.verdicts",
    digest="myc1:1907c86d90d302e5566f9316f7640229617c98a866bfd46c13d200e291464303",
):
    """The risk service's answer to a signal."""

    sent_time: wire.timestamp
    """When the risk service handed the message to the bus."""

    signal_sent_time: wire.timestamp
    """When the strategy handed the signal to the bus."""

    signal_id: wire.u64
    """Number of the signal that it answers."""

    symbol: Annotated[Symbol, wire.key]
    """Instrument."""

    decision: Decision.Arm
    """The answer."""

    last_trades: Annotated[list[tuple[Price, Quantity]], wire.max_items(4)]
    """Last trade prices that it rests on, newest first, with their quantities."""
