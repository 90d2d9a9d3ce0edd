"""Topology files: the links that follow from them, and what is said about wrong ones."""

import re
from pathlib import Path

import pytest

import mycelium
from mycelium import Topology, TopologyError
from mycelium.topology import Dial, Endpoint, Listen, ReadRing, WriteRing

MARKET = """
[[nodes]]
name = "engine"
services = ["market-data", "execution"]

[[nodes]]
name = "ml-node"
services = ["strategy"]
endpoint.kind = "shm"
endpoint.path = "ml.shm"

[[nodes]]
name = "risk"
services = ["risk"]
endpoint.kind = "unix"
endpoint.path = "run/risk.sock"
"""


def load(tmp_path, text):
    path = tmp_path / "topology.toml"
    path.write_text(text)
    return Topology.load(path)


def test_links_of_each_node(tmp_path):
    topology = load(tmp_path, MARKET)
    shm = tmp_path / "ml.shm"
    risk = Endpoint("unix", str(tmp_path / "run" / "risk.sock"))
    ring = {name: str(shm / f"{name}.ring") for name in ("engine", "ml-node", "risk")}
    capacity = 16 << 20
    assert topology.links("execution") == [
        WriteRing(ring["engine"], capacity, ("ml-node",)),
        ReadRing(ring["ml-node"], "ml-node"),
        Dial(risk, "risk", subscribes=True),
    ]
    assert topology.links("strategy") == [
        ReadRing(ring["engine"], "engine"),
        ReadRing(ring["risk"], "risk"),
        WriteRing(ring["ml-node"], capacity, ("engine",)),
        Dial(risk, "risk", subscribes=False),
    ]
    assert topology.links("risk") == [
        Listen(risk),
        WriteRing(ring["risk"], capacity, ("ml-node",)),
    ]


def test_host_and_port_are_tcp(tmp_path):
    topology = load(
        tmp_path,
        """
        [[nodes]]
        name = "a"
        services = ["a"]
        [[nodes]]
        name = "b"
        services = ["b"]
        host = "10.0.2.20"
        port = 9002
        endpoint.insecure = true
        """,
    )
    endpoint = Endpoint("tcp", "10.0.2.20:9002")
    assert topology.links("a") == [Dial(endpoint, "b", subscribes=True)]
    assert topology.links("b") == [Listen(endpoint)]


NODE = '[[nodes]]\nname = "a"\nservices = ["a"]\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[[nodes", 0, "this is not TOML: "),
        ("", 0, "this topology has no nodes; add a `[[nodes]]` table"),
        ("nodes = 1", 0, "`nodes` is not a list of tables"),
        ("other = 1\n" + NODE, 0, "a topology has no key 'other'"),
        ('\n[[nodes]]\nservices = ["a"]', 2, 'this node has no name; add `name = "…"`'),
        ('[[nodes]]\nname = "a/b"\nservices = ["a"]', 2, "'a/b' cannot be the name of a node"),
        ('[[nodes]]\nname = "a"\n', 1, "this node has no services"),
        (NODE + 'hsot = "x"', 4, "a node has no key 'hsot'; did you mean 'host'?"),
        (NODE + 'port = "80"', 4, "`port` is of type str; write a whole number"),
        (NODE + "port = 0", 4, "`port` is 0; write a port number, from 1 to 65535"),
        (NODE + 'endpoint.kind = "pipe"', 4, "there is no endpoint kind 'pipe'"),
        (NODE + 'endpoint.path = "x"', 4, "this endpoint has no kind"),
        (NODE + 'endpoint.kind = "nats"', 4, "speaks with no NATS server"),
        (NODE + 'endpoint.kind = "shm"', 4, "this endpoint has no path"),
        (
            NODE + "[defaults]\ntls = 3",
            5,
            "`tls` of a table `defaults` cannot be 3; write a table",
        ),
        ("defaults.tls = 3\n" + NODE, 1, "`tls` of a table `defaults` cannot be 3"),
        (
            NODE + "[defaults]\nendpoint.pth = 'x'",
            5,
            "an endpoint has no key 'pth'; did you mean 'path'?",
        ),
        (
            NODE + "[[topics]]\nname = 'a'\n[[topics]]\nname = 'b'\nhistry = 3",
            8,
            "a rule for topics has no key 'histry'; did you mean 'history'?",
        ),
        (
            NODE + "[[topics]]\nname = 'a'\ncapacity = true",
            6,
            "`capacity` of a rule for topics cannot be True; write a number of messages, from 1",
        ),
        (
            NODE + "[[topics]]\nname = 'a'\n[[topics]]\nname = 'a'",
            7,
            "two rules are for the topics 'a'",
        ),
        (
            NODE + 'endpoint.kind = "unix"\nendpoint.path = "x"\nendpoint.capacity = 1',
            6,
            "`endpoint.capacity` means nothing to a unix endpoint",
        ),
        (
            NODE + 'endpoint.kind = "shm"\nendpoint.path = "x"\nendpoint.capacity = 1',
            6,
            "`capacity` is 1; write the bytes of a ring, from 65536",
        ),
        (NODE + 'endpoint.kind = "unix"\nendpoint.path = "' + "x" * 200 + '"', 5, "too long"),
        (NODE + 'endpoint.kind = "tcp"', 4, "this endpoint has no address"),
        (
            NODE + 'endpoint.kind = "tcp"\nendpoint.addr = "localhost"',
            5,
            "'localhost' is not a TCP address",
        ),
        (NODE + NODE, 5, "nodes 'a' and 'a' have the same node 'a'"),
        (
            NODE + NODE.replace('"a"', '"b"', 1) + "port = 1",
            6,
            "nodes 'a' and 'b' have the same service 'a'",
        ),
        (
            NODE + NODE.replace('"a"', '"b"'),
            5,
            "nodes 'a' and 'b' cannot reach one another: none has an endpoint; give an endpoint",
        ),
        (
            NODE + 'host = "far"\n' + NODE.replace('"a"', '"b"') + 'endpoint.kind = "shm"\n'
            'endpoint.path = "x"',
            8,
            "node 'b' on host localhost is out of reach for 'a'; give 'b' a TCP endpoint",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_place_and_remedy(tmp_path, text, line, message):
    with pytest.raises(TopologyError) as caught:
        load(tmp_path, text)
    found = str(caught.value)
    place = f"{tmp_path / 'topology.toml'}:" + (f"{line}: " if line else " ")
    assert found.startswith(place)
    assert message in found


CASES = Path(__file__).parents[2] / "bus" / "tests" / "topology"


@pytest.fixture
def variables(monkeypatch):
    """What the environment holds where the same files are read in other languages."""
    monkeypatch.setenv("TEST_HOST", "10.0.2.20")
    monkeypatch.setenv("TEST_PORT", "9002")
    monkeypatch.setenv("TEST_EMPTY", "")


def as_line(topology, service, link):
    """A link as the runtime in Rust writes it, but for what happens where it is full."""
    node = topology.node_of(service)
    parts = [f"node={node.name}", f"service={service}"]
    match link:
        case Listen(endpoint):
            peers = [peer.name for peer in topology.nodes if peer is not node]
            parts = [
                "link=listen",
                *parts,
                *place(endpoint),
                f"peers={','.join(peers)}",
            ]
        case Dial(endpoint, peer, subscribes):
            ends = [f"peer={peer}", f"subscribes={str(subscribes).lower()}"]
            parts = ["link=dial", *parts, *place(endpoint), *ends]
        case WriteRing(path, capacity, readers):
            ends = [f"capacity={capacity}", f"readers={','.join(readers)}"]
            parts = ["link=write_ring", *parts, "kind=shm", f"path={path}", *ends]
        case ReadRing(path, peer):
            parts = [
                "link=read_ring",
                *parts,
                "kind=shm",
                f"path={path}",
                f"peer={peer}",
            ]
    return "\t".join(parts)


def place(endpoint):
    if endpoint.kind != "tcp":
        return [f"kind={endpoint.kind}", f"path={endpoint.place}"]
    security = "tls" if endpoint.is_tls else "plain"
    return ["kind=tcp", f"addr={endpoint.place}", f"security={security}"]


# Nodes that meet at a server are refused here, as the bad ones are.
READ_HERE = [
    path
    for path in sorted((CASES / "good").glob("*.toml"))
    if not path.stem.startswith("nats")
]


def test_each_engine_says_itself_what_it_cannot_open():
    # What the native core was built with, nobody else knows: it reads the file, and then misses the service.
    is_native = mycelium.CORE == "native"
    expected = "no service `nobody`" if is_native else "speaks with no NATS server"
    with pytest.raises(TopologyError, match=expected):
        mycelium.MessageBus.from_topology(CASES / "good" / "nats.toml", "nobody")


@pytest.mark.parametrize("path", READ_HERE, ids=lambda p: p.stem)
def test_links_are_those_of_the_runtime_in_rust(path, variables, monkeypatch):
    monkeypatch.chdir(path.parent)
    topology = Topology.load(path.name)
    blocks = []
    for node in topology.nodes:
        for service in node.services:
            lines = [
                as_line(topology, service, link) for link in topology.links(service)
            ]
            blocks.append("".join(f"{line}\n" for line in [f"{service}:", *lines]))
    expected = path.with_suffix(".txt").read_text()
    assert "\n".join(blocks) == re.sub(r"\tpolicy=\w+", "", expected)


@pytest.mark.parametrize(
    "path", sorted((CASES / "bad").glob("*.toml")), ids=lambda p: p.stem
)
def test_what_the_runtime_in_rust_refuses_is_refused(path, variables, monkeypatch):
    monkeypatch.chdir(path.parent)
    with pytest.raises(TopologyError) as caught:
        Topology.load(path.name)
    for fault in str(caught.value).splitlines():
        assert fault.startswith(path.name), fault


@pytest.mark.parametrize(
    "case", sorted((CASES / "include").iterdir()), ids=lambda p: p.name
)
def test_included_files_are_part_of_the_topology(case, variables):
    if case.name != "parts":
        with pytest.raises(TopologyError):
            Topology.load(case / "topology.toml")
        return
    topology = Topology.load(case / "topology.toml")
    names = [
        (node.name, node.services, node.tls is not None) for node in topology.nodes
    ]
    assert names == [
        ("engine", ("market-data",), True),
        ("risk", ("risk", "limits"), True),
    ]
    assert [node.endpoint for node in topology.nodes] == [
        Endpoint("shm", "/dev/shm/engine", 65536),
        Endpoint("tcp", "10.0.2.20:9002", is_tls=True),
    ]


def test_faults_of_variables_and_includes_have_a_place_and_a_remedy(tmp_path):
    (tmp_path / "b.toml").write_text('include = ["topology.toml"]')
    text = 'include = ["b.toml"]\n' + NODE + 'host = "${TEST_NOWHERE}"'
    with pytest.raises(TopologyError) as caught:
        load(tmp_path, text)
    path = tmp_path / "topology.toml"
    assert str(caught.value).splitlines() == [
        f"{path}:5: the environment has no variable `TEST_NOWHERE`;"
        " set it, or write `${TEST_NOWHERE:-…}` with what stands there otherwise",
        f"{tmp_path / 'b.toml'}: files include one another in a circle: {path} ->"
        f" {tmp_path / 'b.toml'} -> {path}; take one of these `include`s out",
    ]


def test_all_faults_are_said_at_once(tmp_path):
    with pytest.raises(TopologyError) as caught:
        load(tmp_path, NODE + "port = 0\nhost = 1\nother = 2")
    assert len(str(caught.value).splitlines()) == 3


def test_a_missing_file():
    with pytest.raises(
        TopologyError, match=r"cannot read the topology no/where.toml: No such"
    ):
        Topology.load("no/where.toml")


def test_an_unknown_service(tmp_path):
    topology = load(tmp_path, MARKET)
    with pytest.raises(TopologyError) as caught:
        topology.links("stratgy")
    assert str(caught.value) == (
        f"{Path(tmp_path, 'topology.toml')} holds no service 'stratgy'; did you mean 'strategy'?"
        " it holds: market-data, execution, strategy, risk"
    )


@pytest.mark.parametrize(
    "text",
    [
        '[[nodes]]\nname = "a"\nservices = ["a"]\n"(" = 1\n',
        'include = ["a\\u0000b"]\n[[nodes]]\nname = "a"\nservices = ["a"]\n',
        f"include = {'[' * 3000}{']' * 3000}\n",
    ],
    ids=["key", "zero byte", "depth"],
)
def test_odd_files_are_refused_as_all_others(text, tmp_path):
    path = tmp_path / "topology.toml"
    path.write_text(text)
    with pytest.raises(TopologyError):
        Topology.load(path)
