//! What can be set on a bus.

use std::time::Duration;

/// Limits and times of a bus. The defaults suit most programs.
///
/// ```
/// let mut options = mycelium::Options::default();
/// options.inbox_capacity = 64;
/// let bus = mycelium::MessageBus::with_options(options);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Messages that wait for one subscriber before its publishers wait. Default: 1024.
    pub inbox_capacity: usize,
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
            inbox_capacity: 1024,
            outgoing_bytes: 1 << 20,
            max_frame_bytes: 64 << 20,
            handshake_timeout: Duration::from_secs(5),
            heartbeat: Duration::from_secs(1),
            peer_timeout: Duration::from_secs(5),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}
