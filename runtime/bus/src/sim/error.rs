//! What can go wrong in a simulation.

use std::error::Error;
use std::fmt;

use mycelium_wire::{DecodeError, Timestamp};

/// An actor failed by its own choice; the simulation stands where that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulationError {
    /// The actor.
    pub actor: &'static str,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

impl fmt::Display for SimulationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actor, at, reason } = self;
        write!(f, "actor `{actor}` failed at {at}: {reason}")
    }
}

/// A world has no actor of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownActor {
    /// The name.
    pub name: String,
    /// All that there are.
    pub known: &'static [&'static str],
}

impl fmt::Display for UnknownActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.join(", ");
        write!(f, "the world has no actor `{}`; it has: {known}", self.name)
    }
}

/// Bytes are not the event log of a world.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogError {
    /// They do not begin as a log does, or are of another version.
    NotALog,
    /// They are the log of other actors or other routes.
    OtherWorld {
        /// Actors and routes of the log.
        log: String,
        /// Those of the world.
        world: String,
    },
    /// They end within an entry, or an entry says what cannot be.
    Damaged {
        /// Where the entry begins.
        at_byte: usize,
    },
    /// A message of the log is none of its route's type.
    Decode {
        /// Where the entry begins.
        at_byte: usize,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// An actor failed while the log was replayed.
    Failed(SimulationError),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALog => f.write_str("this is no event log of a simulation of this version"),
            Self::OtherWorld { log, world } => {
                write!(f, "the log is of another world: it has {log}, this one {world}")
            }
            Self::Damaged { at_byte } => write!(f, "the event log is damaged at byte {at_byte}"),
            Self::Decode { at_byte, source } => {
                write!(f, "the event log has no message at byte {at_byte}: {source}")
            }
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl From<SimulationError> for LogError {
    fn from(error: SimulationError) -> Self {
        Self::Failed(error)
    }
}

impl Error for SimulationError {}
impl Error for UnknownActor {}

impl Error for LogError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Decode { source, .. } => Some(source),
            _ => None,
        }
    }
}
