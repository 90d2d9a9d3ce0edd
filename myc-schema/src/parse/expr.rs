//! Values: literals, names and arithmetic.

use pest::iterators::Pair;

use super::{Lowering, Rule};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;
use crate::tree::{Expr, ExprKind, Operator};

impl Lowering<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        self.chain(pair)
    }

    /// The value inside a pair that holds one.
    pub(super) fn only_expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let inner = pair.into_inner().find(|inner| inner.as_rule() == Rule::expr)?;
        self.expr(inner)
    }

    /// Operands and the operators between them.
    fn chain(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let (mut first, mut rest, mut operator) = (None, Vec::new(), Operator::Add);
        for inner in pair.into_inner() {
            let operand = match inner.as_rule() {
                Rule::term => self.chain(inner)?,
                Rule::factor => self.factor(inner)?,
                _ => {
                    operator = operator_of(inner.as_str());
                    continue;
                }
            };
            match first {
                None => first = Some(operand),
                Some(_) => rest.push((operator, operand)),
            }
        }
        let first = first?;
        let Some((_, last)) = rest.last() else { return Some(first) };
        let span = first.span.to(last.span);
        Some(Expr { span, kind: ExprKind::Chain(Box::new(first), rest) })
    }

    fn factor(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let mut minus: Option<Span> = None;
        for inner in pair.into_inner() {
            let span = self.span(&inner);
            let kind = match inner.as_rule() {
                Rule::minus => {
                    minus = Some(span);
                    continue;
                }
                Rule::number => ExprKind::Number(inner.as_str().to_owned()),
                Rule::string => ExprKind::Text(self.string(&inner)),
                Rule::bool => ExprKind::Bool(inner.as_str() == "true"),
                Rule::path => ExprKind::Name(self.path(&inner)),
                _ => self.only_expr(inner)?.kind,
            };
            let operand = Expr { span, kind };
            return Some(match minus {
                None => operand,
                Some(sign) => {
                    Expr { span: sign.to(span), kind: ExprKind::Negative(Box::new(operand)) }
                }
            });
        }
        None
    }

    /// Text of a string literal; a bad escape is reported and left out.
    pub(super) fn string(&mut self, pair: &Pair<'_, Rule>) -> String {
        let start = self.span(pair).start + 1;
        let quoted = pair.as_str();
        let body = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        let mut text = String::with_capacity(body.len());
        let mut rest = body;
        while let Some(at) = rest.find('\\') {
            text.push_str(&rest[..at]);
            let (character, length) = unescape(&rest[at..]);
            match character {
                Some(character) => text.push(character),
                None => {
                    let from = start + body.len() - rest.len() + at;
                    self.report_escape(Span { file: self.file, start: from, end: from + length });
                }
            }
            rest = &rest[at + length..];
        }
        text.push_str(rest);
        text
    }

    fn report_escape(&mut self, span: Span) {
        let message = format!("unknown escape `{}`", &self.text[span.range()]);
        let help = "there are \\n, \\r, \\t, \\0, \\\\, \\\" and \\u{1F600}";
        self.sink.report(Diagnostic::new(Code::STRING, message, span, "not an escape").help(help));
    }
}

fn operator_of(text: &str) -> Operator {
    match text {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        _ => Operator::Divide,
    }
}

/// The character that an escape stands for, if any, and how many bytes the escape has.
fn unescape(text: &str) -> (Option<char>, usize) {
    let letter = text.chars().nth(1);
    let plain = match letter {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('0') => '\0',
        Some('\\') => '\\',
        Some('"') => '"',
        Some('u') => return unescape_code(text),
        _ => return (None, 1 + letter.map_or(0, char::len_utf8)),
    };
    (Some(plain), 2)
}

fn unescape_code(text: &str) -> (Option<char>, usize) {
    let digits = text.strip_prefix("\\u{").and_then(|rest| rest.split_once('}'));
    match digits {
        Some((digits, _)) if (1..=6).contains(&digits.len()) => {
            let code = u32::from_str_radix(digits, 16).ok();
            (code.and_then(char::from_u32), digits.len() + 4)
        }
        _ => (None, 2),
    }
}
