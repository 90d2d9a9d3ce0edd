//! A layout as a picture: eight bytes a row, and the middle of what is long left out.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::model::{Cell, Layout};

/// Bytes of a row.
const ROW: usize = 8;

/// Pixels: of a byte, of a row's height, of the column of offsets, of the title, of a left-out part.
const BYTE: usize = 90;
const HEIGHT: usize = 30;
const LEFT: usize = 70;
const TOP: usize = 50;
const GAP: usize = 14;

const STYLE: &str = "\
<style>text{font:13px monospace;fill:#222}.t{font-weight:bold}.o{fill:#777;text-anchor:end}\
rect{stroke:#555}.p{fill:#e4e4e4;stroke-dasharray:3}.a{fill:#cfe3f7}.b{fill:#d8efd2}\
@media(prefers-color-scheme:dark){text{fill:#eee}.o{fill:#999}rect{stroke:#aaa}.p{fill:#333}\
.a{fill:#1f4466}.b{fill:#2b5323}}</style>\n";

/// The picture, an SVG file.
pub(super) fn draw(layout: &Layout) -> String {
    let rows = Rows::of(&layout.cells);
    let (width, height) = (LEFT + ROW * BYTE + 10, rows.bottom() + 10);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\">\n{STYLE}"
    );
    let title = format!("{}: {}, {} bytes", layout.name, layout.kind, layout.size);
    push_text(&mut out, "t", LEFT, 30, &title);
    for row in &rows.shown {
        push_text(&mut out, "o", LEFT - 10, rows.y(*row) + 20, &(row * ROW).to_string());
    }
    let mut drawn = 0;
    for (index, cell) in layout.cells.iter().enumerate() {
        // The arms of a union lie over one another: the widest is drawn.
        let is_covered = layout.cells.iter().enumerate().any(|(other, by)| {
            by.offset == cell.offset && (by.size, index) > (cell.size, other) && other != index
        });
        if !is_covered {
            draw_cell(&mut out, cell, &rows, drawn);
            drawn += 1;
        }
    }
    out + "</svg>\n"
}

fn draw_cell(out: &mut String, cell: &Cell, rows: &Rows, number: usize) {
    let class = match (&cell.label, number % 2) {
        (None, _) => "p",
        (_, 0) => "a",
        _ => "b",
    };
    let first = cell.offset / ROW;
    for row in rows.shown.range(first..=(cell.end() - 1) / ROW) {
        let from = cell.offset.max(row * ROW) - row * ROW;
        let to = cell.end().min((row + 1) * ROW) - row * ROW;
        let (x, y) = (LEFT + from * BYTE, rows.y(*row));
        let width = (to - from) * BYTE;
        let _ = writeln!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\"/>"
        );
        if let Some(label) = cell.label.as_ref().filter(|_| *row == first) {
            let text = format!("{}: {}", label.name, label.ty);
            push_text(out, "m", x + 6, y + 20, &shortened(&text, width / 8));
        }
    }
}

/// The rows that are shown: of each cell the first two and the last.
struct Rows {
    shown: BTreeSet<usize>,
}

impl Rows {
    fn of(cells: &[Cell]) -> Rows {
        let of_cell = |cell: &Cell| {
            let (first, last) = (cell.offset / ROW, (cell.end() - 1) / ROW);
            [first, last.min(first + 1), last]
        };
        Rows { shown: cells.iter().flat_map(of_cell).collect() }
    }

    fn y(&self, row: usize) -> usize {
        let above: Vec<usize> = self.shown.range(..=row).copied().collect();
        let gaps = above.windows(2).filter(|pair| pair[1] > pair[0] + 1).count();
        TOP + above.len().saturating_sub(1) * HEIGHT + gaps * GAP
    }

    fn bottom(&self) -> usize {
        self.shown.last().map_or(TOP, |row| self.y(*row) + HEIGHT)
    }
}

fn push_text(out: &mut String, class: &str, x: usize, y: usize, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>");
}

/// Text that fits into this many letters.
fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    kept + "…"
}
