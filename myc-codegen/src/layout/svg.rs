//! A layout as a picture: eight bytes a row, and the middle of what is long left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Cell, Layout};

/// Bytes of a row.
const ROW: usize = 8;

/// Pixels: of a byte, of a row's height, of the column of offsets, of a left-out part, of the edge.
const BYTE: usize = 90;
const HEIGHT: usize = 30;
const LEFT: usize = 70;
const GAP: usize = 14;
const EDGE: usize = 10;

/// Pixels above the first row: of a picture in a page, of a file of its own, which has a title.
const TOP: usize = 24;
const TITLE: usize = 44;

const STYLE: &str = "\
<style>text{font:13px monospace;fill:#222}.t{font-weight:bold}.o{fill:#777;text-anchor:end}\
.n{fill:#777;text-anchor:middle;font-size:11px}\
rect{stroke:#555}.p{fill:#e4e4e4;stroke-dasharray:3}.a{fill:#cfe3f7}.b{fill:#d8efd2}\
@media(prefers-color-scheme:dark){text{fill:#eee}.o,.n{fill:#999}rect{stroke:#aaa}.p{fill:#333}\
.a{fill:#1f4466}.b{fill:#2b5323}}</style>\n";

/// The picture as an SVG file, with a title and colours of its own.
pub(super) fn file(layout: &Layout) -> String {
    let rows = Rows::of(&layout.cells, TITLE + TOP);
    let (width, height) = (rows.width(), rows.bottom());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\">\n{STYLE}"
    );
    let title = format!("{}: {}, {} bytes", layout.name, layout.kind, layout.size);
    push_text(&mut out, "t", LEFT, 30, &title);
    draw(&mut out, layout, &rows);
    out + "</svg>\n"
}

/// The picture as part of a page that colours its classes: `n` and `o` are numbers of bytes and
/// offsets, `a` and `b` take turns for members, `p` is padding.
pub(super) fn figure(layout: &Layout) -> String {
    let rows = Rows::of(&layout.cells, TOP);
    let (width, height) = (rows.width(), rows.bottom());
    let mut out = format!(
        "<svg class=\"layout\" role=\"img\" aria-label=\"Byte layout of {}\" \
         viewBox=\"0 0 {width} {height}\">\n",
        layout.name
    );
    draw(&mut out, layout, &rows);
    out + "</svg>\n"
}

fn draw(out: &mut String, layout: &Layout, rows: &Rows) {
    for byte in 0..ROW {
        push_text(out, "n", LEFT + byte * BYTE + BYTE / 2, rows.top - 8, &format!("+{byte}"));
    }
    for (row, y) in &rows.shown {
        push_text(out, "o", LEFT - 10, y + 20, &(row * ROW).to_string());
    }
    let mut drawn = 0;
    for (index, cell) in layout.cells.iter().enumerate() {
        // The arms of a union lie over one another, side by side in the list: the widest is drawn.
        let shares = |other: &&Cell| other.offset == cell.offset;
        let before = layout.cells[..index].iter().rev().take_while(shares);
        let behind = layout.cells[index + 1..].iter().take_while(shares);
        let is_covered = before.map(|other| other.size).any(|size| size >= cell.size)
            || behind.map(|other| other.size).any(|size| size > cell.size);
        if !is_covered {
            draw_cell(out, cell, rows, drawn);
            drawn += 1;
        }
    }
}

fn draw_cell(out: &mut String, cell: &Cell, rows: &Rows, number: usize) {
    let class = match (&cell.label, number % 2) {
        (None, _) => "p",
        (_, 0) => "a",
        _ => "b",
    };
    let first = cell.offset / ROW;
    for (row, y) in rows.shown.range(first..=(cell.end() - 1) / ROW) {
        let from = cell.offset.max(row * ROW) - row * ROW;
        let to = cell.end().min((row + 1) * ROW) - row * ROW;
        let (x, width) = (LEFT + from * BYTE, (to - from) * BYTE);
        let _ = writeln!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\"/>"
        );
        if let Some(label) = cell.label.as_ref().filter(|_| *row == first) {
            let text = format!("{}: {}", label.name, label.ty);
            push_text(out, "m", x + 6, y + 20, &shortened(&text, width / 8 - 1));
        }
    }
}

/// The rows that are shown, of each cell the first two and the last, and where each is drawn.
struct Rows {
    top: usize,
    shown: BTreeMap<usize, usize>,
}

impl Rows {
    fn of(cells: &[Cell], top: usize) -> Rows {
        let of_cell = |cell: &Cell| {
            let (first, last) = (cell.offset / ROW, (cell.end() - 1) / ROW);
            [first, last.min(first + 1), last]
        };
        let rows: BTreeSet<usize> = cells.iter().flat_map(of_cell).collect();
        let (mut next, mut y) = (0, top);
        let place = |row: usize| {
            y += if row > next { GAP } else { 0 };
            let placed = (row, y);
            (next, y) = (row + 1, y + HEIGHT);
            placed
        };
        Rows { top, shown: rows.into_iter().map(place).collect() }
    }

    fn width(&self) -> usize {
        LEFT + ROW * BYTE + EDGE
    }

    fn bottom(&self) -> usize {
        self.shown.values().last().map_or(self.top, |y| y + HEIGHT) + EDGE
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
