//! The measurements, written once for all ways.

use crate::Outcome;
use crate::link::{Kind, Plan, Receiver, Sender, first_word};
use crate::part::{command, pin};
use crate::second::Second;
use std::hint;
use std::time::Instant;

/// What a turn gave.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Measured {
    /// One way, half a round trip.
    Latency { p50_ns: f64, p99_ns: f64 },
    /// Messages a second, all receivers taken together.
    Rate(f64),
}

/// Messages that are taken at once where the way has that.
const BATCH: usize = 64;

/// The first process: sends, and takes the time.
pub(crate) fn first<S: Sender, R: Receiver>(plan: &Plan) -> Outcome<Measured> {
    let mut sender = S::create(plan, "there")?;
    let second = Second::start(command(plan)?, &plan.link)?;
    let _pinned = pin(0)?;
    let mut receiver = R::attach(plan, "back")?;
    // After an error the second process may wait for ever: it is not waited for, but killed.
    let measured = match plan.kind {
        Kind::PingPong | Kind::Loan => ping(plan, &mut sender, &mut receiver),
        Kind::Stream(_) | Kind::Bulk => stream(plan, &mut sender, &mut receiver),
    }?;
    second.end()?;
    Ok(measured)
}

/// The second process: answers, or swallows and answers once.
pub(crate) fn second<S: Sender, R: Receiver>(
    plan: &Plan,
    ready: impl FnOnce() -> Outcome<()>,
) -> Outcome<()> {
    let _pinned = pin(1)?;
    let receivers = if let Kind::Stream(receivers) = plan.kind { receivers } else { 1 };
    let attach = || R::attach(plan, "there");
    let mut receivers = (0..receivers).map(|_| attach()).collect::<Outcome<Vec<R>>>()?;
    let mut sender = S::create(plan, "back")?;
    ready()?;
    match plan.kind {
        Kind::PingPong | Kind::Loan => pong(plan, &mut sender, &mut receivers[0]),
        Kind::Stream(_) => swallow(plan, &mut sender, &mut receivers, first_word),
        Kind::Bulk => swallow(plan, &mut sender, &mut receivers, sum),
    }
}

fn warm_up(plan: &Plan) -> usize {
    plan.rounds / 10
}

fn ping(plan: &Plan, sender: &mut impl Sender, receiver: &mut impl Receiver) -> Outcome<Measured> {
    let mut payload = vec![1; plan.len];
    let mut times = Vec::with_capacity(plan.rounds);
    for round in 0..warm_up(plan) + plan.rounds {
        let start = Instant::now();
        send(plan, sender, &mut payload, round as u64)?;
        let echoed = receive(receiver)?;
        let took = start.elapsed();
        if echoed != round as u64 {
            return Err(format!("{} answers {echoed} to {round}", plan.link).into());
        }
        if round >= warm_up(plan) {
            times.push(took.as_nanos() as f64 / 2.0);
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    Ok(Measured::Latency { p50_ns: at(0.5), p99_ns: at(0.99) })
}

fn pong(plan: &Plan, sender: &mut impl Sender, receiver: &mut impl Receiver) -> Outcome<()> {
    let mut payload = vec![2; plan.len];
    for _ in 0..warm_up(plan) + plan.rounds {
        let first = receive(receiver)?;
        send(plan, sender, &mut payload, first)?;
    }
    Ok(())
}

fn send(plan: &Plan, sender: &mut impl Sender, payload: &mut [u8], first: u64) -> Outcome<()> {
    if plan.kind == Kind::Loan {
        return sender.send_first(plan.len, first);
    }
    payload[..8].copy_from_slice(&first.to_le_bytes());
    sender.send(payload)
}

fn receive(receiver: &mut impl Receiver) -> Outcome<u64> {
    let mut first = 0;
    while !receiver.try_receive(|bytes| first = first_word(bytes))? {
        hint::spin_loop();
    }
    Ok(first)
}

fn stream(
    plan: &Plan,
    sender: &mut impl Sender,
    receiver: &mut impl Receiver,
) -> Outcome<Measured> {
    let receivers = if let Kind::Stream(receivers) = plan.kind { receivers } else { 1 };
    let mut payload = vec![1; plan.len];
    let start = Instant::now();
    for round in 0..plan.rounds {
        send(plan, sender, &mut payload, round as u64)?;
    }
    receive(receiver)?;
    let deliveries = plan.rounds * receivers;
    Ok(Measured::Rate(deliveries as f64 / start.elapsed().as_secs_f64()))
}

fn swallow<R: Receiver>(
    plan: &Plan,
    sender: &mut impl Sender,
    receivers: &mut [R],
    look: impl Fn(&[u8]) -> u64,
) -> Outcome<()> {
    let mut left = plan.rounds * receivers.len();
    let mut seen = 0_u64;
    while left > 0 {
        for receiver in receivers.iter_mut() {
            let take = |bytes: &[u8]| seen = seen.wrapping_add(look(bytes));
            left -= receiver.try_receive_many(BATCH, take)?;
        }
    }
    hint::black_box(seen);
    send(plan, sender, &mut vec![0; plan.len], 0)
}

fn sum(bytes: &[u8]) -> u64 {
    let words = bytes.chunks_exact(8);
    words.fold(0, |sum, word| sum.wrapping_add(first_word(word)))
}
