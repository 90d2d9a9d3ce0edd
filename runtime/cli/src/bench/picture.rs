//! What was measured, as a picture: latency by percentile, and messages a second.

use super::report::Row;
use crate::harmless::harmless;
use crate::units;
use serde_json::Value;
use std::fmt::Write;

/// Pixels: the field in which curves lie, and the room left of it and around.
const FIELD: f64 = 460.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
/// A line of text, and the longest bar.
const LINE: f64 = 24.0;
const BAR: f64 = 260.0;

/// Curves reach to this many nines: `curve` has ten points for each.
const NINES: f64 = 4.0;

/// Colours that can be told apart, also by those who see few; then they begin anew.
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d3b", "#666666"];

const STYLE: &str = "\
<style>text{font:12px monospace;fill:#222}.t{font-weight:bold}.r{text-anchor:end}.m{text-anchor:middle}\
.g{stroke:#bbb;stroke-width:.5}polyline{fill:none;stroke-width:2}\
@media(prefers-color-scheme:dark){text{fill:#eee}.g{stroke:#555}}</style>\n";

/// A file of its own.
pub(super) fn svg(rows: &[Row]) -> String {
    let measured: Vec<(String, &Row, &super::measure::Measured)> =
        rows.iter().filter_map(|row| Some((label(row), row, row.outcome.as_ref().ok()?))).collect();
    let curves: Vec<Vec<(f64, f64)>> =
        measured.iter().map(|(_, _, measured)| curve(&measured.latency)).collect();
    let bars_top = TOP + HEIGHT + 70.0;
    let (width, height) = (LEFT + FIELD + 230.0, bars_top + LINE * (measured.len() as f64 + 1.0));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\">\n{STYLE}"
    );
    text(&mut out, "t", LEFT, TOP - 16.0, "One-way latency by percentile");
    let scale = Scale::of(&curves);
    draw_grid(&mut out, &scale);
    for (points, colour) in curves.iter().zip(COLOURS.iter().cycle()) {
        let points = points.iter().map(|&(nines, nanos)| {
            format!("{:.1},{:.1}", LEFT + FIELD * nines / NINES, scale.y(nanos))
        });
        let points = points.collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "<polyline points=\"{points}\" stroke=\"{colour}\"/>");
    }
    text(&mut out, "t", LEFT, bars_top - 14.0, "Messages a second at full speed");
    let most = measured.iter().map(|(_, _, measured)| measured.per_second).fold(1.0, f64::max);
    for (index, ((label, _, measured), colour)) in
        measured.iter().zip(COLOURS.iter().cycle()).enumerate()
    {
        let y = bars_top + LINE * index as f64;
        let length = (BAR * measured.per_second / most).max(1.0);
        let _ = writeln!(
            out,
            "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{length:.1}\" height=\"14\" fill=\"{colour}\"/>"
        );
        text(&mut out, "r", LEFT - 8.0, y + 12.0, &units::count(measured.per_second));
        text(&mut out, "l", LEFT + BAR + 12.0, y + 12.0, label);
    }
    out + "</svg>\n"
}

fn label(row: &Row) -> String {
    let Row { route, size, .. } = row;
    let topic = row.topic().map(|topic| format!("{topic}, ")).unwrap_or_default();
    let bytes = size.as_ref().map(|size| format!("{} B", size.frame_bytes)).unwrap_or_default();
    format!("{} to {}, {}, {topic}{bytes}", route.from, route.to, route.over)
}

/// Nines of the percentile, and nanoseconds.
fn curve(latency: &Value) -> Vec<(f64, f64)> {
    let points = latency["curve"].as_array().into_iter().flatten();
    let point = |point: &Value| {
        let nines = -(1.0 - point[0].as_f64()?).log10();
        Some((nines.clamp(0.0, NINES), point[1].as_f64()?.max(1.0)))
    };
    points.filter_map(point).collect()
}

/// Nanoseconds from the bottom to the top of the field, in powers of ten.
struct Scale {
    least: i32,
    most: i32,
}

impl Scale {
    fn of(curves: &[Vec<(f64, f64)>]) -> Self {
        let all = || curves.iter().flatten().map(|(_, nanos)| nanos.log10());
        let least = all().fold(f64::INFINITY, f64::min);
        let most = all().fold(f64::NEG_INFINITY, f64::max);
        match least.is_finite() && most.is_finite() {
            true => {
                let least = least.floor() as i32;
                Self { least, most: (most.ceil() as i32).max(least + 1) }
            }
            false => Self { least: 0, most: 1 },
        }
    }

    fn y(&self, nanos: f64) -> f64 {
        let part = (nanos.log10() - f64::from(self.least)) / f64::from(self.most - self.least);
        TOP + HEIGHT * (1.0 - part)
    }
}

fn draw_grid(out: &mut String, scale: &Scale) {
    for power in scale.least..=scale.most {
        let (nanos, right) = (10_f64.powi(power), LEFT + FIELD);
        let y = scale.y(nanos);
        let _ = writeln!(out, "<path class=\"g\" d=\"M{LEFT} {y:.1}H{right}\"/>");
        text(out, "r", LEFT - 8.0, y + 4.0, &units::nanos(nanos));
    }
    for (nines, name) in
        [(0.0, "0 %"), (1.0, "90 %"), (2.0, "99 %"), (3.0, "99.9 %"), (4.0, "99.99 %")]
    {
        let (x, bottom) = (LEFT + FIELD * nines / NINES, TOP + HEIGHT);
        let _ = writeln!(out, "<path class=\"g\" d=\"M{x} {TOP}V{bottom}\"/>");
        text(out, "m", x, bottom + 18.0, name);
    }
}

fn text(out: &mut String, class: &str, x: f64, y: f64, text: &str) {
    // A topic may hold what no XML may.
    let text = harmless(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(out, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>");
}
