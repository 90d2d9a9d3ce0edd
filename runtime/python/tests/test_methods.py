"""`to_frame` and `encode` as callables: their arguments, their classes, and what they do when interrupted."""

import copy

import pytest
from samples import NEW, SCALARS, TAIL
from shapes import New, Scalars, Tail


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


def test_to_frame_takes_numbers_that_fit_the_header():
    frame = NEW.to_frame(65_535, sequence=(1 << 32) - 1)
    assert frame[6:8] == b"\xff\xff"
    assert frame[12:16] == b"\xff\xff\xff\xff"
    assert NEW.to_frame(channel=1, sequence=2) == NEW.to_frame(1, 2)
    assert NEW.to_frame(sequence=2) == NEW.to_frame(0, 2)


@pytest.mark.parametrize(
    "numbers", [(65_536,), (-1,), (0, 1 << 32), (0, -1), (1 << 100,), (0, 1 << 100)]
)
def test_to_frame_refuses_numbers_that_do_not_fit(numbers):
    with pytest.raises(ValueError, match="a channel is from 0 to 65535"):
        NEW.to_frame(*numbers)


@pytest.mark.parametrize("wrong", ["1", 1.0, None])
def test_to_frame_refuses_what_is_no_number(wrong):
    with pytest.raises(TypeError):
        NEW.to_frame(wrong)
    with pytest.raises(TypeError):
        NEW.to_frame(0, wrong)


def test_to_frame_refuses_arguments_it_does_not_have():
    for numbers, named in [
        ((1,), {"channel": 1}),
        ((1, 2), {"sequence": 2}),
        ((1, 2, 3), {}),
        ((), {"colour": 1}),
    ]:
        with pytest.raises(TypeError):
            NEW.to_frame(*numbers, **named)
    with pytest.raises(TypeError):
        New.to_frame()


class Interrupting:
    """A number during whose reading the user presses Ctrl-C."""

    def __index__(self):
        raise KeyboardInterrupt


@pytest.mark.parametrize("field", ["d", "j", "s"])
def test_an_interrupt_while_encoding_goes_through(field):
    value = Scalars.from_frame(SCALARS.to_frame())
    setattr(value, field, Interrupting())
    with pytest.raises(KeyboardInterrupt):
        value.to_frame()
    fields = {field.name: getattr(SCALARS, field.name) for field in Scalars.FIELDS}
    with pytest.raises(KeyboardInterrupt):
        Scalars.encode(*(fields | {field: Interrupting()}).values())
    value = Tail.from_frame(TAIL.to_frame())
    value.numbers = [1, Interrupting()]
    with pytest.raises(KeyboardInterrupt):
        value.to_frame()


def test_an_interrupt_is_not_asked_for_again():
    """The interpreter raises it once, between two instructions of whatever code runs."""

    class Once:
        is_first = True

        def __index__(self):
            if self.is_first:
                self.is_first = False
                raise KeyboardInterrupt
            return 1

    fields = {field.name: getattr(SCALARS, field.name) for field in Scalars.FIELDS}
    with pytest.raises(KeyboardInterrupt):
        Scalars.encode(*(fields | {"d": Once()}).values())
