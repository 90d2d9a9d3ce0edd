//! How a service is told to end by whoever started it: by a line on standard input, or by the end of that.

use std::sync::{Arc, Mutex, PoisonError};

use market::service::read_reason;
use mycelium::MessageBus;

use super::Fault;

/// The wish to end, with its reason.
#[derive(Debug, Clone, Default)]
pub(super) struct Lifeline {
    reason: Arc<Mutex<Option<String>>>,
}

impl Lifeline {
    /// Listens, where there is somebody to listen to. To end shuts the bus down, which ends its actors.
    pub(super) fn of(bus: &MessageBus, is_supervised: bool) -> Self {
        let lifeline = Self::default();
        if is_supervised {
            let (listening, bus) = (lifeline.clone(), bus.clone());
            std::thread::spawn(move || {
                let reason = read_reason();
                *listening.reason.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
                bus.shutdown();
            });
        }
        lifeline
    }

    /// Goes on, unless told to end.
    pub(super) fn check(&self) -> Result<(), Fault> {
        match &*self.reason.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(reason) => Err(format!("told to end: {reason}").into()),
            None => Ok(()),
        }
    }
}
