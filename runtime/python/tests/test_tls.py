"""TLS from Python, on either core, with certificates that are made as the documentation says."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from samples import NEW
from shapes import New
from topologies import ROOT, Process, free_port, open_bus

import mycelium
from mycelium import control
from mycelium._transport.credentials import Identity, load
from mycelium._transport.tls import secure
from mycelium.topology import TlsFiles

PATIENCE_S = 20

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None and "MYCELIUM_EXPECTED_CORE" not in os.environ,
    reason="there is no openssl here",
)


def write_topology(folder, more=""):
    """Node `b` listens, node `a` dials it."""
    path = folder / "topology.toml"
    path.write_text(
        '[[nodes]]\nname = "a"\nservices = ["a"]\n\n'
        f'[[nodes]]\nname = "b"\nservices = ["b"]\nport = {free_port()}\n\n'
        '[defaults]\ntls.certificate = "{node}.pem"\ntls.key = "{node}.key"\n'
        f'tls.authority = "authority.pem"\n{more}'
    )
    return path


def commands():
    """Those for an authority, and those for a certificate, of the page on transports."""
    page = (ROOT / "docs" / "transports.md").read_text("utf-8")
    (block,) = re.findall(r"## TLS.*?```sh\n(.*?)```", page, re.DOTALL)
    authority, node = block.split("node=risk\n")
    return authority, node


def certify(folder, names, of="market"):
    """Makes certificates: for each node, made out to this name."""
    authority, node = commands()
    lines = [authority.replace("CN=market", f"CN={of}")]
    for number, (owner, name) in enumerate(names.items()):
        made = f"made{number}"
        lines.append(f"node={name}\n{node}")
        lines.append(f"mv $node.pem {made}.pem; mv $node.key {made}.key\n")
        lines.append(f"cp {made}.pem new.{owner}.pem; cp {made}.key new.{owner}.key\n")
    lines += [
        f"mv new.{owner}.pem {owner}.pem; mv new.{owner}.key {owner}.key\n"
        for owner in names
    ]
    subprocess.run(
        ["sh", "-euc", "".join(lines)], cwd=folder, check=True, capture_output=True
    )


@pytest.fixture
def topology(tmp_path):
    """Of two nodes, with a certificate each."""
    path = write_topology(tmp_path)
    certify(tmp_path, {"a": "a", "b": "b"})
    return path


def meet(here, there):
    """What either sends the other takes."""
    for sends, takes in ((here, there), (there, here)):
        taken, publisher = takes.subscriber(New), sends.publisher(New)
        publisher.wait_for_subscribers(1, timeout=PATIENCE_S)
        publisher.publish(NEW)
        assert taken.recv(PATIENCE_S) == NEW
        taken.close()
        publisher.close()


def test_nodes_that_have_certificates_talk(topology):
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        meet(here, there)


def test_a_node_of_either_core_talks_to_one_of_the_other(topology, monkeypatch):
    other = {"native": "1", "python": "0"}[mycelium.CORE]
    monkeypatch.setenv("MYCELIUM_PURE_PYTHON", other)
    with open_bus(topology, "b") as bus, Process(topology, "a", "publish", 500):
        numbers = [message.number for message in bus.subscriber(New)]
    assert numbers == list(range(500))


def test_messages_of_any_size_pass_whole_and_in_order(topology):
    notes = ["", "x" * 7, "x" * 20_000, "", "x" * 3_000_000, "end"]
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        taken, publisher = there.subscriber(New), here.publisher(New)
        publisher.wait_for_subscribers(1, timeout=PATIENCE_S)
        for number, note in enumerate(notes):
            publisher.publish(New(number=number, note=note))
        publisher.close()
        assert [message.note for message in taken] == notes


def test_both_sides_send_and_receive_at_once(topology):
    count = 300
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        taken = [bus.subscriber(New, capacity=2 * count) for bus in (there, here)]
        publishers = [bus.publisher(New) for bus in (here, there)]

        def send(publisher):
            publisher.wait_for_subscribers(2, timeout=PATIENCE_S)
            for number in range(count):
                publisher.publish(New(number=number, note="x" * (number * 100)))

        with ThreadPoolExecutor() as threads:
            list(threads.map(send, publishers))
        for subscriber in taken:
            # Those of either side, in any order.
            got = [len(subscriber.recv(PATIENCE_S).note) for _ in range(2 * count)]
            assert sorted(got) == sorted(2 * [number * 100 for number in range(count)])


def test_a_certificate_of_another_name_is_of_no_use(tmp_path):
    topology = write_topology(tmp_path)
    certify(tmp_path, {"a": "c", "b": "b"})
    with pytest.raises(mycelium.TopologyError, match="names c, not node `a`"):
        open_bus(topology, "a")


def test_what_is_missing_is_named(tmp_path):
    topology = write_topology(tmp_path)
    for service in ("a", "b"):
        with pytest.raises(
            mycelium.TopologyError, match=rf"{service}\.pem: No such file"
        ):
            open_bus(topology, service)


def damaged(text):
    """A certificate whose bytes are none of a certificate."""
    head, *lines, foot = text.splitlines()
    return "\n".join([head, *lines[1:], foot])


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("a.pem", lambda _: "", "a.pem: there is no certificate in it"),
        ("a.pem", lambda text: text[:200], "a.pem: this is not PEM"),
        ("a.pem", damaged, "a.pem: a certificate in it cannot be read"),
        ("a.key", lambda _: "a key", "a.key: there is no private key in it"),
        ("a.key", lambda text: text[:100], "a.key: this is not PEM"),
        ("authority.pem", lambda _: "", "authority.pem: there is no certificate in it"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used_are_told(topology, file, change, fault):
    path = topology.with_name(file)
    path.write_text(change(path.read_text()))
    with pytest.raises(mycelium.TopologyError, match=re.escape(fault)):
        open_bus(topology, "a")


def test_the_key_of_another_certificate_is_told(topology):
    shutil.copy(topology.with_name("b.key"), topology.with_name("a.key"))
    with pytest.raises(mycelium.TopologyError, match="a.key: this is not the key of"):
        open_bus(topology, "a")


def dial(topology, owner, protocols=("mycelium/1",)):
    """A stranger's socket to node `b`, with somebody's certificate or none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(topology.with_name("authority.pem"))
    context.set_alpn_protocols(list(protocols))
    if owner:
        pair = topology.with_name(f"{owner}.pem"), topology.with_name(f"{owner}.key")
        context.load_cert_chain(*pair)
    port = int(re.search(r"port = (\d+)", topology.read_text())[1])
    sock = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    return context.wrap_socket(sock)


def hello(node):
    said = control.Hello(protocol=control.PROTOCOL, process_id=1, node=node, service="")
    return control.Control(body=control.Body.Hello(said)).to_frame()


def heard(sock):
    """Everything that comes up to the end."""
    data = b""
    while more := sock.recv(4096):
        data += more
    return data


def test_a_node_that_its_certificate_does_not_name_is_cut_off_and_told_why(topology):
    certify_one(topology.parent, "stranger", "A", "c", "*.a.fleet")
    with open_bus(topology, "b"), dial(topology, "stranger") as sock:
        sock.sendall(hello("a"))
        told = heard(sock)
    assert (
        b"it says that it is node `a`, but its certificate names A, c, *.a.fleet"
        in told
    )


def test_a_certificate_may_name_several_nodes(topology):
    certify_one(topology.parent, "a", "x.fleet", "a", "c")
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        meet(here, there)


def certify_one(folder, owner, *names, days=9):
    """A certificate of several names, by the authority that is there."""
    listed = ",".join(f"DNS:{name}" for name in names)
    lines = [
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x"
        f" -addext 'subjectAltName={listed}' -keyout new.key -out new.csr",
        "openssl x509 -req -in new.csr -CA authority.pem -CAkey authority.key"
        f" -copy_extensions copy -days {days} -out new.pem",
        f"mv new.key {owner}.key",
        f"mv new.pem {owner}.pem",
    ]
    subprocess.run(
        ["sh", "-euc", "\n".join(lines)], cwd=folder, check=True, capture_output=True
    )


@pytest.mark.parametrize("spoiled", ["a", "b"])
def test_a_certificate_of_another_authority_is_refused(topology, spoiled):
    folder = topology.parent
    (folder / "other").mkdir()
    # OpenSSL finds an authority by its name.
    certify(folder / "other", {spoiled: spoiled}, of="other")
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        meet(here, there)
    for kind in ("pem", "key"):
        shutil.copy(folder / "other" / f"{spoiled}.{kind}", folder)
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        taken, publisher = there.subscriber(New), here.publisher(New)
        with pytest.raises(TimeoutError):
            publisher.wait_for_subscribers(1, timeout=0.5)
        # Both trust the other authority too, and show that certificate still: no bus is opened anew.
        with (folder / "authority.pem").open("a") as file:
            file.write((folder / "other" / "authority.pem").read_text())
        publisher.wait_for_subscribers(1, timeout=PATIENCE_S)
        publisher.publish(NEW)
        assert taken.recv(PATIENCE_S) == NEW


@pytest.mark.parametrize("owner", ["a", "b"])
def test_a_certificate_that_has_expired_is_refused(topology, owner):
    certify_one(topology.parent, owner, owner, days=-1)
    # Its own bus opens all the same, for it may be renewed.
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        taken, publisher = there.subscriber(New), here.publisher(New)
        with pytest.raises(TimeoutError):
            publisher.wait_for_subscribers(1, timeout=0.5)
        certify_one(topology.parent, owner, owner)
        publisher.wait_for_subscribers(1, timeout=PATIENCE_S)
        publisher.publish(NEW)
        assert taken.recv(PATIENCE_S) == NEW


@pytest.mark.parametrize("protocols", [("h2",), ()])
def test_another_protocol_inside_tls_is_cut_off(topology, protocols):
    refused = contextlib.suppress(ssl.SSLError, ConnectionError)
    with open_bus(topology, "b"), refused, dial(topology, "a", protocols) as sock:
        assert heard(sock) == b""


def test_who_shows_no_certificate_is_cut_off(topology):
    refused = pytest.raises((ssl.SSLError, ConnectionError))
    with open_bus(topology, "b"), refused, dial(topology, None) as sock:
        sock.sendall(hello("a"))
        assert heard(sock)


def test_what_is_no_tls_is_cut_off_and_nobody_notices(topology):
    port = int(re.search(r"port = (\d+)", topology.read_text())[1])
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        for garbage in (hello("a"), b"GET / HTTP/1.1\r\n\r\n", b"\xa5" * 100_000):
            sock = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
            with sock, contextlib.suppress(ConnectionError):
                sock.sendall(garbage)
                assert len(heard(sock)) < 100
        meet(here, there)


def test_handshakes_that_hang_hold_nobody(topology):
    port = int(re.search(r"port = (\d+)", topology.read_text())[1])
    with contextlib.ExitStack() as stack:
        there = stack.enter_context(open_bus(topology, "b"))
        for _ in range(20):
            address = ("127.0.0.1", port)
            stack.enter_context(socket.create_connection(address, PATIENCE_S))
        here = stack.enter_context(open_bus(topology, "a"))
        meet(here, there)
        # And it leaves at once, too.
        there.close()


def test_a_renewed_certificate_is_shown_to_whoever_comes(topology):
    with open_bus(topology, "b"):
        shown = []
        for renew in (True, False):
            with dial(topology, "a") as sock:
                shown.append(sock.getpeercert(binary_form=True))
            if renew:
                certify_one(topology.parent, "b", "b")
        assert shown[0] != shown[1]
        # What cannot be used leaves in use what was loaded before.
        topology.with_name("b.key").write_text("no key")
        with dial(topology, "a") as sock:
            assert sock.getpeercert(binary_form=True) == shown[1]


def test_what_stands_beside_a_certificate_is_for_people(topology):
    path = topology.with_name("authority.pem")
    path.write_text("# Zürich's authority\n" + path.read_text("utf-8"), "utf-8")
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        meet(here, there)


def test_what_follows_the_end_in_the_clear_is_not_read(topology):
    ours, theirs = socket.socketpair()
    context = load("a", files_of(topology, "a")).client
    identity = Identity("b", files_of(topology, "b"))
    with ThreadPoolExecutor() as threads:
        found = threads.submit(secure, ours, identity, "", lambda: True, PATIENCE_S)
        peer = context.wrap_socket(theirs, server_hostname="b")
        here = found.result()
    assert here is not None
    with peer, contextlib.closing(here):
        peer.setblocking(False)
        with contextlib.suppress(ssl.SSLError):
            peer.unwrap()
        socket.socket.send(peer, b"in the clear")
        here.shutdown(socket.SHUT_WR)
        assert here.recv(100) == b""


def files_of(topology, node):
    """The files of a node, as its topology names them."""
    names = (f"{node}.pem", f"{node}.key", "authority.pem")
    return TlsFiles(*(str(topology.with_name(name)) for name in names))
