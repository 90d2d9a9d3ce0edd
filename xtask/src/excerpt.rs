//! What to show of a failing tool's output: the tests that failed with all that they said, or else its end.

/// Lines that are shown of an end, and of what one program's tests said; the log has all of them.
const SHOWN_LINES: usize = 80;
/// Lines of the end that are shown behind failed tests: which programs these are.
const LAST_LINES: usize = 12;

/// The lines that tell why it failed.
pub(crate) fn of(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let mut shown = failed_tests(&lines);
    let count = if shown.is_empty() { SHOWN_LINES } else { LAST_LINES };
    shown.extend(&lines[lines.len().saturating_sub(count)..]);
    shown.join("\n")
}

/// For each test program of which tests failed: its name, and what these said.
fn failed_tests<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut shown = Vec::new();
    let (mut program, mut begun) = (None, None);
    for (at, line) in lines.iter().enumerate() {
        match line.trim_start() {
            name if name.starts_with("Running ") || name.starts_with("Doc-tests ") => {
                (program, begun) = (Some(*line), None);
            }
            "failures:" => begun = begun.or(Some(at + 1)),
            result if result.starts_with("test result:") => {
                let said = begun.take().map_or(&[][..], |begun| &lines[begun..at]);
                if !said.is_empty() {
                    shown.extend(program);
                    shown.extend(&said[..said.len().min(SHOWN_LINES)]);
                }
            }
            _ => {}
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{SHOWN_LINES, of};

    const RUN: &str = "\
     Running tests/good.rs (target/good)
test fine ... ok
test result: ok. 1 passed; 0 failed
     Running tests/bad.rs (target/bad)
test worse ... FAILED

failures:

---- worse stdout ----
expected 1, found 2

failures:
    worse

test result: FAILED. 0 passed; 1 failed
     Running tests/last.rs (target/last)
";

    #[test]
    fn failed_tests_are_shown_however_much_comes_behind() {
        let shown = of(&(RUN.to_owned() + &"test fine ... ok\n".repeat(500)));
        assert!(shown.contains("tests/bad.rs") && shown.contains("expected 1, found 2"), "{shown}");
        assert!(!shown.contains("tests/good.rs") && !shown.contains("tests/last.rs"), "{shown}");
    }

    #[test]
    fn of_other_tools_the_end_is_shown() {
        let output: String = (0..500).map(|number| format!("line {number}\n")).collect();
        let shown = of(&output);
        assert_eq!(shown.lines().count(), SHOWN_LINES);
        assert!(shown.ends_with("line 499"), "{shown}");
    }
}
