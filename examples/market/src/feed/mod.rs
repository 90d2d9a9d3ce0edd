//! Market events with the time at which they were received: captured or simulated, in order of time.
//!
//! A captured file is read line by line and never held whole; several files are merged by receive
//! time. A line that is damaged, or a file that ends in the middle, is an error that names the file
//! and the line: a feed is either replayed exactly or not at all.

mod error;
mod file;
mod json;
mod merge;
mod simulator;

use mycelium_generated::market::{BookTicker, DepthUpdate, Snapshot, Trade};

pub use error::{FeedError, Problem};
pub use file::FeedFile;
pub use merge::Merged;
pub use simulator::{Simulator, SimulatorOptions};

/// What a venue said, and when it was heard here.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When the line was received, in nanoseconds since 1970.
    pub received_ns: i64,
    /// What it said.
    pub message: MarketMessage,
}

/// One of the four kinds of market data.
#[derive(Debug, Clone, PartialEq)]
pub enum MarketMessage {
    /// Best bid and offer.
    BookTicker(BookTicker),
    /// A trade print.
    Trade(Trade),
    /// Changes to a book.
    DepthUpdate(DepthUpdate),
    /// A whole book.
    Snapshot(Snapshot),
}

/// Any source of events, in order of their receive time.
pub type Feed = Box<dyn Iterator<Item = Result<Event, FeedError>> + Send>;
