//! The bus's network thread: listens, dials, and talks over connections.

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

use super::backoff::Backoff;
use super::conversation::{Ending, Terms, converse};
use super::race::{Either, race};
use super::{tcp, unix};

/// Most connections at a time that a listener keeps.
const MOST_CONNECTIONS: usize = 256;

/// What the thread does.
pub(crate) enum Job {
    /// Listens at a Unix socket.
    ListenUnix(unix::BoundUnix),
    /// Listens at a TCP port.
    ListenTcp(TcpListener),
    /// Dials a Unix socket, again and again.
    DialUnix(PathBuf),
    /// Dials a TCP address, again and again.
    DialTcp(String),
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
        Job::ListenTcp(listener) => listen_tcp(listener, terms).await,
        Job::DialUnix(path) => {
            dial(&terms, || unix::connect(&path), net::UnixStream::into_split).await;
            unix::clear_away(&path);
        }
        Job::DialTcp(address) => {
            dial(&terms, || tcp::connect(&address), net::TcpStream::into_split).await;
        }
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
    listen(&terms, accept, net::UnixStream::into_split, || bound.close()).await;
}

async fn listen_tcp(listener: TcpListener, terms: Arc<Terms>) {
    let listener = match net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return terms.hub.note(&terms.endpoint, Some(error.to_string())),
    };
    let accept = async || {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    listen(&terms, accept, net::TcpStream::into_split, || {}).await;
}

/// Accepts connections until the bus stops; then waits for those that are open.
async fn listen<S, R, W>(
    terms: &Arc<Terms>,
    accept: impl AsyncFn() -> io::Result<S>,
    split: fn(S) -> (R, W),
    close: impl FnOnce(),
) where
    S: AsFd,
    R: tokio::io::AsyncRead + Unpin + 'static,
    W: tokio::io::AsyncWrite + Unpin + 'static,
{
    let mut stop = terms.stop.clone();
    let mut backoff = Backoff::new();
    let mut open = JoinSet::new();
    while let Either::First(accepted) = race(accept(), stop.changed()).await {
        while open.try_join_next().is_some() {}
        match accepted {
            Ok(stream) if open.len() < MOST_CONNECTIONS => {
                backoff.reset();
                let (same, terms) = (stream.as_fd().try_clone_to_owned().ok(), terms.clone());
                let (read, write) = split(stream);
                open.spawn_local(async move {
                    converse(&terms, same, read, write).await;
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
    while open.join_next().await.is_some() {}
}

/// Connects, talks, and connects again, until the bus stops.
async fn dial<S, R, W, F>(terms: &Terms, connect: impl Fn() -> F, split: fn(S) -> (R, W))
where
    F: Future<Output = io::Result<S>>,
    S: AsFd,
    R: tokio::io::AsyncRead + Unpin,
    W: tokio::io::AsyncWrite + Unpin + 'static,
{
    let mut stop = terms.stop.clone();
    let mut backoff = Backoff::new();
    while !*stop.borrow() {
        match race(connect(), stop.changed()).await {
            Either::First(Ok(stream)) => {
                let same = stream.as_fd().try_clone_to_owned().ok();
                let (read, write) = split(stream);
                let ending = converse(terms, same, read, write).await;
                if matches!(ending, Ending::Left | Ending::Vanished(_)) {
                    backoff.reset();
                }
            }
            Either::First(Err(error)) => terms.hub.note(&terms.endpoint, Some(error.to_string())),
            Either::Second(_) => return,
        }
        race(sleep(backoff.next()), stop.changed()).await;
    }
}
