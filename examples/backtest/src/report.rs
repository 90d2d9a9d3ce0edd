//! Summaries, as tables of text.

use std::fmt::Write;

use mycelium::sim::Table;

use crate::money::to_text;
use crate::risk::Risk;
use crate::runs::{Backtest, Outcome};
use crate::strategy::Params;
use crate::tape::Tape;

/// One backtest.
#[must_use]
pub fn of_backtest(tape: &Tape, backtest: &Backtest) -> String {
    let portfolio = &backtest.portfolio;
    let seconds = (tape.end().0 - tape.start().0) as f64 / 1e9;
    let (checked, equal) = tape.checked;
    let rows = [
        ("tape", format!("{} changes in {seconds:.1} s", tape.changes.len())),
        ("book = bookTicker", format!("{equal} of {checked} with one update id")),
        ("events", backtest.events.to_string()),
        ("fills", portfolio.fills.to_string()),
        ("volume", to_text(portfolio.volume)),
        ("fees", to_text(portfolio.fees)),
        ("realised", to_text(portfolio.realised)),
        ("unrealised", to_text(portfolio.unrealised())),
        ("profit", to_text(portfolio.equity())),
        ("deepest fall", to_text(portfolio.drawdown)),
        ("position", format!("{} (at most {})", portfolio.position, portfolio.most_position)),
    ];
    table(&rows)
}

/// A sweep: its best run, and how profits are distributed.
#[must_use]
pub fn of_sweep(results: &Table<Params, Outcome>) -> String {
    let Some(best) = results.best(|outcome| outcome.profit_micros) else {
        return "no run\n".to_owned();
    };
    let quantile = |q| match results.quantile(q, |outcome| outcome.profit_micros) {
        Some(micros) => format!("{:.2}", micros as f64 / 1e6),
        None => "-".to_owned(),
    };
    let Params { half_spread, skew, size, interval_ms } = best.params;
    let rows = [
        ("runs", results.runs().len().to_string()),
        ("events", results.runs().iter().map(|run| run.result.events).sum::<u64>().to_string()),
        ("best profit", format!("{:.2}", best.result.profit_micros as f64 / 1e6)),
        ("  half spread, ticks", half_spread.to_string()),
        ("  skew, ticks", skew.to_string()),
        ("  size, thousandths", size.to_string()),
        ("  interval, ms", interval_ms.to_string()),
        ("profit, worst", quantile(0.0)),
        ("profit, 5 %", quantile(0.05)),
        ("profit, median", quantile(0.5)),
        ("profit, 95 %", quantile(0.95)),
    ];
    table(&rows)
}

/// A Monte Carlo.
#[must_use]
pub fn of_paths(sorted_profits: &[f64], risks: &[Risk]) -> String {
    let mean = sorted_profits.iter().sum::<f64>() / sorted_profits.len() as f64;
    let mut rows =
        vec![("paths", sorted_profits.len().to_string()), ("mean profit", format!("{mean:.3}"))];
    for risk in risks {
        let (low, high) = risk.interval;
        let percent = (risk.level * 100.0).round();
        rows.push((
            "value at risk",
            format!("{:.3} at {percent} % ({low:.3} to {high:.3})", risk.value_at_risk),
        ));
        rows.push(("expected shortfall", format!("{:.3} at {percent} %", risk.expected_shortfall)));
    }
    table(&rows)
}

fn table(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    rows.iter().fold(String::new(), |mut text, (name, value)| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name:width$}  {value}");
        text
    })
}
