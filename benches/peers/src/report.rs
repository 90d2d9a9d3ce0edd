//! Results as tables for people.

use std::fmt::Write;

use crate::bench::{Case, Operation};
use crate::measure::Times;

const OPERATIONS: [(Operation, &str); 8] = [
    (Operation::Encode, "encode"),
    (Operation::Decode, "decode"),
    (Operation::DecodeTrusted, "unchecked"),
    (Operation::Borrow, "borrow"),
    (Operation::Access, "access"),
    (Operation::AccessTrusted, "unchecked"),
    (Operation::Read, "read"),
    (Operation::Update, "update"),
];

/// A table a shape: lowest and median of each operation, in nanoseconds a value.
pub(crate) fn tables(cases: &[Case], times: &[Times]) -> String {
    let mut text = String::new();
    let mut row = ("", "");
    for case in cases {
        if case.shape != row.0 {
            let names = OPERATIONS.map(|(_, name)| format!("{name:>19}")).concat();
            let _ = write!(text, "\n{:<10}{:>9}{names}", case.shape, "bytes");
        }
        if (case.shape, case.codec) != row {
            row = (case.shape, case.codec);
            let _ = write!(text, "\n{:<10}{:>9}", case.codec, case.bytes / case.values);
            for (operation, _) in OPERATIONS {
                let found = cases.iter().zip(times).find(|(case, _)| {
                    (case.shape, case.codec) == row && case.operation == operation
                });
                let cell = found.map_or(String::new(), |(_, times)| {
                    format!("{} / {}", number(times.lowest), number(times.median))
                });
                let _ = write!(text, "{cell:>19}");
            }
        }
        if case.shape != row.0 {
            text.push('\n');
        }
    }
    text + "\n"
}

fn number(ns: f64) -> String {
    match ns {
        ns if ns < 10.0 => format!("{ns:.1}"),
        ns => format!("{ns:.0}"),
    }
}
