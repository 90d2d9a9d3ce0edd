"""What the Python core reads of certificates, which may be any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mycelium._transport.certificate import Certificate

SEQUENCE, OBJECT_ID, OCTETS, BOOLEAN, DNS_NAME, EXTENSIONS = 0x30, 6, 4, 1, 0x82, 0xA3
ALTERNATIVE_NAMES, BASIC_CONSTRAINTS = b"\x55\x1d\x11", b"\x55\x1d\x13"


def item(tag, *contents):
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content


def extension(name, *value):
    return item(SEQUENCE, item(OBJECT_ID, name), item(OCTETS, item(SEQUENCE, *value)))


def certificate(*extensions):
    """The outermost parts of one."""
    listed = item(EXTENSIONS, item(SEQUENCE, *extensions))
    return item(SEQUENCE, item(SEQUENCE, item(2, b"\x07"), listed))


def named(*names):
    return extension(ALTERNATIVE_NAMES, *(item(DNS_NAME, name) for name in names))


def test_names_are_read_as_they_stand():
    der = certificate(named(b"risk", b"Risk", b"*.fleet", b"x" * 200))
    read = Certificate.of(der)
    assert read.names == ("risk", "Risk", "*.fleet", "x" * 200)
    assert read.names_node("risk")
    assert not read.names_node("a.fleet")
    assert not read.is_authority


def test_what_cannot_be_shown_is_no_name():
    assert Certificate.of(certificate(named(b"a\nb", b"\xff", b""))).names == ()
    assert Certificate.of(certificate(named())).shown_names() == "nobody"


@pytest.mark.parametrize(("flag", "is_authority"), [(b"\xff", True), (b"\0", False)])
def test_an_authority_says_so(flag, is_authority):
    der = certificate(extension(BASIC_CONSTRAINTS, item(BOOLEAN, flag)), named(b"a"))
    assert Certificate.of(der).is_authority is is_authority


def is_refused(der):
    try:
        Certificate.of(der)
    except ValueError:
        return True
    return False


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(der):
    is_refused(der)


@given(st.data())
def test_a_certificate_that_was_changed_is_read_or_refused(data):
    der = bytearray(certificate(named(b"a", b"b"), named(b"c" * 130)))
    at = data.draw(st.integers(0, len(der) - 1))
    der[at] = data.draw(st.integers(0, 255))
    is_refused(bytes(der))
    assert is_refused(bytes(der[:at]))
