//! The measurements, written once for all ways.

use crate::Outcome;
use crate::link::{Kind, Plan, Receiver, Sender, fill, first_word, sum};
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

/// The first process: sends, and takes the time. The second is this program again.
pub(crate) fn first<S: Sender, R: Receiver>(plan: &Plan) -> Outcome<Measured> {
    first_with::<S, R>(plan, || Second::start(command(plan)?, &plan.link))
}

/// The same with another second process, which is started once the sender is there.
pub(crate) fn first_with<S: Sender, R: Receiver>(
    plan: &Plan,
    start: impl FnOnce() -> Outcome<Second>,
) -> Outcome<Measured> {
    let mut sender = S::create(plan, "there")?;
    let second = start()?;
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

/// Round trips before those that are timed.
pub(crate) fn warm_up(plan: &Plan) -> usize {
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
        expect(plan, echoed, round as u64)?;
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
        return sender.lend(plan.len, |bytes| bytes[..8].copy_from_slice(&first.to_le_bytes()));
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
    for round in 0..plan.rounds as u64 {
        match plan.kind {
            Kind::Bulk => sender.lend(plan.len, |bytes| fill(bytes, round))?,
            _ => send(plan, sender, &mut payload, round)?,
        }
    }
    let seen = receive(receiver)?;
    let took = start.elapsed();
    expect(plan, seen, (receivers as u64).wrapping_mul(all_words(plan)))?;
    Ok(Measured::Rate((plan.rounds * receivers) as f64 / took.as_secs_f64()))
}

/// What a receiver sees of a stream, all words that it reads taken together.
fn all_words(plan: &Plan) -> u64 {
    let below = |end: u64| end.wrapping_mul(end.saturating_sub(1)) / 2;
    let (rounds, words) = (plan.rounds as u64, (plan.len / 8) as u64);
    match plan.kind {
        Kind::Bulk => {
            words.wrapping_mul(below(rounds)).wrapping_add(rounds.wrapping_mul(below(words)))
        }
        _ => below(rounds),
    }
}

fn expect(plan: &Plan, found: u64, expected: u64) -> Outcome<()> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{}: {found} where {expected} was due", plan.link).into()),
    }
}

fn swallow<R: Receiver>(
    plan: &Plan,
    sender: &mut impl Sender,
    receivers: &mut [R],
    look: impl Fn(&[u8]) -> u64,
) -> Outcome<()> {
    // Whoever keeps large messages together holds up the sender.
    let limit = if plan.kind == Kind::Bulk { 1 } else { BATCH };
    let mut left = plan.rounds * receivers.len();
    let mut seen = 0_u64;
    while left > 0 {
        for receiver in receivers.iter_mut() {
            let take = |bytes: &[u8]| seen = seen.wrapping_add(look(bytes));
            left -= receiver.try_receive_many(limit, take)?;
        }
    }
    send(plan, sender, &mut vec![0; plan.len], seen)
}
