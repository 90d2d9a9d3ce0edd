//! The venue: the market's data go through the exchange simulator, which fills orders of other services.

use std::sync::mpsc::channel;

use clap::Args;
use mycelium::MessageBus;
use mycelium::actor::Supervisor;

use super::lifeline::Lifeline;
use super::{Fault, Place, report, telling, wait_for_subscribers};
use crate::books::Books;
use crate::exchange::{Exchange, Fees};
use crate::gateway::Gateway;
use crate::messages::{Fill, Quote};

const SERVICE: &str = "venue";

/// What the venue is told on its command line.
#[derive(Debug, Args)]
pub struct VenueOptions {
    #[command(flatten)]
    place: Place,
    /// Instrument that is traded
    #[arg(long, default_value = "BTCUSDT")]
    symbol: String,
}

impl VenueOptions {
    /// Runs until the market and all who trade have closed.
    ///
    /// # Errors
    /// The topology does not hold, the others did not come, an actor failed, or it was told to end.
    pub fn run(&self) -> Result<(), Fault> {
        let bus = MessageBus::from_topology(&self.place.topology, SERVICE)?;
        let ended = self.run_on(&bus);
        // Another thread may be leaving, for whoever told it to: what it removes is gone before the process is.
        bus.shutdown();
        ended
    }

    fn run_on(&self, bus: &MessageBus) -> Result<(), Fault> {
        let lifeline = Lifeline::of(bus, self.place.supervised);
        let supervisor = Supervisor::new(bus);
        let (at_end, written) = channel();
        supervisor.thread("books", move || Books::new(at_end.clone()))?;
        supervisor.thread("exchange", || Exchange::new(Fees::default()))?;
        wait_for_subscribers::<Quote>(bus, &lifeline)?;
        wait_for_subscribers::<Fill>(bus, &lifeline)?;
        // Now that somebody takes what follows from them, the market's data may come.
        let symbol = self.symbol.clone();
        supervisor.thread("gateway", move || Gateway::of(&symbol))?;
        telling(SERVICE, &supervisor, "gateway", || supervisor.join())?;
        lifeline.check()?;
        let written = written.recv()?;
        bus.shutdown();
        report::write(&self.place.reports, SERVICE, &written, &[&supervisor])
    }
}
