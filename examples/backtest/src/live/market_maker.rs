//! The market maker: the backtest's strategy, in front of the venue.

use std::sync::mpsc::channel;

use clap::Args;
use clap::builder::RangedI64ValueParser;
use market::service::telling;
use mycelium::actor::Supervisor;
use mycelium::{MessageBus, RecvError};
use mycelium_generated::market::BookTicker;

use super::lifeline::Lifeline;
use super::{Ended, Fault, Place, TIME_TO_STOP, progress_of, wait_for_subscribers};
use crate::books::Books;
use crate::messages::{Cancel, Order};
use crate::strategy::{MarketMaker, Params};

const SERVICE: &str = "market-maker";

/// None of its figures may be larger: so nothing that it reckons overflows.
const MOST: i64 = 1_000_000;
const A_DAY_MS: i64 = 86_400_000;

/// What the market maker is told on its command line.
#[derive(Debug, Args)]
pub struct MakerOptions {
    #[command(flatten)]
    place: Place,
    /// From the middle to each of its prices, in ticks
    #[arg(long, default_value_t = Params::default().half_spread, value_parser = ticks())]
    half_spread: i64,
    /// How far both prices move away from the position, in ticks for each order's size
    #[arg(long, default_value_t = Params::default().skew, value_parser = ticks())]
    skew: i64,
    /// Quantity of an order, in thousandths
    #[arg(long, default_value_t = Params::default().size, value_parser = clap::value_parser!(i64).range(1..=MOST))]
    size: i64,
    /// How often it looks at its prices, in milliseconds
    #[arg(long, default_value_t = Params::default().interval_ms, value_parser = clap::value_parser!(i64).range(1..=A_DAY_MS))]
    interval_ms: i64,
}

impl MakerOptions {
    /// Trades until the market closes.
    ///
    /// # Errors
    /// The topology does not hold, the others did not come, an actor failed, or it was told to end.
    pub fn run(&self) -> Result<(), Fault> {
        self.place.run(SERVICE, |bus, lifeline| self.run_on(bus, lifeline))
    }

    fn run_on(&self, bus: &MessageBus, lifeline: &Lifeline) -> Result<Ended, Fault> {
        let Self { half_spread, skew, size, interval_ms, .. } = self;
        let params = Params {
            half_spread: *half_spread,
            skew: *skew,
            size: *size,
            interval_ms: *interval_ms,
        };
        let (office, desk) = (Supervisor::new(bus), Supervisor::new(bus));
        let (at_end, written) = channel();
        office.thread("books", move || Books::new(at_end.clone()))?;
        desk.thread("strategy", move || MarketMaker::new(params))?;
        wait_for_subscribers::<Order>(bus, lifeline)?;
        wait_for_subscribers::<Cancel>(bus, lifeline)?;
        telling(progress_of(SERVICE, &desk, "strategy"), || -> Result<(), Fault> {
            wait_for_the_close(bus)?;
            desk.shutdown(TIME_TO_STOP)?;
            desk.join()?;
            // The exchange ends when nobody is left who may send orders, and the books end after it.
            Ok(office.join()?)
        })?;
        Ended::of(&written, &[&desk, &office])
    }
}

fn ticks() -> RangedI64ValueParser {
    RangedI64ValueParser::new().range(0..=MOST)
}

/// The market is open as long as somebody publishes its best prices.
fn wait_for_the_close(bus: &MessageBus) -> Result<(), Fault> {
    let mut prices = bus.subscriber::<BookTicker>()?;
    loop {
        match prices.recv_blocking() {
            Ok(Some(_)) | Err(RecvError::Lost(_)) => {}
            Ok(None) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}
