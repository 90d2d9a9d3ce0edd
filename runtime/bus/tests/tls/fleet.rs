//! Three nodes with certificates: `a` and `c` reach `b` over TLS, and each other, and `b` them, over a
//! socket of `c`.

use std::net::TcpStream;
use std::path::Path;
use std::time::Instant;

use mycelium::topology::TopologyError;
use mycelium::{MessageBus, Options, Publisher, Subscriber};
use tempfile::TempDir;

use crate::common::authority::{Authority, Valid, put};
use crate::common::deployment::free_port;
use crate::common::{PATIENCE, Tick, tick};

pub(crate) struct Fleet {
    folder: TempDir,
    port: u16,
    /// Whom all trust, to begin with.
    pub(crate) authority: Authority,
}

impl Fleet {
    pub(crate) fn new() -> Self {
        Self::at_port(free_port())
    }

    /// Where something else may listen already.
    pub(crate) fn at_port(port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::named("fleet");
        put(folder.path(), "authority.pem", &authority.certificate());
        let mut text = String::new();
        for (node, endpoint) in [
            ("a", String::new()),
            ("b", format!("port = {port}\n")),
            ("c", "endpoint = { kind = \"unix\", path = \"run/c.sock\" }\n".to_owned()),
        ] {
            authority.issue(&[node], Valid::Now).install(folder.path(), node);
            put(folder.path(), &format!("{node}.authority.pem"), &authority.certificate());
            text += &format!(
                "[[nodes]]\nname = \"{node}\"\nservices = [\"{node}\"]\n{endpoint}\
                 tls.certificate = \"{node}.pem\"\ntls.key = \"{node}.key\"\n\
                 tls.authority = \"{node}.authority.pem\"\n\n"
            );
        }
        std::fs::write(folder.path().join("topology.toml"), text).unwrap();
        Self { folder, port, authority }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Of a node's own file of whom it trusts.
    pub(crate) fn trust(&self, node: &str, authorities: &[&Authority]) {
        let all: String = authorities.iter().map(|authority| authority.certificate()).collect();
        put(self.folder(), &format!("{node}.authority.pem"), &all);
    }

    pub(crate) fn bus(&self, node: &str) -> MessageBus {
        self.bus_with(node, Options::default()).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn bus_with(
        &self,
        node: &str,
        options: Options,
    ) -> Result<MessageBus, TopologyError> {
        MessageBus::from_topology_with(self.folder().join("topology.toml"), node, options)
    }

    /// A bare connection to where `b` listens.
    pub(crate) fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket
    }
}

/// What passes from one node to another, undisturbed.
pub(crate) struct Talk {
    publisher: Publisher<Tick>,
    subscriber: Subscriber<Tick>,
    number: u64,
}

impl Talk {
    /// Meets over a topic of its own.
    pub(crate) fn start(from: &MessageBus, to: &MessageBus, topic: &str) -> Self {
        let subscriber = to.subscriber_on(topic).unwrap();
        let publisher = from.publisher_on(topic).unwrap();
        publisher.wait_for_subscribers(1, PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        Self { publisher, subscriber, number: 0 }
    }

    /// The next messages arrive, and nothing else has happened since the last ones.
    pub(crate) fn goes_on(&mut self) {
        for number in self.number..self.number + 10 {
            self.publisher.publish(tick(number)).unwrap();
            let received = self.subscriber.recv_timeout(PATIENCE).unwrap().unwrap();
            assert_eq!(received.number, number);
        }
        self.number += 10;
    }
}

/// Waits until a bus has this to say of what stands in its way.
pub(crate) fn wait_for_fault(bus: &MessageBus, words: &str) {
    wait_for(
        || bus.stats().faults.iter().any(|fault| fault.contains(words)),
        || format!("no fault says `{words}`: {:?}", bus.stats().faults),
    );
}

/// Waits until nothing stands in the way of a bus.
pub(crate) fn wait_for_no_fault(bus: &MessageBus) {
    wait_for(|| bus.stats().faults.is_empty(), || format!("{:?}", bus.stats().faults));
}

fn wait_for(mut is_so: impl FnMut() -> bool, why_not: impl Fn() -> String) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{}", why_not());
        std::thread::yield_now();
    }
}
