//! The channels of one place: what control frames say of them, and the numbers that frames should have.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use mycelium_wire::{Digest, FrameHeader, Timestamp};

use super::{Channel, Event, Seen};
use crate::transport::control::{self, Body};

/// Most channels of a place, and bytes of the texts that are kept of it.
const MOST_CHANNELS: usize = 65_536;
const KEPT_BYTES: usize = 4 << 20;

/// A larger step in numbers of 32 bits goes back.
const MOST_MISSED: u32 = u32::MAX / 2;

/// The channels of one place.
pub(super) struct Channels {
    place: Arc<str>,
    /// Whether a channel is seen from its first frame on, so that a gap before that is one.
    from_start: bool,
    texts: HashMap<Digest, Arc<str>>,
    kept_bytes: usize,
    /// By number: mostly few, and asked for with each frame.
    open: BTreeMap<u16, Open>,
}

struct Open {
    channel: Arc<Channel>,
    is_wanted: bool,
    /// Number of the next frame; nothing before the first where that may have any.
    next: Option<u32>,
}

impl Channels {
    pub(super) fn new(place: Arc<str>, from_start: bool) -> Self {
        let (texts, open) = (HashMap::new(), BTreeMap::new());
        Self { place, from_start, texts, kept_bytes: 0, open }
    }

    /// Hears a control frame. Gives what an observer is to be told.
    pub(super) fn hear(&mut self, body: Body, takes: impl Fn(&str) -> bool) -> Option<Event> {
        match body {
            Body::Description(description) => {
                let bytes = description.text.len();
                if !description.text.is_empty() && self.kept_bytes + bytes <= KEPT_BYTES {
                    self.kept_bytes += bytes;
                    self.texts.insert(Digest(description.digest), description.text.into());
                }
                None
            }
            Body::Channel(opened) => {
                let topic = control::shorten(&opened.topic);
                let digest = Digest(opened.digest);
                let channel = Arc::new(Channel {
                    place: self.place.clone(),
                    topic: topic.into(),
                    type_id: opened.type_id,
                    digest,
                    text: self.texts.get(&digest).cloned(),
                });
                let next = self.from_start.then_some(0);
                let is_known = self.open.contains_key(&opened.channel);
                if is_known || self.open.len() < MOST_CHANNELS {
                    let open = Open { is_wanted: takes(topic), channel, next };
                    self.open.insert(opened.channel, open);
                }
                None
            }
            Body::Closed(closed) => {
                let open = self.open.remove(&closed.channel)?;
                let missed = (closed.published as u32).wrapping_sub(open.next?);
                let count = u64::from(missed);
                let is_told = open.is_wanted && missed > 0 && missed <= MOST_MISSED;
                is_told.then_some(Event::Missed { channel: open.channel, count })
            }
            _ => None,
        }
    }

    /// Whether a frame with this header belongs to a channel that was opened.
    pub(super) fn knows(&self, header: &FrameHeader) -> bool {
        self.open.contains_key(&header.channel)
    }

    /// Takes note of a frame. Gives what is seen, if it is wanted; `bytes` is asked for only then.
    pub(super) fn see(
        &mut self,
        header: &FrameHeader,
        time: Timestamp,
        bytes: impl FnOnce() -> Bytes,
    ) -> Option<Seen> {
        let open = self.open.get_mut(&header.channel)?;
        let missed = header.sequence.wrapping_sub(open.next.unwrap_or(header.sequence));
        open.next = Some(header.sequence.wrapping_add(1));
        if !open.is_wanted {
            return None;
        }
        let missed = if missed <= MOST_MISSED { u64::from(missed) } else { 0 };
        Some(Seen { channel: open.channel.clone(), bytes: bytes(), missed, time })
    }
}
