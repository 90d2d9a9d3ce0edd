//! The measurements, written once for all ways.

use std::time::Instant;

use crate::Outcome;
use crate::end::{End, Words};
use crate::plan::{Kind, Plan};
use crate::processes::{Part, command, pin};
use crate::second::Second;

/// Plays one of the two processes. The first prints what it measured: for a ping-pong p50 and p99 of one way, in
/// nanoseconds, for a stream messages a second.
pub(crate) fn play<E: End>(part: Part, plan: &Plan) -> Outcome<()> {
    match part {
        Part::First => {
            let second = Second::start(command(Part::Second, plan, &[])?, &plan.way)?;
            pin(0)?;
            println!("{}", E::run(part, plan, first::<E>(plan))??);
            second.end()
        }
        Part::Second => {
            pin(usize::from(plan.kind != Kind::PingPongOnOne))?;
            E::run(part, plan, second::<E>(plan))?
        }
    }
}

async fn first<E: End>(plan: &Plan) -> Outcome<String> {
    let mut end = E::dial(plan).await?;
    let measured = match plan.kind {
        Kind::PingPong | Kind::PingPongOnOne => ping(plan, &mut end).await?,
        Kind::Stream => stream(plan, &mut end).await?,
    };
    end.close().await;
    Ok(measured)
}

async fn second<E: End>(plan: &Plan) -> Outcome<()> {
    let mut end = E::listen(plan, || println!("ready")).await?;
    match plan.kind {
        Kind::PingPong | Kind::PingPongOnOne => {
            for _ in 0..rounds(plan) {
                let first = end.receive().await?;
                answer(&mut end, first).await?;
            }
        }
        Kind::Stream => {
            for _ in 0..2 {
                for round in 0..plan.rounds {
                    expect(plan, end.receive().await?, round)?;
                }
                answer(&mut end, 0).await?;
            }
        }
    }
    end.close().await;
    Ok(())
}

/// Round trips, those included that warm up.
fn rounds(plan: &Plan) -> usize {
    plan.rounds / 10 + plan.rounds
}

async fn ping(plan: &Plan, end: &mut impl End) -> Outcome<String> {
    let mut times = Vec::with_capacity(plan.rounds);
    for round in 0..rounds(plan) {
        let start = Instant::now();
        answer(end, round as u64).await?;
        let echoed = end.receive().await?;
        let took = start.elapsed();
        expect(plan, echoed, round)?;
        if round >= plan.rounds / 10 {
            times.push(took.as_nanos() as f64 / 2.0);
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    Ok(format!("{} {}", at(0.5), at(0.99)))
}

/// The second of two streams, the first of which warms up.
async fn stream(plan: &Plan, end: &mut impl End) -> Outcome<String> {
    let mut rate = 0.0;
    for _ in 0..2 {
        let start = Instant::now();
        for round in 0..plan.rounds {
            end.send(&[round as u64; _]).await?;
        }
        end.flush().await?;
        end.receive().await?;
        rate = plan.rounds as f64 / start.elapsed().as_secs_f64();
    }
    Ok(rate.to_string())
}

async fn answer(end: &mut impl End, word: u64) -> Outcome<()> {
    let message: Words = [word; _];
    end.send(&message).await?;
    end.flush().await
}

fn expect(plan: &Plan, found: u64, round: usize) -> Outcome<()> {
    match found == round as u64 {
        true => Ok(()),
        false => Err(format!("{}: {found} where {round} was due", plan.way).into()),
    }
}
