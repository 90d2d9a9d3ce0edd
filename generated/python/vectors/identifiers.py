"""Golden vectors: UUIDs and 256-bit integers."""

# Made by mycc from schemas/vectors/identifiers.myc: change that, not this.

from typing import Annotated
from uuid import UUID

from mycelium import wire


class Identifiers(
    wire.Message,
    name="vectors.identifiers.Identifiers",
    id=1091,
    topic="vectors.identifiers.identifiers",
    kw_only=True,
    digest="myc1:d291a7a573eac302d50a6f23c134ae250bc5804a194def9d706da66648f11a7b",
):
    """Both, in every place."""

    flag: bool
    id: UUID
    wide: wire.u256
    maybe_id: UUID | None = None
    maybe_wide: wire.u256 | None = None
    ids: list[UUID]
    wides: list[wire.u256]
    pair: tuple[wire.u8, wire.u256, wire.u8, UUID]
    bounded: Annotated[list[UUID], wire.max_items(2)]
