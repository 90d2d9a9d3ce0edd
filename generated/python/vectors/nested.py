"""Golden vectors: messages inside messages."""

# Made by mycc from schemas/vectors/nested.myc: change that, not this.

from typing import Annotated

from mycelium import wire


class Leaf(
    wire.Message,
    name="vectors.nested.Leaf",
    id=1061,
    topic="vectors.nested.leaf",
    digest="myc1:3bb93c04fe272f5ab6c17ecdb2e1247f817274c119727977757aeaebb3c4916f",
):
    """Has a tail of its own."""

    name: str
    size: wire.u16


class Branch(
    wire.Message,
    name="vectors.nested.Branch",
    id=1062,
    topic="vectors.nested.branch",
    kw_only=True,
    digest="myc1:de070706457adc94472774379b30d6a07451afcc4f6e78aac79298f337f7d612",
):
    """Holds messages of all kinds."""

    label: str
    first: Leaf
    second: Leaf | None = None
    leaves: list[Leaf]
    pair: tuple[Leaf, wire.u8]
    two: Annotated[list[Leaf], wire.exactly(2)]
    few: Annotated[list[Leaf], wire.max_items(2)]


class Empty(
    wire.Message,
    name="vectors.nested.Empty",
    id=1064,
    topic="vectors.nested.empty",
    digest="myc1:8e83a3fdef0c9253976abf7e1162a05a6a32308b5617601fb23c1c6aff9874fe",
):
    """Nothing in it: its payload is a prefix alone."""


class Tree(
    wire.Message,
    name="vectors.nested.Tree",
    id=1063,
    topic="vectors.nested.tree",
    kw_only=True,
    digest="myc1:fca786321e97f0c71d51cc4ffb2549bc18bdf5ea185a40dcd6cf0439c275d079",
):
    """Three deep."""

    branches: list[Branch]
    empty: Empty
    maybe: Empty | None = None
    end: str


class Holder(
    wire.Struct,
    name="vectors.nested.Holder",
    digest="myc1:ecdbe56b958b26347f19c800dfa2a522bcb52bdc3c2efa0d2c2acf479f8a2602",
):
    """A struct that refers to a message."""

    before: wire.u8
    leaf: Leaf


class Holders(
    wire.Message,
    name="vectors.nested.Holders",
    id=1065,
    topic="vectors.nested.holders",
    digest="myc1:876a290567b560adada9e2860cb577b74ad3ece96c6baae79ab21468509ecc8c",
):
    """Messages in structs."""

    one: Holder
    more: list[Holder]
