//! From the outbox to the server: each frame a message, on the subject of its topic.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_nats::client::{PublishError, PublishErrorKind};
use async_nats::{Client, HeaderMap, Subject};
use bytes::Bytes;
use mycelium_wire::Digest;

use super::super::control::{self, Body};
use super::super::outbox::{Outbox, Taken};
use super::letter::{self, next_frame};
use super::meeting::Meeting;
use crate::hub::Hub;

/// Most bytes of what is said to one node in one message, where the server takes as much.
const SAID_BYTES: usize = 256 << 10;

/// What becomes of messages that the client does not publish.
pub(super) struct Refusals {
    pub(super) hub: Arc<Hub>,
    pub(super) route: String,
    /// What the server takes.
    pub(super) most_bytes: Arc<AtomicUsize>,
}

impl Refusals {
    /// Nothing where the client has ended. Else what it has refused is noted, and lost as on the way.
    pub(super) fn goes_on(&self, published: Result<(), PublishError>) -> Option<()> {
        match published {
            Ok(()) => Some(()),
            Err(error) if error.kind() == PublishErrorKind::Send => None,
            Err(error) => {
                self.hub.note(&self.route, Some(format!("a message was not published: {error}")));
                Some(())
            }
        }
    }
}

/// Publishes what comes into the meeting's outbox until it ends. What a channel is, it learns from the frames that
/// open it.
pub(super) async fn write_topics(meeting: &Meeting, client: &Client) {
    let mut writer = Writer {
        meeting,
        client,
        refusals: meeting.refusals(),
        channels: HashMap::new(),
        opening: Vec::new(),
        stream: 0,
    };
    let mut bytes = Vec::new();
    loop {
        match meeting.outbox.take(&mut bytes) {
            Taken::Bytes => {
                if writer.write(std::mem::take(&mut bytes).into()).await.is_none() {
                    // The client has ended: nobody shall wait for it.
                    return meeting.outbox.close();
                }
            }
            Taken::Nothing => meeting.outbox.filled().await,
            Taken::End => return,
        }
    }
}

struct Writer<'m> {
    meeting: &'m Meeting,
    client: &'m Client,
    refusals: Refusals,
    channels: HashMap<u16, (Subject, HeaderMap)>,
    /// What goes before the frame that opens the next channel.
    opening: Vec<u8>,
    /// The stream of the channel that is opened next.
    stream: u64,
}

impl Writer<'_> {
    /// Nothing where the client has ended.
    async fn write(&mut self, mut frames: Bytes) -> Option<()> {
        // What lies in the outbox are frames of our own making.
        while let Ok(Some((header, frame))) = next_frame(&mut frames, usize::MAX) {
            if header.type_id == 0 {
                self.say(frame).await?;
            } else if let Some((subject, headers)) = self.channels.get(&header.channel) {
                let (subject, headers) = (subject.clone(), headers.clone());
                let published = self.client.publish_with_headers(subject, headers, frame).await;
                self.refusals.goes_on(published)?;
            }
        }
        Some(())
    }

    async fn say(&mut self, frame: Bytes) -> Option<()> {
        let ((subject, headers), frames) = match control::parse(&frame) {
            Ok(Body::Channel(channel)) => {
                let subject = self.meeting.subjects.topic(&channel.topic);
                let headers = letter::headers(&self.meeting.hub.node, self.meeting.session);
                let digest = Digest(channel.digest);
                let headers = letter::headers_of(headers, self.stream, digest);
                let place = (Subject::from(subject.as_str()), headers);
                self.channels.insert(channel.channel, place.clone());
                let mut frames = std::mem::take(&mut self.opening);
                frames.extend_from_slice(&frame);
                (place, frames.into())
            }
            Ok(Body::Closed(closed)) => match self.channels.remove(&closed.channel) {
                Some(place) => (place, frame),
                None => return Some(()),
            },
            Ok(other) => {
                if let Body::Stream(stream) = other {
                    self.stream = stream.stream;
                }
                self.opening.extend_from_slice(&frame);
                return Some(());
            }
            Err(_) => return Some(()),
        };
        let published = self.client.publish_with_headers(subject, headers, frames).await;
        self.refusals.goes_on(published)
    }
}

/// Says to one node what comes into the outbox for it, until that ends.
pub(super) async fn write_to_node(
    client: Client,
    subject: String,
    headers: HeaderMap,
    outbox: Arc<Outbox>,
    refusals: Refusals,
) {
    let mut bytes = Vec::new();
    loop {
        match outbox.take(&mut bytes) {
            Taken::Bytes => {
                let mut frames: Bytes = std::mem::take(&mut bytes).into();
                let most_bytes = refusals.most_bytes.load(Ordering::Relaxed).min(SAID_BYTES);
                while let Some(part) = next_part(&mut frames, most_bytes) {
                    let said = client.publish_with_headers(subject.clone(), headers.clone(), part);
                    if refusals.goes_on(said.await).is_none() {
                        return outbox.close();
                    }
                }
            }
            Taken::Nothing => outbox.filled().await,
            Taken::End => return,
        }
    }
}

/// The next whole frames that go together: so many bytes at most, but one frame at least.
fn next_part(frames: &mut Bytes, most_bytes: usize) -> Option<Bytes> {
    let (mut rest, mut taken) = (frames.clone(), 0);
    while let Ok(Some((_, frame))) = next_frame(&mut rest, usize::MAX) {
        if taken > 0 && taken + frame.len() > most_bytes {
            break;
        }
        taken += frame.len();
    }
    (taken > 0).then(|| frames.split_to(taken))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::super::control;
    use super::next_part;

    #[test]
    fn parts_are_whole_frames_that_have_room() {
        let frame = control::heartbeat();
        let mut frames = Bytes::from([&*frame, &*frame, &*frame].concat());
        assert_eq!(next_part(&mut frames, 2 * frame.len() + 1).unwrap().len(), 2 * frame.len());
        // One that is longer goes by itself, and whoever publishes it hears that it is.
        assert_eq!(next_part(&mut frames, 1).unwrap(), frame);
        assert!(next_part(&mut frames, 1).is_none());
    }
}
