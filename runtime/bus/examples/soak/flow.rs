//! One bus with a publisher and a subscriber at full speed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mycelium::{Message, MessageBus, Publisher, RecvError, Subscriber, TryRecvError};

use crate::deployment::Kind;
use crate::{OVER, Outcome};

/// How many lives of the other publisher are remembered.
const LIVES: usize = 64;

/// What is sent: mostly short, sometimes some kilobytes.
#[derive(Message, Debug)]
#[myc(package = "soak", id = 1)]
struct Load {
    /// When its publisher began, in nanoseconds since 1970: one that comes again has a later one.
    life: u64,
    /// Counted from 0 in each life.
    number: u64,
    rest: Vec<u64>,
}

/// A bus that moves messages both ways.
pub(crate) struct Flow {
    pub(crate) kind: Kind,
    bus: MessageBus,
    shared: Arc<Shared>,
    publishing: JoinHandle<Outcome<()>>,
    receiving: JoinHandle<Outcome<()>>,
}

#[derive(Default)]
struct Shared {
    leaves: AtomicBool,
    sent: AtomicU64,
    received: AtomicU64,
}

/// What went over a way.
pub(crate) struct Moved {
    kind: Kind,
    sent: u64,
    received: u64,
}

impl Flow {
    /// Publishes on the topic `to`, receives from the topic `from`.
    pub(crate) fn start(kind: Kind, bus: MessageBus, from: &str, to: &str) -> Outcome<Self> {
        let shared = Arc::new(Shared::default());
        let (publisher, subscriber) = (bus.publisher_on(to)?, bus.subscriber_on(from)?);
        let (sends, receives) = (shared.clone(), shared.clone());
        let publishing = std::thread::spawn(move || publish(&publisher, &sends));
        let receiving = std::thread::spawn(move || receive(subscriber, &receives));
        Ok(Self { kind, bus, shared, publishing, receiving })
    }

    /// Whether one of its halves has ended, which none does by itself.
    pub(crate) fn has_ended(&self) -> bool {
        self.publishing.is_finished() || self.receiving.is_finished()
    }

    /// How many messages have come.
    pub(crate) fn received(&self) -> u64 {
        self.shared.received.load(Ordering::Relaxed)
    }

    /// Leaves in order.
    pub(crate) fn end(self) -> Outcome<Moved> {
        self.shared.leaves.store(true, Ordering::Relaxed);
        self.bus.shutdown();
        let halves = [("publishing", self.publishing), ("receiving", self.receiving)];
        for (what, half) in halves {
            half.join().map_err(|_| format!("{what} panicked"))??;
        }
        let (sent, received) = (
            self.shared.sent.load(Ordering::Relaxed),
            self.shared.received.load(Ordering::Relaxed),
        );
        Ok(Moved { kind: self.kind, sent, received })
    }
}

impl Shared {
    fn leaves(&self) -> bool {
        self.leaves.load(Ordering::Relaxed) || OVER.load(Ordering::Relaxed)
    }
}

fn publish(publisher: &Publisher<Load>, shared: &Shared) -> Outcome<()> {
    let life = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos())?;
    for number in 0.. {
        if shared.leaves() {
            break;
        }
        if number % 1024 == 0 {
            // While the other side is away there is nobody to publish to.
            let _ = publisher.wait_for_subscribers(1, Duration::from_millis(100));
        }
        let rest = if number % 64 == 0 { vec![number; 512] } else { vec![number; 4] };
        if publisher.publish(Load { life, number, rest }).is_err() {
            // The bus has left, as it was told to.
            break;
        }
        shared.sent.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Receives until the bus leaves. A publisher that comes again has a connection of its own, from which messages may be
/// taken before the last of the one before; within a life no number is missing.
fn receive(mut subscriber: Subscriber<Load>, shared: &Shared) -> Outcome<()> {
    let mut newest = BTreeMap::new();
    loop {
        match subscriber.recv_timeout(Duration::from_millis(100)) {
            Ok(Some(load)) => {
                let (life, number) = (load.life, load.number);
                match newest.insert(life, number) {
                    Some(last) if number != last + 1 => {
                        return Err(format!("message {number} of {life} after {last}").into());
                    }
                    None if newest.len() > LIVES => drop(newest.pop_first()),
                    _ => {}
                }
                if load.rest.iter().any(|word| *word != number) {
                    return Err(format!("message {number} is not as it was sent").into());
                }
                shared.received.fetch_add(1, Ordering::Relaxed);
            }
            // It left, and may be killed where it was waiting for us while we wait for it.
            Ok(None)
            | Err(TryRecvError::Empty | TryRecvError::Failed(RecvError::PeerVanished { .. })) => {}
            Err(error) => return Err(error.to_string().into()),
        }
        if shared.leaves() {
            return Ok(());
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, sent, received } = self;
        write!(f, "{:<8} {sent} messages sent, {received} received", kind.name())
    }
}
