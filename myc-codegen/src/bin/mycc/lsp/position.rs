//! Places of the protocol, line and UTF-16 code unit, and places of the compiler, bytes.

use std::ops::Range as ByteRange;

use lsp_types::{Position, Range};

/// A text and where its lines begin.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Lines end with `\n`, `\r\n` or `\r`.
    pub(super) fn of(text: &'t str) -> Lines<'t> {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The byte at a position; one behind the end of its line or of the text means that end.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let text = self.text[start..end].trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, character) in text.char_indices() {
            // Within a pair of surrogates there is no byte: its character is meant.
            units += character.len_utf16();
            if units > position.character as usize {
                return start + at;
            }
        }
        start + text.len()
    }

    /// The position of a byte.
    pub(super) fn position(&self, offset: usize) -> Position {
        let at_most = offset.min(self.text.len());
        let is_boundary = |at: &usize| self.text.is_char_boundary(*at);
        let offset = (0..=at_most).rev().find(is_boundary).unwrap_or_default();
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let units: usize = self.text[self.starts[line]..offset].chars().map(char::len_utf16).sum();
        Position { line: number(line), character: number(units) }
    }

    /// Both ends.
    pub(super) fn range(&self, bytes: ByteRange<usize>) -> Range {
        Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    /// Both ends the other way; those of a range that ends before it begins are swapped.
    pub(super) fn bytes(&self, range: Range) -> ByteRange<usize> {
        let (a, b) = (self.offset(range.start), self.offset(range.end));
        a.min(b)..a.max(b)
    }
}

/// Sources are short: what does not fit cannot be.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use lsp_types::Position;

    use super::Lines;

    #[test]
    fn characters_are_counted_in_utf_16() {
        let lines = Lines::of("aé𝒳b\r\nx\ry\n");
        for (offset, line, character) in [
            (0, 0, 0),
            (1, 0, 1),
            (3, 0, 2),
            (7, 0, 4),
            (8, 0, 5),
            (10, 1, 0),
            (12, 2, 0),
            (14, 3, 0),
        ] {
            let position = Position { line, character };
            assert_eq!(lines.position(offset), position, "{offset}");
            assert_eq!(lines.offset(position), offset, "{position:?}");
        }
    }

    #[test]
    fn positions_that_are_nowhere_are_the_nearest() {
        let lines = Lines::of("a𝒳\nb");
        assert_eq!(lines.offset(Position { line: 0, character: 2 }), 1);
        assert_eq!(lines.offset(Position { line: 0, character: 99 }), 5);
        assert_eq!(lines.offset(Position { line: 9, character: 9 }), 7);
        assert_eq!(lines.position(3), Position { line: 0, character: 1 });
    }
}
