//! The worlds, and one run of each.

use std::error::Error;

use mycelium::sim::{EventLog, Grid, Latency, Link, Simulation};
use mycelium::{Duration, Timestamp, world};

use crate::exchange::{Exchange, Fees};
use crate::messages::{Cancel, Fill, Level, Order, Print, Quote, Top};
use crate::money::{Money, ONE, UNIT};
use crate::portfolio::Portfolio;
use crate::strategy::{MarketMaker, Params};
use crate::tape::{Change, Tape};
use crate::walk::{Holder, Walk};

world! {
    /// A strategy in front of a tape.
    pub struct Market {
        exchange: Exchange,
        strategy: MarketMaker,
        portfolio: Portfolio,
    }

    levels: Level => exchange;
    prints: Print => exchange;
    tops: Top => exchange;
    quotes: Quote => strategy, portfolio;
    orders: Order => exchange;
    cancels: Cancel => exchange;
    fills: Fill => strategy, portfolio;
}

world! {
    /// The same in front of a market that walks at random.
    pub struct RandomMarket {
        walk: Walk,
        exchange: Exchange,
        strategy: MarketMaker,
        portfolio: Portfolio,
    }

    prints: Print => exchange;
    tops: Top => exchange;
    quotes: Quote => strategy, portfolio;
    orders: Order => exchange;
    cancels: Cancel => exchange;
    fills: Fill => strategy, portfolio;
}

world! {
    /// A position that is held while the market walks: its profit is normally distributed.
    pub struct HeldPosition {
        walk: Walk,
        exchange: Exchange,
        holder: Holder,
        portfolio: Portfolio,
    }

    prints: Print => exchange;
    tops: Top => exchange;
    quotes: Quote => holder, portfolio;
    orders: Order => exchange;
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

/// The way between strategy and exchange, each way.
fn wire() -> Link {
    Link::of(Latency::Exponential { least: Duration(200_000), mean: Duration(100_000) })
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
    let mut simulation = Simulation::new(world, seed).starting_at(tape.start());
    simulation.link("exchange", "strategy", wire())?;
    simulation.link("strategy", "exchange", wire())?;
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
    let (step, every) = (2.0 * UNIT as f64, Duration(100_000_000));
    Walk { step, every, steps, middle: 60_000 * UNIT, has_trades }
}

fn end_of(walk: &Walk) -> Timestamp {
    Timestamp(walk.every.0 * (walk.steps as i64 + 1))
}

/// The profit of the strategy in a market that walks so many steps.
///
/// # Errors
/// An actor failed.
pub fn random_day(params: Params, steps: u64, seed: u64) -> Result<Money, Box<dyn Error>> {
    let walk = walk(steps, true);
    let end = end_of(&walk);
    let world = RandomMarket {
        walk,
        exchange: Exchange::new(Fees::default()),
        strategy: MarketMaker::new(params),
        portfolio: Portfolio::sampled(SAMPLE, false),
    };
    let mut simulation = Simulation::new(world, seed);
    simulation.link("exchange", "strategy", wire())?;
    simulation.link("strategy", "exchange", wire())?;
    simulation.run_until(end)?;
    Ok(simulation.finish()?.portfolio.equity())
}

/// The profit of one unit that is held for so many steps, without fees.
///
/// # Errors
/// An actor failed.
pub fn held_day(steps: u64, seed: u64) -> Result<Money, Box<dyn Error>> {
    let walk = walk(steps, false);
    let end = end_of(&walk);
    let world = HeldPosition {
        walk,
        exchange: Exchange::new(Fees { maker_ppm: 0, taker_ppm: 0 }),
        holder: Holder::of(UNIT),
        portfolio: Portfolio::default(),
    };
    let mut simulation = Simulation::new(world, seed);
    simulation.run_until(end)?;
    Ok(simulation.finish()?.portfolio.equity())
}

/// Mean and deviation of [`held_day`], in closed form: half a spread is paid, and steps add up.
#[must_use]
pub fn held_day_moments(steps: u64) -> (f64, f64) {
    (-0.1, 2.0 * (steps as f64).sqrt())
}
