//! Text from outside (topics, nodes, reasons, whatever a peer or a file tells) as a terminal may be given it.

use serde_json::Value;

/// A text that does nothing to a terminal and stays on its line.
pub(crate) fn harmless(text: &str) -> String {
    shown(text, |_| false)
}

/// The same of several lines.
pub(crate) fn harmless_lines(text: &str) -> String {
    shown(text, |char| char == '\n')
}

/// JSON whose texts do nothing to a terminal: what JSON leaves as it is, is escaped too. It means the same.
pub(crate) fn harmless_json(json: &Value, is_pretty: bool) -> String {
    let text = if is_pretty { format!("{json:#}") } else { json.to_string() };
    if text.chars().all(|char| !does_something(char) || char == '\n') {
        return text;
    }
    let mut units = [0; 2];
    let escaped = |char: char| match char {
        // Of the control characters JSON has escaped those that matter to it; a line's end is the layout's.
        char if char != '\n' && does_something(char) => {
            let units = char.encode_utf16(&mut units);
            units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }
        char => char.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn shown(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let shown = |char: char| match char {
        char if does_something(char) && !is_kept(char) => char.escape_unicode().to_string(),
        char => char.to_string(),
    };
    text.chars().map(shown).collect()
}

/// Controls the terminal, or changes the direction or place of what is written after it.
fn does_something(char: char) -> bool {
    let is_steering = matches!(
        char,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    );
    char.is_control() || is_steering
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_shown_steers_no_terminal_and_feigns_no_line() {
        let hostile = "a\u{1b}[2J\nerror: b\u{202e}\u{9b}c µ";
        assert_eq!(harmless(hostile), "a\\u{1b}[2J\\u{a}error: b\\u{202e}\\u{9b}c µ");
        assert_eq!(harmless_lines(hostile), "a\\u{1b}[2J\nerror: b\\u{202e}\\u{9b}c µ");
    }

    #[test]
    fn json_means_the_same_and_steers_no_terminal() {
        let value = json!({ "\u{9b}2J": ["\u{1b}\u{7f}\u{202e}\u{feff}\n", "µ 🦀"] });
        for is_pretty in [false, true] {
            let text = harmless_json(&value, is_pretty);
            assert_eq!(text.chars().find(|char| does_something(*char) && *char != '\n'), None);
            assert!(text.contains("µ 🦀"), "{text}");
            assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
        }
    }
}
