"""Golden vectors: former names, which only the digest keeps."""

# Made by mycc from schemas/vectors/renames.myc: change that, not this.

from decimal import Decimal
from typing import Annotated, TypeAlias

from mycelium import wire


class Venue(
    wire.OpenEnum,
    name="vectors.renames.Venue",
    repr="u8",
    digest="myc1:2c83d70280285fe0b596acb621ccd3470705b309409820e2052f7b9c4cac769f",
):
    """Once called `Place`."""

    BINANCE = 1
    COINBASE = 2


class Quote(
    wire.Struct,
    name="vectors.renames.Quote",
    digest="myc1:08ed433ecb12e6edcd8ca3297f9acf7f3e7d50423492944edd730a641666dc2c",
):
    """Once called `Price`."""

    price: Annotated[Decimal, wire.decimal(2)]

    size: wire.u32
    """In lots."""

    price_raw = wire.raw("price")


class Event(
    wire.OpenUnion,
    name="vectors.renames.Event",
    digest="myc1:c0f17d3033cfbe43ba6f5d67192181ec82d5435cce47c3c098836a956ce82c6a",
):
    """Once with other arms."""

    class Quote(wire.Arm, arm="quote", tag=1):
        value: Quote

    class Venue(wire.Arm, arm="venue", tag=2):
        value: Venue

    Unknown: TypeAlias = wire.UnknownArm
    Arm: TypeAlias = Quote | Venue | Unknown


class Trade(
    wire.Message,
    name="vectors.renames.Trade",
    id=1121,
    topic="vectors.renames.tick",
    digest="myc1:7f436d906794d311820325af1733d8e136515fe2da2641ecace63ac215e41f7e",
):
    """Once called `Tick`; its topic is the one that it had."""

    quote: Quote
    event: Event.Arm
    venue: Venue = Venue.BINANCE
