//! Why a bus cannot be made from a topology.

use std::error::Error;
use std::path::PathBuf;
use std::{fmt, io};

use super::{CredentialError, Diagnostics};

/// A bus cannot be made from this topology.
#[derive(Debug)]
#[non_exhaustive]
pub enum TopologyError {
    /// The file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What the file says does not hold together.
    Invalid(Diagnostics),
    /// No node of the topology holds the service.
    UnknownService {
        /// The file.
        path: PathBuf,
        /// The service that was asked for.
        service: String,
        /// The one that was probably meant.
        suggestion: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// The node's certificate, key or authority cannot be used.
    Credential {
        /// The node.
        node: String,
        /// Which file, and why.
        source: CredentialError,
    },
    /// The topology is sound, but this machine refuses what it asks for.
    Endpoint {
        /// The node.
        node: String,
        /// Its endpoint, as in `unix:/run/user/1000/risk.sock`.
        endpoint: String,
        /// What happened.
        source: Refused,
    },
}

/// The machine refuses an endpoint: what happened, and what to do about it.
#[derive(Debug)]
pub struct Refused {
    /// What happened.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
    /// What the system said, if it was asked.
    pub source: Option<io::Error>,
}

impl From<Diagnostics> for TopologyError {
    fn from(mut diagnostics: Diagnostics) -> Self {
        diagnostics.sort();
        Self::Invalid(diagnostics)
    }
}

impl fmt::Display for TopologyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => write!(
                f,
                "cannot read the topology {}: {source}; pass the path of a topology file",
                path.display()
            ),
            Self::Invalid(diagnostics) => diagnostics.fmt(f),
            Self::UnknownService { path, service, suggestion, known } => {
                write!(f, "{} holds no service `{service}`; ", path.display())?;
                if let Some(suggestion) = suggestion {
                    write!(f, "did you mean `{suggestion}`? ")?;
                }
                write!(f, "it holds: {}", known.join(", "))
            }
            Self::Credential { node, source } => {
                write!(f, "node `{node}` has no identity for TLS: {source}")
            }
            Self::Endpoint { node, endpoint, source } => {
                write!(f, "node `{node}` cannot open {endpoint}: {source}")
            }
        }
    }
}

impl Error for TopologyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Credential { source, .. } => Some(source),
            Self::Endpoint { source, .. } => Some(source),
            Self::Invalid(_) | Self::UnknownService { .. } => None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        write!(f, "; {}", self.remedy)
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
