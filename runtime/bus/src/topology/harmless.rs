//! What a topology's files say, as a terminal may be given it: a file may come from anybody, and what is shown of it
//! beside a fault must neither steer the terminal nor look like a line of ours.

/// Words: what does something to a terminal stands as its escape, `\u{1b}`.
pub(super) fn words(text: &str) -> String {
    let shown = |char: char| match char {
        char if char != '\n' && does_something(char) => char.escape_unicode().to_string(),
        char => char.to_string(),
    };
    text.chars().map(shown).collect()
}

/// A whole file: as many question marks as it has bytes, so that each place is where it was.
pub(super) fn source(text: &str) -> String {
    let shown = |char: char| match char {
        // Ends of lines, and what the renderer itself writes as spaces.
        '\n' | '\r' | '\t' => char.to_string(),
        char if does_something(char) => "?".repeat(char.len_utf8()),
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
