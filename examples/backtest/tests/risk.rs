//! Value at risk and expected shortfall, beside the closed form of the normal distribution.

use backtest::money::to_f64;
use backtest::risk::{NORMAL, risk};
use backtest::runs::{held_day, held_day_moments};
use mycelium::actor::Random;
use mycelium::sim::{Grid, Sweep};

const STEPS: u64 = 20;

#[test]
fn the_risk_of_a_held_position_is_that_of_the_closed_form() {
    let sweep = Sweep::new(Grid::of(0..10_000_u64)).seed(7);
    let table = sweep.run(|_, seed| to_f64(held_day(STEPS, seed).unwrap())).unwrap();
    let mut profits: Vec<f64> = table.runs().iter().map(|run| run.result).collect();
    profits.sort_by(f64::total_cmp);
    let (mean, deviation) = held_day_moments(STEPS);
    let found_mean = profits.iter().sum::<f64>() / 10_000.0;
    assert!((found_mean - mean).abs() < 4.0 * deviation / 100.0, "{found_mean}");
    for (level, quantile, beyond) in NORMAL {
        let found = risk(&profits, level);
        let closed_form = quantile * deviation - mean;
        let (low, high) = found.interval;
        assert!((low..=high).contains(&closed_form), "{found:?} and {closed_form}");
        assert!(low < found.value_at_risk && found.value_at_risk < high);
        let shortfall = beyond * deviation - mean;
        assert!(
            (found.expected_shortfall / shortfall - 1.0).abs() < 0.03,
            "{found:?} and {shortfall}"
        );
    }
}

#[test]
fn known_profits_have_known_risk() {
    let profits: Vec<f64> = (0..1_000).map(|number| f64::from(number) - 500.0).collect();
    let found = risk(&profits, 0.95);
    assert_eq!(found.value_at_risk, 450.0);
    assert_eq!(found.expected_shortfall, 475.5);
    assert!(found.interval.0 < 440.0 && found.interval.1 > 460.0, "{found:?}");
}

#[test]
fn the_interval_holds_the_true_value_about_as_often_as_it_says() {
    let (level, quantile, _) = NORMAL[0];
    let holds = (0..300).filter(|seed| {
        let mut random = Random::seeded(*seed);
        let mut profits: Vec<f64> = (0..1_000).map(|_| random.normal()).collect();
        profits.sort_by(f64::total_cmp);
        let (low, high) = risk(&profits, level).interval;
        (low..=high).contains(&quantile)
    });
    // 99 %, give or take what 300 tries can show.
    assert!(holds.count() >= 290);
}
