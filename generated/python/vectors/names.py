"""Golden vectors: names that are words of some language."""

# Made by mycc from schemas/vectors/names.myc: change that, not this.

from typing import Annotated, Final, TypeAlias

from mycelium import wire

TYPE: Final = 3
"""A constant whose name is a keyword in OCaml's case."""


class String(
    wire.Struct,
    name="vectors.names.String",
    digest="myc1:4dcc41723b1391ad7c7c255b6d48ae4756686d39dbbc62f9aa75cae3c85846d7",
):
    """Names of types of some standard library."""

    value: str
    type_: Annotated[wire.u8, wire.name("type")]


class Option(
    wire.Struct,
    name="vectors.names.Option",
    digest="myc1:b8836bb4cb8fa271cb037bea6f9ee53f2321a336255731902741c9a833433aa5",
):
    """An optional thing that is called so."""

    some: wire.u8
    none: bool


class List(
    wire.Struct,
    name="vectors.names.List",
    digest="myc1:a3854e42d25e22fb225571f139abb7de261d9a2acd6ae1f39740ee56892f78ff",
):
    """A list that is called so."""

    list_: Annotated[bytes, wire.exactly(3), wire.name("list")]
    len_: Annotated[wire.u32, wire.name("len")]


class Result(
    wire.OpenEnum,
    name="vectors.names.Result",
    repr="u8",
    digest="myc1:93dc96b41d3f17884f10ce8442f8effaefbc4aac60f4f2732a536962d514f36d",
):
    """Members that are words."""

    OK = 1
    ERROR = 2
    NONE = 3
    SOME = 4
    TRUE = 5
    SELF = 6


class Box(
    wire.Flags,
    name="vectors.names.Box",
    repr="u8",
    digest="myc1:60f013bbbd6b5f860a88cb29c8f5b41f4c5a7bcb6b1611adb62cdc0dc203800f",
):
    """Bits that are words."""

    CLASS = 1 << 0
    NAME = 1 << 1
    VALUE = 1 << 2


class Choice(
    wire.ClosedUnion,
    name="vectors.names.Choice",
    digest="myc1:c298ec7f8f1a52e85dc818a84b9a357bda5d09afa58fc687c20f6b9db0975fe4",
):
    """Arms that are words."""

    class If(wire.Arm, arm="if", tag=1):
        value: wire.u8

    class Else(wire.Arm, arm="else", tag=2):
        value: str

    class Match(wire.Arm, arm="match", tag=3):
        value: List

    Arm: TypeAlias = If | Else | Match


class Message(
    wire.Message,
    name="vectors.names.Message",
    id=1081,
    topic="vectors.names.message",
    kw_only=True,
    digest="myc1:35ee702d0f010dc60a2bdb8ce88b86c19635959ad49e23c3ecc6c71786ed53ea",
):
    """Words of Rust, Python and OCaml."""

    type_: Annotated[wire.u8, wire.name("type")]
    self_: Annotated[wire.u8, wire.name("self")]
    match_: Annotated[wire.u16, wire.name("match")]
    fn: bool
    def_: Annotated[bool, wire.name("def")]
    val: bool
    class_: Annotated[str, wire.name("class")]
    end: wire.u32
    from_: Annotated[String, wire.name("from")]
    bytes_: Annotated[bytes, wire.name("bytes")]
    int_: Annotated[wire.i32, wire.name("int")]
    str_: Annotated[str, wire.name("str")]
    list_: Annotated[List, wire.name("list")]
    option: Option | None = None
    object_: Annotated[Result, wire.name("object")]
    box: Box
    union: Choice.Arm
    digest: wire.u8
    topic: wire.u8
    decode_: Annotated[wire.u8, wire.name("decode")]
    view_: Annotated[wire.u8, wire.name("view")]
    encode_: Annotated[wire.u8, wire.name("encode")]
    frame: wire.u8
    of_frame: wire.u8
    to_frame_: Annotated[wire.u8, wire.name("to_frame")]
    from_frame_: Annotated[wire.u8, wire.name("from_frame")]
