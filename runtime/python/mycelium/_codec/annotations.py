"""From the annotations of generated classes to types of the wire."""

from __future__ import annotations

import sys
import types
import typing
from typing import Annotated, Any
from uuid import UUID

from mycelium._codec import types as t

_BOOL = t.Bool()
_TEXT = t.Text()
_OCTETS = t.Octets()
_UUID = t.Uuid()


class Bound:
    """A limit in an annotation: at most so many bytes or items, or exactly so many."""

    def __init__(self, count: int, *, is_exact: bool) -> None:
        self.count = count
        self.is_exact = is_exact


class Key:
    """Marks a field as part of the instance key."""


class WireName:
    """The name that a field has in the schema, where Python needs another."""

    def __init__(self, name: str) -> None:
        self.name = name


def annotations_of(namespace: dict[str, Any]) -> dict[str, Any]:
    """The annotations of a class body, evaluated."""
    if sys.version_info >= (3, 14):
        import annotationlib

        annotate = annotationlib.get_annotate_from_class_namespace(namespace)
        if annotate is not None:
            return dict(
                annotationlib.call_annotate_function(
                    annotate, annotationlib.Format.VALUE
                )
            )
    return dict(namespace.get("__annotations__", {}))


def type_of(annotation: Any) -> t.Type:
    """The type that an annotation says."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _annotated(*typing.get_args(annotation))
    if origin is list:
        (item,) = typing.get_args(annotation)
        return t.List(type_of(item))
    if origin is dict:
        key, value = typing.get_args(annotation)
        return t.Map(type_of(key), type_of(value))
    if origin is tuple:
        return t.Tuple(tuple(type_of(item) for item in typing.get_args(annotation)))
    if origin is typing.Union or origin is types.UnionType:
        return _either(typing.get_args(annotation))
    simple = {bool: _BOOL, str: _TEXT, bytes: _OCTETS, UUID: _UUID}.get(annotation)
    if simple is not None:
        return simple
    named = getattr(annotation, "_WIRE_", None) or getattr(annotation, "_UNION_", None)
    if isinstance(named, t.Type):
        return named
    raise TypeError(
        f"{annotation!r} is not a type of the wire: see mycelium.wire for those"
    )


def _annotated(annotation: Any, *marks: Any) -> t.Type:
    for mark in marks:
        if isinstance(mark, t.Type):
            is_optional = type(None) in typing.get_args(annotation)
            return t.Optional(mark) if is_optional else mark
        if isinstance(mark, Bound):
            return _bounded(type_of(annotation), mark)
    return type_of(annotation)


def _bounded(node: t.Type, bound: Bound) -> t.Type:
    match node:
        case t.Optional():
            return t.Optional(_bounded(node.item, bound))
        case t.List() if bound.is_exact:
            return t.Array(node.item, bound.count)
        case t.List():
            return t.BoundedList(node.item, bound.count)
        case t.Octets() if bound.is_exact:
            return t.OctetArray(bound.count)
        case t.Octets():
            return t.BoundedOctets(bound.count)
        case t.Text() if not bound.is_exact:
            return t.BoundedText(bound.count)
    raise TypeError(f"a bound of {bound.count} does not fit a {type(node).__name__}")


def _either(annotations: tuple[Any, ...]) -> t.Type:
    """`T | None`, or the arms of one union."""
    present = [one for one in annotations if one is not type(None)]
    if len(present) == 1:
        node = type_of(present[0])
    else:
        unions = {
            one._UNION_ for one in present if getattr(one, "_UNION_", None) is not None
        }
        if len(unions) != 1:
            raise TypeError(
                f"{annotations!r} is neither an optional type nor one union's arms"
            )
        (node,) = unions
    return node if len(present) == len(annotations) else t.Optional(node)
