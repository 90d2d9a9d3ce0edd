//! The Rust side of a [measurement](../../../benches/python/peers/bus.py): what passes between Rust and Python.

use std::hint::spin_loop;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use mycelium::{BoundedString, Message, MessageBus, Publisher, Struct, Subscriber, TryRecvError};
use pyo3::prelude::*;

use crate::load::Thread;
use crate::risk::failed;

/// As `shapes.myc` has it, and so of its digest.
#[derive(Message)]
#[myc(package = "shapes", id = 1)]
struct Trade {
    time: i64,
    id: u64,
    symbol: BoundedString<16>,
    price: f64,
    quantity: f64,
    side: u8,
}

/// The same.
#[derive(Struct)]
#[myc(package = "shapes")]
struct Level {
    price: f64,
    quantity: f64,
}

/// The same.
#[derive(Message)]
#[myc(package = "shapes", id = 2)]
struct Book {
    time: i64,
    symbol: BoundedString<16>,
    bids: Vec<Level>,
    asks: Vec<Level>,
}

/// Publishes and receives trades, in the thread that calls.
#[pyclass(frozen)]
pub(crate) struct Ends {
    trades: Mutex<(Publisher<Trade>, Option<Subscriber<Trade>>)>,
}

/// Answers each trade with a book, and never sleeps.
#[pyclass(frozen)]
pub(crate) struct Answers {
    thread: Thread<u64>,
}

#[pymethods]
impl Ends {
    #[new]
    fn new(bus: &Bound<'_, PyAny>, receives: bool) -> PyResult<Self> {
        let bus = MessageBus::from_python(bus)?;
        let publisher = bus.publisher().map_err(failed)?;
        let subscriber = receives.then(|| bus.subscriber()).transpose().map_err(failed)?;
        Ok(Self { trades: Mutex::new((publisher, subscriber)) })
    }

    /// Publishes so many; nanoseconds for each.
    fn publish(&self, count: u64) -> PyResult<f64> {
        let ends = self.trades.lock().map_err(failed)?;
        let started = Instant::now();
        for id in 0..count {
            ends.0.publish(&trade(id)).map_err(failed)?;
        }
        Ok(started.elapsed().as_nanos() as f64 / count as f64)
    }

    /// Receives so many, which are there; nanoseconds for each.
    fn receive(&self, count: u64) -> PyResult<f64> {
        let mut ends = self.trades.lock().map_err(failed)?;
        let trades = ends.1.as_mut().ok_or_else(|| failed("it does not receive"))?;
        let started = Instant::now();
        for _ in 0..count {
            let trade = trades.try_recv().map_err(failed)?;
            trade.ok_or_else(|| failed("nothing more comes"))?;
        }
        Ok(started.elapsed().as_nanos() as f64 / count as f64)
    }
}

#[pymethods]
impl Answers {
    #[new]
    fn new(bus: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bus = MessageBus::from_python(bus)?;
        let mut trades = bus.subscriber::<Trade>().map_err(failed)?;
        let books = bus.publisher::<Book>().map_err(failed)?;
        let answer = move |is_over: &AtomicBool| {
            let mut answered = 0;
            while !is_over.load(Ordering::Relaxed) {
                match trades.try_recv_frame() {
                    Ok(Some(frame)) => {
                        let trade = Trade::view(frame).map_err(|error| error.to_string())?;
                        books.publish(&book(trade.time())).map_err(|error| error.to_string())?;
                        answered += 1;
                    }
                    Ok(None) => break,
                    Err(TryRecvError::Empty) => spin_loop(),
                    Err(error) => return Err(error.to_string()),
                }
            }
            Ok(answered)
        };
        Ok(Self { thread: Thread::start(answer)? })
    }

    /// Ends it; how many it has answered.
    fn stop(&self, py: Python<'_>) -> PyResult<u64> {
        self.thread.stop(py)
    }
}

/// Publishes a trade and waits for a book, so many times, without sleeping and without Python's lock; the nanoseconds that each took.
#[pyfunction]
pub(crate) fn ask(bus: &Bound<'_, PyAny>, count: u64) -> PyResult<Vec<f64>> {
    let py = bus.py();
    let bus = MessageBus::from_python(bus)?;
    let trades = bus.publisher::<Trade>().map_err(failed)?;
    let mut books = bus.subscriber::<Book>().map_err(failed)?;
    let mut once = move |id| -> Result<f64, String> {
        let started = Instant::now();
        trades.publish(&trade(id)).map_err(|error| error.to_string())?;
        loop {
            match books.try_recv_frame() {
                Ok(Some(_)) => return Ok(started.elapsed().as_nanos() as f64),
                Ok(None) => return Err("nobody answers any more".to_owned()),
                Err(TryRecvError::Empty) => spin_loop(),
                Err(error) => return Err(error.to_string()),
            }
        }
    };
    py.detach(move || (0..count).map(&mut once).collect::<Result<_, _>>()).map_err(failed)
}

fn trade(id: u64) -> Trade {
    Trade {
        time: 1_723_161_255_030,
        id,
        symbol: BoundedString::try_from("BTCUSDT").unwrap_or_default(),
        price: 60000.1,
        quantity: 0.001,
        side: 1,
    }
}

fn book(time: i64) -> Book {
    Book { time, symbol: BoundedString::default(), bids: Vec::new(), asks: Vec::new() }
}
