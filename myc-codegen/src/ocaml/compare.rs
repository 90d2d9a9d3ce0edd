//! Functions that compare values.

use myc_schema::schema::{Repr, Ty};

use super::expr::{Expr, Text, atom, call, fun};
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
        let plain = |name: &str| atom(self.wire_in(how.module(), name));
        let own = |module: &str| atom(self.wire_in(module, how.function()));
        match self.resolve(ty) {
            Ty::Bool => plain("bool"),
            Ty::Int(Repr::I64) => plain("i64"),
            Ty::Int(Repr::U64) => own("U64"),
            Ty::Int(_) => plain("int"),
            Ty::I128 => own("I128"),
            Ty::U128 => own("U128"),
            Ty::U256 => own("U256"),
            Ty::Uuid => own("Uuid"),
            Ty::F32 => plain("f32"),
            Ty::F64 => plain("f64"),
            Ty::Timestamp => own("Timestamp"),
            Ty::Duration => own("Duration"),
            Ty::Decimal(scale) => own(&format!("Decimal.S{scale}")),
            Ty::String(_) | Ty::Bytes(_) => plain("string"),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_byte(item) => plain("string"),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_float(item) => plain("floats"),
            Ty::Array(item, _) | Ty::List(item, _) => {
                call(self.wire_in(how.module(), "array"), [self.comparison(item, how)])
            }
            Ty::Optional(item) => {
                call(self.wire_in(how.module(), "option"), [self.comparison(item, how)])
            }
            Ty::Tuple(items) => {
                let parts = items.iter().enumerate().map(|(index, item)| {
                    self.compare_values(item, how, format!("a{index}"), format!("b{index}"))
                });
                let body = how.combine(parts.collect());
                let (a, b) = (tuple_pattern("a", items.len()), tuple_pattern("b", items.len()));
                fun(format!("({a}) ({b})"), body)
            }
            Ty::Named(id) => atom(format!("{}.{}", self.module(*id), how.function())),
            Ty::Alias(_) => unreachable!("`resolve` sees through aliases"),
            Ty::Map(key, value) => {
                let compare = self.comparison(key, Comparison::Compare);
                call(self.wire_in(how.module(), "map"), [compare, self.comparison(value, how)])
            }
        }
    }

    /// Compares two values.
    pub(super) fn compare_values(
        &self,
        ty: &Ty,
        how: Comparison,
        a: impl Into<Text>,
        b: impl Into<Text>,
    ) -> Expr {
        apply(self.comparison(ty, how), [atom(a), atom(b)])
    }
}

/// `function arguments`, for a function that may be applied already.
pub(super) fn apply<const N: usize>(function: Expr, arguments: [Expr; N]) -> Expr {
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
