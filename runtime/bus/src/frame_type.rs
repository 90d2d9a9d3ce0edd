//! A type of messages whose code is elsewhere.

use std::borrow::Cow;

use mycelium_wire::Digest;

use crate::topic::TopicInfo;

/// What a bus must know of a type of messages to carry its frames, where the type itself is code of another
/// language.
///
/// ```
/// use mycelium::{Digest, FrameType};
///
/// let reading = FrameType::new("weather.reading", 1, Digest([7; 32])).ancestors(vec![Digest([6; 32])]);
/// assert_eq!(reading.topic, "weather.reading");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameType {
    /// The topic that carries it.
    pub topic: String,
    /// Type id in the headers of its frames.
    pub type_id: u16,
    /// Digest of the type.
    pub digest: Digest,
    /// Digests of released versions that it still talks with, oldest first.
    pub ancestors: Vec<Digest>,
}

impl FrameType {
    /// A type without released ancestors.
    pub fn new(topic: impl Into<String>, type_id: u16, digest: Digest) -> Self {
        Self { topic: topic.into(), type_id, digest, ancestors: Vec::new() }
    }

    /// The same with released ancestors, oldest first.
    #[must_use]
    pub fn ancestors(mut self, ancestors: Vec<Digest>) -> Self {
        self.ancestors = ancestors;
        self
    }

    pub(crate) fn info(&self) -> TopicInfo {
        TopicInfo {
            name: self.topic.as_str().into(),
            type_id: self.type_id,
            digest: self.digest,
            ancestors: Cow::Owned(self.ancestors.clone()),
            def: None,
            // Of a type that is not known here, all messages are one instance.
            write_key: |_, _, _| {},
            message: "raw frames",
        }
    }
}
