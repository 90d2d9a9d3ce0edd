//! Rust's types as the language spells them.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, GenericArgument, PathArguments, PathSegment, Type};

use super::attrs::{integer, span};
use super::items::Lower;

/// Types that both languages have under one name.
const SAME: [&str; 13] =
    ["bool", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64"];

/// Types of the runtime and of the standard library that take nothing.
const PLAIN: [(&str, &str); 8] = [
    ("String", "string"),
    ("str", "string"),
    ("Bytes", "bytes"),
    ("Timestamp", "timestamp"),
    ("Duration", "duration"),
    ("SystemTime", "timestamp"),
    ("U256", "u256"),
    ("Uuid", "uuid"),
];

/// Types that take others or numbers.
const GENERIC: [&str; 13] = [
    "Option",
    "Vec",
    "Box",
    "Arc",
    "Rc",
    "Cow",
    "Decimal",
    "BoundedString",
    "BoundedBytes",
    "BoundedList",
    "HashMap",
    "BTreeMap",
    "Map",
];

/// Whether a type is called so that is not declared in the sources.
pub(super) fn is_known(name: &str) -> bool {
    SAME.contains(&name) || GENERIC.contains(&name) || PLAIN.iter().any(|(rust, _)| *rust == name)
}

impl Lower<'_> {
    /// The type, or nothing where it was refused.
    pub(super) fn ty(&mut self, file: usize, ty: &Type) -> Option<String> {
        match ty {
            Type::Group(group) => self.ty(file, &group.elem),
            Type::Paren(paren) => self.ty(file, &paren.elem),
            Type::Array(array) => {
                let (item, length) = (self.ty(file, &array.elem)?, self.length(file, &array.len)?);
                Some(format!("[{item}; {length}]"))
            }
            Type::Slice(slice) => Some(format!("[{}]", self.ty(file, &slice.elem)?)),
            Type::Tuple(tuple) => {
                let items: Option<Vec<String>> =
                    tuple.elems.iter().map(|item| self.ty(file, item)).collect();
                Some(format!("({})", items?.join(", ")))
            }
            Type::Path(path) if path.qself.is_none() => self.path(file, &path.path),
            other => self.refuse(file, other),
        }
    }

    fn path(&mut self, file: usize, path: &syn::Path) -> Option<String> {
        let segment = path.segments.last()?;
        // What the sources declare goes before what the runtime calls so.
        if let [at, rest @ ..] = self.index.find(file, path).as_slice() {
            if rest.is_empty() {
                return self.reference(file, *at);
            }
            let message = format!("there are several types `{}` in these sources", segment.ident);
            self.refusals.add(file, span(path), message);
            return None;
        }
        let name = segment.ident.unraw().to_string();
        let plain = PLAIN.iter().find(|(rust, _)| *rust == name).map(|(_, ours)| *ours);
        if segment.arguments.is_none() {
            let same = SAME.contains(&name.as_str()).then_some(name.as_str());
            return same.or(plain).map(str::to_owned).or_else(|| self.refuse(file, path));
        }
        self.generic(file, &name, segment).or_else(|| self.refuse_once(file, path))
    }

    fn generic(&mut self, file: usize, name: &str, segment: &PathSegment) -> Option<String> {
        let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
        let is_fact = |it: &&GenericArgument| !matches!(it, GenericArgument::Lifetime(_));
        let arguments: Vec<&GenericArgument> = arguments.args.iter().filter(is_fact).collect();
        match (name, arguments.as_slice()) {
            ("Option", [item]) => Some(format!("{}?", self.argument(file, item)?)),
            ("Vec", [item]) => Some(format!("[{}]", self.argument(file, item)?)),
            ("Box" | "Arc" | "Rc" | "Cow", [item]) => self.argument(file, item),
            ("Decimal", [scale]) => Some(format!("decimal<{}>", self.bound(file, scale)?)),
            ("BoundedString", [max]) => Some(format!("string<{}>", self.bound(file, max)?)),
            ("BoundedBytes", [max]) => Some(format!("bytes<{}>", self.bound(file, max)?)),
            ("BoundedList", [item, max]) => {
                Some(format!("[{}; ..{}]", self.argument(file, item)?, self.bound(file, max)?))
            }
            ("HashMap" | "BTreeMap" | "Map", [key, value]) => {
                Some(format!("map<{}, {}>", self.argument(file, key)?, self.argument(file, value)?))
            }
            _ => None,
        }
    }

    fn argument(&mut self, file: usize, argument: &GenericArgument) -> Option<String> {
        match argument {
            GenericArgument::Type(ty) => self.ty(file, ty),
            _ => None,
        }
    }

    /// A number between angle brackets, where a constant looks like a type.
    fn bound(&mut self, file: usize, argument: &GenericArgument) -> Option<String> {
        match argument {
            GenericArgument::Const(Expr::Block(block)) => match block.block.stmts.as_slice() {
                [syn::Stmt::Expr(expr, None)] => self.length(file, expr),
                _ => None,
            },
            GenericArgument::Const(expr) => self.length(file, expr),
            GenericArgument::Type(Type::Path(path)) => {
                let expr =
                    syn::ExprPath { attrs: Vec::new(), qself: None, path: path.path.clone() };
                self.length(file, &Expr::Path(expr))
            }
            _ => None,
        }
    }

    /// A literal, or a constant of the same file that is one.
    fn length(&mut self, file: usize, expr: &Expr) -> Option<String> {
        if let Some(number) = integer(expr) {
            return Some(number);
        }
        if let Expr::Path(path) = expr
            && let Some(last) = path.path.segments.last()
            && let Some(value) = self.index.constants.get(&(file, last.ident.unraw().to_string()))
        {
            return Some(value.clone());
        }
        let shown = expr.to_token_stream();
        let message =
            format!("`{shown}` is no number literal, nor a constant of this file that is one");
        self.refusals.add(file, span(expr), message);
        None
    }

    fn refuse(&mut self, file: usize, ty: &impl ToTokens) -> Option<String> {
        let shown = ty.to_token_stream().to_string().replace(' ', "");
        let message = format!(
            "`{shown}` is no type of the language, and none with a derive in these sources"
        );
        self.refusals.add(file, span(ty), message);
        None
    }

    /// As [`refuse`](Self::refuse), unless something inside was refused already.
    fn refuse_once(&mut self, file: usize, ty: &impl ToTokens) -> Option<String> {
        let place = span(ty).byte_range();
        let is_inside = |it: &super::Refusal| {
            let start = span(ty).start();
            it.line == start.line
                && it.column > start.column
                && it.column <= start.column + place.len()
        };
        if self.refusals.found.last().is_some_and(is_inside) { None } else { self.refuse(file, ty) }
    }
}
