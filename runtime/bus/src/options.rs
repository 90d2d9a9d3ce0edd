//! What can be set on a bus.

use std::time::Duration;

use crate::address;
use crate::qos::Qos;
use crate::selector::fits;
use crate::waiting::Waiting;

/// Limits and times of a bus. The defaults suit most programs.
///
/// ```
/// let mut options = mycelium::Options::default();
/// options.qos.capacity = 64;
/// let bus = mycelium::MessageBus::with_options(options);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// What is promised for every topic for which nothing else is said.
    pub qos: Qos,
    /// Topics, by pattern, for which something else is promised; the first that fits counts. See
    /// [`topic`](Options::topic).
    pub topics: Vec<(String, Qos)>,
    /// How threads wait that block: for a message, or for room.
    pub waiting: Waiting,
    /// Bytes that wait to be written to one connection before publishers wait. Default: 1 MiB.
    pub outgoing_bytes: usize,
    /// Longest frame that is sent to, or accepted from, a connection. Default: 64 MiB.
    pub max_frame_bytes: usize,
    /// A peer that has not introduced itself after this time is cut off. Default: 5 s.
    pub handshake_timeout: Duration,
    /// A connection that is idle for this time carries a sign of life. Default: 1 s.
    pub heartbeat: Duration,
    /// A peer from which nothing comes for this time has vanished. Default: 5 s.
    pub peer_timeout: Duration,
    /// Longest that shutting down waits for live peers to take what was published. Default: 10 s.
    pub shutdown_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            qos: Qos::default(),
            topics: Vec::new(),
            waiting: Waiting::default(),
            outgoing_bytes: 1 << 20,
            max_frame_bytes: 64 << 20,
            handshake_timeout: Duration::from_secs(5),
            heartbeat: Duration::from_secs(1),
            peer_timeout: Duration::from_secs(5),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

impl Options {
    /// The same with something else for the topics whose names fit the pattern, unless an earlier one
    /// fits too. In a pattern `*` stands for any run of characters but `.`, and `>` at the end for
    /// all that follows.
    #[must_use]
    pub fn topic(mut self, pattern: impl Into<String>, qos: Qos) -> Self {
        self.topics.push((pattern.into(), qos));
        self
    }

    /// What is promised for a topic, also where its messages are addressed to a service.
    pub(crate) fn qos_of(&self, topic: &str) -> Qos {
        let (topic, _) = address::split(topic);
        let said = self.topics.iter().find(|(pattern, _)| fits(pattern, topic));
        said.map_or(self.qos, |(_, qos)| *qos)
    }
}
