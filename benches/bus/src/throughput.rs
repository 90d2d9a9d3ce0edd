//! As many messages as can be, from some threads to others, on two cores.
//!
//! Every receiver gets every message, in the order of its sender, or the measurement fails. Who finds
//! no room, or nothing, looks again some times and then lets others run: there are more threads than
//! cores.

use std::io;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use crate::peers::*;
use crate::report::{Row, add};
use crate::way::{Receive64, Send64, Way, Words};
use crate::{Args, cores};

const SHAPES: [(usize, usize, &str); 4] =
    [(1, 1, "1→1"), (1, 4, "1→4"), (4, 1, "4→1"), (4, 4, "4→4")];

/// Looks before others may run.
const LOOKS: u32 = 64;

pub(crate) fn measure(args: &Args, cores: (usize, usize)) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for _ in 0..args.rounds {
        let mut one = Measure { args, cores, rows: &mut rows };
        one.way::<MyceliumByValue>()?;
        one.way::<MyceliumArc>()?;
        one.way::<PhotonRing>()?;
        one.way::<Rtrb<Words>>()?;
        one.way::<Rtrb<Arc<Words>>>()?;
        one.way::<Disruptor<Words>>()?;
        one.way::<Disruptor4<Words>>()?;
        one.way::<Disruptor<Arc<Words>>>()?;
        one.way::<Disruptor4<Arc<Words>>>()?;
        one.way::<Bus>()?;
        one.way::<StdMpsc>()?;
        one.way::<Crossbeam>()?;
        one.way::<TokioMpsc>()?;
        one.way::<Kanal>()?;
        one.way::<Flume>()?;
        one.way::<AsyncBroadcast>()?;
    }
    Ok(rows)
}

struct Measure<'m> {
    args: &'m Args,
    cores: (usize, usize),
    rows: &'m mut Vec<Row>,
}

impl Measure<'_> {
    fn way<W: Way>(&mut self) -> io::Result<()> {
        for (senders, receivers, column) in SHAPES {
            if self.args.wants(W::NAME) && W::takes(senders, receivers) {
                let rate = run::<W>(senders, receivers, self.args.messages, self.cores)?;
                add(self.rows, W::NAME, column, rate / 1e6);
            }
        }
        Ok(())
    }
}

/// Messages a second.
fn run<W: Way>(
    senders: usize,
    receivers: usize,
    messages: u64,
    (here, there): (usize, usize),
) -> io::Result<f64> {
    let each = messages / senders as u64;
    let (from, to) = W::open(senders, receivers);
    let start = Arc::new(Barrier::new(senders + receivers));
    let mut threads = Vec::new();
    for (index, mut sender) in from.into_iter().enumerate() {
        let (start, core) = (start.clone(), if index % 2 == 0 { here } else { there });
        threads.push(thread::spawn(move || {
            let pinned = cores::pin(core);
            start.wait();
            let begun = Instant::now();
            for number in 0..each {
                patiently(|| sender.try_send(number).then_some(()));
            }
            pinned.map(|()| (begun, Instant::now()))
        }));
    }
    for (index, mut receiver) in to.into_iter().enumerate() {
        let (start, core) = (start.clone(), if index % 2 == 0 { there } else { here });
        threads.push(thread::spawn(move || {
            let pinned = cores::pin(core);
            start.wait();
            let begun = Instant::now();
            let mut sum = 0;
            let mut left = each * senders as u64;
            while left > 0 {
                let some = || match receiver.receive_some(|number| sum += number) {
                    0 => None,
                    some => Some(some),
                };
                left -= patiently(some);
            }
            let ended = Instant::now();
            assert_eq!(sum, senders as u64 * (each * (each - 1) / 2), "{}", W::NAME);
            pinned.map(|()| (begun, ended))
        }));
    }
    // By their own clocks: this thread may have no processor until they have ended.
    let times = threads
        .into_iter()
        .map(|thread| thread.join().map_err(|_| io::Error::other("a thread panicked"))?);
    let times = times.collect::<io::Result<Vec<_>>>()?;
    let begun = times.iter().map(|(begun, _)| *begun).min();
    let ended = times.iter().map(|(_, ended)| *ended).max();
    let took = begun.zip(ended).map_or(Duration::ZERO, |(begun, ended)| ended - begun);
    Ok((each * senders as u64) as f64 / took.as_secs_f64())
}

#[inline]
fn patiently<R>(mut look: impl FnMut() -> Option<R>) -> R {
    let mut looks = 0;
    loop {
        if let Some(found) = look() {
            return found;
        }
        looks += 1;
        match looks % LOOKS {
            0 => thread::yield_now(),
            _ => std::hint::spin_loop(),
        }
    }
}
