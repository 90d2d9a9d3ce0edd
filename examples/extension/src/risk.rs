//! A service that judges signals, in a thread of its own.

use std::sync::Mutex;
use std::thread::{Builder, JoinHandle};

use mycelium::{BoundedList, MessageBus, Publisher, Subscriber, Timestamp};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::market::{Approval, Decision, Signal, Verdict};

/// A service that was started.
#[pyclass(frozen)]
pub(crate) struct Risk {
    thread: Mutex<Option<JoinHandle<Result<u64, String>>>>,
}

#[pymethods]
impl Risk {
    /// Waits for its end; how many signals it has judged.
    fn join(&self, py: Python<'_>) -> PyResult<u64> {
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        let thread = thread.ok_or_else(|| failed("it was joined before"))?;
        // Without Python's lock, which its peers need to publish and to receive.
        let judged = py.detach(|| thread.join()).map_err(|_| failed("it panicked"))?;
        judged.map_err(failed)
    }
}

/// Starts the service on the bus. It approves every signal, and ends once all who publish signals have closed.
#[pyfunction]
pub(crate) fn start(bus: &Bound<'_, PyAny>) -> PyResult<Risk> {
    let bus = MessageBus::from_python(bus)?;
    let signals = bus.subscriber::<Signal>().map_err(failed)?;
    let verdicts = bus.publisher::<Verdict>().map_err(failed)?;
    let thread =
        Builder::new().name("risk".to_owned()).spawn(move || judge_all(signals, &verdicts))?;
    Ok(Risk { thread: Mutex::new(Some(thread)) })
}

fn judge_all(
    mut signals: Subscriber<Signal>,
    verdicts: &Publisher<Verdict>,
) -> Result<u64, String> {
    let mut judged = 0;
    while let Some(signal) = signals.recv_blocking().map_err(|error| error.to_string())? {
        verdicts.publish(&judge(&signal)).map_err(|error| error.to_string())?;
        judged += 1;
    }
    Ok(judged)
}

fn judge(signal: &Signal) -> Verdict {
    let approval = Approval { quantity: signal.quantity, position_after: signal.quantity };
    Verdict {
        sent_time: Timestamp::now(),
        signal_sent_time: signal.sent_time,
        signal_id: signal.signal_id,
        symbol: signal.symbol,
        decision: Decision::Approved(approval),
        last_trades: BoundedList::default(),
    }
}

pub(crate) fn failed(why: impl ToString) -> PyErr {
    PyRuntimeError::new_err(why.to_string())
}
