//! A message goes to the other core and comes back; half of that time is told.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crate::bare::CacheLine;
use crate::peers::*;
use crate::report::{Row, add, at};
use crate::way::{Receive64, Send64, Way, Words};
use crate::{Args, cores};

/// Round trips between two looks at the clock, which takes about as long as one of them.
const TRIPS_A_SAMPLE: usize = 16;

pub(crate) fn measure(args: &Args, cores: (usize, usize)) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for _ in 0..args.rounds {
        let mut one = Measure { args, cores, rows: &mut rows };
        one.way::<CacheLine>()?;
        one.way::<MyceliumByValue>()?;
        one.way::<MyceliumArc>()?;
        one.way::<PhotonRing>()?;
        one.way::<Rtrb<Words>>()?;
        one.way::<Rtrb<Arc<Words>>>()?;
        one.way::<Disruptor<Words>>()?;
        one.way::<Disruptor<Arc<Words>>>()?;
        one.way::<Bus>()?;
        one.way::<StdMpsc>()?;
        one.way::<Crossbeam>()?;
        one.way::<TokioMpsc>()?;
        one.way::<TokioBroadcast>()?;
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
        if !self.args.wants(W::NAME) {
            return Ok(());
        }
        let mut times_ns = trips::<W>(self.args.trips, self.cores)?;
        add(self.rows, W::NAME, "p50", at(&mut times_ns, 0.5));
        add(self.rows, W::NAME, "p99", at(&mut times_ns, 0.99));
        Ok(())
    }
}

fn trips<W: Way>(count: usize, (here, there): (usize, usize)) -> io::Result<Vec<f64>> {
    let (mut ping, mut ping_end) = open_one::<W>();
    let (mut pong, mut pong_end) = open_one::<W>();
    let samples = count / TRIPS_A_SAMPLE;
    let warm_up = samples / 10;
    let trips = ((samples + warm_up) * TRIPS_A_SAMPLE) as u64;
    cores::pin(here)?;
    let echo = thread::spawn(move || -> io::Result<()> {
        cores::pin(there)?;
        for _ in 0..trips {
            let number = receive(&mut ping_end);
            send(&mut pong, number);
        }
        Ok(())
    });
    let mut times_ns = Vec::with_capacity(samples);
    let mut number = 0;
    for sample in 0..samples + warm_up {
        let start = Instant::now();
        for _ in 0..TRIPS_A_SAMPLE {
            send(&mut ping, number);
            assert_eq!(receive(&mut pong_end), number, "{}", W::NAME);
            number += 1;
        }
        if sample >= warm_up {
            times_ns.push(start.elapsed().as_nanos() as f64 / (2 * TRIPS_A_SAMPLE) as f64);
        }
    }
    echo.join().map_err(|_| io::Error::other("the echo panicked"))??;
    Ok(times_ns)
}

fn open_one<W: Way>() -> (W::Sender, W::Receiver) {
    let (mut senders, mut receivers) = W::open(1, 1);
    (senders.remove(0), receivers.remove(0))
}

#[inline]
fn send(sender: &mut impl Send64, number: u64) {
    while !sender.try_send(number) {}
}

/// Polls without a pause: the processor's pause instruction takes longer than a line's way.
#[inline]
fn receive(receiver: &mut impl Receive64) -> u64 {
    loop {
        if let Some(number) = receiver.try_receive() {
            return number;
        }
    }
}
