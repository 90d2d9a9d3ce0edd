//! One publisher and one subscriber, in two languages, over one transport.

use std::fmt;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use super::peers::{Language, Peers};
use crate::failure::{Failure, io_failure};
use crate::repo;

/// How the two reach each other.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Transport {
    #[default]
    Unix,
    Tcp,
    Shm,
}

impl Transport {
    pub(super) const ALL: [Self; 3] = [Self::Unix, Self::Tcp, Self::Shm];

    /// What the node with the endpoint says of it.
    fn endpoint(self) -> Result<String, Failure> {
        Ok(match self {
            Self::Unix => "endpoint.kind = \"unix\"\nendpoint.path = \"run/b.sock\"".to_owned(),
            Self::Tcp => format!("port = {}", free_port()?),
            Self::Shm => "endpoint.kind = \"shm\"\nendpoint.path = \"run\"\n\
                          endpoint.capacity = 1048576"
                .to_owned(),
        })
    }
}

/// A case: who publishes to whom, and how.
#[derive(Clone, Copy)]
pub(super) struct Meeting {
    pub(super) transport: Transport,
    pub(super) publisher: Language,
    pub(super) subscriber: Language,
    /// What the subscriber does: `receive` or `frames`.
    pub(super) role: &'static str,
    /// Whether the endpoint is the publisher's.
    pub(super) publisher_owns: bool,
}

impl Default for Meeting {
    fn default() -> Self {
        Self {
            transport: Transport::default(),
            publisher: Language::default(),
            subscriber: Language::default(),
            role: "receive",
            publisher_owns: false,
        }
    }
}

impl fmt::Display for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = match self.transport {
            Transport::Unix => "unix",
            Transport::Tcp => "tcp",
            Transport::Shm => "shm",
        };
        let owner = if self.publisher_owns { "publisher" } else { "subscriber" };
        let Self { publisher, subscriber, role, .. } = self;
        write!(f, "{publisher} publishes, {subscriber}: {role}, by {transport} of the {owner}")
    }
}

impl Meeting {
    /// Both do their part, agree on the digests that differ, and leave nothing.
    pub(super) fn run(&self, peers: &Peers) -> Result<(), Failure> {
        let folder = repo::target().join("xtask/interop");
        let topology = self.write_topology(&folder)?;
        let (from, to) = if self.publisher_owns { ("b", "a") } else { ("a", "b") };
        let start = |language, service, role| {
            let mut command = peers.command(language);
            command.arg(&topology).args([service, role]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().map_err(io_failure("start", Path::new(command.get_program())))
        };
        let publisher = start(self.publisher, from, "publish")?;
        let subscriber = start(self.subscriber, to, self.role)?;
        let published = self.ended("publisher", publisher);
        let received = self.ended("subscriber", subscriber);
        // Without the one the other has nothing to receive.
        self.check_digests(&published?, &received?, from)?;
        self.check_nothing_left(&folder.join("run"))
    }

    /// Typed subscribers name the publisher's other digest, and its node.
    fn check_digests(&self, published: &str, received: &str, node: &str) -> Result<(), Failure> {
        let expected = match self.role {
            "receive" => format!("{} at {node}\n", published.trim_end()),
            _ => String::new(),
        };
        if received == expected {
            return Ok(());
        }
        Err(Failure::new(format!("{self}: said {received:?} where {expected:?} was due")))
    }

    fn check_nothing_left(&self, run: &Path) -> Result<(), Failure> {
        match run.exists() {
            true => Err(Failure::new(format!("{self}: {} is left", run.display()))),
            false => Ok(()),
        }
    }

    /// What a peer has printed, once it has ended well.
    fn ended(&self, who: &str, peer: Child) -> Result<String, Failure> {
        let output = peer.wait_with_output().map_err(io_failure("wait for", Path::new(who)))?;
        let Output { status, stdout, stderr } = output;
        if status.success() {
            return Ok(String::from_utf8_lossy(&stdout).into_owned());
        }
        let seen = String::from_utf8_lossy(&stderr).into_owned();
        Err(Failure::new(format!("{self}: the {who} failed ({status})")).seen(seen))
    }

    fn write_topology(&self, folder: &Path) -> Result<PathBuf, Failure> {
        // An earlier run may have been killed in the middle.
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).map_err(io_failure("make the folder", folder))?;
        let text = format!(
            "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n\n\
             [[nodes]]\nname = \"b\"\nservices = [\"b\"]\n{}\n",
            self.transport.endpoint()?
        );
        let path = folder.join("topology.toml");
        fs::write(&path, text).map_err(io_failure("write", &path))?;
        Ok(path)
    }
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, Failure> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    Ok(bound.map_err(io_failure("bind", Path::new("a port of 127.0.0.1")))?.port())
}
