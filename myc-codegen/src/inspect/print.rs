//! Notes as a table: offset, bytes, place, meaning.

use std::fmt::Write;

use super::Report;
use super::walk::Note;

/// Bytes of a line.
const LINE: usize = 8;

/// Lines of one note; the middle of a longer one is left out.
const LINES: usize = 4;

/// The table of one frame, which starts at byte `at` of the input.
pub(super) fn print(number: usize, at: usize, report: &Report<'_>) -> String {
    let name = report.name.as_deref().unwrap_or("of a type that is not known");
    let mut out =
        format!("frame {number} (from byte {at}): {} bytes, {name}\n", report.bytes.len());
    let width = report.notes.iter().map(|note| note.path.len()).max().unwrap_or_default().min(40);
    let mut fault = report.fault.as_ref();
    for note in &report.notes {
        print_note(&mut out, note, report.bytes, width);
        if let Some(found) = fault.filter(|fault| fault.error.at < note.end) {
            print_fault(&mut out, found);
            fault = None;
        }
    }
    if let Some(found) = fault {
        print_fault(&mut out, found);
    }
    if let Some(at) = report.other_form {
        let _ = writeln!(out, "  note: not the one form of its value, first at byte {at}");
    }
    out.push('\n');
    out
}

fn print_fault(out: &mut String, fault: &mycelium_wire::value::DecodeValueError) {
    let _ = writeln!(out, ">>>>>>  byte {}: {}", fault.error.at, fault.error.kind);
}

fn print_note(out: &mut String, note: &Note, bytes: &[u8], width: usize) {
    let Note { start, end, path, what } = note;
    if start == end {
        let _ = writeln!(out, "{:>6}  {:23}  {path:width$}  {what}", "-", "");
        return;
    }
    let lines = (end - start).div_ceil(LINE);
    for line in 0..lines {
        let from = start + line * LINE;
        if lines > LINES && line == LINES - 1 {
            let _ = writeln!(out, "{:>6}  … {} bytes more", "", end - from);
            break;
        }
        let hex: Vec<String> =
            bytes[from..*end.min(&(from + LINE))].iter().map(|b| format!("{b:02x}")).collect();
        let hex = hex.join(" ");
        match line {
            0 => {
                let row = format!("{from:>6}  {hex:23}  {path:width$}  {what}");
                let _ = writeln!(out, "{}", row.trim_end());
            }
            _ => {
                let _ = writeln!(out, "{from:>6}  {hex}");
            }
        }
    }
}
