//! How latencies are distributed: a ridge for each route over one logarithmic axis.

use super::scale::Scale;
use super::svg::{HUES, Svg};
use crate::demo::format::{duration, grouped};
use crate::demo::routes::Route;

const WIDTH: f64 = 1080.0;
const LEFT: f64 = 300.0;
const RIGHT: f64 = 860.0;
/// Right edge of the column of figures.
const FIGURES: f64 = 1052.0;
const TOP: f64 = 84.0;
const ROW: f64 = 84.0;
const RIDGE: f64 = 50.0;
/// Bins of a ridge over the whole axis.
const BINS: usize = 160;

/// Draws the ridges.
pub(super) fn draw(routes: &[Route]) -> String {
    let bottom = TOP + ROW * routes.len() as f64;
    let mut svg = Svg::new(
        WIDTH,
        bottom + 52.0,
        "Latency by route",
        "from handing a message to the bus to having it decoded; marks: p50, p99, p99.9",
    );
    let (lowest, highest) = decades(routes);
    let scale = Scale::new((lowest, highest), (LEFT, RIGHT));
    for decade in lowest as i64..=highest as i64 {
        let x = scale.place(decade as f64);
        svg.grid((x, TOP), (x, bottom));
        let ns = 10f64.powi(decade as i32);
        svg.words(x, bottom + 22.0, "faint middle number", &axis_label(ns));
    }
    for (index, route) in routes.iter().enumerate() {
        draw_row(&mut svg, route, &scale, TOP + ROW * (index + 1) as f64, HUES[index % HUES.len()]);
    }
    svg.finish()
}

fn draw_row(svg: &mut Svg, route: &Route, scale: &Scale, base: f64, hue: &str) {
    svg.words(28.0, base - 34.0, "word start", &format!("{} → {}", route.from, route.to));
    let told = format!("{} · {} · {}", route.transport, route.language, grouped(route.received));
    svg.words(28.0, base - 15.0, "faint start", &told);
    svg.grid((LEFT, base), (RIGHT, base));

    svg.area(&ridge(route, scale, base), base, hue);
    let quantiles = [0.5, 0.99, 0.999].map(|share| route.quantile(share).unwrap_or_default());
    for ns in quantiles.iter().filter(|ns| **ns >= 1.0) {
        svg.mark(scale.place(ns.log10()), base - 9.0, base + 3.0, hue);
    }
    let shown = quantiles.map(duration).join(" · ");
    svg.words(FIGURES, base - 15.0, "faint end number", &shown);
}

/// Density over the axis; the highest bin reaches the ridge's full height.
fn ridge(route: &Route, scale: &Scale, base: f64) -> Vec<(f64, f64)> {
    let mut bins = [0f64; BINS];
    let width = (RIGHT - LEFT) / BINS as f64;
    for (lowest_ns, count) in &route.latency_ns {
        let place = scale.place(((*lowest_ns).max(1) as f64).log10()).max(LEFT);
        let bin = ((place - LEFT) / width) as usize;
        bins[bin.min(BINS - 1)] += *count as f64;
    }
    let smooth = smoothed(&bins);
    let highest = smooth.iter().copied().fold(1.0, f64::max);
    let point = |(index, density): (usize, &f64)| {
        (LEFT + (index as f64 + 0.5) * width, base - RIDGE * density / highest)
    };
    smooth.iter().enumerate().map(point).collect()
}

/// Each bin with its neighbours, near ones more: buckets and bins do not quite meet.
fn smoothed(bins: &[f64; BINS]) -> Vec<f64> {
    const WEIGHTS: [f64; 5] = [0.1, 0.2, 0.4, 0.2, 0.1];
    let at = |index: isize| usize::try_from(index).ok().and_then(|index| bins.get(index));
    let blurred = |index: isize| -> f64 {
        let near = (index - 2..=index + 2).zip(WEIGHTS);
        near.map(|(near, weight)| weight * at(near).copied().unwrap_or_default()).sum()
    };
    (0..BINS as isize).map(blurred).collect()
}

/// Powers of ten that hold all routes.
fn decades(routes: &[Route]) -> (f64, f64) {
    let all = || routes.iter().flat_map(|route| route.latency_ns.keys()).filter(|ns| **ns > 0);
    let lowest = all().min().map_or(2.0, |ns| (*ns as f64).log10().floor());
    let highest = all().max().map_or(6.0, |ns| (*ns as f64 * 1.04).log10().ceil());
    (lowest, highest.max(lowest + 1.0))
}

fn axis_label(ns: f64) -> String {
    let (value, unit) = match ns {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "µs"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{value:.0} {unit}")
}
