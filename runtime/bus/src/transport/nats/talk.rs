//! A node at the server, from its first hello to its goodbye.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_nats::{Client, ClientError, Event, Message};
use tokio::sync::{mpsc, watch};
use tokio::task::unconstrained;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::super::backoff::Backoff;
use super::super::conversation::Terms;
use super::super::race::{Either, race};
use super::super::{Link, control};
use super::guests::{Guest, Guests};
use super::inlet::Inlet;
use super::keeper::keep;
use super::letter;
use super::login::explain;
use super::meeting::Meeting;
use super::replay::Readers;
use super::writer::write_topics;

/// Messages that wait for the client to write them: what it has taken can be lost no more by a topic's rule.
const CLIENT_MESSAGES: usize = 256;

/// Messages of one subscription that wait for this node; what comes then is lost, and counted as lost.
const WAITING_MESSAGES: usize = 16 << 10;

/// Bytes that the client reads at once: few enough that what it takes in before the talk goes on has room there.
const READ_BYTES: u16 = 16 << 10;

/// Bytes of a message that are not its frame's.
const HEADER_BYTES: usize = 1024;

impl Meeting {
    /// Is at the server until the bus stops.
    pub(crate) async fn attend(self: Arc<Self>, terms: &Terms) {
        let (events, happened) = mpsc::unbounded_channel();
        let is_behind = Arc::new(AtomicBool::new(false));
        self.hub.note(&self.route, Some("the server has not answered yet".to_owned()));
        match connect(&self, events, is_behind.clone()).await {
            Ok(client) => {
                // The client takes thousands of messages in at once; so does the talk, or it would be left behind.
                let talking = unconstrained(talk(&self, terms, &client, (happened, is_behind)));
                // The talk ends them both: it hears whether all has been said.
                let keeping = tokio::spawn(keep(self.clone()));
                race(talking, speak(&self, terms, &client)).await;
                // Until the server has all, or the bus has waited long enough. A panic there was reported there.
                let _ = keeping.await;
            }
            Err(error) => self.hub.note(&self.route, Some(error)),
        }
        self.outbox.close();
        self.store.outbox.close();
        self.hub.remove_link(self.id(), &self.route);
    }

    /// Says to this node itself that what was published before has come.
    async fn say_to_itself(&self, client: &Client) -> Option<()> {
        let headers = letter::headers(&self.hub.node, self.session);
        let (subject, sign) = (self.subjects.node(&self.hub.node), control::heartbeat());
        self.refusals().goes_on(client.publish_with_headers(subject, headers, sign.into()).await)
    }

    /// Says something to every node. Nothing where the client has ended.
    pub(super) async fn say_to_all(&self, client: &Client, frames: Vec<u8>) -> Option<()> {
        let headers = letter::headers(&self.hub.node, self.session);
        let all = self.subjects.all();
        self.refusals().goes_on(client.publish_with_headers(all, headers, frames.into()).await)
    }
}

async fn connect(
    meeting: &Meeting,
    events: mpsc::UnboundedSender<Event>,
    is_behind: Arc<AtomicBool>,
) -> Result<Client, String> {
    let backoff = Mutex::new(Backoff::new());
    let reasons = events.clone();
    let options = meeting
        .login
        .options()
        .name(format!("mycelium {}", meeting.hub.node))
        .retry_on_initial_connect()
        .client_capacity(CLIENT_MESSAGES)
        .subscription_capacity(WAITING_MESSAGES)
        .read_buffer_capacity(READ_BYTES)
        .reconnect_delay_callback(move |attempt| {
            let mut backoff = backoff.lock().unwrap_or_else(PoisonError::into_inner);
            if attempt <= 1 {
                backoff.reset();
            }
            backoff.next()
        })
        // Asked before each attempt; it learns here why the one before has failed, and chooses nothing.
        .reconnect_to_server_callback(move |servers, _| {
            for reason in servers.into_iter().filter_map(|server| server.last_error) {
                let _ = reasons.send(Event::ClientError(ClientError::Other(reason)));
            }
            std::future::ready(None)
        })
        .event_callback(move |event| {
            match event {
                // There is one for each message that is lost.
                Event::SlowConsumer(_) => is_behind.store(true, Ordering::Relaxed),
                // Of what kind it was; the whole reason follows.
                Event::ClientError(ClientError::Other(kind)) if kind != "DNS error" => {}
                // Where the talk has ended nobody asks any more.
                event => drop(events.send(event)),
            }
            std::future::ready(())
        });
    options.connect(meeting.address.as_str()).await.map_err(|error| error.to_string())
}

/// Publishes what the bus publishes, and signs of life; says goodbye when the bus has left.
async fn speak(meeting: &Meeting, terms: &Terms, client: &Client) {
    let living = async {
        let mut ticks = ticks(meeting.hub.options.heartbeat);
        loop {
            ticks.tick().await;
            let mut sign = control::heartbeat();
            // For those to whom this node is new.
            sign.extend(control::hello(&meeting.hub.node, &terms.service));
            if meeting.say_to_all(client, sign).await.is_none() {
                return;
            }
        }
    };
    race(write_topics(meeting, client), living).await;
    // Not said where the client has ended: then nobody is there to hear it.
    let _ = meeting.say_to_all(client, control::goodbye("")).await;
    std::future::pending().await
}

fn ticks(period: Duration) -> Interval {
    let mut ticks = interval(period.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Acts on all that happens at the server, until this node has left.
async fn talk(
    meeting: &Arc<Meeting>,
    terms: &Terms,
    client: &Client,
    (happened, is_behind): (mpsc::UnboundedReceiver<Event>, Arc<AtomicBool>),
) {
    let Some(inlet) = Inlet::open(client, &meeting.subjects, &meeting.hub.node).await else {
        return;
    };
    let mut talk = Talk {
        meeting,
        terms,
        client,
        inlet,
        guests: Guests::new(),
        readers: Readers::default(),
        happened,
        is_behind,
        receivers: meeting.hub.watch_receivers(),
        ticks: ticks(meeting.hub.options.heartbeat),
        stop: terms.stop.clone(),
        is_connected: false,
        was_there: false,
        has_left: false,
    };
    talk.receivers.mark_changed();
    while talk.step().await.is_some() {}
    for (_, guest) in std::mem::take(&mut talk.guests) {
        guest.end(meeting, false).await;
    }
}

/// What happens at the server.
pub(super) struct Talk<'t> {
    pub(super) meeting: &'t Arc<Meeting>,
    pub(super) terms: &'t Terms,
    pub(super) client: &'t Client,
    pub(super) inlet: Inlet,
    pub(super) guests: Guests,
    readers: Readers,
    happened: mpsc::UnboundedReceiver<Event>,
    /// Whether something that was said of topics may be lost here.
    is_behind: Arc<AtomicBool>,
    receivers: watch::Receiver<u64>,
    ticks: Interval,
    stop: watch::Receiver<bool>,
    is_connected: bool,
    /// Whether the server was reached at any time.
    was_there: bool,
    /// Whether this node has heard its own goodbye: the server has all that was said before.
    pub(super) has_left: bool,
}

/// What to act on.
enum News {
    Event(Event),
    Receivers,
    Message(Message),
    Time,
    Stop,
}

impl Talk<'_> {
    /// Nothing where it is over.
    async fn step(&mut self) -> Option<()> {
        match self.next().await? {
            News::Event(event) => self.see(event).await?,
            News::Receivers => {
                let receivers = self.meeting.hub.receivers();
                self.readers.follow(self.meeting, self.client, &receivers);
                self.inlet.end_retired();
                let is_kept = |topic: &str| self.meeting.keep_of(topic).is_some();
                if self.inlet.follow(&receivers, is_kept).await? {
                    self.meeting.say_to_itself(self.client).await?;
                }
                for guest in self.guests.values_mut() {
                    guest.incoming.catch_up().await;
                }
            }
            News::Message(message) => self.take(message).await,
            News::Time => {
                self.inlet.end_retired();
                self.find_vanished().await;
                if self.is_behind.swap(false, Ordering::Relaxed) {
                    self.guests.values_mut().for_each(Guest::ask_about_all);
                }
            }
            News::Stop => {}
        }
        let is_over = self.has_left || *self.stop.borrow() && !self.is_connected;
        (!is_over).then_some(())
    }

    /// What is new; nothing where the client has ended.
    async fn next(&mut self) -> Option<News> {
        let is_stopping = *self.stop.borrow();
        let stop = async {
            match is_stopping {
                true => std::future::pending().await,
                false => self.stop.changed().await,
            }
        };
        let later = race(self.inlet.next(), race(self.ticks.tick(), stop));
        let news = race(self.happened.recv(), race(self.receivers.changed(), later)).await;
        match news {
            Either::First(event) => event.map(News::Event),
            Either::Second(Either::First(_)) => Some(News::Receivers),
            Either::Second(Either::Second(Either::First(message))) => message.map(News::Message),
            Either::Second(Either::Second(Either::Second(Either::First(_)))) => Some(News::Time),
            Either::Second(Either::Second(Either::Second(Either::Second(_)))) => Some(News::Stop),
        }
    }

    async fn see(&mut self, event: Event) -> Option<()> {
        match event {
            Event::Connected => {
                (self.is_connected, self.was_there) = (true, true);
                let most = self.client.max_payload().saturating_sub(HEADER_BYTES);
                self.meeting.set_max_payload(most);
                self.meeting.hub.note(&self.meeting.route, None);
                let hello = control::hello(&self.meeting.hub.node, &self.terms.service);
                self.meeting.say_to_all(self.client, hello).await?;
            }
            Event::Disconnected => {
                self.is_connected = false;
                self.note("the server is away");
                // What came before counts; what others say from here on is not heard.
                for message in self.inlet.take_where(|_| true) {
                    self.take_of_topic(&message).await;
                }
                self.inlet.forget_retired();
                for (_, guest) in std::mem::take(&mut self.guests) {
                    guest.end(self.meeting, true).await;
                }
            }
            Event::ServerError(error) => self.note(&error.to_string()),
            // It may be an older one's, told late.
            Event::ClientError(ClientError::Other(error)) if !self.is_connected => {
                let what = if self.was_there { "is away" } else { "cannot be reached" };
                self.note(&format!("the server {what}: {}", explain(&error)));
            }
            Event::ClientError(_) => {}
            Event::Closed => return None,
            Event::SlowConsumer(_) | Event::LameDuckMode | Event::Draining => {}
        }
        Some(())
    }

    fn note(&self, fault: &str) {
        let fault = control::shorten(fault).to_owned();
        self.meeting.hub.note(&self.meeting.route, Some(fault));
    }

    /// Dismisses the nodes of which nothing was heard for too long, where that is not because nobody listened here.
    async fn find_vanished(&mut self) {
        while let Some(message) = self.inlet.said_now() {
            self.take(message).await;
        }
        let silence = self.meeting.hub.options.peer_timeout;
        let now = Instant::now();
        let is_silent = |heard_at: Instant| now.saturating_duration_since(heard_at) > silence;
        let silent = self.guests.iter().filter(|(_, guest)| is_silent(guest.heard_at));
        let silent: Vec<String> = silent.map(|(node, _)| node.clone()).collect();
        for node in silent {
            self.take_what_is_left(&node).await;
            if let Some(guest) = self.guests.remove(&node) {
                let fault = format!("the peer vanished: no sign of life for {silence:?}");
                self.meeting.hub.note(&guest.peer.route, Some(fault));
                guest.end(self.meeting, true).await;
            }
        }
    }

    /// Acts on what a node has published and what lies here still.
    pub(super) async fn take_what_is_left(&mut self, node: &str) {
        let Some(session) = self.guests.get(node).map(|guest| guest.session) else { return };
        let is_meant = |message: &Message| {
            let letter = letter::Letter::parse(message.headers.as_ref());
            letter.is_ok_and(|letter| letter.node == node && letter.session == session)
        };
        for message in self.inlet.take_where(is_meant) {
            self.take_of_topic(&message).await;
        }
    }
}
