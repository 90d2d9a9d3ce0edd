//! The results, as tables of Markdown that are readable as they are.

use std::collections::BTreeMap;

use crate::bench::{Case, Operation};
use crate::measure::Times;
use crate::peers::OURS;

const OPERATIONS: [(Operation, &str); 8] = [
    (Operation::Encode, "encode"),
    (Operation::Decode, "decode"),
    (Operation::DecodeTrusted, "decode trusted"),
    (Operation::Borrow, "borrow"),
    (Operation::View, "view"),
    (Operation::ViewTrusted, "view trusted"),
    (Operation::Read, "read"),
    (Operation::Update, "update"),
];

/// A table of times for each shape, with instructions another one.
pub(crate) fn tables(cases: &[Case], times: &[Times], instructions: Option<&[f64]>) -> String {
    let mut shapes: Vec<&str> = cases.iter().map(|case| case.shape).collect();
    shapes.dedup();
    let mut text = String::new();
    for shape in shapes {
        let of_shape = || cases.iter().enumerate().filter(|(_, case)| case.shape == shape);
        let unit = of_shape().next().map_or(Unit::Ns, |(_, case)| Unit::of(case));
        let timed = of_shape().map(|(index, case)| {
            let Times { lowest, median } = times[index];
            Cell {
                case,
                figure: lowest,
                shown: format!("{} ({})", unit.show(lowest), unit.show(median)),
            }
        });
        text += &format!("### {shape}, {}\n\n{}\n", unit.name(), table(timed.collect()));
        let Some(instructions) = instructions else { continue };
        let counted = of_shape().map(|(index, case)| Cell {
            case,
            figure: instructions[index],
            shown: unit.show(instructions[index]),
        });
        text += &format!("{}:\n\n{}\n", unit.instructions(), table(counted.collect()));
    }
    text
}

/// What figures of a shape are shown in.
#[derive(Clone, Copy)]
enum Unit {
    Ns,
    Us,
}

impl Unit {
    /// Large values come one a pass.
    fn of(case: &Case) -> Self {
        if case.values == 1 { Self::Us } else { Self::Ns }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ns => "ns a message",
            Self::Us => "µs",
        }
    }

    fn instructions(self) -> &'static str {
        match self {
            Self::Ns => "Instructions a message, counted by valgrind",
            Self::Us => "Thousands of instructions, counted by valgrind",
        }
    }

    fn show(self, figure: f64) -> String {
        let figure = match self {
            Self::Ns => figure,
            Self::Us => figure / 1000.0,
        };
        match figure {
            figure if figure < 0.1 => format!("{figure:.4}"),
            figure if figure < 10.0 => format!("{figure:.1}"),
            figure => format!("{figure:.0}"),
        }
    }
}

struct Cell<'a> {
    case: &'a Case,
    figure: f64,
    shown: String,
}

/// A row a codec, and at last how ours stands to the best other one.
fn table(cells: Vec<Cell<'_>>) -> String {
    let offered = OPERATIONS
        .iter()
        .filter(|(operation, _)| cells.iter().any(|cell| cell.case.operation == *operation));
    let offered: Vec<&(Operation, &str)> = offered.collect();
    let mut codecs: Vec<&str> = cells.iter().map(|cell| cell.case.codec).collect();
    codecs.dedup();
    let by_place: BTreeMap<(&str, Operation), &Cell<'_>> =
        cells.iter().map(|cell| ((cell.case.codec, cell.case.operation), cell)).collect();

    let mut lines = vec![vec![String::new(), "bytes".to_owned()]];
    lines[0].extend(offered.iter().map(|(_, name)| (*name).to_owned()));
    for codec in &codecs {
        let bytes = cells.iter().find(|cell| cell.case.codec == *codec).map(Cell::bytes);
        let mut line = vec![(*codec).to_owned(), bytes.unwrap_or_default().to_string()];
        line.extend(offered.iter().map(|(operation, _)| {
            by_place.get(&(*codec, *operation)).map_or(String::new(), |cell| cell.shown.clone())
        }));
        lines.push(line);
    }
    let mut ratios = vec!["**ours to the best**".to_owned()];
    ratios.push(ratio(&cells, Operation::Encode, |cell| cell.bytes() as f64));
    ratios
        .extend(offered.iter().map(|(operation, _)| ratio(&cells, *operation, |cell| cell.figure)));
    lines.push(ratios);
    aligned(&lines)
}

impl Cell<'_> {
    fn bytes(&self) -> usize {
        self.case.bytes / self.case.values
    }
}

/// Such as `0.8 × rkyv`.
fn ratio(cells: &[Cell<'_>], operation: Operation, figure: impl Fn(&Cell<'_>) -> f64) -> String {
    let of_operation = || cells.iter().filter(|cell| cell.case.operation == operation);
    let ours = of_operation().find(|cell| cell.case.codec == OURS);
    let others = of_operation().filter(|cell| cell.case.codec != OURS);
    let best = others.min_by(|one, other| figure(one).total_cmp(&figure(other)));
    let (Some(ours), Some(best)) = (ours, best) else { return String::new() };
    let (ratio, codec) = (figure(ours) / figure(best), best.case.codec);
    match ratio {
        ratio if ratio < 10.0 => format!("{ratio:.2} × {codec}"),
        ratio if ratio < 1000.0 => format!("{ratio:.0} × {codec}"),
        // One of them does nothing for each row.
        _ => format!("> 1000 × {codec}"),
    }
}

/// The first line is the head; the first column stands left.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines[0].len();
    let width = |column: usize| {
        lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let cells =
            line.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
                0 => format!("| {cell:<width$} "),
                _ => format!("| {cell:>width$} "),
            });
        text.extend(cells);
        text += "|\n";
        if index == 0 {
            let rules = widths.iter().enumerate().map(|(column, width)| match column {
                0 => format!("|{}", "-".repeat(width + 2)),
                _ => format!("|{}:", "-".repeat(width + 1)),
            });
            text.extend(rules);
            text += "|\n";
        }
    }
    text
}
