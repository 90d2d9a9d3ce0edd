//! What a bus does at its sockets: listens, dials, and talks over connections. Its thread keeps the tasks
//! going wherever no other [drives](super::driver) them.

use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::backoff::Backoff;
use super::connection::{Connection, Refusal};
use super::conversation::{Ending, Terms, converse};
use super::driver::Driver;
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
    driver: Arc<Driver>,
    thread: std::thread::JoinHandle<()>,
}

impl Net {
    /// Starts the thread. `jobs` are given the signal on which they are to stop.
    pub(crate) fn start(
        driver: Arc<Driver>,
        jobs: impl FnOnce(&watch::Receiver<bool>) -> Vec<(Job, Terms)>,
    ) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let jobs = jobs(&stopped);
        let keeper = driver.clone();
        let thread = std::thread::Builder::new()
            .name("mycelium-net".to_owned())
            .spawn(move || keeper.keep(run(jobs, stopped)))?;
        Ok(Self { stop, driver, thread })
    }

    /// Ends the thread once every connection has ended, which the hub has told them to do. Those
    /// that have not after the longest time are dropped.
    pub(crate) fn stop(self) {
        self.stop.send_replace(true);
        self.driver.finish();
        // The last handle may be dropped by a task that whoever drives has woken.
        if !self.driver.is_driven_here() {
            // A panic there was reported there.
            let _ = self.thread.join();
        }
    }
}

async fn run(jobs: Vec<(Job, Terms)>, mut stop: watch::Receiver<bool>) {
    let patience = jobs.first().map(|(_, terms)| terms.hub.options.shutdown_timeout);
    let mut tasks = JoinSet::new();
    for (job, terms) in jobs {
        tasks.spawn(work(job, terms));
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
            let at = &path;
            let connect = move || async move {
                let connected = unix::connect(at).await;
                connected
                    .map_err(|error| Refusal::because(error.to_string()))
                    .and_then(Connection::unix)
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
    let accept = || async {
        let (stream, _) = listener.accept().await?;
        unix::check_peer(&stream)?;
        Ok(stream)
    };
    let open = |stream| std::future::ready(Connection::unix(stream));
    listen(&terms, accept, open, || bound.close()).await;
}

async fn listen_tcp(listener: TcpListener, identity: Option<Arc<Identity>>, terms: Arc<Terms>) {
    let listener = match net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return terms.hub.note(&terms.endpoint, Some(error.to_string())),
    };
    let accept = || async {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    match identity {
        None => {
            listen(&terms, accept, |stream| std::future::ready(Ok(Connection::tcp(stream))), || {})
                .await
        }
        Some(identity) => {
            let open = move |stream| {
                let identity = identity.clone();
                async move { identity.accept(stream).await }
            };
            listen(&terms, accept, open, || {}).await;
        }
    }
}

async fn dial_tcp(address: &tcp::Address, identity: Option<Arc<Identity>>, terms: &Terms) {
    let connect = move || async move {
        let connected = tcp::connect(address).await;
        connected.map_err(|error| Refusal::because(error.to_string()))
    };
    match identity {
        None => dial(terms, || async { connect().await.map(Connection::tcp) }).await,
        Some(identity) => {
            let peer = terms.expected.first().map_or("", String::as_str);
            dial(terms, || async { identity.connect(peer, connect().await?).await }).await;
        }
    }
}

/// Accepts connections until the bus stops; then waits for those that are open. `open` makes a
/// connection of what was accepted; peers do so beside each other.
async fn listen<S, A, O, R, W>(
    terms: &Arc<Terms>,
    accept: impl Fn() -> A,
    open: impl Fn(S) -> O,
    close: impl FnOnce(),
) where
    A: Future<Output = io::Result<S>>,
    O: Future<Output = Result<Connection<R, W>, Refusal>> + Send + 'static,
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let mut stop = terms.stop.clone();
    let mut backoff = Backoff::new();
    let mut peers = JoinSet::new();
    while let Either::First(accepted) = race(accept(), stop.changed()).await {
        while peers.try_join_next().is_some() {}
        match accepted {
            Ok(stream) if peers.len() < MOST_CONNECTIONS => {
                backoff.reset();
                let (opening, terms) = (open(stream), terms.clone());
                peers.spawn(async move {
                    if let Some(connection) = in_time(&terms, opening).await {
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
async fn dial<C, R, W>(terms: &Terms, connect: impl Fn() -> C)
where
    C: Future<Output = Result<Connection<R, W>, Refusal>>,
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
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
