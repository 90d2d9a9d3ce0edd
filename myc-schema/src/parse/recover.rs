//! What to say about text that no rule takes.

use std::ops::ControlFlow;

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pair;

use super::{Grammar, Lowering, Rule};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

const KEYWORDS: [&str; 11] = [
    "const", "type", "open", "closed", "enum", "flags", "struct", "message", "union", "import",
    "reserved",
];

impl Lowering<'_> {
    /// Reports a piece that recovery skipped: parsing it by the rule that it should have kept to
    /// says where it goes wrong.
    pub(super) fn report_bad(&mut self, pair: &Pair<'_, Rule>, should_be: Rule) {
        if self.is_enough(pair) {
            return;
        }
        let span = self.trimmed(self.span(pair));
        let piece = &self.text[span.range()];
        if self.report_misplaced_doc(piece, span).is_break() {
            return;
        }
        match Grammar::parse(should_be, piece) {
            Err(error) => self.report_syntax(error, span.start, span.end),
            Ok(_) => {
                let message = "this does not belong here";
                self.sink.report(Diagnostic::new(Code::SYNTAX, message, span, "unexpected"));
            }
        }
    }

    /// Reports `,` or `}` that is missing between members.
    pub(super) fn report_gap(&mut self, rule: Rule, pair: &Pair<'_, Rule>, open: usize) {
        if !matches!(rule, Rule::missing_comma | Rule::unclosed) || self.is_enough(pair) {
            return;
        }
        let at = self.end_of_token_before(pair.as_span().start());
        match rule {
            Rule::missing_comma => self.report_expected("`,`", at, at),
            Rule::unclosed => {
                let open = Span { file: self.file, start: open, end: open + 1 };
                let span = Span { start: at, end: at, ..open };
                let message = "a `{` is never closed";
                self.sink.report(
                    Diagnostic::new(Code::SYNTAX, message, span, "expected `}`")
                        .related(open, "opened here"),
                );
            }
            _ => {}
        }
    }

    /// Counts a fault without finding words for it, once there are enough.
    fn is_enough(&mut self, pair: &Pair<'_, Rule>) -> bool {
        if self.sink.is_full() {
            let span = self.span(pair);
            self.sink.report(Diagnostic::new(Code::SYNTAX, "unexpected", span, ""));
        }
        self.sink.is_full()
    }

    /// Reports what pest says of a piece that lies from `base` to `end`.
    pub(super) fn report_syntax(&mut self, error: Error<Rule>, base: usize, end: usize) {
        let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
        let at = base + at;
        let ErrorVariant::ParsingError { positives, .. } = error.variant else { return };
        let expected = expected(&positives);
        let ends_early = self.text[at..end].trim().is_empty();
        let at_line_start = self.text[..at].trim_end_matches([' ', '\t']).ends_with('\n');
        if expected.is_mark && (ends_early || at_line_start) {
            let place = self.end_of_token_before(at);
            return self.report_expected(&expected.text, place, place);
        }
        if ends_early {
            let place = self.end_of_token_before(end);
            return self.report_expected(&expected.text, place, place);
        }
        self.report_expected(&expected.text, at, at + token_length(&self.text[at..]));
    }

    fn report_expected(&mut self, expected: &str, start: usize, end: usize) {
        let span = Span { file: self.file, start, end };
        let found = &self.text[span.range()];
        let rest = &self.text[start..];
        if self.report_misplaced_doc(rest, span).is_break() || self.report_string(rest).is_break() {
            return;
        }
        if found == "?" && self.text[..start].ends_with('?') {
            let message = "this type is optional already";
            self.sink.report(Diagnostic::new(Code::OPTIONAL, message, span, "second `?`").replace(
                span,
                "",
                "remove it",
            ));
            return;
        }
        let message = match found {
            "" => format!("expected {expected}"),
            "\n" | "\r" => format!("expected {expected}, found the end of the line"),
            " " | "\t" => format!("expected {expected}, found a space"),
            _ => format!("expected {expected}, found `{found}`"),
        };
        let mut diagnostic =
            Diagnostic::new(Code::SYNTAX, message, span, format!("expected {expected}"));
        if expected == AN_ITEM {
            diagnostic = diagnostic.did_you_mean(span, found, KEYWORDS).help(
                "an item begins with `const`, `type`, `open enum`, `closed enum`, `flags`, \
                 `struct`, `message`, `open union` or `closed union`",
            );
        } else if !found.is_ascii() {
            diagnostic = diagnostic.help("names are made of the letters a to z, digits and `_`");
        } else if found.is_empty() && expected.len() == 3 {
            let mark = expected.trim_matches('`');
            diagnostic = diagnostic.replace(span, mark, format!("add {expected}"));
        }
        self.sink.report(diagnostic);
    }

    fn report_misplaced_doc(&mut self, text: &str, span: Span) -> ControlFlow<()> {
        let line = text.lines().next().unwrap_or_default();
        let is_alone = text.lines().all(|line| line.trim_start().starts_with("///"));
        let (message, help) = if line.starts_with("//!") {
            ("`//!` is out of place", "it documents the package, at the top of the file")
        } else if line.starts_with("///") && (is_alone || span.range().len() <= line.len()) {
            ("`///` documents nothing", "put it in front of an item or member, or write `//`")
        } else {
            return ControlFlow::Continue(());
        };
        let span = Span { end: span.start + line.trim_end().len(), ..span };
        self.sink.report(Diagnostic::new(Code::DOC, message, span, "documentation").help(help));
        ControlFlow::Break(())
    }

    fn report_string(&mut self, text: &str) -> ControlFlow<()> {
        if !text.starts_with('"') || token_length(text) > 1 {
            return ControlFlow::Continue(());
        }
        let start = self.text.len() - text.len();
        let line = text.lines().next().unwrap_or_default();
        let span = Span { file: self.file, start, end: start + line.trim_end().len() };
        let help = "end it with `\"` on the same line; a line break in it is written `\\n`";
        let message = "a string is never closed";
        self.sink.report(Diagnostic::new(Code::STRING, message, span, "begins here").help(help));
        ControlFlow::Break(())
    }

    /// Where the last token in front of a place ends.
    fn end_of_token_before(&self, at: usize) -> usize {
        let mut end = self.text[..at].trim_end().len();
        loop {
            let line = self.text[..end].rfind('\n').map_or(0, |at| at + 1);
            let Some(comment) = comment_start(&self.text[line..end]) else { return end };
            let before = self.text[..line + comment].trim_end().len();
            if before == 0 {
                return end;
            }
            end = before;
        }
    }
}

/// Where a comment begins in a line, strings set aside.
fn comment_start(line: &str) -> Option<usize> {
    let mut in_string = false;
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '/' if !in_string && line[at..].starts_with("//") => return Some(at),
            _ => {}
        }
    }
    None
}

/// Bytes of the token at the start of a text.
fn token_length(text: &str) -> usize {
    let word = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    if word > 0 {
        return word;
    }
    if text.starts_with('"') {
        let line = text.lines().next().unwrap_or_default();
        return line[1..].find('"').map_or(1, |end| end + 2);
    }
    text.chars().next().map_or(0, char::len_utf8)
}

const AN_ITEM: &str = "an item";

struct Expected {
    text: String,
    /// Whether it is punctuation, which belongs behind what comes before it.
    is_mark: bool,
}

fn expected(rules: &[Rule]) -> Expected {
    let has = |rule| rules.contains(&rule);
    let items = [Rule::item, Rule::package, Rule::attribute, Rule::const_item, Rule::kw_const];
    if has(Rule::only_entry) || items.into_iter().filter(|rule| has(*rule)).count() > 1 {
        return Expected { text: AN_ITEM.to_owned(), is_mark: false };
    }
    // Behind a type a default may follow, and behind a piece nothing; what must follow says more.
    let has_must = has(Rule::comma) || has(Rule::semicolon);
    let is_told =
        |rule: &Rule| !(has_must && matches!(rule, Rule::equals | Rule::default | Rule::EOI));
    let rules: Vec<Rule> = rules.iter().copied().filter(is_told).collect();
    let mut names: Vec<&str> = rules.iter().filter_map(|rule| needed_name(*rule)).collect();
    if names.is_empty() {
        names = rules.iter().filter_map(|rule| possible_name(*rule)).collect();
    }
    names.sort_unstable();
    names.dedup();
    let is_mark = !names.is_empty() && names.iter().all(|name| name.starts_with('`'));
    let text = match names.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    };
    Expected { text, is_mark }
}

/// What has to come, as opposed to what also could.
fn needed_name(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::semicolon => "`;`",
        Rule::colon => "`:`",
        Rule::comma => "`,`",
        Rule::equals | Rule::id => "`=`",
        Rule::greater => "`>`",
        Rule::close_paren => "`)`",
        Rule::close_bracket => "`]`",
        Rule::open_brace | Rule::members | Rule::fields => "`{`",
        Rule::close_brace => "`}`",
        Rule::ident | Rule::path => "a name",
        Rule::type_ | Rule::tuple | Rule::list | Rule::named => "a type",
        Rule::only_field | Rule::field => "a field",
        Rule::only_member | Rule::member => "a member",
        Rule::string => "a string",
        Rule::expr | Rule::term | Rule::factor | Rule::number | Rule::bool | Rule::group => {
            "a value"
        }
        Rule::value | Rule::list_value | Rule::brace_value | Rule::pair_value => "a value",
        Rule::argument | Rule::reserved_entry => "a value",
        Rule::EOI => "nothing more",
        Rule::kw_enum | Rule::kw_union => "`enum` or `union`",
        Rule::kw_message => "`message`",
        _ => return None,
    })
}

fn possible_name(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::add_op | Rule::mul_op => "an operator",
        Rule::minus => "`-`",
        Rule::question => "`?`",
        Rule::default => "`=`",
        Rule::bound => "`;`",
        Rule::dots | Rule::range_rest | Rule::range_mark => "`..`",
        Rule::alias | Rule::kw_as => "`as`",
        Rule::less | Rule::type_arguments => "`<`",
        Rule::open_paren | Rule::arguments => "`(`",
        Rule::open_bracket => "`[`",
        Rule::at | Rule::attribute => "an attribute",
        Rule::outer_doc => "documentation",
        _ => return None,
    })
}
