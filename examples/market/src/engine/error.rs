//! Why the engine ends otherwise than in order.

use std::fmt;
use std::path::PathBuf;

use market::feed::FeedError;
use market::tally::TallyError;
use mycelium::topology::TopologyError;
use mycelium::{OpenError, PublishError, RecvError, WaitError};

/// What ended the engine.
#[derive(Debug)]
pub(crate) enum EngineError {
    /// The feed cannot be read, or not to its end.
    Feed(FeedError),
    /// The topology does not hold.
    Topology(TopologyError),
    /// A publisher or subscriber cannot be made.
    Open(OpenError),
    /// The subscribers did not come.
    Wait(WaitError),
    /// A message cannot be published.
    Publish(PublishError),
    /// A message cannot be received.
    Receive(RecvError),
    /// The account of a topic does not come out.
    Tally(TallyError),
    /// A report cannot be written.
    Report {
        /// Where to.
        folder: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// The monitor cannot be hosted; why not.
    Hosting(String),
    /// Signals cannot be listened for.
    Signals(std::io::Error),
    /// Somebody told the engine to end.
    Stopped(String),
    /// A thread of a service panicked; its message stands above.
    Panicked,
}

impl EngineError {
    /// Python, or the monitor in it, did not start or end.
    pub(crate) fn hosting(reason: impl fmt::Display) -> Self {
        Self::Hosting(reason.to_string())
    }

    /// Whether this is where the trouble began: a closed bus never is.
    pub(crate) fn is_cause(&self) -> bool {
        !matches!(
            self,
            Self::Stopped(_)
                | Self::Open(OpenError::Closed)
                | Self::Publish(PublishError::Closed)
                | Self::Panicked
        )
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feed(error) => error.fmt(f),
            Self::Topology(error) => error.fmt(f),
            Self::Open(error) => error.fmt(f),
            Self::Wait(error) => error.fmt(f),
            Self::Publish(error) => error.fmt(f),
            Self::Receive(error) => error.fmt(f),
            Self::Tally(error) => error.fmt(f),
            Self::Report { folder, error } => {
                write!(f, "cannot write a report to {}: {error}", folder.display())
            }
            Self::Hosting(reason) => write!(f, "cannot host the monitor: {reason}"),
            Self::Signals(error) => write!(f, "cannot listen for signals: {error}"),
            Self::Stopped(reason) => write!(f, "ended early: {reason}"),
            Self::Panicked => f.write_str("a thread panicked; its message stands above"),
        }
    }
}

impl std::error::Error for EngineError {}

macro_rules! from {
    ($($source:ty => $arm:ident),* $(,)?) => {$(
        impl From<$source> for EngineError {
            fn from(error: $source) -> Self {
                Self::$arm(error)
            }
        }
    )*};
}

from! {
    FeedError => Feed,
    TopologyError => Topology,
    OpenError => Open,
    WaitError => Wait,
    PublishError => Publish,
    RecvError => Receive,
    TallyError => Tally,
}
