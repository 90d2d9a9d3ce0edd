//! Threads at load, for the [stress test](../../../benches/python/stress.py): one floods a topic, another drains it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use mycelium::{Code, Decimal, MessageBus, PublishError, Timestamp, TryRecvError};
use pyo3::prelude::*;

use crate::market::{Side, Symbol, Trade, TradeFlags, Venue};
use crate::risk::failed;

/// How long a thread waits before it looks whether it is to end.
const LOOK: Duration = Duration::from_millis(20);

/// A thread that publishes trades.
#[pyclass(frozen)]
pub(crate) struct Flood {
    thread: Thread<u64>,
}

/// A thread that receives trades, and comes and goes.
#[pyclass(frozen)]
pub(crate) struct Drained {
    thread: Thread<(u64, u64)>,
}

/// Publishes trades of this publisher, numbered from 1 on, with a new publisher after every `turn` of them.
#[pyfunction]
pub(crate) fn flood(bus: &Bound<'_, PyAny>, publisher: i64, turn: u64) -> PyResult<Flood> {
    let bus = MessageBus::from_python(bus)?;
    let thread = Thread::start(move |is_over| flood_until(&bus, publisher, turn, is_over))?;
    Ok(Flood { thread })
}

/// Receives trades, with a new subscriber after every `turn` of them, and sees that each publisher's come in order.
#[pyfunction]
pub(crate) fn drain(bus: &Bound<'_, PyAny>, publishers: usize, turn: u64) -> PyResult<Drained> {
    let bus = MessageBus::from_python(bus)?;
    let thread = Thread::start(move |is_over| drain_until(&bus, publishers, turn, is_over))?;
    Ok(Drained { thread })
}

#[pymethods]
impl Flood {
    /// Ends it; how many it has published.
    fn stop(&self, py: Python<'_>) -> PyResult<u64> {
        self.thread.stop(py)
    }
}

#[pymethods]
impl Drained {
    /// Ends it; how many it has received, and how often it came anew.
    fn stop(&self, py: Python<'_>) -> PyResult<(u64, u64)> {
        self.thread.stop(py)
    }
}

/// Runs until it is told to end.
pub(crate) struct Thread<T> {
    is_over: Arc<AtomicBool>,
    handle: Mutex<Option<JoinHandle<Result<T, String>>>>,
}

impl<T: Send + 'static> Thread<T> {
    /// Starts it in a thread of its own.
    pub(crate) fn start(
        body: impl FnOnce(&AtomicBool) -> Result<T, String> + Send + 'static,
    ) -> PyResult<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&is_over);
        let handle = Builder::new().name("load".to_owned()).spawn(move || body(&seen))?;
        Ok(Self { is_over, handle: Mutex::new(Some(handle)) })
    }

    /// Ends it; what it gives.
    pub(crate) fn stop(&self, py: Python<'_>) -> PyResult<T> {
        self.is_over.store(true, Ordering::Relaxed);
        let handle = self.handle.lock().ok().and_then(|mut handle| handle.take());
        let handle = handle.ok_or_else(|| failed("it was stopped before"))?;
        py.detach(|| handle.join()).map_err(|_| failed("it panicked"))?.map_err(failed)
    }
}

fn flood_until(
    bus: &MessageBus,
    publisher: i64,
    turn: u64,
    is_over: &AtomicBool,
) -> Result<u64, String> {
    let mut published = 0;
    loop {
        let trades = bus.publisher::<Trade>().map_err(|error| error.to_string())?;
        for _ in 0..turn {
            if is_over.load(Ordering::Relaxed) {
                return Ok(published);
            }
            match trades.publish(&trade(publisher, published + 1)) {
                Ok(()) => published += 1,
                Err(PublishError::Failed(failure)) if failure.code == Code::Closed => {
                    return Ok(published);
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

fn drain_until(
    bus: &MessageBus,
    publishers: usize,
    turn: u64,
    is_over: &AtomicBool,
) -> Result<(u64, u64), String> {
    let (mut received, mut turns) = (0, 0);
    while !is_over.load(Ordering::Relaxed) {
        let mut trades = bus.subscriber::<Trade>().map_err(|error| error.to_string())?;
        let mut last = vec![0; publishers];
        let until = received + turn;
        while received < until && !is_over.load(Ordering::Relaxed) {
            let trade = match trades.recv_timeout(LOOK) {
                Ok(Some(trade)) => trade,
                Ok(None) => return Ok((received, turns)),
                Err(TryRecvError::Empty) => continue,
                Err(error) => return Err(error.to_string()),
            };
            in_order(&trade, &mut last)?;
            received += 1;
        }
        turns += 1;
    }
    Ok((received, turns))
}

/// Whether a trade is the next of its publisher.
fn in_order(trade: &Trade, last: &mut [u64]) -> Result<(), String> {
    let from = usize::try_from(trade.event_time.0).unwrap_or(usize::MAX);
    let Some(last) = last.get_mut(from) else {
        return Err(format!("there is no publisher {from}"));
    };
    if *last != 0 && trade.trade_id != *last + 1 {
        return Err(format!("{} of publisher {from} came behind {last}", trade.trade_id));
    }
    *last = trade.trade_id;
    Ok(())
}

fn trade(publisher: i64, trade_id: u64) -> Trade {
    Trade {
        event_time: Timestamp(publisher),
        sent_time: Timestamp::default(),
        trade_id,
        symbol: Symbol::try_from("BTCUSDT").unwrap_or_default(),
        venue: Venue::Binance,
        side: Side::Buy,
        flags: TradeFlags::default(),
        price: Decimal::from_mantissa(6_000_010_000_000),
        quantity: Decimal::from_mantissa(100_000),
    }
}
