//! Pictures, as SVG.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::risk::Risk;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

/// A line through points.
#[must_use]
pub fn curve(title: &str, x_label: &str, y_label: &str, points: &[(f64, f64)]) -> String {
    let frame = Frame::around(points);
    let mut svg = frame.open(title, x_label, y_label);
    let path: Vec<String> =
        points.iter().map(|&(x, y)| format!("{:.1},{:.1}", frame.x(x), frame.y(y))).collect();
    let _ = writeln!(
        svg,
        "<polyline fill='none' stroke='#1b6ca8' stroke-width='1.5' points='{}'/>",
        path.join(" ")
    );
    svg + "</svg>\n"
}

/// A histogram, with losses marked.
#[must_use]
pub fn distribution(title: &str, x_label: &str, sorted: &[f64], risks: &[Risk]) -> String {
    const BINS: usize = 60;
    let (low, high) =
        (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(1.0));
    let bin_width = ((high - low) / BINS as f64).max(f64::MIN_POSITIVE);
    let mut counts = [0_u32; BINS];
    for value in sorted {
        counts[(((value - low) / bin_width) as usize).min(BINS - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1);
    let frame = Frame::around(&[(low, 0.0), (high, f64::from(most))]);
    let mut svg = frame.open(title, x_label, "paths");
    for (bin, count) in counts.iter().enumerate() {
        let from = low + bin as f64 * bin_width;
        let (x, y) = (frame.x(from), frame.y(f64::from(*count)));
        let (width, height) = (frame.x(from + bin_width) - x - 0.5, frame.y(0.0) - y);
        let _ = writeln!(
            svg,
            "<rect x='{x:.1}' y='{y:.1}' width='{width:.1}' height='{height:.1}' fill='#8fb9d8'/>"
        );
    }
    for (number, risk) in risks.iter().enumerate() {
        let percent = (risk.level * 100.0).round();
        let marks = [
            (risk.value_at_risk, "#c0392b", format!("VaR {percent} %")),
            (risk.expected_shortfall, "#7d3c98", format!("ES {percent} %")),
        ];
        for (row, (loss, colour, text)) in marks.into_iter().enumerate() {
            let (x, y) = (frame.x(-loss), TOP + 14.0 * (2 * number + row + 1) as f64);
            let _ = writeln!(
                svg,
                "<line x1='{x:.1}' x2='{x:.1}' y1='{TOP}' y2='{:.1}' stroke='{colour}'/>\
                 <text x='{:.1}' y='{y:.1}' fill='{colour}'>{text}: {loss:.2}</text>",
                frame.y(0.0),
                x + 4.0
            );
        }
    }
    svg + "</svg>\n"
}

/// A table of colours: blue is more, red is less.
#[must_use]
pub fn heat_map(
    title: &str,
    x_label: &str,
    y_label: &str,
    cells: &BTreeMap<(i64, i64), f64>,
) -> String {
    let column = |at: fn(&(i64, i64)) -> i64| {
        let mut values: Vec<i64> = cells.keys().map(at).collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    let (xs, ys) = (column(|cell| cell.0), column(|cell| cell.1));
    let (low, high) = bounds(cells.values().copied());
    let mut svg = head(title, x_label, y_label);
    let (width, height) = (
        (WIDTH - LEFT - RIGHT) / xs.len().max(1) as f64,
        (HEIGHT - TOP - BOTTOM) / ys.len().max(1) as f64,
    );
    for (&(x, y), value) in cells {
        let (column, row) = (xs.partition_point(|it| *it < x), ys.partition_point(|it| *it < y));
        let share = (value - low) / (high - low);
        let (left, top) =
            (LEFT + column as f64 * width, HEIGHT - BOTTOM - (row + 1) as f64 * height);
        let colour = colour(share);
        let _ = writeln!(
            svg,
            "<rect x='{left:.1}' y='{top:.1}' width='{width:.1}' height='{height:.1}' fill='{colour}'>\
             <title>{x_label} {x}, {y_label} {y}: {value:.2}</title></rect>"
        );
    }
    for (column, x) in xs.iter().enumerate() {
        let at = LEFT + (column as f64 + 0.5) * width;
        let _ = writeln!(
            svg,
            "<text x='{at:.1}' y='{:.1}' text-anchor='middle'>{x}</text>",
            HEIGHT - BOTTOM + 15.0
        );
    }
    for (row, y) in ys.iter().enumerate() {
        let at = HEIGHT - BOTTOM - (row as f64 + 0.5) * height + 4.0;
        let _ =
            writeln!(svg, "<text x='{:.1}' y='{at:.1}' text-anchor='end'>{y}</text>", LEFT - 6.0);
    }
    let _ = writeln!(
        svg,
        "<text x='{:.1}' y='24' text-anchor='end'>{low:.1} (red) to {high:.1} (blue)</text>",
        WIDTH - RIGHT
    );
    svg + "</svg>\n"
}

/// From red over white to blue.
fn colour(share: f64) -> String {
    let towards = |from: f64, to: f64, part: f64| (from + (to - from) * part).round() as u8;
    let (end, part) = match share < 0.5 {
        true => ([192.0, 57.0, 43.0], 1.0 - 2.0 * share),
        false => ([27.0, 108.0, 168.0], 2.0 * share - 1.0),
    };
    let [red, green, blue] = end.map(|end| towards(250.0, end, part));
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Where values lie in a picture.
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn around(points: &[(f64, f64)]) -> Self {
        Self { x: bounds(points.iter().map(|it| it.0)), y: bounds(points.iter().map(|it| it.1)) }
    }

    fn x(&self, x: f64) -> f64 {
        LEFT + (x - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, y: f64) -> f64 {
        HEIGHT - BOTTOM - (y - self.y.0) / (self.y.1 - self.y.0) * (HEIGHT - TOP - BOTTOM)
    }

    fn open(&self, title: &str, x_label: &str, y_label: &str) -> String {
        let mut svg = head(title, x_label, y_label);
        for step in 0..=5 {
            let share = f64::from(step) / 5.0;
            let (x, y) = (
                self.x.0 + (self.x.1 - self.x.0) * share,
                self.y.0 + (self.y.1 - self.y.0) * share,
            );
            let (at_x, at_y) = (self.x(x), self.y(y));
            let (right, low) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
            let _ = writeln!(
                svg,
                "<line x1='{LEFT}' x2='{right}' y1='{at_y:.1}' y2='{at_y:.1}' stroke='#ddd'/>\
                 <text x='{:.1}' y='{:.1}' text-anchor='end'>{y:.2}</text>\
                 <text x='{at_x:.1}' y='{:.1}' text-anchor='middle'>{x:.1}</text>",
                LEFT - 6.0,
                at_y + 4.0,
                low + 15.0
            );
        }
        svg
    }
}

/// Least and greatest, never the same.
fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    match low < high {
        true => (low, high),
        false if low.is_finite() => (low, low + 1.0),
        false => (0.0, 1.0),
    }
}

fn head(title: &str, x_label: &str, y_label: &str) -> String {
    let (middle, low) = (LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 12.0);
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' font-family='sans-serif' font-size='11'>\n\
         <rect width='{WIDTH}' height='{HEIGHT}' fill='white'/>\n\
         <text x='{LEFT}' y='24' font-size='15'>{title}</text>\n\
         <text x='{middle}' y='{low}' text-anchor='middle'>{x_label}</text>\n\
         <text x='16' y='{}' text-anchor='middle' transform='rotate(-90 16 {})'>{y_label}</text>\n",
        HEIGHT / 2.0,
        HEIGHT / 2.0
    )
}
