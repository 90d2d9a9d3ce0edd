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
use std::sync::mpsc::Receiver;
use std::time::Duration;

use clap::Args;
use market::service;
use mycelium::actor::{ActorStats, Supervisor};
use mycelium::{Carried, MessageBus};

use self::lifeline::Lifeline;
pub use self::market_maker::MakerOptions;
pub use self::venue::VenueOptions;
use crate::books::Written;

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

/// How long actors have to end in order.
const TIME_TO_STOP: Duration = Duration::from_secs(10);
/// Who takes what strategy and exchange say to each other: the books beside them, and the other process.
const SUBSCRIBERS: usize = 2;

/// What a service has when its actors have ended in order.
struct Ended {
    written: Written,
    actors: Vec<ActorStats>,
}

impl Ended {
    /// Of the books that were handed over, and of these actors.
    fn of(written: &Receiver<Written>, supervisors: &[&Supervisor]) -> Result<Self, Fault> {
        let written = written.recv()?;
        let actors = supervisors.iter().flat_map(|supervisor| supervisor.stats().actors).collect();
        Ok(Self { written, actors })
    }
}

impl Place {
    /// Runs a service, and reports how it went.
    fn run(
        &self,
        service: &str,
        work: impl FnOnce(&MessageBus, &Lifeline) -> Result<Ended, Fault>,
    ) -> Result<(), Fault> {
        let bus = MessageBus::from_topology(&self.topology, service)?;
        let lifeline = Lifeline::of(&bus, self.supervised);
        let ended = work(&bus, &lifeline);
        // Another thread may be leaving, for whoever told it to: what it removes is gone before the process is.
        bus.shutdown();
        // A closed bus is only what the wish to end led to.
        lifeline.check()?;
        report::write(&self.reports, service, &ended?)
    }
}

/// Waits until others take the messages, unless told to end.
fn wait_for_subscribers<M: Carried>(bus: &MessageBus, lifeline: &Lifeline) -> Result<(), Fault> {
    let publisher = bus.publisher::<M>()?;
    service::wait_for_subscribers(&publisher, SUBSCRIBERS, || lifeline.check())
}

/// Says how far an actor is.
fn progress_of(service: &str, supervisor: &Supervisor, actor: &str) -> impl Fn() + Send {
    move || {
        let stats = supervisor.stats();
        let counts = stats.actor(actor).map_or((0, 0), |actor| (actor.received, actor.faults));
        service::tell(service, counts.0, counts.1);
    }
}
