//! Sockets, at which an observer says who it is and asks for everything.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use bytes::Bytes;
use mycelium_wire::{FrameHeader, Timestamp};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::LocalSet;

use super::channels::Channels;
use super::pace::Pace;
use super::sink::{Sink, Stopped};
use super::{Event, ObserveError, Place, Seen};
use crate::hub::Hub;
use crate::options::Options;
use crate::route::{speaks_tls, tcp_address};
use crate::topology::{Endpoint, Tls};
use crate::transport::backoff::Backoff;
use crate::transport::connection::{Connection, Refusal};
use crate::transport::tls::Identity;
use crate::transport::{Heard, observe, tcp, unix};

/// What is needed to talk at one place.
struct Target {
    place: Arc<str>,
    endpoint: Endpoint,
    node: String,
    identity: Option<Arc<Identity>>,
}

/// Starts the thread that talks at all sockets, if there are any.
pub(super) fn watch(
    places: Vec<Place>,
    sink: &Sink,
    pace: impl Fn() -> Pace,
) -> Result<Option<JoinHandle<()>>, ObserveError> {
    let mut targets = Vec::new();
    for place in places {
        if let Place::Socket { endpoint, node, credentials } = place {
            let identity = identity_for(&endpoint, &node, credentials)?;
            let place = endpoint.to_string().into();
            targets.push((Target { place, endpoint, node, identity }, pace()));
        }
    }
    if targets.is_empty() {
        return Ok(None);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(ObserveError::no_thread)?;
    let sink = sink.clone();
    let thread = std::thread::Builder::new().name("mycelium-observe".to_owned());
    let run = move || {
        let local = LocalSet::new();
        let gone = sink.events.clone();
        targets
            .into_iter()
            .for_each(|(target, pace)| drop(local.spawn_local(follow(target, pace, sink.clone()))));
        drop(sink);
        runtime.block_on(local.run_until(gone.closed()));
    };
    thread.spawn(run).map(Some).map_err(ObserveError::no_thread)
}

fn identity_for(
    endpoint: &Endpoint,
    node: &str,
    credentials: Option<(String, Tls)>,
) -> Result<Option<Arc<Identity>>, ObserveError> {
    if !speaks_tls(endpoint) {
        return Ok(None);
    }
    let Some((own, files)) = credentials else {
        let what = format!("node `{node}` is spoken to by TLS, and no node's key can be read here");
        let remedy = "run it as a user who may read the credentials of one of the topology's nodes";
        let refused = crate::topology::Refused { what, remedy, source: None };
        return Err(ObserveError::Refused(refused));
    };
    let hub = Hub::new(own, Options::default());
    let opened = Identity::open(&hub, &files).map_err(ObserveError::Credential)?;
    Ok(Some(Arc::new(opened)))
}

/// Talks at a place, again and again.
async fn follow(target: Target, mut pace: Pace, sink: Sink) {
    let (mut backoff, options) = (Backoff::new(), Options::default());
    let mut told = String::new();
    loop {
        let reason = match target.talk(&options, &sink, &mut pace).await {
            Ok((was_open, reason)) => {
                if was_open {
                    backoff.reset();
                    told.clear();
                }
                reason
            }
            Err(Stopped) => return,
        };
        if reason != told {
            told.clone_from(&reason);
            let closed = Event::Closed { place: target.place.clone(), reason };
            if sink.put_async(closed).await.is_err() {
                return;
            }
        }
        tokio::time::sleep(backoff.next()).await;
    }
}

impl Target {
    /// Connects and listens. Gives whether that was possible, and why it has ended.
    async fn talk(
        &self,
        options: &Options,
        sink: &Sink,
        pace: &mut Pace,
    ) -> Result<(bool, String), Stopped> {
        match &self.endpoint {
            Endpoint::Unix { path } => {
                let connected = unix::connect(path).await;
                let refused = |error: io::Error| Refusal::because(error.to_string());
                self.listen(
                    connected.map_err(refused).and_then(Connection::unix),
                    options,
                    sink,
                    pace,
                )
                .await
            }
            Endpoint::Tcp { address, .. } => {
                let connected = tcp::connect(&tcp_address(&self.endpoint, address)).await;
                let connected = connected.map_err(|error| Refusal::because(error.to_string()));
                match (&self.identity, connected) {
                    (Some(identity), Ok(stream)) => {
                        let secured = identity.connect(&self.node, stream).await;
                        self.listen(secured, options, sink, pace).await
                    }
                    (_, connected) => {
                        self.listen(connected.map(Connection::tcp), options, sink, pace).await
                    }
                }
            }
            Endpoint::Shm { .. } => Ok((false, "shared memory is no socket".to_owned())),
            Endpoint::Nats { .. } => Ok((false, "at a server no node is observed".to_owned())),
        }
    }

    async fn listen<R, W>(
        &self,
        connected: Result<Connection<R, W>, Refusal>,
        options: &Options,
        sink: &Sink,
        pace: &mut Pace,
    ) -> Result<(bool, String), Stopped>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let connection = match connected {
            Ok(connection) => connection,
            Err(refusal) => return Ok((false, refusal.reason.unwrap_or_default())),
        };
        let mut channels = Channels::new(self.place.clone(), true);
        let mut was_open = false;
        let take = async |heard| match heard {
            Heard::Welcome => {
                was_open = true;
                sink.put_async(Event::Opened(self.place.clone())).await
            }
            Heard::Control(body) => match channels.hear(body, |topic| sink.takes(topic)) {
                Some(event) => sink.put_async(event).await,
                None => Ok(()),
            },
            Heard::Frames(mut frames) => {
                let time = Timestamp::now();
                let (mut count, mut taken) = (0, 0);
                let next = std::iter::from_fn(|| frames.next());
                let next = next.inspect(|bytes| (count, taken) = (count + 1, taken + bytes.len()));
                let seen: Vec<_> =
                    next.filter_map(|bytes| see(&mut channels, bytes, time)).collect();
                if !seen.is_empty() {
                    sink.put_async(Event::Seen(seen)).await?;
                }
                let rest = pace.take(count, taken, Instant::now());
                if !rest.is_zero() {
                    // Its node finds no room meanwhile, and writes nothing.
                    tokio::time::sleep(rest).await;
                }
                Ok(())
            }
        };
        let reason = observe(connection, options, sink.wishes().collect(), take).await?;
        Ok((was_open, reason))
    }
}

fn see(channels: &mut Channels, bytes: Bytes, time: Timestamp) -> Option<Seen> {
    let header = FrameHeader::parse(&bytes).ok()?;
    channels.see(&header, time, || bytes)
}
