//! Values: literals, names and arithmetic.

use pest::iterators::Pair;

use super::{Lowering, Rule};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;
use crate::tree::{Argument, Expr, ExprKind, Operator, Range};

impl Lowering<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        self.chain(pair)
    }

    /// The value inside a pair that holds one.
    pub(super) fn only_expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::expr => return self.expr(inner),
                Rule::value => return self.value(inner),
                _ => {}
            }
        }
        None
    }

    /// A value that may have parts.
    pub(super) fn value(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let inner = pair.into_inner().next()?;
        let span = self.span(&inner);
        match inner.as_rule() {
            Rule::list_value => Some(Expr { span, kind: ExprKind::List(self.values(inner)?) }),
            Rule::brace_value => Some(Expr { span, kind: ExprKind::Braces(self.pairs(inner)?) }),
            _ => self.expr(inner),
        }
    }

    fn values(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<Expr>> {
        let values = pair.into_inner().filter(|inner| inner.as_rule() == Rule::value);
        values.map(|value| self.value(value)).collect()
    }

    fn pairs(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<(Expr, Expr)>> {
        let pairs = pair.into_inner().filter(|inner| inner.as_rule() == Rule::pair_value);
        pairs
            .map(|pair| {
                let mut both = self.values(pair)?.into_iter();
                Some((both.next()?, both.next()?))
            })
            .collect()
    }

    /// A value or range that an attribute is given.
    pub(super) fn argument(&mut self, pair: Pair<'_, Rule>) -> Option<Argument> {
        let span = self.trimmed(self.span(&pair));
        let mut min = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::expr => min = Some(self.expr(inner)?),
                Rule::range_rest => return self.range(min, inner, span).map(Argument::Range),
                _ => {}
            }
        }
        min.map(Argument::Value)
    }

    fn range(&mut self, min: Option<Expr>, rest: Pair<'_, Rule>, span: Span) -> Option<Range> {
        let mut mark = None;
        let mut max = None;
        for inner in rest.into_inner() {
            match inner.as_rule() {
                Rule::range_mark => mark = Some((self.span(&inner), inner.as_str() == "..=")),
                _ => max = Some(self.expr(inner)?),
            }
        }
        let (mark, is_inclusive) = mark?;
        Some(Range { min, mark, is_inclusive, max, span })
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
                _ => self.group(inner)?,
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

    /// What stands in parentheses: one value is just that, several are a tuple.
    fn group(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut values = self.values(pair)?;
        match values.len() {
            1 => values.pop().map(|value| value.kind),
            _ => Some(ExprKind::Tuple(values)),
        }
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
