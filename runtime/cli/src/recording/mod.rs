//! Recordings: MCAP files whose messages are our frames.
//!
//! A channel is a topic of one place, with `mycelium` as its message encoding; its schema is the canonical text of the
//! type, with the encoding `mycelium-canonical`. So a recording can be read by whoever reads MCAP, and decoded
//! without a schema file by whoever knows canonical texts.

mod chunk;
pub(crate) mod convert;
mod csv;
pub(crate) mod import;
pub(crate) mod info;
mod lengths;
mod names;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod read;
pub(crate) mod record;
mod records;
pub(crate) mod replay;
mod tables;
mod target;
mod time;
mod unfit;
mod write;

pub(crate) use self::lengths::frame_lengths;
use crate::failure::Failure;
use mcap::McapError;
use mycelium_wire::Digest;
use std::collections::BTreeMap;
use std::path::Path;

/// Message encoding of our channels: a frame, header included.
const MESSAGE_ENCODING: &str = "mycelium";

/// Schema encoding: canonical texts of a type and of all that it uses, the type's own first.
const SCHEMA_ENCODING: &str = "mycelium-canonical";

/// Name of the metadata record that says, by topic, how many messages were lost to the recorder.
const LOSSES: &str = "mycelium.lost";

/// A topic of one place in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Track {
    topic: String,
    /// Name of the type, where it is known.
    type_name: Option<String>,
    /// Canonical texts, where they are known.
    text: Option<String>,
    digest: Digest,
    type_id: u16,
    /// Where it was recorded.
    place: String,
}

impl Track {
    /// What stands in a channel's metadata.
    fn metadata(&self) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("digest".to_owned(), self.digest.to_string()),
            ("type_id".to_owned(), self.type_id.to_string()),
            ("place".to_owned(), self.place.clone()),
        ])
    }

    /// The track of a channel of ours.
    fn of(channel: &mcap::records::Channel, schema: Option<&(String, String)>) -> Option<Self> {
        let known = |key: &str| channel.metadata.get(key).map(String::as_str);
        Some(Self {
            topic: channel.topic.clone(),
            type_name: schema.map(|(name, _)| name.clone()),
            text: schema.map(|(_, text)| text.clone()),
            digest: Digest::parse(known("digest")?)?,
            type_id: known("type_id")?.parse().ok()?,
            place: known("place").unwrap_or_default().to_owned(),
        })
        .filter(|_| channel.message_encoding == MESSAGE_ENCODING)
    }
}

fn refused(path: &Path, error: &McapError) -> Failure {
    Failure::Input(format!("{}: {error}", path.display()))
}
