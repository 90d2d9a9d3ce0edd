//! Actors beside those of other frameworks, on the same work and in turns; and simulations.
//!
//! `cargo run --release --locked --manifest-path benches/actors/Cargo.toml` prints the tables of
//! `docs/performance.md`; a number behind it says how many rounds.

mod ours;
mod simulations;
mod with_actix;
mod with_kameo;
mod with_ractor;

use std::future::Future;
use std::time::Instant;

use tokio::runtime::{Builder, Handle};

const MESSAGES: u64 = 400_000;
const TRIPS: u64 = 100_000;
const SPAWNS: u64 = 2_000;

const BURST: u64 = 100;

/// Name, and figures a round, ns: a message to another thread, one of a round trip on one thread, one of a
/// burst there, a spawn.
type Row = (&'static str, [Vec<f64>; 4]);

fn main() {
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    // First: what others have given back to the allocator would be taken again, and not be seen.
    let bytes = simulations::bytes_each(10_000);
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let handle = runtime.handle().clone();
    std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    let system = actix_rt::System::new();
    let arbiter = actix::Arbiter::new();

    let mut rows: [Row; 4] =
        ["mycelium", "actix", "ractor", "kameo"].map(|name| (name, Default::default()));
    for _ in 0..rounds {
        let entered = handle.enter();
        measure(&mut rows[0], ours::stream, ours::ping_pong, ours::spawn);
        drop(entered);
        measure(
            &mut rows[1],
            |count| with_actix::stream(&arbiter, count),
            |trips, burst| with_actix::ping_pong(&arbiter, trips, burst),
            |count| with_actix::spawn(&arbiter, count),
        );
        measure(
            &mut rows[2],
            |count| with_ractor::stream(&handle, count),
            |trips, burst| with_ractor::ping_pong(&handle, trips, burst),
            |count| with_ractor::spawn(&handle, count),
        );
        measure(
            &mut rows[3],
            |count| with_kameo::stream(&handle, count),
            |trips, burst| with_kameo::ping_pong(&handle, trips, burst),
            |count| with_kameo::spawn(&handle, count),
        );
    }
    print_actors(rows);
    print_simulations(rounds, bytes);
    drop(system);
}

fn measure(
    (_, figures): &mut Row,
    stream: impl Fn(u64),
    ping_pong: impl Fn(u64, u64),
    spawn: impl Fn(u64),
) {
    let bursts = MESSAGES / BURST;
    figures[0].push(ns_each(MESSAGES, || stream(MESSAGES)));
    figures[1].push(ns_each(2 * TRIPS, || ping_pong(TRIPS, 1)));
    figures[2].push(ns_each(bursts * (BURST + 1), || ping_pong(bursts, BURST)));
    figures[3].push(ns_each(SPAWNS, || spawn(SPAWNS)));
}

fn print_actors(rows: [Row; 4]) {
    println!("| ns | to another thread | one at a time | in bursts of 100 | spawn |");
    println!("|---|--:|--:|--:|--:|");
    let medians = rows.map(|(name, figures)| (name, figures.map(median)));
    for (name, [stream, trip, burst, spawn]) in &medians {
        println!("| {name} | {stream:.0} | {trip:.0} | {burst:.0} | {spawn:.0} |");
    }
    let ratio = |column: usize| format!("{:.2}", medians[0].1[column] / medians[1].1[column]);
    let ratios = [0, 1, 2, 3].map(ratio).join(" | ");
    println!("| *mycelium to actix* | {ratios} |\n");
}

fn print_simulations(rounds: usize, bytes: f64) {
    let figures = |measure: &dyn Fn() -> f64| median((0..rounds).map(|_| measure()).collect());
    let make = figures(&|| simulations::make_ns(20_000));
    let one = figures(&|| simulations::events_per_us(1, 8, 500_000));
    let two = figures(&|| simulations::events_per_us(2, 8, 500_000));
    println!("| simulations | |\n|---|--:|");
    println!("| to make one, and start its actors, µs | {:.2} |", make / 1e3);
    println!("| memory of each of 10,000, KiB | {:.1} |", bytes / 1024.0);
    println!("| million events a second, one thread | {one:.1} |");
    println!("| million events a second, two threads | {two:.1} |");
    println!("| *two threads to one* | {:.2} |", two / one);
}

/// Runs a future on the runtime's thread.
fn wait<T: Send + 'static>(
    runtime: &Handle,
    future: impl Future<Output = T> + Send + 'static,
) -> T {
    let (done, ended) = std::sync::mpsc::channel();
    runtime.spawn(async move {
        // Whoever waits has not gone.
        let _ = done.send(future.await);
    });
    ended.recv().expect("it ends")
}

/// The sum of all numbers that were sent.
fn check(sum: u64, count: u64) {
    assert_eq!(sum, count * (count - 1) / 2);
}

fn ns_each(count: u64, run: impl FnOnce()) -> f64 {
    let started = Instant::now();
    run();
    started.elapsed().as_nanos() as f64 / count as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
