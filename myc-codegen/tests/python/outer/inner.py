"""A package with "quotes" and \\backslashes\\,

and several paragraphs.
"""

# Made by mycc from outer.inner.myc: change that, not this.

from decimal import Decimal
from typing import Annotated, Final, TypeAlias
from uuid import UUID

import outer.common
from mycelium import wire

GREETING: Final = 'say "hi" \\ there'
"""\"Quoted\""""

TICK: Final = Decimal("0.05")

BIG: Final = 18_446_744_073_709_551_615

RATIO: Final = 2.0

ON: Final = True

START: Final = 1_723_161_255_030_314_667

Maybe = wire.u64 | None

Grid = Annotated[
    list[
        Annotated[
            list[tuple[outer.common.Quantity, outer.common.Quantity]],
            wire.max_items(100),
        ]
    ],
    wire.exactly(12),
]

Wrapped = list[
    tuple[
        outer.common.Quantity,
        outer.common.Quantity,
        outer.common.Quantity,
        outer.common.Quantity,
    ]
]


class Later(
    wire.Struct,
    name="outer.inner.Later",
    kw_only=True,
    digest="myc1:8cb00636e106f79f1330f1b4fab236b766eb1164274f957b49cd5a6aba0d5420",
):
    a: wire.u8 | None = None
    b: wire.u16


class First(
    wire.Message,
    name="outer.inner.First",
    id=1,
    topic="outer.inner.first",
    kw_only=True,
    digest="myc1:400f5f5ed39132378cc019615cc35ec8e2d2bdfcb9df72ec64ee7e75ce619905",
):
    """Uses what stands below."""

    later: Later

    type_: Annotated[wire.u8, wire.name("type")]

    old: str = 'it\'s "x"'
    """ends with a "quote"

    Deprecated: use "later"
    """

    price: outer.common.Price

    price_raw: wire.i64

    maybe: Maybe = None

    maybe_text: Annotated[str | None, wire.max_bytes(1000000)] = None

    wrapped: list[
        tuple[
            outer.common.Quantity,
            outer.common.Quantity,
            outer.common.Quantity,
            outer.common.Quantity,
            wire.u8,
        ]
    ]

    l: wire.u8

    bytes4: Annotated[bytes, wire.max_bytes(4)]

    side: outer.common.Side = outer.common.Side.BUY

    long_long_long_long_long_long_long_name: Annotated[
        list[tuple[outer.common.Quantity, outer.common.Quantity] | None] | None,
        wire.max_items(300),
    ] = None


class Marks(
    wire.Flags,
    name="outer.inner.Marks",
    repr="u16",
    digest="myc1:8e3fbbb5a99c8554fa2819e6319d7b036b4d37506ac40187adf590d90da40d5c",
):
    AUCTION = 1 << 0
    BLOCK = 1 << 1
    LATE = 1 << 15


class Level(
    wire.OpenEnum,
    name="outer.inner.Level",
    repr="i8",
    digest="myc1:7047fead1795d81404ba088aaf15e6db4394ab271ec8ad8fada5164f18ff5b40",
):
    LOW = -3
    HIGH = 4


class Filled(
    wire.Message,
    name="outer.inner.Filled",
    id=4,
    topic="outer.inner.filled",
    digest="myc1:301a7adcc15d19a09da051305fd5e3e20c562f42b65b46a2a457bdb8bd306e7b",
):
    """What is new, and what has to be broken over lines."""

    id: UUID

    wide: wire.u256 = 115_792_089_237_316_195_423_570_985_008_687_907_853_269_984_665_640_564_039_457_584_007_913_129_639_935

    fee: Annotated[
        Decimal,
        wire.decimal(4),
        wire.in_range(Decimal(-10), Decimal(10)),
    ] = Decimal(2)
    """With docs.

    In bps.
    """

    size: wire.u32 = 1
    """In lots."""

    text: Annotated[str, wire.has_len(1)] = "x"

    names: Annotated[
        dict[Annotated[str, wire.max_bytes(8)], list[UUID]],
        wire.has_len(1, 64),
    ] = wire.fresh({"none": []})

    by_level: dict[Level, dict[Marks, tuple[wire.u8, str]]] | None = None

    marks: Marks = Marks.AUCTION | Marks.BLOCK | Marks.LATE

    one: tuple[wire.u8, str] = (1, "one")

    a_rather_long_name_of_a_field: Annotated[
        list[tuple[outer.common.Quantity, outer.common.Quantity]],
        wire.max_items(3),
    ] = wire.fresh(
        [
            (Decimal(1), Decimal("2.5")),
            (Decimal(3), Decimal(4)),
            (Decimal("5.25"), Decimal(6)),
        ],
    )

    later: Later = Later(a=1, b=2)

    another_rather_long_name_of_a_field: dict[str, outer.common.Side] = wire.fresh(
        {"a rather long key": outer.common.Side.BUY, "b": outer.common.Side.SELL},
    )

    a_very_long_long_long_long_long_long_long_long_name_of_a_field: list[
        Annotated[bytes, wire.exactly(2)]
    ] = wire.fresh([bytes.fromhex("00ff"), bytes.fromhex("0a0b")])

    long_long_long_long_long_name_of_flags: Marks = (
        Marks.AUCTION | Marks.BLOCK | Marks.LATE
    )

    fee_raw = wire.raw("fee")


class Empty(
    wire.Message,
    name="outer.inner.Empty",
    id=2,
    topic="outer.inner.empty",
    digest="myc1:38e726831facb848de3466d084300b8a9d7db1a04418c62763ee1b36c43242d6",
):
    pass


class Pick(
    wire.ClosedUnion,
    name="outer.inner.Pick",
    digest="myc1:d4f59e661ebb46bbc17bd28e5e847a08ced040aa6d5dad14eeb8752e6ebf001b",
):
    class Arm_(wire.Arm, arm="arm", tag=1):
        value: wire.u8

    class Unknown_(wire.Arm, arm="unknown", tag=2):
        value: Later

    class First(wire.Arm, arm="first", tag=3):
        value: First

    Arm: TypeAlias = Arm_ | Unknown_ | First


class Wide(
    wire.OpenUnion,
    name="outer.inner.Wide",
    digest="myc1:fa492b6dd89b034489c0f32b7f243de7a7eb204fddb1b109b7010a3474ebc7e7",
):
    class ARatherLongArmName(wire.Arm, arm="a_rather_long_arm_name", tag=1):
        value: wire.u8

    class AnotherRatherLongArmName(wire.Arm, arm="another_rather_long_arm_name", tag=2):
        value: wire.u8

    class ThirdRatherLongArmName(wire.Arm, arm="third_rather_long_arm_name", tag=3):
        value: wire.u8

    class B(wire.Arm, arm="b", tag=4):
        value: tuple[
            outer.common.Quantity,
            outer.common.Quantity,
            outer.common.Quantity,
            outer.common.Quantity,
        ]

    Unknown: TypeAlias = wire.UnknownArm
    Arm: TypeAlias = (
        ARatherLongArmName
        | AnotherRatherLongArmName
        | ThirdRatherLongArmName
        | B
        | Unknown
    )


class Uses(
    wire.Message,
    name="outer.inner.Uses",
    id=3,
    topic="outer.inner.uses",
    kw_only=True,
    digest="myc1:18e677ed6ad35b57e7428236f04f25672571a2965b963e789fcea3877d766e2f",
):
    """This is a very long line of documentation that does not fit in eighty-eight columns by any measure.
    Second \"\"\" line.
    """

    pick: Pick.Arm
    wide: Wide.Arm | None = None
    level: Level = Level.HIGH
    grid: Grid
