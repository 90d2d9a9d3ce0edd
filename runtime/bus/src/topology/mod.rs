//! Who runs where, and over what they reach each other: the deployment, in one TOML file.
//!
//! A topology lists *nodes*. A node is one process; the services that it names share one bus and
//! hand each other `Arc`s. Between nodes, messages take the endpoint that the receiving node
//! declares; where it declares none that the sender reaches, the sender's own. A pair in which neither
//! reaches the other is refused when the file is read, not when the first message is lost.
//!
//! ```toml
//! [[nodes]]
//! name = "engine"
//! services = ["market-data", "execution"]
//!
//! [[nodes]]
//! name = "ml-node"
//! services = ["strategy"]
//! endpoint.kind = "shm"            # shm | unix | tcp | nats
//! endpoint.path = "/dev/shm/ml"    # shm: a folder; unix: a socket file
//!
//! [[nodes]]
//! name = "risk"
//! services = ["risk"]
//! host = "10.0.2.20"               # "localhost" where nothing is said
//! port = 9002                      # host and port alone mean tcp
//!
//! [defaults]                       # for each node that says nothing itself, key by key
//! tls.certificate = "tls/{node}.pem"
//! tls.key = "tls/{node}.key"
//! tls.authority = "tls/authority.pem"
//!
//! [[topics]]
//! name = "quotes.>"                # a topic, or a pattern
//! capacity = 256                   # 1024 where nothing is said
//! when_full = "drop_oldest"        # block | error | drop_oldest | drop_newest | conflate
//! history = 16                     # 0 where nothing is said
//! ```
//!
//! The TCP endpoint of a node with `tls` is spoken to by TLS; plain TCP between machines is refused
//! unless `endpoint.insecure = true`. A NATS server is spoken to by TLS where the file names an authority for it. Relative paths start at the topology file's folder. Every fault in the file is reported at once,
//! each with its line, what was expected and what to do:
//!
//! ```
//! use mycelium::topology::Topology;
//! let text = "[[nodes]]\nname = \"a\"\nservces = [\"x\"]\n";
//! let fault = Topology::parse(text, "topology.toml").unwrap_err().to_string();
//! assert!(fault.contains("topology.toml:3:1"));
//! assert!(fault.contains("did you mean `services`"));
//! ```

mod access;
mod check;
mod command;
mod credential;
mod defaults;
mod diagnostic;
mod draft;
mod endpoint;
mod error;
mod harmless;
mod links;
mod model;
mod nats;
mod reach;
mod read;
mod reading;
mod schema;
mod secure;
mod suggest;
mod suspect;
mod topics;
mod variables;
mod vocabulary;
mod ways;

use std::path::Path;

use self::check::Checked;
pub use self::command::{Command, Restart};
pub use self::credential::{CredentialError, CredentialFault};
pub use self::diagnostic::{Diagnostics, Finding};
pub use self::error::{Refused, TopologyError};
pub use self::links::{Link, Links};
pub use self::model::{Access, Endpoint, Keep, Node, Secret, Security, Tls, TopicRule, Topology};
use self::variables::Variables;
pub use self::ways::{Way, Why};

impl Topology {
    /// Reads and checks a topology file and all that it includes.
    ///
    /// # Errors
    /// The file cannot be read, or what it says does not hold together.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, TopologyError> {
        Self::load_with(path, |name| std::env::var(name).ok())
    }

    /// As [`load`](Topology::load), with other variables than those of the environment.
    ///
    /// # Errors
    /// As [`load`](Topology::load).
    pub fn load_with(
        path: impl AsRef<Path>,
        variables: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TopologyError> {
        let path = path.as_ref();
        Self::parse_with(&read(path)?, path, variables)
    }

    /// As [`load_with`](Topology::load_with), and gives what is suspicious besides. `is_here` tells the nodes
    /// whose files are on this machine: certificates of others are not looked at.
    ///
    /// # Errors
    /// As [`load`](Topology::load).
    pub fn examine(
        path: impl AsRef<Path>,
        variables: impl Fn(&str) -> Option<String>,
        is_here: impl Fn(&Node) -> bool,
    ) -> Result<(Self, Diagnostics), TopologyError> {
        let path = path.as_ref();
        let text = read(path)?;
        let (checked, mut diagnostics) = parse(&text, path, &variables)?;
        suspect::examine(&checked, &is_here, &mut diagnostics);
        diagnostics.sort();
        Ok((checked.topology, diagnostics))
    }

    /// Checks the text of a topology that stands, or would stand, at `path`.
    ///
    /// # Errors
    /// What the text says, with all that it includes, does not hold together.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self, TopologyError> {
        Self::parse_with(text, path, |name| std::env::var(name).ok())
    }

    /// As [`parse`](Topology::parse), with other variables than those of the environment.
    ///
    /// # Errors
    /// As [`parse`](Topology::parse).
    pub fn parse_with(
        text: &str,
        path: impl AsRef<Path>,
        variables: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TopologyError> {
        parse(text, path.as_ref(), &variables).map(|(checked, _)| checked.topology)
    }

    /// What the node of `service` opens so that it reaches, and is reached by, every other node.
    ///
    /// # Errors
    /// No node of the topology holds the service.
    pub fn links(&self, service: &str) -> Result<Links, TopologyError> {
        let node = self.node_of(service).ok_or_else(|| self.unknown_service(service))?;
        Ok(links::links(self, node, service))
    }

    /// The JSON Schema of topology files, for editors that complete and check TOML.
    pub fn json_schema() -> String {
        schema::json_schema()
    }

    fn unknown_service(&self, service: &str) -> TopologyError {
        let known: Vec<String> =
            self.nodes.iter().flat_map(|node| node.services.iter().cloned()).collect();
        TopologyError::UnknownService {
            path: self.path.clone(),
            service: service.to_owned(),
            suggestion: suggest::nearest(service, known.iter().map(String::as_str))
                .map(str::to_owned),
            known,
        }
    }
}

fn read(path: &Path) -> Result<String, TopologyError> {
    std::fs::read_to_string(path)
        .map_err(|source| TopologyError::Unreadable { path: path.to_owned(), source })
}

fn parse(
    text: &str,
    path: &Path,
    variables: Variables<'_>,
) -> Result<(Checked, Diagnostics), TopologyError> {
    let mut diagnostics = Diagnostics::default();
    let draft = reading::read(text, path, variables, &mut diagnostics);
    let checked = check::check(draft, path, &mut diagnostics);
    if diagnostics.is_empty() { Ok((checked, diagnostics)) } else { Err(diagnostics.into()) }
}
