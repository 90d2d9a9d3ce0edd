//! What a server keeps: a stream of JetStream for each durable topic, and one for what their types are.
//!
//! Whoever comes first, to publish or to subscribe, makes the topic's stream. One that is there stays as it is, with its
//! copies and its place; only its bounds become those of the topology.

use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::context::{GetStreamError, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, Stream};
use async_nats::jetstream::{Context, ContextBuilder, ErrorCode};
use bytes::Bytes;
use mycelium_wire::Digest;

use super::super::control::{self, Body, Description};
use super::letter::next_frame;
use super::subject::Subjects;
use crate::topology::Keep;

/// How long the server has to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// A message that comes again within this time is known and not kept twice.
const KNOWN_AGAIN: Duration = Duration::from_secs(120);

/// Longest name that a stream may have.
const NAME_BYTES: usize = 255;

/// Bytes of descriptions of types that are kept.
const TYPES_BYTES: i64 = 64 << 20;

/// What speaks with the part of the server that keeps; so many messages may wait for an answer.
pub(super) fn context(client: Client, most: usize) -> Context {
    let builder = ContextBuilder::new().timeout(ANSWER).ack_timeout(ANSWER);
    builder.max_ack_inflight(most).build(client)
}

/// The stream of one durable topic.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    name: String,
    subject: String,
    keep: Keep,
}

impl Shelf {
    pub(super) fn new(subjects: &Subjects, topic: &str, keep: Keep) -> Self {
        let subject = subjects.topic(topic);
        Self { name: name_of(&subject), subject, keep }
    }

    /// Says why a topic cannot be kept.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.name.len() > NAME_BYTES {
            let len = self.name.len();
            return Err(format!(
                "a stream's name has {NAME_BYTES} bytes at most, and `{}` has {len}; shorten the topic's name",
                self.name
            ));
        }
        Ok(())
    }

    /// The stream, within the topology's bounds.
    pub(super) async fn open(&self, context: &Context) -> Result<Stream, String> {
        match context.get_stream(&self.name).await {
            Ok(stream) => self.adjust(context, stream).await,
            Err(error) if is_absent(&error) => {
                let made = context.create_stream(self.config()).await;
                made.map_err(|error| explain(&error.to_string()))
            }
            Err(error) => Err(explain(&error.to_string())),
        }
    }

    async fn adjust(&self, context: &Context, stream: Stream) -> Result<Stream, String> {
        let (found, ours) = (&stream.cached_info().config, self.config());
        if found.subjects != ours.subjects {
            return Err(format!(
                "the server's stream `{}` keeps {}, not `{}`; name the topic otherwise, or that stream",
                self.name,
                found.subjects.join(", "),
                self.subject
            ));
        }
        let bounds = |config: &Config| {
            (config.max_messages, config.max_bytes, config.max_age, config.max_message_size)
        };
        if bounds(found) == bounds(&ours) {
            return Ok(stream);
        }
        let changed = Config {
            max_messages: ours.max_messages,
            max_bytes: ours.max_bytes,
            max_age: ours.max_age,
            max_message_size: ours.max_message_size,
            duplicate_window: ours.duplicate_window,
            ..found.clone()
        };
        context.update_stream(changed).await.map_err(|error| explain(&error.to_string()))?;
        context.get_stream(&self.name).await.map_err(|error| explain(&error.to_string()))
    }

    fn config(&self) -> Config {
        let bound =
            |most: Option<u64>| most.map_or(-1, |most| i64::try_from(most).unwrap_or(i64::MAX));
        let max_age = self.keep.seconds.map_or(Duration::ZERO, Duration::from_secs);
        let is_short = !max_age.is_zero() && max_age < KNOWN_AGAIN;
        Config {
            name: self.name.clone(),
            subjects: vec![self.subject.clone()],
            max_messages: bound(self.keep.messages),
            max_bytes: bound(self.keep.bytes),
            max_age,
            // What is longer than all that is kept is refused, not taken and dropped.
            max_message_size: self
                .keep
                .bytes
                .map_or(-1, |most| i32::try_from(most).unwrap_or(i32::MAX)),
            duplicate_window: if is_short { max_age } else { KNOWN_AGAIN },
            num_replicas: 1,
            allow_direct: true,
            ..Config::default()
        }
    }
}

/// A stream's name has no dots, nor what could be a part of a path.
fn name_of(subject: &str) -> String {
    let is_bad = |c: char| matches!(c, '.' | '/' | '\\');
    subject.chars().map(|c| if is_bad(c) { ':' } else { c }).collect()
}

fn is_absent(error: &GetStreamError) -> bool {
    matches!(
        error.kind(),
        GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND
    )
}

/// What the server has said, with what to do.
pub(super) fn explain(error: &str) -> String {
    let is_off = ["does not exist", "no responders", "10076", "10039", "not enabled"];
    if is_off.iter().any(|word| error.contains(word)) {
        return format!("this server keeps nothing: start it with `--jetstream` ({error})");
    }
    format!("the server does not keep it: {error}")
}

/// The types of what is kept, by their digests: for those who know another version and come when nobody is there to
/// tell them.
#[derive(Debug, Clone)]
pub(super) struct Types {
    name: String,
    prefix: String,
}

impl Types {
    pub(super) fn new(subjects: &Subjects) -> Self {
        let prefix = subjects.types();
        Self { name: name_of(&prefix), prefix }
    }

    /// Keeps what a type is, which stands in a control frame.
    pub(super) async fn put(
        &self,
        context: &Context,
        digest: Digest,
        description: Bytes,
    ) -> Result<(), String> {
        let config = Config {
            name: self.name.clone(),
            subjects: vec![format!("{}.*", self.prefix)],
            max_messages_per_subject: 1,
            max_messages: -1,
            max_bytes: TYPES_BYTES,
            num_replicas: 1,
            ..Config::default()
        };
        let made = context.get_or_create_stream(config).await;
        made.map_err(|error| explain(&error.to_string()))?;
        let sent = context.publish(self.subject(digest), description).await;
        let kept = sent.map_err(|error| explain(&error.to_string()))?.await;
        kept.map(drop).map_err(|error| explain(&error.to_string()))
    }

    /// What is known of a digest.
    pub(super) async fn find(&self, context: &Context, digest: Digest) -> Option<Description> {
        let stream = context.get_stream_no_info(&self.name).await.ok()?;
        let message = stream.get_last_raw_message_by_subject(&self.subject(digest)).await.ok()?;
        let mut frames = message.payload;
        let (_, frame) = next_frame(&mut frames, usize::MAX).ok()??;
        match control::parse(&frame).ok()? {
            Body::Description(found) if Digest(found.digest) == digest => Some(found),
            _ => None,
        }
    }

    fn subject(&self, digest: Digest) -> String {
        format!("{}.{digest}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::subject::Subjects;
    use super::{Shelf, explain};
    use crate::topology::Keep;

    #[test]
    fn bounds_are_those_of_the_topology() {
        let shelf = |keep| Shelf::new(&Subjects::new("fleet.eu"), "orders/a.b", keep);
        let config = shelf(Keep { messages: Some(5), ..Keep::default() }).config();
        assert_eq!((config.max_messages, config.max_bytes), (5, -1));
        assert_eq!(config.name, "fleet:eu:orders:a:b");
        assert_eq!(config.subjects, ["fleet.eu.orders/a.b"]);
        // A server refuses to know messages for longer than it keeps them.
        let config = shelf(Keep { seconds: Some(3), ..Keep::default() }).config();
        assert_eq!((config.max_age, config.duplicate_window).0, Duration::from_secs(3));
        assert_eq!(config.duplicate_window, config.max_age);
    }

    #[test]
    fn a_name_that_is_too_long_is_refused() {
        let long = "x".repeat(300);
        let refused = Shelf::new(&Subjects::new("m"), &long, Keep::default()).check();
        assert!(refused.unwrap_err().contains("shorten"));
    }

    #[test]
    fn a_server_that_keeps_nothing_is_told_from_one_that_refuses() {
        assert!(
            explain("request error: requested JetStream resource does not exist")
                .contains("--jetstream")
        );
        assert!(!explain("insufficient storage resources available").contains("--jetstream"));
    }
}
