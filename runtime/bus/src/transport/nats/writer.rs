//! From the outbox to the server: each frame a message, on the subject of its topic.

use std::collections::HashMap;
use std::sync::Arc;

use async_nats::{Client, HeaderMap, Subject};
use bytes::Bytes;
use mycelium_wire::Digest;

use super::super::control::{self, Body};
use super::super::outbox::{Outbox, Taken};
use super::letter::{self, next_frame};
use super::meeting::Meeting;

/// Most bytes of what is said to one node in one message: less than any server takes.
const SAID_BYTES: usize = 256 << 10;

/// Publishes what comes into the meeting's outbox until it ends. What a channel is, it learns from the frames that
/// open it.
pub(super) async fn write_topics(meeting: &Meeting, client: &Client) {
    let mut writer =
        Writer { meeting, client, channels: HashMap::new(), opening: Vec::new(), stream: 0 };
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
                self.client.publish_with_headers(subject, headers, frame).await.ok()?;
            }
        }
        Some(())
    }

    async fn say(&mut self, frame: Bytes) -> Option<()> {
        let (channel, frames) = match control::parse(&frame) {
            Ok(Body::Channel(channel)) => {
                let subject = self.meeting.subjects.topic(&channel.topic);
                let headers = letter::headers(&self.meeting.hub.node, self.meeting.session);
                let digest = Digest(channel.digest);
                let headers = letter::headers_of(headers, self.stream, digest);
                self.channels.insert(channel.channel, (Subject::from(subject.as_str()), headers));
                let mut frames = std::mem::take(&mut self.opening);
                frames.extend_from_slice(&frame);
                (channel.channel, frames.into())
            }
            Ok(Body::Closed(closed)) => (closed.channel, frame),
            Ok(other) => {
                if let Body::Stream(stream) = other {
                    self.stream = stream.stream;
                }
                self.opening.extend_from_slice(&frame);
                return Some(());
            }
            Err(_) => return Some(()),
        };
        let (subject, headers) = self.channels.get(&channel)?.clone();
        self.client.publish_with_headers(subject, headers, frames).await.ok()
    }
}

/// Says to one node what comes into the outbox for it, until that ends.
pub(super) async fn write_to_node(
    client: Client,
    subject: String,
    headers: HeaderMap,
    outbox: Arc<Outbox>,
) {
    let mut bytes = Vec::new();
    loop {
        match outbox.take(&mut bytes) {
            Taken::Bytes => {
                let mut frames: Bytes = std::mem::take(&mut bytes).into();
                while let Some(part) = next_part(&mut frames) {
                    let said = client.publish_with_headers(subject.clone(), headers.clone(), part);
                    if said.await.is_err() {
                        return outbox.close();
                    }
                }
            }
            Taken::Nothing => outbox.filled().await,
            Taken::End => return,
        }
    }
}

/// The next whole frames that go together.
fn next_part(frames: &mut Bytes) -> Option<Bytes> {
    let mut rest = frames.clone();
    while let Ok(Some(_)) = next_frame(&mut rest, usize::MAX)
        && frames.len() - rest.len() < SAID_BYTES
    {}
    let part = frames.split_to(frames.len() - rest.len());
    (!part.is_empty()).then_some(part)
}
