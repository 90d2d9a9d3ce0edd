//! A layout as a table.

use super::{CACHE_LINE, Cell, Layout};

/// The table, with a line where a cache line ends.
pub(super) fn print(layout: &Layout) -> String {
    let name_of = |cell: &Cell| cell.label.as_ref().map_or("(padding)", |label| &label.name).len();
    let width = layout.cells.iter().map(name_of).max().unwrap_or_default();
    let mut out = head(layout);
    out.push_str(&format!("offset    size  align  {:width$}  type\n", "member"));
    let mut line = 0;
    for cell in &layout.cells {
        let next = cell.offset / CACHE_LINE;
        if next > line {
            out.push_str(&format!("------ cache line {next}, from byte {}\n", next * CACHE_LINE));
            line = next;
        }
        out.push_str(&row(cell, width));
        line = line.max((cell.end() - 1) / CACHE_LINE);
    }
    if let Some(better) = &layout.better {
        let fields = better.fields.join(", ");
        out.push_str(&format!("\nanother order saves {}: {fields}\n", bytes(better.saves)));
        out.push_str("(only before the first release: an order is part of the digest)\n");
    }
    out
}

fn head(layout: &Layout) -> String {
    let Layout { name, kind, size, align, .. } = layout;
    let what = match *kind {
        "message" => format!("a block of {}", bytes(*size)),
        _ => format!("{}, aligned to {align}", bytes(*size)),
    };
    let mut head = format!("{name}: {kind}, {what}, {} of padding", layout.padding());
    let lines = layout.cache_lines();
    head.push_str(&format!(", {lines} cache line{}\n", if lines == 1 { "" } else { "s" }));
    match (*kind, layout.frame_size) {
        ("message", Some(frame)) => {
            head.push_str(&format!("fixed: every frame has {}, header included\n", bytes(frame)));
        }
        ("message", None) => head.push_str("not fixed: what has no bound lies behind the block\n"),
        _ => {}
    }
    head + "\n"
}

fn row(cell: &Cell, width: usize) -> String {
    let Cell { offset, size, label } = cell;
    // A cell that crosses into another cache line says so.
    let (first, last) = (offset / CACHE_LINE, (cell.end() - 1) / CACHE_LINE);
    let crosses = match first == last {
        true => String::new(),
        false => format!("  (cache lines {first} to {last})"),
    };
    match label {
        Some(label) => {
            let (name, ty, align) = (&label.name, &label.ty, label.align);
            format!("{offset:>6}  {size:>6}  {align:>5}  {name:width$}  {ty}{crosses}\n")
        }
        None => format!("{offset:>6}  {size:>6}         (padding)\n"),
    }
}

fn bytes(number: usize) -> String {
    format!("{number} byte{}", if number == 1 { "" } else { "s" })
}
