//! The backtest's actors as two services of a topology, in a process each.
//!
//! ```text
//!  market-data ──(market.* topics)──► venue: gateway ──► exchange, books
//!       │                                      ▲              │
//!       └──(best prices: how long             orders,     quotes, fills
//!           the market is open)──► market-maker: strategy ◄───┘, books
//! ```
//!
//! The strategy is the one of the backtest, and so is the exchange; nothing in them knows where they are.
//!
//! The day ends where the market data do. Then the strategy withdraws its orders and closes, whereupon the
//! exchange has nobody left and closes too, and both books end with the same last message.

mod lifeline;
mod market_maker;
mod report;
mod venue;

use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use clap::Args;
use mycelium::actor::Supervisor;
use mycelium::{Carried, MessageBus};

use self::lifeline::Lifeline;
pub use self::market_maker::MakerOptions;
pub use self::venue::VenueOptions;

/// What went wrong, in words.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Where a service is, and whom it tells how it went.
#[derive(Debug, Args)]
pub struct Place {
    /// Topology file that names the nodes
    #[arg(long, value_name = "FILE")]
    topology: PathBuf,
    /// Folder for the report
    #[arg(long, value_name = "FOLDER")]
    reports: PathBuf,
    /// End when standard input does; a line on it is the reason
    #[arg(long)]
    supervised: bool,
}

/// Time for the other processes to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// How soon a wish to end is noticed while waiting for them.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long actors have to end in order.
const TIME_TO_STOP: Duration = Duration::from_secs(10);
/// Who takes what strategy and exchange say to each other: the books beside them, and the other process.
const SUBSCRIBERS: usize = 2;

/// Waits until others take the messages, unless told to end.
fn wait_for_subscribers<M: Carried>(bus: &MessageBus, lifeline: &Lifeline) -> Result<(), Fault> {
    let publisher = bus.publisher::<M>()?;
    let started = Instant::now();
    loop {
        lifeline.check()?;
        match publisher.wait_for_subscribers(SUBSCRIBERS, LOOK_EVERY) {
            Ok(()) => return Ok(()),
            Err(mut error) if started.elapsed() > PATIENCE => {
                error.waited = started.elapsed();
                return Err(error.into());
            }
            Err(_) => {}
        }
    }
}

/// Says on standard output how far an actor is, now and then, while `work` runs, and once more at its end:
/// `progress SERVICE MESSAGES LOST`.
fn telling<R>(service: &str, supervisor: &Supervisor, actor: &str, work: impl FnOnce() -> R) -> R {
    let tell = || {
        let stats = supervisor.stats();
        let counts = stats.actor(actor).map_or((0, 0), |actor| (actor.received, actor.faults));
        println!("progress {service} {} {}", counts.0, counts.1);
    };
    std::thread::scope(|scope| {
        let (working, done) = channel::<()>();
        scope.spawn(move || {
            while done.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                tell();
            }
            tell();
        });
        let result = work();
        drop(working);
        result
    })
}
