//! Lists to text.

use super::token::{Kind, Token};
use super::tree::{Element, ElementKind, Entry, List, Piece};

/// Characters of a line, where brackets let it break.
const WIDTH: usize = 100;

/// Spaces of one level.
const INDENT: usize = 4;

/// The text of a file.
pub(super) fn print(file: &List<'_>) -> String {
    let texts: Vec<String> =
        file.elements.iter().map(|element| element_text(element, 0, false)).collect();
    let mut out = String::new();
    // Where the entry before ends, and what it is.
    let mut before: Option<usize> = None;
    let mut blanks: Vec<bool> = file.elements.iter().map(|e| e.has_blank_before).collect();
    for (index, element) in file.elements.iter().enumerate() {
        let ElementKind::Entry(entry) = &element.kind else { continue };
        if let Some(last) = before {
            let has_lines = texts[last].contains('\n') || texts[index].contains('\n');
            let section = section_of(&file.elements[last]);
            let is_apart = blanks[last + 1..=index].contains(&true);
            blanks[last + 1] |= !is_apart && (has_lines || section != section_of_entry(entry));
        }
        before = Some(index);
    }
    for (index, (text, has_blank)) in texts.iter().zip(blanks).enumerate() {
        if has_blank && index > 0 {
            out.push('\n');
        }
        out.push_str(text);
        out.push('\n');
    }
    out
}

/// Parts of a file, between which there is a blank line.
#[derive(PartialEq, Eq)]
enum Section {
    Package,
    Imports,
    Items,
}

fn section_of(element: &Element<'_>) -> Section {
    match &element.kind {
        ElementKind::Entry(entry) => section_of_entry(entry),
        ElementKind::Comment(_) => Section::Items,
    }
}

fn section_of_entry(entry: &Entry<'_>) -> Section {
    match entry.pieces.first() {
        Some(Piece::Token(Token { text: "package", .. })) => Section::Package,
        Some(Piece::Token(Token { text: "import", .. })) => Section::Imports,
        _ => Section::Items,
    }
}

/// An element without the indentation before it.
fn element_text(element: &Element<'_>, level: usize, needs_comma: bool) -> String {
    match &element.kind {
        ElementKind::Comment(comment) => comment_text(comment),
        ElementKind::Entry(entry) => {
            let separator = entry.separator.or(needs_comma.then_some(",")).unwrap_or_default();
            let mut text = EntryPrinter::new(entry, level, separator.len()).print();
            text.push_str(separator);
            if let Some(comment) = entry.trailing {
                text.push(' ');
                text.push_str(comment);
            }
            text
        }
    }
}

/// A comment; documentation gets a space behind its marker.
fn comment_text(comment: &Token<'_>) -> String {
    let text = comment.text;
    match text.as_bytes().get(3) {
        Some(byte) if comment.kind.is_doc() && !byte.is_ascii_whitespace() => {
            format!("{} {}", &text[..3], &text[3..])
        }
        _ => text.to_owned(),
    }
}

struct EntryPrinter<'e, 't> {
    pieces: &'e [Piece<'t>],
    level: usize,
    /// Characters that follow the entry on its last line.
    behind: usize,
    out: String,
    /// Whether the next piece begins a line.
    is_ended: bool,
    /// Level of the line that is being printed.
    line_level: usize,
    /// Pieces of documentation and attributes at its start.
    lead: usize,
    /// Whether each attribute has a line of its own.
    has_attribute_lines: bool,
}

impl<'e, 't> EntryPrinter<'e, 't> {
    fn new(entry: &'e Entry<'t>, level: usize, behind: usize) -> Self {
        let pieces = &entry.pieces[..];
        let lead = lead_of(pieces);
        // Behind the documentation.
        let from = pieces.iter().rposition(|piece| piece.is_kind(Kind::Doc)).map_or(0, |at| at + 1);
        let is_too_long = flat_pieces(&pieces[from..])
            .is_some_and(|text| level * INDENT + text.chars().count() + behind > WIDTH);
        let has_attribute_lines = level == 0 || is_too_long;
        EntryPrinter {
            pieces,
            level,
            behind,
            out: String::new(),
            is_ended: false,
            line_level: level,
            lead,
            has_attribute_lines,
        }
    }

    fn print(mut self) -> String {
        for index in 0..self.pieces.len() {
            match &self.pieces[index] {
                Piece::Token(token) if token.kind == Kind::Comment => self.comment(index, token),
                Piece::Token(token) if token.kind.is_doc() => {
                    self.is_ended |= !self.out.is_empty();
                    self.start_piece(index);
                    self.out.push_str(&comment_text(token));
                    self.is_ended = true;
                }
                Piece::Token(token) => {
                    self.start_piece(index);
                    self.out.push_str(token.text);
                }
                Piece::Group { open, list, close } => {
                    self.start_piece(index);
                    self.group(index, open.text, list, close);
                }
            }
            if self.has_attribute_lines && ends_attribute(&self.pieces[..self.lead], index) {
                self.is_ended = true;
            }
        }
        self.out
    }

    /// Begins a line, or puts a space where one belongs.
    fn start_piece(&mut self, index: usize) {
        if self.is_ended {
            self.line_level = if index <= self.lead { self.level } else { self.level + 1 };
            push_line(&mut self.out, self.line_level);
            self.is_ended = false;
        } else if has_space_before(self.pieces, index) {
            self.out.push(' ');
        }
    }

    fn comment(&mut self, index: usize, comment: &Token<'_>) {
        if comment.line_breaks > 0 || self.is_ended {
            self.is_ended = true;
            self.start_piece(index);
        } else {
            self.out.push(' ');
        }
        self.out.push_str(comment.text);
        self.is_ended = true;
    }

    fn group(&mut self, index: usize, open: &str, list: &List<'_>, close: &str) {
        let stays = open != "{" || !list.is_broken || list.elements.is_empty();
        if let Some(text) = flat_group(open, list, close).filter(|_| stays) {
            let column = column_of(&self.out, self.level);
            if column + text.chars().count() + self.width_behind(index + 1) <= WIDTH {
                self.out.push_str(&text);
                return;
            }
        }
        let level = if open == "{" { self.level } else { self.line_level };
        print_broken(&mut self.out, open, list, close, level);
    }

    /// Width of what follows on the line in any case.
    fn width_behind(&self, from: usize) -> usize {
        if self.has_attribute_lines && from <= self.lead {
            return 0;
        }
        let ends_line = |piece: &Piece<'_>| match piece {
            Piece::Token(token) => token.kind == Kind::Comment || token.kind.is_doc(),
            Piece::Group { .. } => true,
        };
        let end = self.pieces[from..].iter().position(ends_line);
        let end_width = if end.is_none() { self.behind } else { 0 };
        let pieces = from..end.map_or(self.pieces.len(), |end| from + end);
        let widths = pieces.map(|index| {
            let space = usize::from(has_space_before(self.pieces, index));
            space + self.pieces[index].opening_text().chars().count()
        });
        widths.sum::<usize>() + end_width
    }
}

/// A list with a line for each of its elements.
fn print_broken(out: &mut String, open: &str, list: &List<'_>, close: &str, level: usize) {
    out.push_str(open);
    if let Some(comment) = list.opening {
        out.push(' ');
        out.push_str(comment);
    }
    let last = list.elements.iter().rposition(|e| matches!(e.kind, ElementKind::Entry(_)));
    for (index, element) in list.elements.iter().enumerate() {
        if element.has_blank_before && index > 0 {
            out.push('\n');
        }
        push_line(out, level + 1);
        if open == "{" || last != Some(index) {
            out.push_str(&element_text(element, level + 1, open == "{"));
        } else {
            out.push_str(&last_element_text(element, level + 1));
        }
    }
    push_line(out, level);
    out.push_str(close);
}

/// The last entry of a list that is not in braces: no comma follows.
fn last_element_text(element: &Element<'_>, level: usize) -> String {
    let ElementKind::Entry(entry) = &element.kind else { return String::new() };
    let mut text = EntryPrinter::new(entry, level, 0).print();
    if let Some(comment) = entry.trailing {
        text.push(' ');
        text.push_str(comment);
    }
    text
}

fn push_line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', level * INDENT));
}

/// Column behind what is printed; the first line is indented later.
fn column_of(out: &str, level: usize) -> usize {
    match out.rsplit_once('\n') {
        Some((_, line)) => line.chars().count(),
        None => level * INDENT + out.chars().count(),
    }
}

/// How many pieces at the start are documentation, attributes, and comments among them.
fn lead_of(pieces: &[Piece<'_>]) -> usize {
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        if piece.opening_text() == "@" {
            at += 2;
            if pieces.get(at).is_some_and(|piece| piece.opening_text() == "(") {
                at += 1;
            }
        } else if piece.is_kind(Kind::Doc) || piece.is_kind(Kind::Comment) {
            at += 1;
        } else {
            break;
        }
    }
    at.min(pieces.len())
}

/// Whether the piece at `index` ends an attribute of the lead.
fn ends_attribute(lead: &[Piece<'_>], index: usize) -> bool {
    let is = |at: usize, text: &str| lead.get(at).is_some_and(|piece| piece.opening_text() == text);
    let is_name = |at: usize| at > 0 && is(at - 1, "@");
    if index >= lead.len() {
        return false;
    }
    is_name(index) && !is(index + 1, "(") || index > 1 && is(index, "(") && is_name(index - 1)
}

/// Pieces on one line, unless a comment keeps them from it.
fn flat_pieces(pieces: &[Piece<'_>]) -> Option<String> {
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        if has_space_before(pieces, index) {
            out.push(' ');
        }
        match piece {
            Piece::Token(token) if token.kind == Kind::Comment || token.kind.is_doc() => {
                return None;
            }
            Piece::Token(token) => out.push_str(token.text),
            Piece::Group { open, list, close } => {
                out.push_str(&flat_group(open.text, list, close)?);
            }
        }
    }
    Some(out)
}

fn flat_group(open: &str, list: &List<'_>, close: &str) -> Option<String> {
    if list.opening.is_some() {
        return None;
    }
    let mut entries = Vec::new();
    for (index, element) in list.elements.iter().enumerate() {
        let ElementKind::Entry(entry) = &element.kind else { return None };
        if entry.trailing.is_some() {
            return None;
        }
        let mut text = flat_pieces(&entry.pieces)?;
        let is_last = index + 1 == list.elements.len();
        text.push_str(entry.separator.filter(|mark| !is_last || *mark == ";").unwrap_or_default());
        entries.push(text);
    }
    let inside = entries.join(" ");
    let space = if open == "{" && !inside.is_empty() { " " } else { "" };
    Some(format!("{open}{space}{inside}{space}{close}"))
}

/// Whether a space stands between a piece and the one before it.
fn has_space_before(pieces: &[Piece<'_>], index: usize) -> bool {
    let Some(before) = index.checked_sub(1).map(|at| &pieces[at]) else { return false };
    let is_value = |piece: &Piece<'_>| match piece {
        Piece::Token(Token { text: "reserved", .. }) => false,
        Piece::Token(token) => token.kind == Kind::Word || token.text == "?",
        Piece::Group { .. } => true,
    };
    let is_sign = before.opening_text() == "-"
        && index.checked_sub(2).is_none_or(|at| !is_value(&pieces[at]));
    if is_sign || matches!(before.mark(), Some("@" | "." | ".." | "..=")) {
        return false;
    }
    match pieces[index].opening_text() {
        "," | ";" | ":" | "?" | "." | "<" => false,
        ".." | "..=" => !is_value(before),
        "(" => index.checked_sub(2).is_none_or(|at| pieces[at].mark() != Some("@")),
        _ => true,
    }
}

impl Piece<'_> {
    /// The token, or the bracket that opens the group.
    fn opening_text(&self) -> &str {
        match self {
            Piece::Token(token) | Piece::Group { open: token, .. } => token.text,
        }
    }

    fn mark(&self) -> Option<&str> {
        match self {
            Piece::Token(token) if token.kind == Kind::Mark => Some(token.text),
            _ => None,
        }
    }

    fn is_kind(&self, kind: Kind) -> bool {
        matches!(self, Piece::Token(token) if token.kind == kind)
    }
}
