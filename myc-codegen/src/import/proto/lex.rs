//! Tokens of `.proto` files, each with the comments around it.

use crate::import::report::{At, ImportError, Report};

/// A token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: usize,
    /// Comments that stand apart in front of it.
    pub(super) apart: Vec<String>,
    /// The comment right in front of it.
    pub(super) docs: Vec<String>,
    /// The comment behind it on its line.
    pub(super) behind: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or name, perhaps with points: `foo.bar.Baz`.
    Word(String),
    /// A number, as it is written.
    Number(String),
    /// What is in quotes, without the escapes.
    Text(String),
    Symbol(char),
    End,
}

/// All tokens, with an `End` behind them.
pub(super) fn lex(text: &str, report: &Report) -> Result<Vec<Token>, ImportError> {
    let mut lexer = Lexer {
        rest: text.trim_start_matches('\u{feff}'),
        line: 1,
        tokens: Vec::new(),
        apart: Vec::new(),
        docs: Vec::new(),
        docs_end: 0,
        report,
    };
    while lexer.step()? {}
    Ok(lexer.tokens)
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    tokens: Vec<Token>,
    apart: Vec<String>,
    docs: Vec<String>,
    /// Line of the last comment in `docs`.
    docs_end: usize,
    report: &'t Report,
}

impl<'t> Lexer<'t> {
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// The next token or comment; false at the end.
    fn step(&mut self) -> Result<bool, ImportError> {
        self.take_while(char::is_whitespace);
        let Some(first) = self.rest.chars().next() else {
            self.push(Kind::End, self.line);
            return Ok(false);
        };
        let line = self.line;
        if self.rest.starts_with("//") {
            let text = self.take_while(|c| c != '\n').trim_start_matches('/').trim().to_owned();
            self.comment(line, vec![text]);
        } else if self.rest.starts_with("/*") {
            let end = self.rest.find("*/").ok_or_else(|| {
                self.report.error(At::Line(line), "this comment has no end, `*/`")
            })?;
            let text = self.take(end + 2);
            self.comment(line, block_lines(&text[2..text.len() - 2]));
        } else if first.is_ascii_alphabetic() || first == '_' {
            let word = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            self.push(Kind::Word(word.to_owned()), line);
        } else if first.is_ascii_digit() || self.is_fraction() {
            let number = self.number();
            self.push(Kind::Number(number), line);
        } else if first == '"' || first == '\'' {
            let text = self.quoted(first)?;
            self.push(Kind::Text(text), line);
        } else if first.is_ascii_punctuation() {
            self.take(1);
            self.push(Kind::Symbol(first), line);
        } else {
            let message = format!("`{}` does not belong here", first.escape_debug());
            return Err(self.report.error(At::Line(line), message));
        }
        Ok(true)
    }

    fn is_fraction(&self) -> bool {
        self.rest.starts_with('.') && self.rest[1..].starts_with(|c: char| c.is_ascii_digit())
    }

    fn number(&mut self) -> String {
        let mut number = String::new();
        loop {
            number.push_str(self.take_while(|c| c.is_ascii_alphanumeric() || c == '.'));
            let is_exponent = number.ends_with(['e', 'E']) && !number.starts_with("0x");
            if !is_exponent || !self.rest.starts_with(['+', '-']) {
                return number;
            }
            number.push_str(self.take(1));
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, ImportError> {
        let line = self.line;
        self.take(1);
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|c| c != quote && c != '\\' && c != '\n'));
            match self.rest.chars().next() {
                Some('\\') => {
                    // What is escaped matters to nobody here: strings name files and options.
                    let escaped = self.rest.chars().nth(1).map_or(0, char::len_utf8);
                    text.push_str(&self.take(1 + escaped)[1..]);
                }
                Some(c) if c == quote => {
                    self.take(1);
                    return Ok(text);
                }
                _ => return Err(self.report.error(At::Line(line), "this string has no end")),
            }
        }
    }

    fn comment(&mut self, line: usize, text: Vec<String>) {
        let is_behind = self.tokens.last().is_some_and(|token| token.line == line);
        if is_behind && self.docs.is_empty() {
            if let Some(token) = self.tokens.last_mut() {
                token.behind.extend(text);
            }
            return;
        }
        if self.docs_end + 1 < line {
            self.apart.append(&mut self.docs);
        }
        self.docs.extend(text);
        self.docs_end = self.line;
    }

    fn push(&mut self, kind: Kind, line: usize) {
        if self.docs_end + 1 < line {
            self.apart.append(&mut self.docs);
        }
        let (apart, docs) = (std::mem::take(&mut self.apart), std::mem::take(&mut self.docs));
        self.tokens.push(Token { kind, line, apart, docs, behind: Vec::new() });
    }
}

/// Lines of a block comment without its ornaments.
fn block_lines(text: &str) -> Vec<String> {
    let plain = |line: &str| line.trim().trim_start_matches('*').trim().to_owned();
    let lines: Vec<String> = text.lines().map(plain).collect();
    let is_text = |line: &String| !line.is_empty();
    let first = lines.iter().position(is_text).unwrap_or(lines.len());
    let end = lines.iter().rposition(is_text).map_or(first, |last| last + 1);
    lines[first..end].to_vec()
}
