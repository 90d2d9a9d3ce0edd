//! How the engine is told to end: by a signal, by whoever started it, or by one of its services.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::service::read_reason;
use mycelium::MessageBus;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::EngineError;

/// The wish to end, with its reason; the first one counts.
#[derive(Clone)]
pub(super) struct Stop {
    shared: Arc<Shared>,
}

struct Shared {
    reason: Mutex<Option<String>>,
    told: Condvar,
    bus: MessageBus,
}

impl Stop {
    /// Ending shuts this bus down, which wakes whoever waits on it.
    pub(super) fn new(bus: MessageBus) -> Self {
        Self { shared: Arc::new(Shared { reason: Mutex::default(), told: Condvar::new(), bus }) }
    }

    /// Tells all to end.
    pub(super) fn end(&self, reason: String) {
        self.lock().get_or_insert(reason);
        self.shared.told.notify_all();
        self.shared.bus.shutdown();
    }

    /// What to report: a closed bus is only what the wish to end led to.
    pub(super) fn blame(&self, error: EngineError) -> EngineError {
        match self.lock().clone() {
            Some(reason) if !error.is_cause() => EngineError::Stopped(reason),
            _ => error,
        }
    }

    /// Goes on, unless told to end.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        self.sleep(Duration::ZERO)
    }

    /// Waits, unless told to end.
    pub(super) fn sleep(&self, time: Duration) -> Result<(), EngineError> {
        let waited = self.shared.told.wait_timeout_while(self.lock(), time, |told| told.is_none());
        let (told, _) = waited.unwrap_or_else(PoisonError::into_inner);
        told.clone().map_or(Ok(()), |reason| Err(EngineError::Stopped(reason)))
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.shared.reason.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens for signals and, where there is a supervisor, to standard input.
pub(super) fn watch(stop: &Stop, supervised: bool) -> Result<(), EngineError> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(EngineError::Signals)?;
    let on_signal = stop.clone();
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            on_signal.end(format!("signal {signal}"));
        }
    });
    if supervised {
        let on_line = stop.clone();
        std::thread::spawn(move || on_line.end(read_reason()));
    }
    Ok(())
}
