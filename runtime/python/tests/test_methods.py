"""`to_frame` and `encode` as callables: their arguments, their classes, and what they do when interrupted."""

import copy

import pytest
from shapes import New


@pytest.mark.parametrize("name", ["to_frame", "encode"])
def test_nobody_makes_a_method_without_its_class(name):
    kind = type(getattr(New, name))
    for make in (kind, lambda: object.__new__(kind)):
        with pytest.raises(TypeError):
            make()


def test_a_method_is_copied_as_functions_are_or_not_at_all():
    try:
        method = copy.copy(New.to_frame)
    except TypeError:
        return
    assert method is New.to_frame
