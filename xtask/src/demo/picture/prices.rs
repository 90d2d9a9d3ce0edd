//! Mid prices over market time, a panel for each instrument, with the strategy's signals.

use std::collections::BTreeSet;

use super::scale::Scale;
use super::svg::{HUES, Svg};
use crate::demo::report::{Report, Reports, Signal};

const WIDTH: f64 = 1080.0;
const LEFT: f64 = 96.0;
const RIGHT: f64 = 1048.0;
const TOP: f64 = 108.0;
const PANEL: f64 = 190.0;
const GAP: f64 = 56.0;

/// Draws a panel for each instrument of which mid prices are known.
pub(super) fn draw(reports: &Reports) -> String {
    let panels: Vec<Panel<'_>> = reports
        .values()
        .flat_map(|report| &report.mid)
        .filter(|(_, points)| points.len() > 1)
        .map(|(symbol, points)| Panel { symbol, points })
        .collect();
    let signals: Vec<&Signal> = reports.values().flat_map(|report| &report.signals).collect();
    let rejected: BTreeSet<u64> =
        reports.values().flat_map(|report: &Report| report.rejected.iter().copied()).collect();

    let height = TOP + panels.len().max(1) as f64 * (PANEL + GAP);
    let mut svg = Svg::new(
        WIDTH,
        height,
        "Mid price and signals",
        "▲ buy, ▼ sell; hollow where the risk service turned the signal down",
    );
    for (index, panel) in panels.iter().enumerate() {
        let top = TOP + index as f64 * (PANEL + GAP);
        let own = signals.iter().copied().filter(|signal| signal.symbol == panel.symbol);
        panel.draw(&mut svg, top, HUES[index % HUES.len()], own, &rejected);
    }
    svg.finish()
}

struct Panel<'a> {
    symbol: &'a str,
    /// Event time in nanoseconds, price.
    points: &'a [(i64, f64)],
}

impl Panel<'_> {
    fn draw<'s>(
        &self,
        svg: &mut Svg,
        top: f64,
        hue: &str,
        signals: impl Iterator<Item = &'s Signal>,
        rejected: &BTreeSet<u64>,
    ) {
        let (start_ns, seconds, prices) = self.ranges();
        let time = Scale::new(seconds, (LEFT, RIGHT));
        let price = Scale::new(prices, (top + PANEL, top));
        svg.words(LEFT, top - 10.0, "word start", self.symbol);
        for tick in price.ticks(5.0) {
            let y = price.place(tick);
            svg.grid((LEFT, y), (RIGHT, y));
            svg.words(LEFT - 10.0, y + 4.0, "faint end number", &format!("{tick}"));
        }
        for tick in time.ticks(8.0) {
            let label = format!("{tick} s");
            svg.words(time.place(tick), top + PANEL + 20.0, "faint middle number", &label);
        }
        let place = |time_ns: i64, mid: f64| {
            (time.place((time_ns - start_ns) as f64 / 1e9), price.place(mid))
        };
        let line: Vec<(f64, f64)> = self.points.iter().map(|(ns, mid)| place(*ns, *mid)).collect();
        svg.line(&line, hue);
        for signal in signals {
            let hollow = rejected.contains(&signal.id);
            let way = if signal.is_buy { "buy" } else { "sell" };
            let verdict = if hollow { "turned down" } else { "approved" };
            let tip = format!("signal {}: {way} at {}, {verdict}", signal.id, signal.mid);
            svg.arrow(place(signal.event_time, signal.mid), signal.is_buy, hollow, &tip);
        }
    }

    /// First time, seconds covered, and prices with a little room for the arrows.
    fn ranges(&self) -> (i64, (f64, f64), (f64, f64)) {
        let start_ns = self.points.first().map_or(0, |point| point.0);
        let end_ns = self.points.last().map_or(0, |point| point.0);
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for (_, mid) in self.points {
            lowest = lowest.min(*mid);
            highest = highest.max(*mid);
        }
        let room = (highest - lowest) * 0.08;
        (start_ns, (0.0, (end_ns - start_ns) as f64 / 1e9), (lowest - room, highest + room))
    }
}
