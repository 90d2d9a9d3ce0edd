//! Why an actor ended, and what a supervisor says of it.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::OpenError;

/// Why an actor failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// A handler or a hook panicked, with this message.
    Panicked(String),
    /// It called [`fail`](crate::actor::Context::fail), or could not publish.
    Failed(String),
}

impl Failure {
    pub(crate) fn of_panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Self::Panicked(text.unwrap_or_else(|| "a value that is no text".to_owned()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(text) => write!(f, "panicked: {text}"),
            Self::Failed(reason) => write!(f, "failed: {reason}"),
        }
    }
}

/// An actor failed more often than its policy allows, and so did every group around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// The actor, behind the groups that it is in: `pricing/curve`.
    pub actor: String,
    /// Its last failure.
    pub failure: Failure,
}

impl fmt::Display for Escalation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actor, failure } = self;
        write!(f, "actor `{actor}` failed more often than its policy allows; at last it {failure}")
    }
}

/// An actor cannot be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum SpawnError {
    /// A publisher or subscriber of it cannot be opened.
    Open {
        /// The actor.
        actor: String,
        /// Why.
        source: OpenError,
    },
    /// The supervisor has another child of the name.
    NameTaken {
        /// The name.
        name: String,
    },
    /// The supervisor is stopping, or has stopped.
    Stopped,
    /// The thread cannot be made, or there is no tokio runtime here.
    NoPlace {
        /// The actor.
        actor: String,
        /// Why, and what to do.
        reason: String,
    },
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { actor, source } => write!(f, "actor `{actor}`: {source}"),
            Self::NameTaken { name } => {
                write!(f, "the supervisor has a child `{name}` already: give this one another name")
            }
            Self::Stopped => f.write_str("the supervisor has stopped, and starts nothing any more"),
            Self::NoPlace { actor, reason } => write!(f, "actor `{actor}`: {reason}"),
        }
    }
}

impl Error for SpawnError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Open { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Actors did not end in the time that a shutdown gave them. Each is left where it is: a handler that
/// never returns cannot be ended from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShutdownError {
    /// Their names.
    pub stuck: Vec<String>,
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.stuck.join("`, `");
        write!(
            f,
            "still busy when the time for shutdown was over: `{names}`; give them more time, or handlers that return sooner"
        )
    }
}

impl Error for Escalation {}
impl Error for ShutdownError {}

/// Runs code of an actor or of its user; a panic ends at this edge. State that a panic has left half changed is
/// dropped, unless the policy says that it is kept.
pub(super) fn fenced<R>(run: impl FnOnce() -> R) -> Result<R, Failure> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|payload| Failure::of_panic(&*payload))
}
