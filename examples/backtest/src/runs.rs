//! The worlds, and one run of each.

use std::error::Error;

use mycelium::sim::{EventLog, Grid, Latency, Link, Simulation, UnknownActor, World};
use mycelium::{Duration, Timestamp, world};

use crate::exchange::{Exchange, Fees};
use crate::messages::{Cancel, Fill, Level, Order, Print, Quote, Top};
use crate::money::{Money, ONE, UNIT};
use crate::portfolio::Portfolio;
use crate::strategy::{MarketMaker, Params};
use crate::tape::{Change, Tape};
use crate::walk::{Holder, Walk};

/// A world around an exchange: who trades there, by whom its prices are made where that is an actor, and the
/// routes that only some have.
macro_rules! market {
    (
        $(#[$about:meta])*
        $market:ident { $trader:ident: $Trader:ty $(, by $maker:ident: $Maker:ty)? }
        $($routes:tt)*
    ) => {
        world! {
            $(#[$about])*
            pub struct $market {
                $($maker: $Maker,)?
                exchange: Exchange,
                $trader: $Trader,
                portfolio: Portfolio,
            }

            prints: Print => exchange;
            tops: Top => exchange;
            quotes: Quote => $trader, portfolio;
            orders: Order => exchange;
            $($routes)*
        }
    };
}

market! {
    /// A strategy in front of a tape.
    Market { strategy: MarketMaker }
    levels: Level => exchange;
    cancels: Cancel => exchange;
    fills: Fill => strategy, portfolio;
}

market! {
    /// The same in front of a market that walks at random.
    RandomMarket { strategy: MarketMaker, by walk: Walk }
    cancels: Cancel => exchange;
    fills: Fill => strategy, portfolio;
}

market! {
    /// A position that is held while the market walks: its profit is normally distributed.
    HeldPosition { holder: Holder, by walk: Walk }
    fills: Fill => portfolio;
}

mycelium::row! {
    /// What comes of a backtest; money in millionths of the quote currency.
    #[derive(Eq)]
    pub struct Outcome {
        profit_micros: i64,
        drawdown_micros: i64,
        fills: u64,
        most_position: i64,
        events: u64,
    }
}

/// How often equity is looked at.
const SAMPLE: Duration = Duration(250_000_000);
/// How often a market that walks makes a step.
const STEP: Duration = Duration(100_000_000);

/// A simulation with a wire between strategy and exchange, each way.
fn wired<W: World>(world: W, seed: u64) -> Result<Simulation<W>, UnknownActor> {
    let wire = Link::of(Latency::Exponential { least: Duration(200_000), mean: Duration(100_000) });
    let mut simulation = Simulation::new(world, seed);
    simulation.link("exchange", "strategy", wire)?;
    simulation.link("strategy", "exchange", wire)?;
    Ok(simulation)
}

/// Millionths of the quote currency, rounded down.
fn micros(money: Money) -> i64 {
    i64::try_from(money.div_euclid(ONE / 1_000_000)).unwrap_or(i64::MAX)
}

/// What a backtest leaves.
#[derive(Debug)]
pub struct Backtest {
    /// The accounts.
    pub portfolio: Portfolio,
    /// Handlers that ran.
    pub events: u64,
    /// Everything that happened, where it was to be written down.
    pub log: EventLog,
}

impl Backtest {
    /// The result of it for a table.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome {
            profit_micros: micros(self.portfolio.equity()),
            drawdown_micros: micros(self.portfolio.drawdown),
            fills: self.portfolio.fills,
            most_position: self.portfolio.most_position,
            events: self.events,
        }
    }
}

/// Runs the strategy on the tape. With `is_recorded` it keeps the event log and the curve of equity.
///
/// # Errors
/// An actor failed.
pub fn backtest(
    tape: &Tape,
    params: Params,
    seed: u64,
    is_recorded: bool,
) -> Result<Backtest, Box<dyn Error>> {
    let world = Market {
        exchange: Exchange::new(Fees::default()),
        strategy: MarketMaker::new(params),
        portfolio: Portfolio::sampled(SAMPLE, is_recorded),
    };
    let mut simulation = wired(world, seed)?.starting_at(tape.start());
    if is_recorded {
        simulation.record();
    }
    for &(at, change) in &tape.changes {
        simulation.run_until(at)?;
        match change {
            Change::Level(level) => simulation.inject(at, level),
            Change::Print(print) => simulation.inject(at, print),
            Change::Top(top) => simulation.inject(at, top),
        }
    }
    simulation.stop()?;
    let (events, log) = (simulation.events(), simulation.take_log());
    Ok(Backtest { portfolio: simulation.finish()?.portfolio, events, log })
}

/// Ten thousand ways to make a market.
#[must_use]
pub fn grid() -> Grid<Params> {
    Grid::of((1..=25).map(|step| 2 * step))
        .times((0..10).map(|step| 2 * step), |half_spread, skew| (half_spread, skew))
        .times([5, 10, 20, 40], |(half_spread, skew), size| (half_spread, skew, size))
        .times((1..=10).map(|step| 50 * step), |(half_spread, skew, size), interval_ms| Params {
            half_spread,
            skew,
            size,
            interval_ms,
        })
}

/// The market of the Monte Carlo: 60,000, a step of 2 each 100 ms.
fn walk(steps: u64, has_trades: bool) -> Walk {
    Walk { step: 2.0 * UNIT as f64, every: STEP, steps, middle: 60_000 * UNIT, has_trades }
}

/// A while after the last step of such a walk.
fn end_of(steps: u64) -> Timestamp {
    Timestamp(STEP.0 * (steps as i64 + 1))
}

/// The profit of the strategy in a market that walks so many steps.
///
/// # Errors
/// An actor failed.
pub fn random_day(params: Params, steps: u64, seed: u64) -> Result<Money, Box<dyn Error>> {
    let world = RandomMarket {
        walk: walk(steps, true),
        exchange: Exchange::new(Fees::default()),
        strategy: MarketMaker::new(params),
        portfolio: Portfolio::sampled(SAMPLE, false),
    };
    let mut simulation = wired(world, seed)?;
    simulation.run_until(end_of(steps))?;
    Ok(simulation.finish()?.portfolio.equity())
}

/// The profit of one unit that is held for so many steps, without fees.
///
/// # Errors
/// An actor failed.
pub fn held_day(steps: u64, seed: u64) -> Result<Money, Box<dyn Error>> {
    let world = HeldPosition {
        walk: walk(steps, false),
        exchange: Exchange::new(Fees { maker_ppm: 0, taker_ppm: 0 }),
        holder: Holder::of(UNIT),
        portfolio: Portfolio::default(),
    };
    let mut simulation = Simulation::new(world, seed);
    simulation.run_until(end_of(steps))?;
    Ok(simulation.finish()?.portfolio.equity())
}

/// Mean and deviation of [`held_day`], in closed form: half a spread is paid, and steps add up.
#[must_use]
pub fn held_day_moments(steps: u64) -> (f64, f64) {
    (-0.1, 2.0 * (steps as f64).sqrt())
}
