//! What a ring's writer has announced: its channels.

#[path = "../../bus/src/mycelium.control.rs"]
mod generated;

use generated::{Body, Control};
use mycelium::wire::{Digest, Frame, Message};

/// A topic that travels in a ring.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) number: u16,
    pub(crate) topic: String,
    pub(crate) type_id: u16,
    pub(crate) digest: Digest,
}

/// The channels that stand in a ring's announcements. What is none, for another program may announce
/// something else, ends the list.
pub(crate) fn channels(announcements: &[u8]) -> Vec<Channel> {
    let mut channels = Vec::new();
    let mut rest = announcements;
    while let Ok((frame, behind)) = Frame::split(rest) {
        let bytes = &rest[..rest.len() - behind.len()];
        if frame.header.type_id != 0 {
            break;
        }
        if let Ok(Control { body: Body::Channel(channel) }) = Control::from_frame(bytes) {
            channels.push(Channel {
                number: channel.channel,
                topic: channel.topic,
                type_id: channel.type_id,
                digest: Digest(channel.digest),
            });
        }
        rest = behind;
    }
    channels
}
