"""Views: a message that stays in its frame, and whose fields are read when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mycelium._codec import types as t
from mycelium._codec.core import native

if TYPE_CHECKING:
    from mycelium._codec.record import Field, RecordMeta


class View:
    """Base of views. A view has the fields of its message, and keeps the frame as `frame_`.

    It cannot be changed: so a copy is the view itself.
    """

    __slots__ = ("frame_",)
    frame_: bytes

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._message!r})"

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a view cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a view cannot be changed")

    def __copy__(self) -> View:
        return self

    def __deepcopy__(self, _: Any) -> View:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return view_of, (self._class, self.frame_)

    @property
    def _message(self) -> Any:
        raise NotImplementedError

    @property
    def _class(self) -> Any:
        raise NotImplementedError


def view_of(cls: Any, frame: bytes) -> Any:
    """The view of a frame, for `pickle`."""
    return cls.view(frame)


def _repr_of(cls: RecordMeta) -> property:
    return property(lambda view: cls.from_frame(view.frame_))


def make_view(cls: RecordMeta) -> type[View]:
    """The view class of a message."""
    return _make_native(cls) if native is not None else _make_python(cls)


def _namespace(cls: RecordMeta) -> dict[str, Any]:
    return {
        "__slots__": (),
        "__module__": cls.__module__,
        "__doc__": f"A `{cls.__name__}` that stays in its frame.",
        "__match_args__": tuple(field.name for field in cls.FIELDS),
        "_message": _repr_of(cls),
        "_class": property(lambda view: cls),
    }


def _make_native(cls: RecordMeta) -> type[View]:
    codec = native.codec(cls)
    namespace = _namespace(cls)
    for index, field in enumerate(cls.FIELDS):
        namespace[field.name] = native.Codec.load(codec, index, False)
        if field.slot != field.name:
            namespace[field.slot] = native.Codec.load(codec, index, True)
    view = type(f"{cls.__name__}View", (View,), namespace)
    cls.view = native.Codec.view_function(codec, view, "frame_")
    return view


def _make_python(cls: RecordMeta) -> type[View]:
    namespace = _namespace(cls)
    namespace["__slots__"] = ("_message",)
    del namespace["_message"]
    for field in cls.FIELDS:
        namespace[field.name] = _delegate(field, field.name)
        if field.slot != field.name:
            namespace[field.slot] = _delegate(field, field.slot)
    view: type[View] = type(f"{cls.__name__}View", (View,), namespace)

    def look(buf: bytes | bytearray | memoryview) -> Any:
        made: Any = view()
        frame = bytes(memoryview(buf))
        object.__setattr__(made, "_message", cls.from_frame(frame))
        object.__setattr__(made, "frame_", frame)
        return made

    look.__doc__ = cls.view.__doc__
    look.__qualname__ = f"{cls.__qualname__}.view"
    cls.view = staticmethod(look)
    return view


def _delegate(field: Field, name: str) -> property:
    node = field.type
    if isinstance(node, t.List) and node.item.is_fixed:
        from mycelium._codec.packed import Packed

        return property(lambda view: Packed(field, getattr(view._message, name)))
    return property(lambda view: getattr(view._message, name))
