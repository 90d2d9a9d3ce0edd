//! Expressions on one line, as [`print`](super::print) tries them first.

use super::expr::Expr;
use super::print::WIDTH;

impl Expr {
    /// On one line, where it is ever laid out so. Stops where that is too long for any line: what
    /// encloses a long body asks for it again and again on the way in.
    pub(super) fn put_flat(&self, text: &mut String) -> Option<()> {
        if !is_within_line(text) {
            return None;
        }
        match self {
            Expr::Atom(atom) => text.push_str(atom),
            Expr::Call(function, arguments) => {
                text.push_str(function);
                for argument in arguments {
                    text.push(' ');
                    argument.put_flat_argument(text)?;
                }
            }
            Expr::Apply(parts) => put_joined(text, parts, " ", Expr::put_flat_argument)?,
            Expr::Label(name, value) => {
                text.extend(["~", name, ":"]);
                value.put_flat_argument(text)?;
            }
            Expr::If(condition, yes, no) => {
                text.extend(["if ", condition, " then "]);
                yes.put_flat(text)?;
                text.push_str(" else ");
                no.put_flat(text)?;
            }
            Expr::When(condition, yes) => {
                text.extend(["if ", condition, " then "]);
                yes.put_flat(text)?;
            }
            Expr::Fun(parameters, body) => {
                text.extend(["fun ", parameters, " -> "]);
                body.put_flat(text)?;
            }
            Expr::Tuple(items) => {
                text.push('(');
                put_joined(text, items, ", ", Expr::put_flat_item)?;
                text.push(')');
            }
            Expr::Items([opening, closing], items) if items.is_empty() => {
                text.extend([*opening, *closing]);
            }
            Expr::Items([opening, closing], items) => {
                text.extend([*opening, " "]);
                put_joined(text, items, "; ", |item, text| put_text(item, text))?;
                text.extend([" ", *closing]);
            }
            Expr::Record(fields) => {
                text.push_str("{ ");
                put_joined(text, fields, "; ", put_flat_field)?;
                text.push_str(" }");
            }
            Expr::Test(value, against) => {
                value.put_flat(text)?;
                text.extend([" ", against]);
            }
            Expr::All(parts) => put_joined(text, parts, " && ", Expr::put_flat)?,
            Expr::FirstNonZero(parts) if parts.len() == 1 => parts[0].put_flat(text)?,
            Expr::Let(..) | Expr::Match(..) | Expr::Seq(_) | Expr::FirstNonZero(_) => return None,
        }
        Some(())
    }

    pub(super) fn put_flat_argument(&self, text: &mut String) -> Option<()> {
        if self.is_closed() {
            return self.put_flat(text);
        }
        text.push('(');
        self.put_flat(text)?;
        text.push(')');
        Some(())
    }

    /// As an item of a tuple: `if a then b else c, d` is `if a then b else (c, d)`.
    fn put_flat_item(&self, text: &mut String) -> Option<()> {
        match self {
            Expr::If(..) => self.put_flat_argument(text),
            _ => self.put_flat(text),
        }
    }

    /// Whether it needs no parentheses as an argument.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Expr::Atom(_)
            | Expr::Tuple(_)
            | Expr::Items(..)
            | Expr::Record(_)
            | Expr::Label(..) => true,
            Expr::Call(_, arguments) => arguments.is_empty(),
            _ => false,
        }
    }
}

pub(super) fn is_within_line(text: &str) -> bool {
    text.len() <= WIDTH || columns(text) <= WIDTH
}

pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

fn put_joined<T>(
    text: &mut String,
    items: &[T],
    separator: &str,
    put: impl Fn(&T, &mut String) -> Option<()>,
) -> Option<()> {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        put(item, text)?;
    }
    Some(())
}

/// Stops where the text is too long for any line.
fn put_text(item: &str, text: &mut String) -> Option<()> {
    text.push_str(item);
    is_within_line(text).then_some(())
}

fn put_flat_field((name, value): &(String, Expr), text: &mut String) -> Option<()> {
    let start = text.len();
    value.put_flat(text)?;
    if text[start..] != *name {
        text.insert_str(start, " = ");
        text.insert_str(start, name);
    }
    Some(())
}
