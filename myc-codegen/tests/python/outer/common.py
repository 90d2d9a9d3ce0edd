# Made by mycc from outer.common.myc: change that, not this.

from decimal import Decimal
from typing import Annotated

from mycelium import wire

Price = Annotated[Decimal, wire.decimal(8)]

Quantity = Annotated[Decimal, wire.decimal(8)]


class Side(
    wire.ClosedEnum,
    name="outer.common.Side",
    repr="u8",
    digest="myc1:aa2d7cf3ad83825b50994a79f2214dad5cd350053d3def651284c553827488e8",
):
    BUY = 1
    SELL = 2
