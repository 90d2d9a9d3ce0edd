//! A look at the text before the grammar: limits, comments, characters that cannot be there.

use crate::diag::{Code, Diagnostic, Sink};
use crate::limits;
use crate::source::{FileId, Span};

/// Places of the plain comments, or nothing where the text must not reach the grammar.
pub(super) fn scan(file: FileId, text: &str, sink: &mut Sink) -> Option<Vec<Span>> {
    let mut scan =
        Scan { file, text: text.as_bytes(), at: 0, open: Vec::new(), comments: Vec::new() };
    match scan.run() {
        Ok(()) => Some(scan.comments),
        Err(diagnostic) => {
            sink.report(*diagnostic);
            None
        }
    }
}

struct Scan<'t> {
    file: FileId,
    text: &'t [u8],
    /// Next byte to look at.
    at: usize,
    /// Commas so far inside each bracket that is open.
    open: Vec<usize>,
    comments: Vec<Span>,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), Box<Diagnostic>> {
        if self.text.starts_with("\u{feff}".as_bytes()) {
            let (message, span) = ("the file begins with a byte-order mark", self.span(0, 3));
            let help = "save the file as UTF-8 without it";
            let diagnostic = Diagnostic::new(Code::FILE, message, span, "three bytes EF BB BF");
            return Err(Box::new(diagnostic.help(help)));
        }
        while let Some(&byte) = self.text.get(self.at) {
            let start = self.at;
            self.at += 1;
            match byte {
                b'/' if self.text.get(self.at) == Some(&b'/') => self.skip_comment(start),
                b'"' => self.skip_string(),
                b'(' | b'[' | b'{' | b'<' => self.open(start)?,
                b')' | b']' | b'}' | b'>' => drop(self.open.pop()),
                b',' => self.part(start)?,
                0..=8 | 11 | 12 | 14..=31 | 127 => return Err(self.control(start, byte)),
                _ => {}
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self, start: usize) {
        let length = self.text[start..].iter().position(|b| *b == b'\n');
        self.at = length.map_or(self.text.len(), |length| start + length);
        let comment = &self.text[start..self.at];
        let is_doc = comment.starts_with(b"//!")
            || comment.starts_with(b"///") && !comment.starts_with(b"////");
        if !is_doc {
            self.comments.push(self.span(start, self.at));
        }
    }

    fn skip_string(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'\n' => return,
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' if self.text.get(self.at + 1) != Some(&b'\n') => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn open(&mut self, start: usize) -> Result<(), Box<Diagnostic>> {
        self.open.push(0);
        if self.open.len() <= limits::NESTING {
            return Ok(());
        }
        let message = format!("brackets are nested more than {} deep", limits::NESTING);
        let span = self.span(start, start + 1);
        let help = "give the inner types names of their own; the rest of the file was not read";
        Err(Box::new(Diagnostic::new(Code::LIMIT, message, span, "too deep").help(help)))
    }

    fn part(&mut self, start: usize) -> Result<(), Box<Diagnostic>> {
        let Some(parts) = self.open.last_mut() else { return Ok(()) };
        *parts += 1;
        if *parts <= limits::PARTS {
            return Ok(());
        }
        let message = format!("more than {} parts stand between two brackets", limits::PARTS);
        let span = self.span(start, start + 1);
        let help = "put some of them elsewhere; the rest of the file was not read";
        Err(Box::new(Diagnostic::new(Code::LIMIT, message, span, "one too many").help(help)))
    }

    fn control(&self, start: usize, byte: u8) -> Box<Diagnostic> {
        let message = format!("control character 0x{byte:02x} in a source file");
        let span = self.span(start, start + 1);
        let help = "remove it; in a string it is written as an escape, `\\u{…}`";
        Box::new(Diagnostic::new(Code::SYNTAX, message, span, "not text").help(help))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start, end }
    }
}
