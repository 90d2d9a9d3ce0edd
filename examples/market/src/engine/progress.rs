//! Says on standard output how far the services are: `progress SERVICE MESSAGES LOST`.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(200);

/// Counters of both services, told now and then by a thread of their own.
pub(super) struct Progress {
    pub(super) market_data: Arc<Counter>,
    pub(super) execution: Arc<Counter>,
    teller: (Sender<()>, JoinHandle<()>),
}

/// How far a service is. Relaxed throughout: nothing else hangs on these numbers.
#[derive(Default)]
pub(super) struct Counter {
    messages: AtomicU64,
    lost: AtomicU64,
}

impl Counter {
    pub(super) fn add_message(&self) {
        self.messages.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_lost(&self, count: u64) {
        self.lost.fetch_add(count, Ordering::Relaxed);
    }

    fn tell(&self, service: &str) {
        let (messages, lost) =
            (self.messages.load(Ordering::Relaxed), self.lost.load(Ordering::Relaxed));
        // Nobody has to listen.
        let _ = writeln!(std::io::stdout(), "progress {service} {messages} {lost}");
    }
}

impl Progress {
    pub(super) fn start() -> Self {
        let (market_data, execution) = <(Arc<Counter>, Arc<Counter>)>::default();
        let (sender, receiver) = channel();
        let counters = (market_data.clone(), execution.clone());
        let teller = std::thread::spawn(move || {
            loop {
                let waited = receiver.recv_timeout(EVERY);
                counters.0.tell("market-data");
                counters.1.tell("execution");
                if waited != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        });
        Self { market_data, execution, teller: (sender, teller) }
    }

    /// Tells the last state.
    pub(super) fn finish(self) {
        let (sender, teller) = self.teller;
        drop(sender);
        let _ = teller.join();
    }
}
