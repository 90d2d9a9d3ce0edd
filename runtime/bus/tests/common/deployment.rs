//! Deployments of two nodes for tests: `a` has no endpoint, `b` has one of some kind.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use mycelium::{Carried, MessageBus, Options, Publisher, Subscriber};
use tempfile::TempDir;

use super::PATIENCE;

/// How two nodes reach each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Unix,
    Tcp,
    Shm,
    /// TCP with certificates.
    #[cfg(feature = "tls")]
    Tls,
}

/// Makes tests of behaviours, functions that take a kind: one of each for each kind.
#[allow(unused_macros, reason = "each test uses a part")]
macro_rules! for_each_kind {
    ($($behaviour:ident),* $(,)?) => {
        mod unix { $( #[test] fn $behaviour() { super::$behaviour(super::Kind::Unix); } )* }
        mod tcp { $( #[test] fn $behaviour() { super::$behaviour(super::Kind::Tcp); } )* }
        #[cfg(feature = "tls")]
        mod tls { $( #[test] fn $behaviour() { super::$behaviour(super::Kind::Tls); } )* }
        mod shm { $( #[test] fn $behaviour() { super::$behaviour(super::Kind::Shm); } )* }
    };
}
#[allow(unused_imports, reason = "each test uses a part")]
pub(crate) use for_each_kind;

/// A topology in a folder that goes away.
pub(crate) struct Deployment {
    folder: TempDir,
}

impl Deployment {
    pub(crate) fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = match kind {
            Kind::Unix => "endpoint.kind = \"unix\"\nendpoint.path = \"run/b.sock\"".to_owned(),
            Kind::Tcp => format!("port = {}", free_port()),
            #[cfg(feature = "tls")]
            Kind::Tls => format!("port = {}", free_port()),
            Kind::Shm => "endpoint.kind = \"shm\"\nendpoint.path = \"run\"\n\
                          endpoint.capacity = 65536"
                .to_owned(),
        };
        let text = format!(
            "[[nodes]]\nname = \"a\"\nservices = [\"a\", \"a-too\"]\n\n\
             [[nodes]]\nname = \"b\"\nservices = [\"b\"]\n{endpoint}\n"
        );
        #[cfg(feature = "tls")]
        let text = if kind == Kind::Tls { with_certificates(folder.path(), &text) } else { text };
        Self::of(folder, &text)
    }

    /// The topology that the text says, in a folder where what it names lies.
    pub(crate) fn of(folder: TempDir, text: &str) -> Self {
        std::fs::write(folder.path().join("topology.toml"), text).unwrap();
        Self { folder }
    }

    pub(crate) fn topology(&self) -> PathBuf {
        self.folder.path().join("topology.toml")
    }

    pub(crate) fn bus(&self, service: &str) -> MessageBus {
        self.bus_with(service, Options::default())
    }

    pub(crate) fn bus_with(&self, service: &str, options: Options) -> MessageBus {
        MessageBus::from_topology_with(self.topology(), service, options)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// A bus of service `a` and one of `b`, with a publisher at the first for whom a subscriber waits at the other.
    pub(crate) fn one_way<T: Carried>(
        &self,
    ) -> (MessageBus, MessageBus, Publisher<T>, Subscriber<T>) {
        let (a, b) = (self.bus("a"), self.bus("b"));
        let subscriber = b.subscriber().unwrap();
        let publisher = a.publisher().unwrap();
        publisher.wait_for_subscribers(1, PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        (a, b, publisher, subscriber)
    }

    /// Where rings or sockets lie while the deployment runs.
    pub(crate) fn run_folder(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// Fails if rings, sockets or their folder are still there.
    pub(crate) fn assert_clean(&self) {
        let left = list(&self.run_folder());
        assert!(!self.run_folder().exists(), "left behind: {left:?}");
    }
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The same topology for nodes with certificates of one authority.
#[cfg(feature = "tls")]
pub(crate) fn with_certificates(folder: &Path, topology: &str) -> String {
    use super::authority::{Authority, Valid, put};
    let authority = Authority::new();
    put(folder, "authority.pem", &authority.certificate());
    for node in ["a", "b"] {
        authority.issue(&[node], Valid::Now).install(folder, node);
    }
    let defaults = "[defaults]\ntls.certificate = \"{node}.pem\"\ntls.key = \"{node}.key\"\n\
                    tls.authority = \"authority.pem\"\n\n";
    format!("{defaults}{topology}")
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
