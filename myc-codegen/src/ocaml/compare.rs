//! Functions that compare values, and that print them as JSON.

use myc_schema::schema::{Repr, Ty};

use super::expr::{Expr, atom, call, fun, sequence, string};
use super::types::Types;
use super::write::tuple_pattern;

/// Which of two functions over a pair of values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// `equal : t -> t -> bool`.
    Equal,
    /// `compare : t -> t -> int`.
    Compare,
}

impl Comparison {
    /// Its name in every module of values.
    pub(super) fn function(self) -> &'static str {
        match self {
            Comparison::Equal => "equal",
            Comparison::Compare => "compare",
        }
    }

    /// Module that has it for the types of the language.
    fn module(self) -> &'static str {
        match self {
            Comparison::Equal => "Equal",
            Comparison::Compare => "Order",
        }
    }

    /// The results for parts as one for the whole; values without parts are equal.
    pub(super) fn combine(self, parts: Vec<Expr>) -> Expr {
        match self {
            Comparison::Equal if parts.is_empty() => atom("true"),
            Comparison::Compare if parts.is_empty() => atom("0"),
            Comparison::Equal => Expr::All(parts),
            Comparison::Compare => Expr::FirstNonZero(parts),
        }
    }
}

impl Types<'_> {
    /// A function that compares two values.
    pub(super) fn comparison(&self, ty: &Ty, how: Comparison) -> Expr {
        let plain = |name: &str| atom(self.wire(&format!("{}.{name}", how.module())));
        let own = |module: &str| atom(self.wire(&format!("{module}.{}", how.function())));
        match self.resolve(ty) {
            Ty::Bool => plain("bool"),
            Ty::Int(Repr::I64) => plain("i64"),
            Ty::Int(Repr::U64) => own("U64"),
            Ty::Int(_) => plain("int"),
            Ty::I128 => own("I128"),
            Ty::U128 => own("U128"),
            Ty::F32 => plain("f32"),
            Ty::F64 => plain("f64"),
            Ty::Timestamp => own("Timestamp"),
            Ty::Duration => own("Duration"),
            Ty::Decimal(scale) => own(&format!("Decimal.S{scale}")),
            Ty::String(_) | Ty::Bytes(_) => plain("string"),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_byte(item) => plain("string"),
            Ty::Array(item, _) | Ty::List(item, _) => {
                call(self.wire(&format!("{}.array", how.module())), [self.comparison(item, how)])
            }
            Ty::Optional(item) => {
                call(self.wire(&format!("{}.option", how.module())), [self.comparison(item, how)])
            }
            Ty::Tuple(items) => {
                let parts = items.iter().enumerate().map(|(index, item)| {
                    self.compare_values(item, how, &format!("a{index}"), &format!("b{index}"))
                });
                let body = how.combine(parts.collect());
                let (a, b) = (tuple_pattern("a", items.len()), tuple_pattern("b", items.len()));
                fun(format!("({a}) ({b})"), body)
            }
            Ty::Named(id) => atom(format!("{}.{}", self.module(*id), how.function())),
            Ty::Alias(_) => unreachable!("`resolve` sees through aliases"),
            _ => todo!("types that are new in the language"),
        }
    }

    /// Compares two values.
    pub(super) fn compare_values(&self, ty: &Ty, how: Comparison, a: &str, b: &str) -> Expr {
        apply(self.comparison(ty, how), [atom(a), atom(b)])
    }

    /// A function that prints a value as JSON, given the sink and the value.
    pub(super) fn json_printer(&self, ty: &Ty) -> Expr {
        let json = |name: &str| self.wire(&format!("Json.{name}"));
        match self.resolve(ty) {
            Ty::Bool => atom(json("bool")),
            Ty::Int(repr @ (Repr::I64 | Repr::U64)) => atom(json(repr.name())),
            Ty::Int(_) => atom(json("int")),
            Ty::I128 => atom(json("i128")),
            Ty::U128 => atom(json("u128")),
            Ty::F32 => atom(json("f32")),
            Ty::F64 => atom(json("f64")),
            Ty::Timestamp => atom(json("timestamp")),
            Ty::Duration => atom(json("duration")),
            Ty::Decimal(scale) => {
                call(json("text"), [atom(self.wire(&format!("Decimal.S{scale}.to_string")))])
            }
            Ty::String(_) => atom(json("string")),
            Ty::Bytes(_) => atom(json("bytes")),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_byte(item) => atom(json("bytes")),
            Ty::Array(item, _) | Ty::List(item, _) => {
                call(json("array"), [self.json_printer(item)])
            }
            Ty::Optional(item) => call(json("option"), [self.json_printer(item)]),
            Ty::Tuple(items) => self.json_tuple(items),
            Ty::Named(id) => atom(format!("{}.write_json", self.module(*id))),
            Ty::Alias(_) => unreachable!("`resolve` sees through aliases"),
            _ => todo!("types that are new in the language"),
        }
    }

    fn json_tuple(&self, items: &[Ty]) -> Expr {
        let mut steps = Vec::new();
        for (index, item) in items.iter().enumerate() {
            steps.push(self.json_raw(if index == 0 { "[" } else { "," }));
            steps.push(self.json_value(item, &format!("v{index}")));
        }
        steps.push(self.json_raw("]"));
        fun(format!("out ({})", tuple_pattern("v", items.len())), sequence(steps))
    }

    /// Prints `value` to `out`.
    pub(super) fn json_value(&self, ty: &Ty, value: &str) -> Expr {
        apply(self.json_printer(ty), [atom("out"), atom(value)])
    }

    /// Prints text as it is to `out`.
    pub(super) fn json_raw(&self, text: &str) -> Expr {
        call(self.wire("Json.raw"), [atom("out"), atom(quoted(text))])
    }
}

/// A string literal that keeps quotation marks readable.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("{{|{text}|}}") } else { string(text) }
}

/// `function arguments`, for a function that may be applied already.
fn apply<const N: usize>(function: Expr, arguments: [Expr; N]) -> Expr {
    match function {
        Expr::Atom(name) => call(name, arguments),
        Expr::Call(name, mut first) => {
            first.extend(arguments);
            Expr::Call(name, first)
        }
        other => {
            // A function in parentheses is laid out as the first argument of nothing.
            let mut all = vec![other];
            all.extend(arguments);
            Expr::Apply(all)
        }
    }
}
