//! The bus's network thread: listens, dials, and talks over connections.

use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

use super::backoff::Backoff;
use super::connection::{Connection, Refusal};
use super::conversation::{Ending, Terms, converse};
use super::race::{Either, race};
use super::tls::Identity;
use super::{nats, tcp, unix};

/// Most connections at a time that a listener keeps.
const MOST_CONNECTIONS: usize = 256;

/// What the thread does.
pub(crate) enum Job {
    /// Listens at a Unix socket.
    ListenUnix(unix::BoundUnix),
    /// Listens at a TCP port; over TLS, where there is an identity.
    ListenTcp(TcpListener, Option<Arc<Identity>>),
    /// Dials a Unix socket, again and again.
    DialUnix(PathBuf),
    /// Dials a TCP address, again and again; over TLS, where there is an identity.
    DialTcp(tcp::Address, Option<Arc<Identity>>),
    /// Meets others at a NATS server.
    Meet(Arc<nats::Meeting>),
}

/// The thread; it runs until it is stopped.
pub(crate) struct Net {
    stop: watch::Sender<bool>,
    thread: std::thread::JoinHandle<()>,
}

impl Net {
    /// Starts the thread. `jobs` are given the signal on which they are to stop.
    pub(crate) fn start(
        jobs: impl FnOnce(&watch::Receiver<bool>) -> Vec<(Job, Terms)>,
    ) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let jobs = jobs(&stopped);
        let thread = std::thread::Builder::new()
            .name("mycelium-net".to_owned())
            .spawn(move || runtime.block_on(LocalSet::new().run_until(run(jobs, stopped))))?;
        Ok(Self { stop, thread })
    }

    /// Ends the thread once every connection has ended, which the hub has told them to do. Those
    /// that have not after the longest time are dropped.
    pub(crate) fn stop(self) {
        self.stop.send_replace(true);
        // The last handle may be dropped by a task that the thread itself has woken.
        if self.thread.thread().id() != std::thread::current().id() {
            // A panic there was reported there.
            let _ = self.thread.join();
        }
    }
}

async fn run(jobs: Vec<(Job, Terms)>, mut stop: watch::Receiver<bool>) {
    let patience = jobs.first().map(|(_, terms)| terms.hub.options.shutdown_timeout);
    let mut tasks = JoinSet::new();
    for (job, terms) in jobs {
        tasks.spawn_local(work(job, terms));
    }
    // Fails only if the sender is gone, which is as good as a signal.
    let _ = stop.wait_for(|stop| *stop).await;
    let all = async { while tasks.join_next().await.is_some() {} };
    let _ = timeout(patience.unwrap_or(Duration::ZERO), all).await;
}

async fn work(job: Job, terms: Terms) {
    let terms = Arc::new(terms);
    match job {
        Job::ListenUnix(bound) => listen_unix(bound, terms).await,
        Job::ListenTcp(listener, identity) => listen_tcp(listener, identity, terms).await,
        Job::DialUnix(path) => {
            let connect = async || match unix::connect(&path).await {
                Ok(stream) => Connection::unix(stream),
                Err(error) => Err(Refusal::because(error.to_string())),
            };
            dial(&terms, connect).await;
            unix::clear_away(&path);
        }
        Job::DialTcp(address, identity) => dial_tcp(&address, identity, &terms).await,
        Job::Meet(meeting) => meeting.attend(&terms).await,
    }
}

async fn listen_unix(mut bound: unix::BoundUnix, terms: Arc<Terms>) {
    let listener = match bound.listener.try_clone().and_then(net::UnixListener::from_std) {
        Ok(listener) => listener,
        Err(error) => return terms.hub.note(&terms.endpoint, Some(error.to_string())),
    };
    let accept = async || {
        let (stream, _) = listener.accept().await?;
        unix::check_peer(&stream)?;
        Ok(stream)
    };
    let open = async |stream| Connection::unix(stream);
    listen(&terms, accept, open, || bound.close()).await;
}

async fn listen_tcp(listener: TcpListener, identity: Option<Arc<Identity>>, terms: Arc<Terms>) {
    let listener = match net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return terms.hub.note(&terms.endpoint, Some(error.to_string())),
    };
    let accept = async || {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    match identity {
        None => listen(&terms, accept, async |stream| Ok(Connection::tcp(stream)), || {}).await,
        Some(identity) => {
            let open = async move |stream| identity.accept(stream).await;
            listen(&terms, accept, open, || {}).await;
        }
    }
}

async fn dial_tcp(address: &tcp::Address, identity: Option<Arc<Identity>>, terms: &Terms) {
    let connect = async || {
        let connected = tcp::connect(address).await;
        connected.map_err(|error| Refusal::because(error.to_string()))
    };
    match identity {
        None => dial(terms, async || connect().await.map(Connection::tcp)).await,
        Some(identity) => {
            let peer = terms.expected.first().map_or("", String::as_str);
            dial(terms, async || identity.connect(peer, connect().await?).await).await;
        }
    }
}

/// Accepts connections until the bus stops; then waits for those that are open. `open` makes a
/// connection of what was accepted; peers do so beside each other.
async fn listen<S, R, W>(
    terms: &Arc<Terms>,
    accept: impl AsyncFn() -> io::Result<S>,
    open: impl AsyncFn(S) -> Result<Connection<R, W>, Refusal> + 'static,
    close: impl FnOnce(),
) where
    S: 'static,
    R: AsyncRead + Unpin + 'static,
    W: AsyncWrite + Unpin + 'static,
{
    let mut stop = terms.stop.clone();
    let mut backoff = Backoff::new();
    let mut peers = JoinSet::new();
    let open = Rc::new(open);
    while let Either::First(accepted) = race(accept(), stop.changed()).await {
        while peers.try_join_next().is_some() {}
        match accepted {
            Ok(stream) if peers.len() < MOST_CONNECTIONS => {
                backoff.reset();
                let (open, terms) = (open.clone(), terms.clone());
                peers.spawn_local(async move {
                    if let Some(connection) = in_time(&terms, open(stream)).await {
                        converse(&terms, connection).await;
                    }
                });
            }
            Ok(_) => {
                let fault = format!("more than {MOST_CONNECTIONS} connections: one was refused");
                terms.hub.note(&terms.endpoint, Some(fault));
            }
            // A peer that is refused, or no file descriptor left: others may have more luck.
            Err(error) => {
                terms.hub.note(&terms.endpoint, Some(error.to_string()));
                sleep(backoff.next()).await;
            }
        }
    }
    close();
    while peers.join_next().await.is_some() {}
}

/// Connects, talks, and connects again, until the bus stops.
async fn dial<R, W>(terms: &Terms, connect: impl AsyncFn() -> Result<Connection<R, W>, Refusal>)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + 'static,
{
    let mut stop = terms.stop.clone();
    let mut backoff = Backoff::new();
    while !*stop.borrow() {
        if let Some(connection) = in_time(terms, connect()).await {
            let ending = converse(terms, connection).await;
            if matches!(ending, Ending::Left | Ending::Vanished(_)) {
                backoff.reset();
            }
        }
        race(sleep(backoff.next()), stop.changed()).await;
    }
}

/// The connection, if it is made within the time that a peer has for that and before the bus stops;
/// else the reason is noted.
async fn in_time<R, W>(
    terms: &Terms,
    connection: impl Future<Output = Result<Connection<R, W>, Refusal>>,
) -> Option<Connection<R, W>> {
    let limit = terms.hub.options.handshake_timeout;
    let mut stop = terms.stop.clone();
    let refusal = match race(timeout(limit, connection), stop.wait_for(|stop| *stop)).await {
        Either::First(Ok(Ok(connection))) => return Some(connection),
        Either::First(Ok(Err(refusal))) => refusal,
        Either::First(Err(_)) => Refusal::because(format!("no connection within {limit:?}")),
        Either::Second(_) => return None,
    };
    if let Some(reason) = refusal.reason {
        terms.hub.note(&terms.endpoint, Some(reason));
    }
    if let Some(parting) = refusal.parting {
        race(parting, stop.wait_for(|stop| *stop)).await;
    }
    None
}
