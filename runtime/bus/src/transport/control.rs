//! Control frames: what transports say to each other beside messages.

use std::time::SystemTime;

use mycelium_wire::{DecodeError, Digest, Message, Timestamp, canon};

use super::Lane;
use crate::error;
use crate::topic::TopicInfo;

#[path = "../mycelium.control.rs"]
mod generated;

pub(crate) use self::generated::{
    Body, Channel, Closed, Control, Description, Goodbye, Heartbeat, Hello, Objection, PROTOCOL,
    Refusal, Resume, Stream, Subscribe,
};

/// What an observer says in its hello in place of a node: no node can have such a name.
pub(crate) const OBSERVER: &str = "@observer";

/// Longest node name, service name or reason that is taken from a peer.
const NAME_BYTES: usize = 1024;

/// Longest text of a type that is told, and most ancestors: what the schema allows.
const TEXT_BYTES: usize = 65_536;
const ANCESTORS: usize = 1024;

/// The control frame that says `body`.
pub(crate) fn frame(body: Body) -> Vec<u8> {
    Control { body }.to_frame()
}

/// What a control frame says.
pub(crate) fn parse(frame: &[u8]) -> Result<Body, DecodeError> {
    Control::from_frame(frame).map(|control| control.body)
}

/// A frame that says goodbye, for a reason or, where that is empty, for none.
pub(crate) fn goodbye(reason: &str) -> Vec<u8> {
    frame(Body::Goodbye(Goodbye { reason: shorten(reason).to_owned() }))
}

/// A frame that opens a channel, whose frames are read by the version of that digest.
pub(crate) fn channel(number: u16, topic: &TopicInfo, digest: Digest) -> Vec<u8> {
    frame(Body::Channel(Channel {
        channel: number,
        type_id: topic.type_id,
        digest: digest.0,
        topic: topic.name.to_string(),
    }))
}

/// A frame that says to which stream the lane's channel, which is opened next, belongs.
pub(crate) fn stream(lane: &Lane) -> Vec<u8> {
    let (stream, start) = (lane.numbering().id(), lane.numbering().start());
    frame(Body::Stream(Stream { channel: lane.channel, stream, start }))
}

/// A frame of at most so many bytes that tells what the topic's type is, as far as that is known here and
/// has room.
pub(crate) fn description(topic: &TopicInfo, most_bytes: usize) -> Option<Vec<u8>> {
    let newest = topic.ancestors.len().saturating_sub(ANCESTORS);
    let describe = |text: String| {
        let ancestors = topic.ancestors[newest..].iter().map(|digest| digest.0).collect();
        let described = Description { digest: topic.digest.0, ancestors, text };
        Some(frame(Body::Description(described))).filter(|frame| frame.len() <= most_bytes)
    };
    let text = topic.def.map(canon::texts).filter(|text| text.len() <= TEXT_BYTES);
    let whole = text.and_then(describe);
    whole.or_else(|| if topic.ancestors.is_empty() { None } else { describe(String::new()) })
}

/// A frame that ends a channel.
pub(crate) fn closed(channel: u16, published: u64) -> Vec<u8> {
    frame(Body::Closed(Closed { channel, published }))
}

/// A frame that says hello.
pub(crate) fn hello(node: &str, service: &str) -> Vec<u8> {
    frame(Body::Hello(Hello {
        protocol: PROTOCOL,
        process_id: std::process::id(),
        node: node.to_owned(),
        service: service.to_owned(),
    }))
}

/// A sign of life.
pub(crate) fn heartbeat() -> Vec<u8> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let nanos = i64::try_from(since.as_nanos()).unwrap_or(i64::MAX);
    frame(Body::Heartbeat(Heartbeat { sent_time: Timestamp(nanos) }))
}

/// Text from a peer, or for one, cut where it becomes unreasonable.
pub(crate) fn shorten(text: &str) -> &str {
    error::shorten(text, NAME_BYTES)
}
