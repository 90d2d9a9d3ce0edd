//! One connection, from hello to goodbye.

use std::sync::Arc;
use std::time::Duration;

use mycelium_wire::{Digest, FrameHeader};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::Link;
use super::connection::Connection;
use super::control::{self, Body, Hello, OBSERVER, PROTOCOL};
use super::incoming::Incoming;
use super::outbox::Outbox;
use super::peer::Peer;
use super::race::{Either, race};
use super::silence::Silence;
use super::stream::{FrameReader, ReadError, write_all};
use super::tls::{self, Certified};
use crate::error::RecvError;
use crate::hub::Hub;
use crate::inbox::Run;
use crate::qos::WhenFull;
use crate::selector::fits_wish;

/// What one end of a connection knows beforehand.
pub(crate) struct Terms {
    pub(crate) hub: Arc<Hub>,
    /// The service that opened the bus, for the peer's information.
    pub(crate) service: String,
    /// Nodes that may be at the other end.
    pub(crate) expected: Vec<String>,
    /// Whether subscribers here are served by this connection.
    pub(crate) subscribes: bool,
    /// Whether this end listens, so that observers may come.
    pub(crate) listens: bool,
    /// What a topic that says nothing itself does where the way out is full.
    pub(crate) policy: WhenFull,
    /// The endpoint, for counts and messages.
    pub(crate) endpoint: String,
    /// True once the bus shuts down.
    pub(crate) stop: watch::Receiver<bool>,
}

/// How long an observer has to take what is left for it: nobody waits for one.
const OBSERVER_PARTING: Duration = Duration::from_millis(100);

/// How a connection ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// One of the two left in order.
    Left,
    /// The other side closed for this reason.
    Dismissed(String),
    /// The other side was cut off for this reason.
    CutOff(String),
    /// The other side is gone.
    Vanished(String),
    /// The other side went without a word: it only wanted to know whether anybody listens here.
    Silent,
}

/// Talks over one connection until it ends.
pub(crate) async fn converse<R, W>(terms: &Terms, connection: Connection<R, W>) -> Ending
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let Connection { read, write, socket, certified } = connection;
    let options = &terms.hub.options;
    let (room, longest) = (options.outgoing_bytes, options.max_frame_bytes);
    let outbox = Outbox::new(terms.endpoint.clone(), room, longest, socket);
    let outbox = Arc::new(outbox.driven_by(terms.hub.driver()));
    outbox.push(&control::hello(&terms.hub.node, &terms.service));
    let writer = tokio::spawn(write_all(write, outbox.clone(), options.heartbeat));
    let mut reader = FrameReader::new(read, options.max_frame_bytes);
    let ending = introduce_and_talk(terms, certified.as_ref(), &mut reader, &outbox).await;
    // Before the peer learns of it: whoever sees it go can ask why. Observers come and go as they like.
    if !outbox.is_observed() {
        note(terms, &ending);
    }
    if let Ending::CutOff(reason) = &ending {
        outbox.push(&control::goodbye(reason));
    }
    match ending {
        Ending::Vanished(_) => outbox.close(),
        _ => outbox.finish(),
    }
    let stop_writing = writer.abort_handle();
    let patience = if outbox.is_observed() { OBSERVER_PARTING } else { options.handshake_timeout };
    let _ = timeout(patience, writer).await;
    stop_writing.abort();
    outbox.close();
    ending
}

fn note(terms: &Terms, ending: &Ending) {
    let fault = match ending {
        Ending::Left | Ending::Silent => return,
        Ending::Dismissed(reason) => format!("the peer closed the connection: {reason}"),
        Ending::CutOff(reason) => format!("the peer was cut off: {reason}"),
        Ending::Vanished(reason) => format!("the peer vanished: {reason}"),
    };
    terms.hub.note(&terms.endpoint, Some(fault));
}

async fn introduce_and_talk<R: AsyncRead + Unpin>(
    terms: &Terms,
    certified: Option<&Certified>,
    reader: &mut FrameReader<R>,
    outbox: &Arc<Outbox>,
) -> Ending {
    let node = match introduce(terms, certified, reader).await {
        Ok(node) => node,
        Err(ending) => return ending,
    };
    let peer = Arc::new(Peer::new(terms, node.clone(), outbox.clone()));
    if peer.is_observer() {
        outbox.serve_observer();
    }
    let receivers = terms.hub.watch_receivers();
    if terms.hub.add_link(peer.clone()).is_err() {
        peer.leave();
        return Ending::Left;
    }
    if !peer.is_observer() {
        terms.hub.note(&terms.endpoint, None);
    }
    let incoming = Incoming::new(&terms.hub, &peer, terms.subscribes && !peer.is_observer());
    let silence = Silence::new(terms.hub.options.peer_timeout);
    let stop = terms.stop.clone();
    let mut talk = Talk { silence, terms, peer, incoming, receivers, stop };
    talk.incoming.resume();
    let ending = talk.talk(reader).await;
    // Once this side leaves, the end of the stream is what it waits for.
    let ending = if *terms.stop.borrow() { Ending::Left } else { ending };
    match ending {
        // It may come back, and will want to know what it has missed.
        Ending::Vanished(_) if !talk.peer.is_observer() => {
            terms.hub.suspend_link(talk.peer.id());
            outbox.close();
            talk.incoming.keep_progress();
        }
        _ => terms.hub.remove_link(talk.peer.id(), &talk.peer.route),
    }
    let fault = match ending {
        Ending::Left => None,
        _ => Some(RecvError::PeerVanished { node }),
    };
    talk.incoming.end(fault).await;
    ending
}

/// Waits for the other side's hello. Gives the name of its node.
async fn introduce<R: AsyncRead + Unpin>(
    terms: &Terms,
    certified: Option<&Certified>,
    reader: &mut FrameReader<R>,
) -> Result<String, Ending> {
    let limit = terms.hub.options.handshake_timeout;
    let mut stop = terms.stop.clone();
    let (header, bytes) = match race(timeout(limit, reader.next()), stop.changed()).await {
        Either::First(Ok(Ok(frame))) => frame,
        Either::First(Ok(Err(ReadError::Ended(error))))
            if reader.has_read_nothing() && tls::reason(&error).is_none() =>
        {
            return Err(Ending::Silent);
        }
        Either::First(Ok(Err(error))) => return Err(error.into()),
        Either::First(Err(_)) => {
            return Err(Ending::CutOff(format!("no hello within {limit:?}")));
        }
        Either::Second(_) => return Err(Ending::Left),
    };
    match parse_control(&header, &bytes) {
        Ok(Some(Body::Hello(hello))) => {
            check_hello(terms, certified, hello).map_err(Ending::CutOff)
        }
        Ok(Some(Body::Goodbye(goodbye))) => {
            Err(Ending::Dismissed(control::shorten(&goodbye.reason).to_owned()))
        }
        Ok(_) => Err(Ending::CutOff("the first frame is not a hello".to_owned())),
        Err(reason) => Err(Ending::CutOff(reason)),
    }
}

fn check_hello(
    terms: &Terms,
    certified: Option<&Certified>,
    hello: Hello,
) -> Result<String, String> {
    if hello.protocol != PROTOCOL {
        let theirs = hello.protocol;
        return Err(format!("protocol {theirs}; node `{}` speaks {PROTOCOL}", terms.hub.node));
    }
    if hello.node == OBSERVER && terms.listens {
        return check_observer(terms, certified).map(|()| hello.node);
    }
    if !terms.expected.contains(&hello.node) {
        let (node, expected) = (control::shorten(&hello.node), terms.expected.join(", "));
        return Err(format!(
            "node `{node}` is not expected here, but one of: {expected}; use the same topology on \
             both sides"
        ));
    }
    certified.map_or(Ok(()), |certified| certified.check(&hello.node))?;
    Ok(hello.node)
}

/// Lets in an observer who may have what it sees: over a Unix socket the same user, who could be any node; over TLS
/// whoever has the certificate of a node that belongs here; over plain TCP everybody, who could say any node's name.
fn check_observer(terms: &Terms, certified: Option<&Certified>) -> Result<(), String> {
    let Some(certified) = certified else { return Ok(()) };
    let expected = terms.expected.iter().map(String::as_str);
    let nodes: Vec<&str> = expected.chain([terms.hub.node.as_str()]).collect();
    certified.check_any(&nodes)
}

fn parse_control(header: &FrameHeader, bytes: &[u8]) -> Result<Option<Body>, String> {
    if header.type_id != 0 {
        return Ok(None);
    }
    control::parse(bytes).map(Some).map_err(|error| format!("a bad control frame: {error}"))
}

/// The part of a connection in which messages are exchanged.
struct Talk<'a> {
    silence: Silence,
    terms: &'a Terms,
    peer: Arc<Peer>,
    incoming: Incoming,
    receivers: watch::Receiver<u64>,
    stop: watch::Receiver<bool>,
}

impl Talk<'_> {
    async fn talk<R: AsyncRead + Unpin>(&mut self, reader: &mut FrameReader<R>) -> Ending {
        self.incoming.catch_up().await;
        loop {
            let (header, frames) = match reader.split_run() {
                Ok(Some(run)) => run,
                Ok(None) => match self.go_on(reader).await {
                    Ok(()) => continue,
                    Err(ending) => return ending,
                },
                Err(error) => return error.into(),
            };
            // A subscriber gets whatever arrives after it was made.
            if self.receivers.has_changed().unwrap_or(false) {
                self.receivers.mark_unchanged();
                self.incoming.catch_up().await;
            }
            match self.take(&header, frames).await {
                Ok(None) => {}
                Ok(Some(ending)) => return ending,
                Err(reason) => return Ending::CutOff(reason),
            }
        }
    }

    /// Lets others have their turn where much has come, then waits for more: who drives this may be waiting for what it
    /// has got.
    async fn go_on<R: AsyncRead + Unpin>(
        &mut self,
        reader: &mut FrameReader<R>,
    ) -> Result<(), Ending> {
        if reader.is_flooded() {
            yield_now().await;
        }
        self.wait(reader).await
    }

    /// Waits for bytes, or for something to change on this side. A long frame may take longer than a silence.
    async fn wait<R: AsyncRead + Unpin>(
        &mut self,
        reader: &mut FrameReader<R>,
    ) -> Result<(), Ending> {
        let stopping = *self.stop.borrow();
        if stopping && self.peer.is_observer() {
            return Err(Ending::Left);
        }
        let changes = race(self.receivers.changed(), async {
            match stopping {
                // What the peer still sends is read to the end, so that it gets our last words.
                true => std::future::pending().await,
                false => self.stop.changed().await,
            }
        });
        self.silence.begin();
        match race(race(reader.fill(), self.silence.is_too_long()), changes).await {
            Either::First(Either::First(filled)) => {
                filled.map_err(|error| ReadError::Ended(error).into())
            }
            Either::First(Either::Second(())) => {
                let limit = self.silence.limit();
                Err(Ending::Vanished(format!("no sign of life for {limit:?}")))
            }
            Either::Second(Either::First(_)) => {
                self.incoming.catch_up().await;
                Ok(())
            }
            Either::Second(Either::Second(_)) => Ok(()),
        }
    }

    /// Acts on a control frame, or hands on messages. An ending is the peer's; an error is its fault.
    async fn take(&mut self, header: &FrameHeader, frames: Run) -> Result<Option<Ending>, String> {
        let Some(body) = parse_control(header, frames.first().unwrap_or_default())? else {
            self.incoming.frames(header, &frames).await?;
            return Ok(None);
        };
        if self.peer.is_observer() {
            check_observation(&body)?;
        }
        match body {
            Body::Subscribe(wish) => {
                let pattern = wish.topic.clone();
                self.peer.subscribe(wish)?;
                let fits = |topic: &str| fits_wish(&pattern, topic);
                // Fails only where the bus is being shut down.
                let _ = self.terms.hub.offer(&*self.peer, fits);
            }
            Body::Stream(stream) => self.incoming.announce(stream),
            Body::Resume(resume) => self.peer.hear_resume(&resume),
            Body::Channel(channel) => self.incoming.open(channel).await?,
            Body::Closed(closed) => self.incoming.close(closed).await?,
            Body::Description(description) => self.incoming.hear(description),
            Body::Refusal(refusal) => {
                self.incoming.refuse(&refusal.topic, Digest(refusal.digest)).await;
            }
            Body::Objection(objection) => self.peer.hear_objection(&objection),
            Body::Goodbye(goodbye) if goodbye.reason.is_empty() => return Ok(Some(Ending::Left)),
            Body::Goodbye(goodbye) => {
                let reason = control::shorten(&goodbye.reason).to_owned();
                return Ok(Some(Ending::Dismissed(reason)));
            }
            Body::Hello(_) => return Err("a second hello".to_owned()),
            // What a newer peer may say beside is no concern of ours.
            Body::Heartbeat(_) | Body::Unknown(_) => {}
        }
        Ok(None)
    }
}

/// One who only watches has nothing to say that others would be told of.
fn check_observation(body: &Body) -> Result<(), String> {
    match body {
        Body::Subscribe(_) | Body::Goodbye(_) | Body::Hello(_) => Ok(()),
        Body::Heartbeat(_) | Body::Unknown(_) => Ok(()),
        Body::Channel(_) | Body::Stream(_) | Body::Resume(_) | Body::Closed(_) => {
            Err("an observer publishes nothing".to_owned())
        }
        Body::Description(_) | Body::Refusal(_) | Body::Objection(_) => {
            Err("an observer asks, and judges nothing".to_owned())
        }
    }
}

impl From<ReadError> for Ending {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Ended(error) => match tls::reason(&error) {
                Some(reason) => Self::Dismissed(reason),
                None => Self::Vanished(error.to_string()),
            },
            ReadError::NotAFrame(reason) => Self::CutOff(reason),
        }
    }
}
