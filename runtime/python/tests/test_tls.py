"""TLS from Python: the native core speaks it, with certificates that are made as the documentation says."""

import re
import shutil
import subprocess

import pytest
from samples import NEW
from shapes import New
from test_cores import needs_native
from topologies import ROOT, free_port, open_bus

import mycelium

PATIENCE_S = 20

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="there is no openssl here"
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


def certify(folder, names):
    """Makes certificates: for each node, made out to this name."""
    authority, node = commands()
    lines = [authority]
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


@needs_native
@needs_openssl
def test_nodes_that_have_certificates_talk(tmp_path):
    topology = write_topology(tmp_path)
    certify(tmp_path, {"a": "a", "b": "b"})
    with open_bus(topology, "b") as there, open_bus(topology, "a") as here:
        for sends, takes in ((here, there), (there, here)):
            taken, publisher = takes.subscriber(New), sends.publisher(New)
            publisher.wait_for_subscribers(1, timeout=PATIENCE_S)
            publisher.publish(NEW)
            assert taken.recv(PATIENCE_S) == NEW
            taken.close()
            publisher.close()


@needs_native
@needs_openssl
def test_a_certificate_of_another_name_is_of_no_use(tmp_path):
    topology = write_topology(tmp_path)
    certify(tmp_path, {"a": "c", "b": "b"})
    with pytest.raises(mycelium.TopologyError, match="names c, not node `a`"):
        open_bus(topology, "a")


@needs_native
def test_what_is_missing_is_named(tmp_path):
    topology = write_topology(tmp_path)
    for service in ("a", "b"):
        with pytest.raises(mycelium.TopologyError, match="authority.pem|[ab].pem"):
            open_bus(topology, service)


@pytest.mark.skipif(mycelium.CORE == "native", reason="the native core speaks TLS")
def test_the_bus_in_python_says_that_it_speaks_none(tmp_path):
    topology = write_topology(tmp_path)
    for service in ("a", "b"):
        with pytest.raises(
            mycelium.TopologyError,
            match="speaks no TLS; install the package with its native",
        ):
            open_bus(topology, service)
