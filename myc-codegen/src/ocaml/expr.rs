//! OCaml expressions, as far as generated code needs them.

use std::borrow::Cow;

use crate::names::has_word;

/// A piece of code; most are words that are known beforehand.
pub(super) type Text = Cow<'static, str>;

/// An expression; [`print`](super::print) lays it out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// Text that stands wherever an argument may: a name, a literal, something in parentheses.
    Atom(Text),
    /// A function and its arguments.
    Call(Text, Vec<Expr>),
    /// A function that is an expression itself, and its arguments.
    Apply(Vec<Expr>),
    /// `~name:value`, an argument.
    Label(&'static str, Box<Expr>),
    /// `let pattern = value in body`.
    Let(String, Box<Expr>, Box<Expr>),
    /// `if condition then yes else no`; the condition is laid out on one line.
    If(String, Box<Expr>, Box<Expr>),
    /// `if condition then yes`, of type unit.
    When(String, Box<Expr>),
    /// `match value with | pattern -> … | …`.
    Match(String, Vec<(String, Expr)>),
    /// `fun parameters -> body`.
    Fun(String, Box<Expr>),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `[ a; b ]` or `[| a; b |]`, with as many on each line as fit.
    Items([&'static str; 2], Vec<String>),
    /// `{ a; b = value }`.
    Record(Vec<(String, Expr)>),
    /// `a; b; c`.
    Seq(Vec<Expr>),
    /// `value >= 0`: a value and what it is held against.
    Test(Box<Expr>, String),
    /// `a && b && c`.
    All(Vec<Expr>),
    /// `let c = a in if c <> 0 then c else …`: the first that is not 0.
    FirstNonZero(Vec<Expr>),
}

/// Text that stands wherever an argument may.
pub(super) fn atom(text: impl Into<Text>) -> Expr {
    Expr::Atom(text.into())
}

/// A function and its arguments.
pub(super) fn call(function: impl Into<Text>, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(function.into(), arguments.into_iter().collect())
}

/// `let pattern = value in body`.
pub(super) fn bind(pattern: impl Into<String>, value: Expr, body: Expr) -> Expr {
    Expr::Let(pattern.into(), Box::new(value), Box::new(body))
}

/// `let` for each in order, then `body`.
pub(super) fn bind_all(bindings: Vec<(String, Expr)>, body: Expr) -> Expr {
    bindings.into_iter().rev().fold(body, |body, (name, value)| bind(name, value, body))
}

/// `if condition then yes else no`.
pub(super) fn choose(condition: impl Into<String>, yes: Expr, no: Expr) -> Expr {
    Expr::If(condition.into(), Box::new(yes), Box::new(no))
}

/// `fun parameters -> body`.
pub(super) fn fun(parameters: impl Into<String>, body: Expr) -> Expr {
    Expr::Fun(parameters.into(), Box::new(body))
}

/// `~name:value`.
pub(super) fn label(name: &'static str, value: Expr) -> Expr {
    Expr::Label(name, Box::new(value))
}

/// `~name:number`.
pub(super) fn number(name: &str, value: usize) -> Expr {
    atom(format!("~{name}:{value}"))
}

/// `~field:"market.Trade.side"`.
pub(super) fn field_label(field: &str) -> Expr {
    atom("~field:".to_owned() + &string(field))
}

/// `a; b; c`, or `()` where there is nothing to do.
pub(super) fn sequence(mut steps: Vec<Expr>) -> Expr {
    match steps.len() {
        0 => atom("()"),
        1 => steps.remove(0),
        _ => Expr::Seq(steps),
    }
}

/// A string literal.
pub(super) fn string(text: &str) -> String {
    let is_plain = |byte: u8| byte >= 0x20 && !matches!(byte, b'"' | b'\\' | 0x7f);
    if text.bytes().all(is_plain) {
        return ["\"", text, "\""].concat();
    }
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                literal.push_str(&format!("\\{:03}", c as u32));
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

impl Expr {
    /// Whether `name` occurs in it as a word of its own.
    pub(super) fn mentions(&self, name: &str) -> bool {
        match self {
            Expr::Atom(text) => has_word(text, name),
            Expr::Call(function, arguments) => {
                has_word(function, name) || arguments.iter().any(|e| e.mentions(name))
            }
            Expr::Items(_, items) => items.iter().any(|item| has_word(item, name)),
            Expr::Let(_, value, body) => value.mentions(name) || body.mentions(name),
            Expr::If(condition, yes, no) => {
                has_word(condition, name) || yes.mentions(name) || no.mentions(name)
            }
            Expr::When(condition, yes) => has_word(condition, name) || yes.mentions(name),
            Expr::Match(value, cases) => {
                has_word(value, name) || cases.iter().any(|(_, e)| e.mentions(name))
            }
            Expr::Fun(_, body) | Expr::Label(_, body) | Expr::Test(body, _) => body.mentions(name),
            Expr::Record(fields) => fields.iter().any(|(_, e)| e.mentions(name)),
            Expr::Apply(all)
            | Expr::Tuple(all)
            | Expr::Seq(all)
            | Expr::All(all)
            | Expr::FirstNonZero(all) => all.iter().any(|e| e.mentions(name)),
        }
    }

    /// `name`, or `_` and it where this, the body below it, does not use it.
    pub(super) fn parameter(&self, name: &str) -> String {
        if self.mentions(name) { name.to_owned() } else { format!("_{name}") }
    }
}
