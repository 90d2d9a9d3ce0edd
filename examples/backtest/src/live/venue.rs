//! The venue: the market's data go through the exchange simulator, which fills orders of other services.

use std::sync::mpsc::channel;

use clap::Args;
use market::service::telling;
use mycelium::MessageBus;
use mycelium::actor::Supervisor;

use super::lifeline::Lifeline;
use super::{Ended, Fault, Place, progress_of, wait_for_subscribers};
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
        self.place.run(SERVICE, |bus, lifeline| self.run_on(bus, lifeline))
    }

    fn run_on(&self, bus: &MessageBus, lifeline: &Lifeline) -> Result<Ended, Fault> {
        let supervisor = Supervisor::new(bus);
        let (at_end, written) = channel();
        supervisor.thread("books", move || Books::new(at_end.clone()))?;
        supervisor.thread("exchange", || Exchange::new(Fees::default()))?;
        wait_for_subscribers::<Quote>(bus, lifeline)?;
        wait_for_subscribers::<Fill>(bus, lifeline)?;
        // Now that somebody takes what follows from them, the market's data may come.
        let gateway = Gateway::of(&self.symbol);
        supervisor.thread("gateway", move || gateway.clone())?;
        telling(progress_of(SERVICE, &supervisor, "gateway"), || supervisor.join())?;
        Ended::of(&written, &[&supervisor])
    }
}
