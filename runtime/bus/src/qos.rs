//! What a topic holds, and what happens when it is full.

use std::fmt;

/// What is promised for a topic in this process.
///
/// ```
/// use mycelium::{Options, Qos, WhenFull};
///
/// let quotes = Qos::default().capacity(256).when_full(WhenFull::DropOldest);
/// let options = Options::default().topic("quotes.>", quotes);
/// let bus = mycelium::MessageBus::with_options(options);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Qos {
    /// Messages that wait for a subscriber before the topic is full for it. At least 1. Default: 1024.
    pub capacity: usize,
    /// What happens then. Default: the publisher waits.
    pub when_full: WhenFull,
    /// How many of the last messages a subscriber of this process receives that comes later. Default: 0.
    /// Frames of a [`FramePublisher`](crate::FramePublisher) are not among them.
    pub history: usize,
}

/// What happens when a subscriber's messages fill the topic's capacity.
///
/// This is about typed subscribers of this process. A route that is full, a ring's slow reader and a
/// [`FrameSubscriber`](crate::FrameSubscriber) are waited for under every one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WhenFull {
    /// Publishing waits. Nothing is lost; a subscriber that does not receive holds its publishers.
    #[default]
    Block,
    /// Publishing fails with [`PublishError::Full`](crate::PublishError::Full), for all subscribers.
    /// Nothing that was published is lost. What comes from elsewhere, or as frames, waits.
    Error,
    /// That subscriber loses the oldest message that waits for it. Publishing never waits for it.
    DropOldest,
    /// That subscriber does not get the new message. Publishing never waits for it.
    DropNewest,
    /// Of each instance, as the fields marked `@key` name it, only the newest message waits, at the
    /// place of the one that it replaces. Where there are more instances than the capacity, the
    /// one that waits longest is lost. Publishing never waits for the subscriber.
    ///
    /// A type without `@key` is one instance. To find the key of one that has some, the message is
    /// encoded once for each subscriber.
    Conflate,
}

impl Qos {
    /// The same with another capacity.
    #[must_use]
    pub fn capacity(mut self, messages: usize) -> Self {
        self.capacity = messages;
        self
    }

    /// The same with another way when full.
    #[must_use]
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// The same with a history for subscribers that come later.
    #[must_use]
    pub fn history(mut self, messages: usize) -> Self {
        self.history = messages;
        self
    }
}

impl Default for Qos {
    fn default() -> Self {
        Self { capacity: 1024, when_full: WhenFull::Block, history: 0 }
    }
}

impl WhenFull {
    /// Every one of them.
    pub const ALL: [Self; 5] =
        [Self::Block, Self::Error, Self::DropOldest, Self::DropNewest, Self::Conflate];

    /// Whether a message waits for all its subscribers in the topic's ring; else each has a queue, from
    /// which what is lost to it can be taken.
    pub(crate) fn is_lossless(self) -> bool {
        matches!(self, Self::Block | Self::Error)
    }
}

/// As a topology file writes it.
impl fmt::Display for WhenFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block => "block",
            Self::Error => "error",
            Self::DropOldest => "drop_oldest",
            Self::DropNewest => "drop_newest",
            Self::Conflate => "conflate",
        })
    }
}
