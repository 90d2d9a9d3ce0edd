//! Just enough of SVG: shapes, words, and colours that suit a light page and a dark one.

use std::fmt::Write;

const STYLE: &str = "
  .page { fill: #ffffff } .word { fill: #1f2328 } .faint { fill: #6e7781 } .grid { stroke: #d8dee4 }
  .buy { fill: #12a150; stroke: #12a150 } .sell { fill: #d6336c; stroke: #d6336c }
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif }
  .title { font-size: 17px; font-weight: 600 } .number { font-variant-numeric: tabular-nums }
  .start { text-anchor: start } .middle { text-anchor: middle } .end { text-anchor: end }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .word { fill: #e6edf3 } .faint { fill: #8b949e } .grid { stroke: #2b323b }
    .buy { fill: #3fb950; stroke: #3fb950 } .sell { fill: #f778ba; stroke: #f778ba }
  }";

/// Five hues that can be told apart on white and on black.
pub(super) const HUES: [&str; 5] = ["#4c8dff", "#12b5a6", "#e8973a", "#9b6bdf", "#e0567a"];

/// A picture that is being drawn.
pub(super) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

impl Svg {
    /// An empty page with its title.
    pub(super) fn new(width: f64, height: f64, title: &str, subtitle: &str) -> Self {
        let mut svg = Self { width, height, body: String::new() };
        svg.words(28.0, 38.0, "word title start", title);
        svg.words(28.0, 60.0, "faint start", subtitle);
        svg
    }

    /// Text whose class names colour, size and anchor.
    pub(super) fn words(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let text = escape(text);
        self.push(format_args!(r#"<text x="{x:.1}" y="{y:.1}" class="{class}">{text}</text>"#));
    }

    /// A thin line of the background.
    pub(super) fn grid(&mut self, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.push(format_args!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="grid"/>"#
        ));
    }

    /// A short upright mark.
    pub(super) fn mark(&mut self, x: f64, top: f64, bottom: f64, hue: &str) {
        self.push(format_args!(
            r#"<line x1="{x:.1}" y1="{top:.1}" x2="{x:.1}" y2="{bottom:.1}" stroke="{hue}" stroke-width="2"/>"#
        ));
    }

    /// A line through points.
    pub(super) fn line(&mut self, points: &[(f64, f64)], hue: &str) {
        let path = path_of(points);
        self.push(format_args!(
            r#"<path d="{path}" fill="none" stroke="{hue}" stroke-width="1.5" stroke-linejoin="round"/>"#
        ));
    }

    /// The area between points and a base line.
    pub(super) fn area(&mut self, points: &[(f64, f64)], base: f64, hue: &str) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let (path, left, right) = (path_of(points), first.0, last.0);
        self.push(format_args!(
            r#"<path d="{path}L{right:.1} {base:.1}L{left:.1} {base:.1}Z" fill="{hue}" fill-opacity="0.28"/>"#
        ));
        self.line(points, hue);
    }

    /// A triangle that points up or down to a place; hollow ones count less.
    pub(super) fn arrow(&mut self, at: (f64, f64), up: bool, hollow: bool, tip: &str) {
        let ((x, y), way) = (at, if up { 1.0 } else { -1.0 });
        let (class, opacity) = (if up { "buy" } else { "sell" }, if hollow { "0" } else { "0.9" });
        let (near, far, tip) = (y + way * 5.0, y + way * 15.0, escape(tip));
        let (left, right) = (x - 5.5, x + 5.5);
        self.push(format_args!(
            r#"<path d="M{x:.1} {near:.1}L{left:.1} {far:.1}L{right:.1} {far:.1}Z" class="{class}" fill-opacity="{opacity}"><title>{tip}</title></path>"#
        ));
    }

    /// The finished file.
    pub(super) fn finish(self) -> String {
        let Self { width, height, body } = self;
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<style>{STYLE}
</style>
<rect class="page" width="{width}" height="{height}" rx="12"/>
{body}</svg>
"#
        )
    }

    fn push(&mut self, shape: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.body, "{shape}");
    }
}

fn path_of(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    path
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::Svg;

    #[test]
    fn words_are_escaped_and_shapes_are_closed() {
        let mut svg = Svg::new(100.0, 50.0, "a < b", "");
        svg.area(&[(0.0, 1.0), (2.0, 3.0)], 9.0, "#000000");
        svg.area(&[], 9.0, "#000000");
        let text = svg.finish();
        assert!(text.contains("a &lt; b"));
        assert!(text.contains(r#"d="M0.0 1.0L2.0 3.0L2.0 9.0L0.0 9.0Z""#));
        assert_eq!(text.matches("<path").count(), 2);
    }
}
