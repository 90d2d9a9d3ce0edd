//! Times of many round trips, and what is told of them.

use std::time::Instant;

use serde::Serialize;

/// What is told of a row of times.
#[derive(Serialize)]
pub(crate) struct Summary {
    pub(crate) name: &'static str,
    /// Round trips that were timed.
    pub(crate) count: usize,
    pub(crate) p50_ns: f64,
    pub(crate) p99_ns: f64,
}

/// Times round trips, after some that warm up; halves them, since a message goes one way.
pub(crate) fn time_half<E>(
    name: &'static str,
    count: usize,
    mut round_trip: impl FnMut() -> Result<(), E>,
) -> Result<Summary, E> {
    for _ in 0..count / 10 {
        round_trip()?;
    }
    let mut times_ns = Vec::with_capacity(count);
    let mut last = Instant::now();
    for _ in 0..count {
        round_trip()?;
        let now = Instant::now();
        times_ns.push((now - last).as_nanos() as u64);
        last = now;
    }
    times_ns.sort_unstable();
    let at = |share: f64| times_ns[(share * (count - 1) as f64) as usize] as f64 / 2.0;
    Ok(Summary { name, count, p50_ns: at(0.50), p99_ns: at(0.99) })
}
