//! From the store's outbox to the server, which says of each message that it has it.
//!
//! So many messages wait for that at a time. Where the connection is lost, those that wait are published again, in their
//! order, over the next one; what the server has of them it knows by their numbers. That the order holds, each connection
//! has a client of its own, which never connects again by itself: it would publish what it has left before what was lost.
//! Of two connections that publish the same row, each message comes first by one of them, and the row stays a row.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_nats::jetstream::Context;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use async_nats::{Event, HeaderMap, Subject};
use bytes::Bytes;
use mycelium_wire::{Digest, FrameHeader};
use tokio::sync::Notify;

use super::super::backoff::Backoff;
use super::super::control::{self, Body, Channel};
use super::super::outbox::Taken;
use super::super::race::{Either, race};
use super::letter::{self, next_frame};
use super::login;
use super::meeting::Meeting;
use super::shelf::{self, Shelf, Types};
use crate::stats::RouteCounters;

/// Most messages that the server was given and has not said to have.
const WINDOW: usize = 256;

/// Most bytes of them; one message goes in any case.
const WINDOW_BYTES: usize = 4 << 20;

/// Keeps what comes into the store until that ends and the server has all of it.
pub(super) async fn keep(meeting: Arc<Meeting>) {
    let mut desk = Desk::new(&meeting);
    if !desk.wait_for_first().await {
        return;
    }
    loop {
        let reason = match desk.work().await {
            Ok(()) => break,
            Err(reason) => reason,
        };
        meeting.set_ready(false);
        meeting.note_store(Some(control::shorten(&reason).to_owned()));
        if desk.has_nothing_left() {
            break;
        }
        tokio::time::sleep(desk.backoff.next()).await;
    }
    meeting.store.outbox.close();
}

/// A durable topic that goes out.
struct Place {
    subject: Subject,
    headers: HeaderMap,
    stream: u64,
    digest: Digest,
    shelf: Shelf,
    /// What its type is, in a control frame.
    description: Option<Bytes>,
    counters: Arc<RouteCounters>,
}

type Answer = Pin<Box<dyn Future<Output = Result<PublishAck, PublishError>> + Send>>;

/// A message that the server has not said to have.
struct Pending {
    place: Arc<Place>,
    number: u32,
    frame: Bytes,
    /// Nothing where it was not given to this connection.
    answer: Option<Answer>,
}

struct Desk<'m> {
    meeting: &'m Arc<Meeting>,
    types: Types,
    places: HashMap<u16, Arc<Place>>,
    in_flight: VecDeque<Pending>,
    in_flight_bytes: usize,
    /// What was taken out of the outbox and not looked at.
    rest: Bytes,
    has_ended: bool,
    /// What goes before the frame that opens the next channel.
    stream: u64,
    description: Option<Bytes>,
    backoff: Backoff,
}

impl<'m> Desk<'m> {
    fn new(meeting: &'m Arc<Meeting>) -> Self {
        Self {
            meeting,
            types: Types::new(&meeting.subjects),
            places: HashMap::new(),
            in_flight: VecDeque::new(),
            in_flight_bytes: 0,
            rest: Bytes::new(),
            has_ended: false,
            stream: 0,
            description: None,
            backoff: Backoff::new(),
        }
    }

    /// Whether something is published at all that is to be kept.
    async fn wait_for_first(&mut self) -> bool {
        loop {
            match self.take() {
                Taken::Bytes => return true,
                Taken::Nothing => self.meeting.store.outbox.filled().await,
                Taken::End => return false,
            }
        }
    }

    fn take(&mut self) -> Taken {
        let mut bytes = Vec::new();
        let taken = self.meeting.store.outbox.take(&mut bytes);
        match taken {
            Taken::Bytes => self.rest = bytes.into(),
            Taken::Nothing => {}
            Taken::End => self.has_ended = true,
        }
        taken
    }

    /// Publishes over one connection until all is kept; else says why the connection is no more.
    async fn work(&mut self) -> Result<(), String> {
        let lost = Arc::new(Notify::new());
        let context = connect(self.meeting, &lost).await?;
        // A topic that was closed meanwhile needs its stream as long as something of it is under way.
        let mut places: Vec<&Arc<Place>> = self.places.values().collect();
        for Pending { place, .. } in &self.in_flight {
            if !places.iter().any(|known| Arc::ptr_eq(known, place)) {
                places.push(place);
            }
        }
        for place in places {
            prepare(&self.types, &context, place).await?;
        }
        for pending in &mut self.in_flight {
            pending.send(&context).await?;
        }
        // Before it is said that the server takes what is published: it may not.
        self.fill(&context).await?;
        self.meeting.set_ready(true);
        self.meeting.note_store(None);
        while !self.is_done() {
            match self.next(&lost).await {
                Either::First(answer) => self.settle(answer)?,
                Either::Second(Either::First(())) => {}
                Either::Second(Either::Second(())) => return Err("the server is away".to_owned()),
            }
            self.fill(&context).await?;
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.has_ended && self.rest.is_empty() && self.in_flight.is_empty()
    }

    /// Whether there is nothing that the server should have, nor will be.
    fn has_nothing_left(&mut self) -> bool {
        while self.in_flight.is_empty() {
            let mut rest = self.rest.clone();
            match next_frame(&mut rest, usize::MAX) {
                Ok(Some((header, frame))) if header.type_id == 0 => {
                    self.rest = rest;
                    self.learn(&frame);
                }
                Ok(Some(_)) => return false,
                _ => match self.take() {
                    Taken::Bytes => {}
                    Taken::Nothing => return false,
                    Taken::End => return true,
                },
            }
        }
        false
    }

    fn has_room(&self) -> bool {
        let is_open = self.in_flight.len() < WINDOW && self.in_flight_bytes < WINDOW_BYTES;
        is_open || self.in_flight.is_empty()
    }

    /// Gives the server what there is, as far as so much may wait.
    async fn fill(&mut self, context: &Context) -> Result<(), String> {
        while self.has_room() {
            // What lies in the outbox are frames of our own making.
            match next_frame(&mut self.rest, usize::MAX) {
                Ok(Some((header, frame))) if header.type_id == 0 => {
                    if let Some(place) = self.learn(&frame) {
                        prepare(&self.types, context, &place).await?;
                    }
                }
                Ok(Some((header, frame))) => self.send(context, &header, frame).await?,
                _ => match self.take() {
                    Taken::Bytes => {}
                    Taken::Nothing | Taken::End => return Ok(()),
                },
            }
        }
        Ok(())
    }

    /// What is said of a channel; gives the topic where it opens one.
    fn learn(&mut self, frame: &Bytes) -> Option<Arc<Place>> {
        match control::parse(frame) {
            Ok(Body::Description(_)) => self.description = Some(frame.clone()),
            Ok(Body::Stream(stream)) => self.stream = stream.stream,
            Ok(Body::Channel(channel)) => {
                let place = Arc::new(self.place(&channel)?);
                self.places.insert(channel.channel, place.clone());
                return Some(place);
            }
            Ok(Body::Closed(closed)) => drop(self.places.remove(&closed.channel)),
            _ => {}
        }
        None
    }

    fn place(&mut self, channel: &Channel) -> Option<Place> {
        let meeting = self.meeting;
        let keep = meeting.keep_of(&channel.topic)?;
        let digest = Digest(channel.digest);
        let headers = letter::headers(&meeting.hub.node, meeting.session);
        Some(Place {
            subject: Subject::from(meeting.subjects.topic(&channel.topic)),
            headers: letter::headers_of(headers, self.stream, digest),
            stream: self.stream,
            digest,
            shelf: Shelf::new(&meeting.subjects, &channel.topic, keep),
            description: self.description.take(),
            counters: meeting.hub.counters(&meeting.route, &channel.topic),
        })
    }

    async fn send(
        &mut self,
        context: &Context,
        header: &FrameHeader,
        frame: Bytes,
    ) -> Result<(), String> {
        let Some(place) = self.places.get(&header.channel).cloned() else { return Ok(()) };
        self.in_flight_bytes += frame.len();
        let pending = Pending { place, number: header.sequence, frame, answer: None };
        self.in_flight.push_back(pending);
        match self.in_flight.back_mut() {
            Some(pending) => pending.send(context).await,
            None => Ok(()),
        }
    }

    /// Waits for the oldest message's answer, for more to publish, or until the connection is lost.
    async fn next(
        &mut self,
        lost: &Notify,
    ) -> Either<Result<PublishAck, PublishError>, Either<(), ()>> {
        let has_room = self.has_room() && !self.has_ended;
        let outbox = &self.meeting.store.outbox;
        let answer = self.in_flight.front_mut().and_then(|pending| pending.answer.as_mut());
        let answered = async {
            match answer {
                Some(answer) => answer.await,
                None => std::future::pending().await,
            }
        };
        let filled = async {
            match has_room {
                true => outbox.filled().await,
                false => std::future::pending().await,
            }
        };
        race(answered, race(filled, lost.notified())).await
    }

    /// The server has said what became of the oldest message.
    fn settle(&mut self, answer: Result<PublishAck, PublishError>) -> Result<(), String> {
        match answer.map_err(|error| (error.kind(), error)) {
            Ok(_) => {
                self.backoff.reset();
                self.take_oldest();
            }
            Err((PublishErrorKind::Other | PublishErrorKind::MaxPayloadExceeded, error)) => {
                self.meeting.note_store(Some(format!("a message was refused: {error}")));
                self.lose_oldest();
            }
            // Whether it has it, nobody knows: it is published again.
            Err((_, error)) => return Err(shelf::explain(&error.to_string())),
        }
        Ok(())
    }

    fn take_oldest(&mut self) -> Option<Pending> {
        let pending = self.in_flight.pop_front()?;
        self.in_flight_bytes -= pending.frame.len();
        Some(pending)
    }

    fn lose_oldest(&mut self) {
        if let Some(pending) = self.take_oldest() {
            pending.place.counters.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn connect(meeting: &Meeting, lost: &Arc<Notify>) -> Result<Context, String> {
    let (login, was_there) = (meeting.login.clone(), Arc::new(AtomicBool::new(false)));
    let is_over = was_there.clone();
    // A name may have several addresses: each is asked until one lets this client in.
    let prove = move |nonce: &[u8]| match is_over.load(Ordering::Relaxed) {
        false => login.auth(nonce),
        true => Err("each connection has a client of its own".to_owned()),
    };
    let lost = lost.clone();
    let options = meeting.login.options_where(prove);
    let options = options
        .name(format!("mycelium {}, durable topics", meeting.hub.node))
        .max_reconnects(1)
        .event_callback(move |event| {
            if matches!(event, Event::Disconnected | Event::Closed) {
                lost.notify_one();
            }
            std::future::ready(())
        });
    let client = options.connect(meeting.address.as_str()).await;
    let client = client.map_err(|error| {
        format!("the server cannot be reached: {}", login::explain(&error.to_string()))
    })?;
    was_there.store(true, Ordering::Relaxed);
    Ok(shelf::context(client, WINDOW + 1))
}

/// Makes sure of a topic's stream, and of what its type is.
async fn prepare(types: &Types, context: &Context, place: &Place) -> Result<(), String> {
    place.shelf.open(context).await?;
    match &place.description {
        Some(description) => types.put(context, place.digest, description.clone()).await,
        None => Ok(()),
    }
}

/// What the server has not said to have when the bus is gone counts as lost.
impl Drop for Desk<'_> {
    fn drop(&mut self) {
        while !self.in_flight.is_empty() {
            self.lose_oldest();
        }
        loop {
            while let Ok(Some((header, frame))) = next_frame(&mut self.rest, usize::MAX) {
                if header.type_id == 0 {
                    self.learn(&frame);
                } else if let Some(place) = self.places.get(&header.channel) {
                    place.counters.dropped.fetch_add(1, Ordering::Relaxed);
                }
            }
            if !matches!(self.take(), Taken::Bytes) {
                return;
            }
        }
    }
}

impl Pending {
    /// Gives it to the server. What is too long for it is told by the answer.
    async fn send(&mut self, context: &Context) -> Result<(), String> {
        let Place { subject, headers, stream, .. } = &*self.place;
        let message = PublishMessage::build().payload(self.frame.clone()).headers(headers.clone());
        let message = message.message_id(format!("{stream:016x}-{}", self.number));
        match context.send_publish(subject.clone(), message).await {
            Ok(answer) => self.answer = Some(answer.into_future()),
            Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                self.answer = Some(Box::pin(std::future::ready(Err(error))));
            }
            Err(error) => return Err(error.to_string()),
        }
        Ok(())
    }
}
