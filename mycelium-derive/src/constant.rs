//! Defaults: read from expressions as Rust writes them, spelled canonically.

use heck::ToSnakeCase;
use mycelium_wire::canon;
use mycelium_wire::reflect::Literal;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprBinary, ExprLit, ExprStruct, Ident, Lit};

use crate::number;
use crate::valid::is_snake_case;

/// A default and where it is written.
pub(crate) struct Default {
    pub(crate) value: Constant,
    pub(crate) place: Span,
}

/// Value of a default, as [`Literal`] has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Constant {
    Bool(bool),
    Number(String),
    Text(String),
    Name(String),
    Absent,
    /// Parts, and the names of the fields that they are said to be; none where it is no struct literal.
    List(Vec<Constant>, Vec<String>),
}

const EXPECTED: &str = "a default is a literal (number, `true`, `false`, string, byte string), the \
                        name of an enum's member such as `Venue::Binance`, flags such as \
                        `Marks::FIRST | Marks::SECOND`, or an array, tuple or struct of these";
/// What `[x; n]` is written out for.
const LONGEST_REPEAT: i128 = 4096;

impl Constant {
    pub(crate) fn read(expr: &Expr) -> syn::Result<Constant> {
        let wrong = |message: &str| Err(syn::Error::new_spanned(expr, message));
        match number::strip(expr) {
            Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Ok(Constant::Bool(value.value)),
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Constant::Text(text.value())),
            Expr::Lit(ExprLit { lit: Lit::ByteStr(bytes), .. }) => {
                Ok(Constant::Text(mycelium_wire::hex::encode(&bytes.value())))
            }
            Expr::Path(path) if path.qself.is_none() => match path.path.segments.last() {
                _ if path.path.is_ident("None") => Ok(Constant::Absent),
                Some(last) => Ok(Constant::Name(member_name(&last.ident))),
                None => wrong("expected the name of an enum's member"),
            },
            Expr::Reference(reference) => Constant::read(&reference.expr),
            Expr::Array(array) => Constant::read_all(&array.elems),
            Expr::Tuple(tuple) => Constant::read_all(&tuple.elems),
            Expr::Repeat(repeat) => match number::integer(&repeat.len) {
                Some(len @ 0..=LONGEST_REPEAT) => {
                    let item = Constant::read(&repeat.expr)?;
                    Ok(Constant::List(vec![item; len as usize], Vec::new()))
                }
                _ => wrong("the length of a default is a literal of at most 4096"),
            },
            Expr::Call(call) => match (call.func.as_ref(), call.args.first()) {
                (Expr::Path(path), Some(value))
                    if path.path.is_ident("Some") && call.args.len() == 1 =>
                {
                    Constant::read(value)
                }
                (Expr::Path(_), _) => Constant::read_all(&call.args),
                _ => wrong(EXPECTED),
            },
            Expr::Struct(literal) => read_struct(literal),
            Expr::Binary(ExprBinary { op: BinOp::BitOr(_), .. }) => read_flags(expr),
            other => match number::number(other) {
                Some(Ok(number)) => Ok(Constant::Number(number)),
                Some(Err(message)) => wrong(message),
                None => wrong(EXPECTED),
            },
        }
    }

    fn read_all<'e>(items: impl IntoIterator<Item = &'e Expr>) -> syn::Result<Constant> {
        let items = items.into_iter().map(Constant::read).collect::<syn::Result<_>>()?;
        Ok(Constant::List(items, Vec::new()))
    }

    /// Canonical spelling.
    pub(crate) fn spelled(&self) -> String {
        match self {
            Constant::Bool(value) => canon::literal_text(&Literal::Bool(*value)),
            Constant::Number(number) => canon::literal_text(&Literal::Number(number)),
            Constant::Text(text) => canon::literal_text(&Literal::Text(text)),
            Constant::Name(name) => canon::literal_text(&Literal::Name(name)),
            Constant::Absent => canon::literal_text(&Literal::Absent),
            Constant::List(items, _) => {
                let items: Vec<String> = items.iter().map(Constant::spelled).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    /// The literal as an expression, given the path of what expansions may name.
    pub(crate) fn expand(&self, private: &Ident) -> TokenStream {
        match self {
            Constant::Bool(value) => quote!(#private::Literal::Bool(#value)),
            Constant::Number(number) => quote!(#private::Literal::Number(#number)),
            Constant::Text(text) => quote!(#private::Literal::Text(#text)),
            Constant::Name(name) => quote!(#private::Literal::Name(#name)),
            Constant::Absent => quote!(#private::Literal::Absent),
            Constant::List(items, _) => {
                let items = items.iter().map(|item| item.expand(private));
                quote!(#private::Literal::List(&[#(#items),*]))
            }
        }
    }

    /// The names that were written of fields: one list a [`Constant::List`], in the order in which the
    /// lists begin. Nothing where none were written.
    pub(crate) fn names(&self) -> Option<Vec<&[String]>> {
        let mut names = Vec::new();
        self.collect_names(&mut names);
        names.iter().any(|names| !names.is_empty()).then_some(names)
    }

    fn collect_names<'c>(&'c self, names: &mut Vec<&'c [String]>) {
        if let Constant::List(items, own) = self {
            names.push(own);
            items.iter().for_each(|item| item.collect_names(names));
        }
    }
}

/// `Level { price: 1, quantity: 2 }`
fn read_struct(literal: &ExprStruct) -> syn::Result<Constant> {
    if let Some(rest) = &literal.rest {
        return Err(syn::Error::new_spanned(rest, "a default says all fields of a struct"));
    }
    let (mut values, mut names) = (Vec::new(), Vec::new());
    for field in &literal.fields {
        let syn::Member::Named(name) = &field.member else {
            return Err(syn::Error::new_spanned(&field.member, "a field has a name"));
        };
        values.push(Constant::read(&field.expr)?);
        names.push(plain(name));
    }
    Ok(Constant::List(values, names))
}

/// `Marks::FIRST | Marks::SECOND`
fn read_flags(expr: &Expr) -> syn::Result<Constant> {
    let mut names = Vec::new();
    let mut rest = number::strip(expr);
    while let Expr::Binary(ExprBinary { op: BinOp::BitOr(_), left, right, .. }) = rest {
        names.push(flag(right)?);
        rest = number::strip(left);
    }
    names.push(flag(rest)?);
    names.reverse();
    Ok(Constant::List(names, Vec::new()))
}

fn flag(expr: &Expr) -> syn::Result<Constant> {
    match number::strip(expr) {
        Expr::Path(path) => match path.path.segments.last() {
            Some(last) => Ok(Constant::Name(member_name(&last.ident))),
            None => Err(syn::Error::new(expr.span(), "expected the name of a flag")),
        },
        other => Err(syn::Error::new_spanned(other, "expected a flag, such as `Marks::FIRST`")),
    }
}

/// Name in the schema of a member that a default names: that of a variant or of a flag's constant is
/// turned to snake_case, one in snake_case stands for itself.
fn member_name(ident: &Ident) -> String {
    let name = plain(ident);
    if is_snake_case(&name) { name } else { name.to_snake_case() }
}

fn plain(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}
