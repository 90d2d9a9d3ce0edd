//! What a command printed beside what the page shows.
//!
//! `…` stands for any text within a line, and on a line of its own for any lines, also none. Where the page shows
//! nothing, anything may be printed. Empty lines at the end do not count.

/// The first difference, told to a person; nothing where there is none.
pub(super) fn difference(shown: &[&str], printed: &[&str]) -> Option<String> {
    let shown = without_end(shown);
    if shown.is_empty() || lines_fit(shown, without_end(printed)) {
        return None;
    }
    let quoted =
        |lines: &[&str]| lines.iter().map(|line| format!("    {line}\n")).collect::<String>();
    Some(format!("the page shows\n{}  and there was printed\n{}", quoted(shown), quoted(printed)))
}

/// Without the empty lines behind the last one.
fn without_end<'t, 'l>(lines: &'t [&'l str]) -> &'t [&'l str] {
    let end = lines.iter().rposition(|line| !line.trim().is_empty());
    &lines[..end.map_or(0, |end| end + 1)]
}

/// By dynamic programming over both, so that no number of `…` takes long.
fn lines_fit(shown: &[&str], printed: &[&str]) -> bool {
    fits(shown, printed, |line| line.trim() == "…", |shown, printed| line_fits(shown, printed))
}

fn line_fits(shown: &str, printed: &str) -> bool {
    let chars = |line: &str| line.trim_end().chars().collect::<Vec<_>>();
    fits(&chars(shown), &chars(printed), |char| *char == '…', |shown, printed| shown == printed)
}

/// Whether a pattern, some of whose parts stand for any number of parts, fits.
fn fits<T>(
    pattern: &[T],
    parts: &[T],
    is_any: impl Fn(&T) -> bool,
    fits_one: impl Fn(&T, &T) -> bool,
) -> bool {
    // Whether the pattern so far fits the first so many parts.
    let mut reached = vec![false; parts.len() + 1];
    reached[0] = true;
    for item in pattern {
        let mut next = vec![false; parts.len() + 1];
        if is_any(item) {
            let first = reached.iter().position(|reached| *reached).unwrap_or(next.len());
            next[first..].fill(true);
        } else {
            for (index, part) in parts.iter().enumerate() {
                next[index + 1] = reached[index] && fits_one(item, part);
            }
        }
        reached = next;
    }
    reached[parts.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ellipses_stand_for_text_and_for_lines() {
        let fits = |shown: &[&str], printed: &[&str]| difference(shown, printed).is_none();
        assert!(fits(&["a … c"], &["a b c"]));
        assert!(fits(&["…", "x", "…"], &["x"]));
        assert!(fits(&["a", "…", "z"], &["a", "b", "c", "z"]));
        assert!(fits(&[], &["anything"]));
        assert!(!fits(&["a"], &["a", "b"]));
        assert!(!fits(&["a … c"], &["a b d"]));
        assert!(!fits(&["x"], &[]));
    }
}
