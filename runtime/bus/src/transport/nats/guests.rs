//! The other nodes that are at the server, and what comes from each.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use async_nats::Client;
use bytes::Bytes;
use mycelium_wire::{Digest, FrameHeader};
use tokio::task::AbortHandle;

use super::super::control::{self, Body, Channel, Closed, Resume, Stream};
use super::super::conversation::Terms;
use super::super::incoming::Incoming;
use super::super::numbering::can_resume;
use super::super::outbox::Outbox;
use super::super::peer::Peer;
use super::letter::{self, Letter};
use super::meeting::Meeting;
use super::writer::write_to_node;
use crate::error::RecvError;
use crate::inbox::Run;

/// The nodes that are there, by name.
pub(super) type Guests = BTreeMap<String, Guest>;

/// Most streams of one node that it is asked about between two signs of life.
const MOST_QUESTIONS: usize = 1024;

/// A node that is there.
pub(super) struct Guest {
    pub(super) session: u64,
    pub(super) peer: Arc<Peer>,
    pub(super) incoming: Incoming,
    pub(super) heard_at: Instant,
    /// Streams that it was asked about.
    asked: HashSet<u64>,
    /// The stream whose end it tells next.
    pub(super) over: Option<Stream>,
    writer: AbortHandle,
}

impl Guest {
    /// One that was heard of for the first time. It is told what is wanted of it.
    pub(super) fn new(
        meeting: &Meeting,
        terms: &Terms,
        client: &Client,
        letter: &Letter<'_>,
    ) -> Self {
        let options = &meeting.hub.options;
        let name = meeting.route.clone();
        let outbox = Outbox::new(name, options.outgoing_bytes, options.max_frame_bytes, None);
        let peer = Arc::new(Peer::new(terms, letter.node.to_owned(), Arc::new(outbox)));
        let subject = meeting.subjects.node(letter.node);
        let headers = letter::headers(&meeting.hub.node, meeting.session);
        let refusals = meeting.refusals();
        let writing =
            write_to_node(client.clone(), subject, headers, peer.outbox.clone(), refusals);
        let incoming = Incoming::new(&meeting.hub, &peer, meeting.receives_from(letter.node));
        let guest = Self {
            session: letter.session,
            peer,
            incoming,
            heard_at: Instant::now(),
            asked: HashSet::new(),
            over: None,
            writer: tokio::spawn(writing).abort_handle(),
        };
        guest.greet(meeting, terms);
        guest
    }

    /// Says that this node is there, to one that has asked all who is; it says then, to this one, that it has begun
    /// anew.
    pub(super) fn greet(&self, meeting: &Meeting, terms: &Terms) {
        self.peer.outbox.push(&control::hello(&meeting.hub.node, &terms.service));
    }

    /// Says all that is wanted of it again, to one that has begun anew.
    pub(super) async fn answer(&mut self) {
        self.incoming.ask_again();
        self.incoming.catch_up().await;
    }

    /// It gives a sign of life.
    pub(super) fn hear(&mut self) {
        self.heard_at = Instant::now();
        self.asked.clear();
    }

    /// Hands on a topic's message.
    pub(super) async fn take(
        &mut self,
        header: &FrameHeader,
        frame: Bytes,
        (stream, digest): (u64, Digest),
    ) -> Result<(), String> {
        let Some(next) = self.incoming.next_of(header.channel, stream, digest) else {
            // What opened it was lost, or came before this node wanted to hear of it.
            self.ask_about(stream);
            return Ok(());
        };
        // It came by two subscriptions.
        if header.sequence.wrapping_sub(next) > u32::MAX / 2 {
            return Ok(());
        }
        self.incoming.frames(header, &Run::one(frame)).await
    }

    /// Asks how it stands with all of its streams: what it said of them may be lost here.
    pub(super) fn ask_about_all(&mut self) {
        let streams: Vec<u64> = self.incoming.streams().map(|(_, stream)| stream).collect();
        streams.into_iter().for_each(|stream| self.ask_about(stream));
    }

    fn ask_about(&mut self, stream: u64) {
        if self.asked.len() < MOST_QUESTIONS && self.asked.insert(stream) {
            let question = Body::Resume(Resume { stream, received: 0 });
            self.peer.outbox.push(&control::frame(question));
        }
    }

    /// It says that a stream of its is over, of which the end may be lost here.
    pub(super) async fn close(&mut self, closed: Closed) -> Result<(), String> {
        let over = self.over.take().filter(|over| over.channel == closed.channel);
        let is_open = over.is_some_and(|over| {
            self.incoming.streams().any(|open| open == (over.channel, over.stream))
        });
        if is_open { self.incoming.close(closed).await } else { Ok(()) }
    }

    /// It opens a channel, or tells of it again. What was received of the stream before it vanished counts.
    pub(super) async fn open(&mut self, opened: Channel, stream: Stream) -> Result<(), String> {
        let digest = Digest(opened.digest);
        if self.incoming.next_of(opened.channel, stream.stream, digest).is_some() {
            return Ok(());
        }
        self.incoming.forget(opened.channel);
        let received = self.incoming.received_of(stream.stream);
        let is_possible = |received: &u64| can_resume(stream.start, *received);
        let start = received.filter(is_possible).unwrap_or(stream.start);
        self.incoming.announce(Stream { start, ..stream });
        // Numbers wrap.
        self.incoming.open_at(opened, start as u32).await
    }

    /// It is gone: in order, or not.
    pub(super) async fn end(self, meeting: &Meeting, has_vanished: bool) {
        meeting.dismiss(&self.peer.node, has_vanished);
        let fault = has_vanished.then(|| RecvError::PeerVanished { node: self.peer.node.clone() });
        if has_vanished {
            self.incoming.keep_progress();
        }
        self.peer.outbox.close();
        self.writer.abort();
        self.incoming.end(fault).await;
    }
}
