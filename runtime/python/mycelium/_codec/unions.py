"""Unions: one class an arm, gathered in the class that names the union.

class Decision(OpenUnion, name="market.Decision", digest="myc1:…"):
    class Approved(Arm, arm="approved", tag=1):
        value: Approval

    class Rejected(Arm, arm="rejected", tag=2):
        value: Rejection

    Unknown: TypeAlias = UnknownArm
    Arm: TypeAlias = Approved | Rejected | UnknownArm

match verdict.decision:
    case Decision.Approved(approval): ...
    case Decision.Rejected(rejection): ...
    case Decision.Unknown(tag, payload): ...
"""

from __future__ import annotations

from typing import Any, ClassVar, dataclass_transform

from mycelium._codec import types as t
from mycelium._codec.annotations import annotations_of, type_of
from mycelium._codec.check import check


class ArmMeta(type):
    """Makes an arm's class: one slot, `value`."""

    ARM: str
    TAG: int
    _TYPE: t.Type
    _UNION_: t.Union

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        arm: str = "",
        tag: int = 0,
    ) -> ArmMeta:
        annotations = annotations_of(namespace)
        namespace["__slots__"] = ("value",) if "value" in annotations and bases else ()
        cls = super().__new__(mcls, name, bases, namespace)
        if bases:
            cls.TAG = tag
            cls.ARM = arm
            cls._TYPE = type_of(annotations["value"])
        return cls


@dataclass_transform()
class Arm(metaclass=ArmMeta):
    """Base of the arms of unions: a value, and the tag that says which arm it is."""

    __slots__ = ()
    __match_args__ = ("value",)
    value: Any
    TAG: ClassVar[int]
    ARM: ClassVar[str]
    _TYPE: ClassVar[t.Type]

    def __init__(self, value: Any) -> None:
        self.value = check(self._TYPE, value, f"{type(self).__qualname__}.value")

    @classmethod
    def _make(cls, value: Any) -> Any:
        """A new arm of a value that is known to fit."""
        made = cls.__new__(cls)
        made.value = value
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arm) or type(other) is not type(self):
            return NotImplemented
        return bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({self.value!r})"


class UnknownArm:
    """The arm of an open union that this version of the schema does not know, kept as it came."""

    __slots__ = ("payload", "tag")
    __match_args__ = ("tag", "payload")

    def __init__(self, tag: int, payload: bytes) -> None:
        self.tag = tag
        self.payload = payload

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UnknownArm):
            return NotImplemented
        return self.tag == other.tag and self.payload == other.payload

    def __hash__(self) -> int:
        return hash((self.tag, self.payload))

    def __repr__(self) -> str:
        return f"UnknownArm(tag={self.tag!r}, payload={self.payload!r})"


class _Union:
    """What both kinds of union are: a namespace of arms, never an object."""

    NAME: ClassVar[str]
    DIGEST: ClassVar[str]
    _WIRE_: ClassVar[t.Union]

    def __init_subclass__(cls, *, name: str = "", digest: str = "") -> None:
        if not name:
            return
        cls.NAME = name
        cls.DIGEST = digest
        arms = tuple(
            t.Arm(arm.ARM, arm.TAG, arm, arm._TYPE)
            for arm in vars(cls).values()
            if isinstance(arm, ArmMeta)
        )
        kind = t.OpenUnion if issubclass(cls, OpenUnion) else t.ClosedUnion
        cls._WIRE_ = kind(name, arms)
        for arm in arms:
            arm.cls._UNION_ = cls._WIRE_

    def __new__(cls) -> _Union:
        raise TypeError(f"{cls.__name__} is not made itself: make one of its arms")


class OpenUnion(_Union):
    """Base of an open union: arms that this version does not know are kept as `UnknownArm`."""


class ClosedUnion(_Union):
    """Base of a closed union: a tag that names no arm is an error."""
