//! Orders meet what they must, and accounts agree to the digit.

use backtest::exchange::{Exchange, Fees};
use backtest::messages::{Cancel, Fill, Level, Order, Print, Quote, Side, Top};
use backtest::money::{Money, cost, to_text};
use backtest::portfolio::Portfolio;
use backtest::runs;
use backtest::strategy::Params;
use backtest::tape::Tape;
use market::feed::{Simulator, SimulatorOptions};
use mycelium::actor::{Actor, Context, Random, Receive};
use mycelium::sim::Simulation;
use mycelium::{Timestamp, world};

/// Writes down what it is told.
#[derive(Default)]
struct Witness {
    fills: Vec<(u64, i64, i64, i32)>,
    quotes: usize,
}

impl<C: Context> Actor<C> for Witness {}

impl<C: Context> Receive<Fill, C> for Witness {
    fn receive(&mut self, fill: &Fill, _: &mut C) {
        self.fills.push((fill.id, fill.price, fill.quantity, fill.fee_ppm));
    }
}

impl<C: Context> Receive<Quote, C> for Witness {
    fn receive(&mut self, _: &Quote, _: &mut C) {
        self.quotes += 1;
    }
}

world! {
    struct Bench {
        exchange: Exchange,
        portfolio: Portfolio,
        witness: Witness,
    }

    levels: Level => exchange;
    prints: Print => exchange;
    tops: Top => exchange;
    orders: Order => exchange;
    cancels: Cancel => exchange;
    quotes: Quote => portfolio, witness;
    fills: Fill => portfolio, witness;
}

/// An exchange that shows 10 at 100 and at 101, and 20 behind each.
fn bench() -> Simulation<Bench> {
    let exchange = Exchange::new(Fees { maker_ppm: -50, taker_ppm: 400 });
    let (portfolio, witness) = (Portfolio::default(), Witness::default());
    let mut bench = Simulation::new(Bench { exchange, portfolio, witness }, 0);
    for (side, price, quantity) in
        [(Side::Buy, 100, 10), (Side::Buy, 99, 20), (Side::Sell, 101, 10), (Side::Sell, 102, 20)]
    {
        bench.inject(Timestamp(0), Level { side, price, quantity });
    }
    bench.inject(Timestamp(0), Top { bid: 100, bid_quantity: 10, ask: 101, ask_quantity: 10 });
    bench
}

fn order(id: u64, side: Side, price: i64, quantity: i64) -> Order {
    Order { id, side, price, quantity }
}

fn sold(price: i64, quantity: i64) -> Print {
    Print { aggressor: Side::Sell, price, quantity }
}

#[test]
fn an_order_waits_for_those_before_it() {
    let mut bench = bench();
    bench.inject(Timestamp(0), order(1, Side::Buy, 100, 5));
    bench.inject(Timestamp(0), order(2, Side::Buy, 100, 5));
    for quantity in [6, 3, 4, 7] {
        bench.inject(Timestamp(0), sold(100, quantity));
    }
    // Ten stood before the first: 6 and 3 are theirs, of 4 one is; 5 of ours come before the second's.
    let fills = bench.finish().unwrap().witness.fills;
    assert_eq!(fills, [(1, 100, 3, -50), (1, 100, 2, -50), (2, 100, 5, -50)]);
}

#[test]
fn what_others_withdraw_brings_an_order_forward() {
    let mut bench = bench();
    bench.inject(Timestamp(0), order(1, Side::Buy, 100, 5));
    bench.inject(Timestamp(0), Level { side: Side::Buy, price: 100, quantity: 2 });
    bench.inject(Timestamp(0), sold(100, 4));
    assert_eq!(bench.finish().unwrap().witness.fills, [(1, 100, 2, -50)]);
}

#[test]
fn the_better_price_comes_first_and_a_cancelled_order_never() {
    let mut bench = bench();
    bench.inject(Timestamp(0), order(1, Side::Buy, 99, 5));
    bench.inject(Timestamp(0), order(2, Side::Buy, 100, 5));
    bench.inject(Timestamp(0), order(3, Side::Buy, 100, 5));
    bench.inject(Timestamp(0), Cancel { id: 3 });
    // Through 99: it has met all at 100 that was before.
    bench.inject(Timestamp(0), sold(98, 7));
    let fills = bench.finish().unwrap().witness.fills;
    assert_eq!(fills, [(2, 100, 5, -50), (1, 99, 2, -50)]);
}

#[test]
fn an_order_that_crosses_takes_what_is_shown_and_rests_with_the_rest() {
    let mut bench = bench();
    bench.inject(Timestamp(0), order(1, Side::Buy, 102, 35));
    bench.inject(Timestamp(0), Top { bid: 101, bid_quantity: 1, ask: 102, ask_quantity: 1 });
    let world = bench.finish().unwrap();
    assert_eq!(world.witness.fills, [(1, 101, 10, 400), (1, 102, 20, 400), (1, 102, 5, -50)]);
    assert_eq!((world.portfolio.position, world.witness.quotes), (35, 2));
}

#[test]
fn accounts_agree_to_the_digit_whatever_happens() {
    for seed in 0..20 {
        let mut random = Random::seeded(seed);
        let mut bench = bench();
        for id in 1..=400 {
            let at = Timestamp(id as i64);
            let price = 95 + random.below(11) as i64;
            let side = if random.below(2) == 0 { Side::Buy } else { Side::Sell };
            let quantity = 1 + random.below(30) as i64;
            match random.below(4) {
                0 => bench.inject(at, order(id, side, price, quantity)),
                1 => bench.inject(at, Print { aggressor: side, price, quantity }),
                2 => bench.inject(at, Level { side, price, quantity }),
                _ => bench.inject(
                    at,
                    Top {
                        bid: price,
                        bid_quantity: quantity,
                        ask: price + 1,
                        ask_quantity: quantity,
                    },
                ),
            }
        }
        let Bench { portfolio, witness, .. } = bench.finish().unwrap();
        assert!(witness.fills.len() > 50, "seed {seed}");
        check(&portfolio);
        let fees: Money = witness
            .fills
            .iter()
            .map(|(_, price, quantity, fee)| {
                Money::from(*price) * Money::from(*quantity) * Money::from(*fee)
            })
            .sum();
        assert_eq!(portfolio.fees, fees);
    }
}

/// Both ways to reckon what it is worth come to the same.
fn check(portfolio: &Portfolio) {
    let worth = portfolio.realised + portfolio.unrealised() - portfolio.fees;
    assert_eq!(portfolio.equity(), worth);
}

#[test]
fn a_backtest_agrees_to_the_digit_and_to_the_byte() {
    let options = SimulatorOptions { seed: 3, duration_ns: 5_000_000_000 };
    let tape = Tape::read(Box::new(Simulator::new(&options)), "BTCUSDT").unwrap();
    let params = Params { half_spread: 2, skew: 1, size: 5, interval_ms: 50 };
    let one = runs::backtest(&tape, params, 9, true).unwrap();
    assert!(one.portfolio.fills > 0 && !one.portfolio.curve.is_empty());
    check(&one.portfolio);
    let other = std::thread::scope(|scope| {
        scope.spawn(|| runs::backtest(&tape, params, 9, true).unwrap()).join().unwrap()
    });
    assert_eq!(one.log.as_bytes(), other.log.as_bytes());
    assert_eq!(one.outcome(), runs::backtest(&tape, params, 9, false).unwrap().outcome());
}

#[test]
fn the_largest_parameters_can_be_reckoned_with() {
    let options = SimulatorOptions { seed: 3, duration_ns: 5_000_000_000 };
    let tape = Tape::read(Box::new(Simulator::new(&options)), "BTCUSDT").unwrap();
    let most = 1_000_000;
    for (half_spread, skew) in [(0, most), (most, most)] {
        let params = Params { half_spread, skew, size: most, interval_ms: 50 };
        let ran = runs::backtest(&tape, params, 9, false).unwrap();
        assert_eq!(ran.portfolio.fills > 0, half_spread == 0);
        check(&ran.portfolio);
    }
}

#[test]
fn money_is_written_as_it_is() {
    let dollar = cost(100_000_000, 100_000_000);
    assert_eq!(to_text(dollar), "1.000000");
    assert_eq!(to_text(-dollar / 4), "-0.250000");
}
