//! A type of messages whose code is elsewhere.

use std::borrow::Cow;

use mycelium_wire::Digest;
use mycelium_wire::reflect::{Def, Kind};

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
#[derive(Debug, Clone)]
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
    /// Its tables, where the program has them.
    def: Option<&'static Def<'static>>,
}

impl FrameType {
    /// A type without released ancestors.
    pub fn new(topic: impl Into<String>, type_id: u16, digest: Digest) -> Self {
        Self { topic: topic.into(), type_id, digest, ancestors: Vec::new(), def: None }
    }

    /// A type whose tables the program has, from a canonical text for instance. Peers are told what the type is, so
    /// that those who have another version of it, or none, can read it too.
    ///
    /// What is no message has no type id, and so no frame of it is published.
    pub fn described(topic: impl Into<String>, def: &'static Def<'static>) -> Self {
        let type_id = match def.kind {
            Kind::Message { id, .. } => id,
            _ => 0,
        };
        Self { def: Some(def), ..Self::new(topic, type_id, def.digest) }
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
            def: self.def,
            // Of a type that is not known here, all messages are one instance.
            write_key: |_, _, _| {},
            message: "raw frames",
        }
    }
}
