//! Times cases in rounds, each round all cases after one another: a slow minute of the machine
//! meets all of them. What counts is the processor's time, which others that use it too do not get.

use std::time::Duration;

use rustix::time::{ClockId, Timespec, clock_gettime};

use crate::bench::Case;

/// How long a case runs in one round, about.
const TURN: Duration = Duration::from_micros(1500);

/// Nanoseconds for each value.
pub(crate) struct Times {
    pub(crate) lowest: f64,
    pub(crate) median: f64,
}

pub(crate) fn run(cases: &mut [Case], rounds: usize) -> Vec<Times> {
    let passes: Vec<u32> = cases.iter_mut().map(passes_of_a_turn).collect();
    let mut samples = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for ((case, passes), samples) in cases.iter_mut().zip(&passes).zip(&mut samples) {
            // The other cases have had the caches.
            (case.pass)();
            let took = time(case, *passes);
            samples.push(took.as_nanos() as f64 / f64::from(*passes) / case.values as f64);
        }
    }
    samples.into_iter().map(summarise).collect()
}

fn passes_of_a_turn(case: &mut Case) -> u32 {
    (case.pass)();
    let mut passes = 1;
    while time(case, passes) * 2 < TURN {
        passes *= 2;
    }
    passes
}

fn time(case: &mut Case, passes: u32) -> Duration {
    let start = processor_time();
    for _ in 0..passes {
        (case.pass)();
    }
    processor_time() - start
}

/// Of this thread, since it began.
fn processor_time() -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(tv_sec as u64, tv_nsec as u32)
}

fn summarise(mut samples: Vec<f64>) -> Times {
    samples.sort_by(f64::total_cmp);
    Times { lowest: samples[0], median: samples[samples.len() / 2] }
}
