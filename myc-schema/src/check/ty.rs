//! Types as they are used.

use std::borrow::Cow;
use std::ops::Deref;
use std::rc::Rc;

use mycelium_wire::reflect::MAX_TUPLE_ITEMS;

use super::{Checked, Checker};
use crate::diag::{Code, Diagnostic};
use crate::names::{DeclId, Meaning};
use crate::schema::{Repr, Ty};
use crate::source::{FileId, Span};
use crate::tree::{Bound, Expr, ExprKind, Path, Type, TypeArgument, TypeKind};

/// Built-in types that take no argument.
const PLAIN: [(&str, Ty); 17] = [
    ("bool", Ty::Bool),
    ("i8", Ty::Int(Repr::I8)),
    ("i16", Ty::Int(Repr::I16)),
    ("i32", Ty::Int(Repr::I32)),
    ("i64", Ty::Int(Repr::I64)),
    ("i128", Ty::I128),
    ("u8", Ty::Int(Repr::U8)),
    ("u16", Ty::Int(Repr::U16)),
    ("u32", Ty::Int(Repr::U32)),
    ("u64", Ty::Int(Repr::U64)),
    ("u128", Ty::U128),
    ("u256", Ty::U256),
    ("f32", Ty::F32),
    ("f64", Ty::F64),
    ("timestamp", Ty::Timestamp),
    ("duration", Ty::Duration),
    ("uuid", Ty::Uuid),
];

/// Built-in types that take one.
const SIZED: [&str; 3] = ["decimal", "string", "bytes"];

/// The built-in type that takes two types.
const MAP: &str = "map";

/// The types of the language, by name.
#[cfg(feature = "analysis")]
pub(crate) fn built_in() -> impl Iterator<Item = &'static str> {
    PLAIN.iter().map(|(name, _)| *name).chain(SIZED).chain([MAP])
}

/// The type of the language that has that name.
#[cfg(feature = "analysis")]
pub(crate) fn is_built_in(name: &str) -> Option<&'static str> {
    built_in().find(|known| *known == name)
}

/// What other languages call some of them.
const FOREIGN: [(&str, &str); 30] = [
    ("boolean", "bool"),
    ("byte", "u8"),
    ("char", "u8"),
    ("short", "i16"),
    ("int", "i32"),
    ("integer", "i64"),
    ("long", "i64"),
    ("int8", "i8"),
    ("int16", "i16"),
    ("int32", "i32"),
    ("int64", "i64"),
    ("int128", "i128"),
    ("uint", "u32"),
    ("uint8", "u8"),
    ("uint16", "u16"),
    ("uint32", "u32"),
    ("uint64", "u64"),
    ("uint128", "u128"),
    ("usize", "u64"),
    ("isize", "i64"),
    ("float", "f64"),
    ("float32", "f32"),
    ("float64", "f64"),
    ("double", "f64"),
    ("str", "string"),
    ("text", "string"),
    ("blob", "bytes"),
    ("time", "timestamp"),
    ("datetime", "timestamp"),
    ("timedelta", "duration"),
];

const MAX_SCALE: u32 = 18;

impl Checker<'_, '_> {
    /// The type that is meant, or nothing if it is wrong, which has then been reported.
    pub(super) fn ty(&mut self, file: FileId, ty: &Type) -> Option<Ty> {
        let checked = match &ty.kind {
            TypeKind::Named { path, arguments } => self.named(file, path, arguments, ty.span)?,
            TypeKind::Tuple(items) => self.tuple(file, items, ty.span)?,
            TypeKind::List { item, bound } => self.list(file, item, bound.as_ref())?,
            TypeKind::Optional(inner) => self.optional(file, inner, ty.span)?,
        };
        // Sizes are bounded at each step, so that those of what lies around it cannot overflow.
        self.check_extent(self.extent(&checked), ty.span)?;
        Some(checked)
    }

    fn tuple(&mut self, file: FileId, items: &[Type], span: Span) -> Option<Ty> {
        let checked: Vec<Option<Ty>> = items.iter().map(|item| self.ty(file, item)).collect();
        if !(2..=MAX_TUPLE_ITEMS).contains(&items.len()) {
            let message =
                format!("a tuple has 2 to {} items, this one has {}", MAX_TUPLE_ITEMS, items.len());
            let help = match items.len() {
                0 => "leave the field out",
                1 => "use the item's type itself, without parentheses",
                _ => "declare a `struct`, whose fields have names",
            };
            self.report(Diagnostic::new(Code::TUPLE, message, span, "not a tuple").help(help));
            return None;
        }
        checked.into_iter().collect::<Option<Vec<Ty>>>().map(Ty::Tuple)
    }

    fn list(&mut self, file: FileId, item: &Type, bound: Option<&Bound>) -> Option<Ty> {
        let item = self.ty(file, item);
        let Some(bound) = bound else { return Some(Ty::List(Box::new(item?), None)) };
        let what = if bound.at_most { "the bound of a list" } else { "the length of an array" };
        let length = self.length(file, &bound.value, what);
        let (item, length) = (Box::new(item?), length?);
        Some(if bound.at_most { Ty::List(item, Some(length)) } else { Ty::Array(item, length) })
    }

    fn optional(&mut self, file: FileId, inner: &Type, span: Span) -> Option<Ty> {
        let checked = self.ty(file, inner)?;
        if let Ty::Optional(_) = self.resolve(&checked) {
            let message = "this type is optional already";
            let question = Span { start: inner.span.end, ..span };
            self.report(
                Diagnostic::new(Code::OPTIONAL, message, inner.span, "an optional type").replace(
                    question,
                    "",
                    "remove the `?`",
                ),
            );
            return None;
        }
        Some(Ty::Optional(Box::new(checked)))
    }

    fn named(
        &mut self,
        file: FileId,
        path: &Path,
        arguments: &[TypeArgument],
        span: Span,
    ) -> Option<Ty> {
        if SIZED.contains(&path.text.as_str()) {
            return self.sized(file, path, arguments, span);
        }
        if path.text == MAP {
            return self.map(file, arguments, span);
        }
        let ty = match PLAIN.iter().find(|(name, _)| *name == path.text) {
            Some((_, ty)) => Some(ty.clone()),
            None => self.declared_type(file, path),
        };
        if !arguments.is_empty() && ty.is_some() {
            let message = format!("`{}` takes no arguments", path.text);
            let extra = Span { start: path.span.end, ..span };
            self.report(
                Diagnostic::new(Code::TYPE_ARGUMENTS, message, span, "with arguments").replace(
                    extra,
                    "",
                    "remove them",
                ),
            );
            return None;
        }
        ty
    }

    fn map(&mut self, file: FileId, arguments: &[TypeArgument], span: Span) -> Option<Ty> {
        let [key, value] = arguments else {
            let message = "`map` takes the types of its keys and values";
            self.report(
                Diagnostic::new(Code::TYPE_ARGUMENTS, message, span, "wrong arguments")
                    .help("write both in angle brackets: `map<string<8>, u32>`"),
            );
            return None;
        };
        let (key_ty, value) = (self.argument_type(file, key), self.argument_type(file, value));
        let (key_ty, value) = (key_ty?, value?);
        if !self.is_key_type(&key_ty) {
            let message = format!("{} cannot be the key of a map", self.describe(&key_ty));
            self.report(
                Diagnostic::new(Code::KEY, message, key.span(), "cannot be a key")
                    .help(super::fields::KEY_TYPES),
            );
            return None;
        }
        Some(Ty::Map(Box::new(key_ty), Box::new(value)))
    }

    fn argument_type(&mut self, file: FileId, argument: &TypeArgument) -> Option<Ty> {
        match argument {
            TypeArgument::Type(ty) => self.ty(file, ty),
            TypeArgument::Value(value) => {
                let (message, label) = ("expected a type, found a value", "expected a type");
                self.report(Diagnostic::new(Code::TYPE_ARGUMENTS, message, value.span, label));
                None
            }
        }
    }

    fn sized(
        &mut self,
        file: FileId,
        path: &Path,
        arguments: &[TypeArgument],
        span: Span,
    ) -> Option<Ty> {
        let value = match (path.text.as_str(), arguments) {
            ("string", []) => return Some(Ty::String(None)),
            ("bytes", []) => return Some(Ty::Bytes(None)),
            (_, [argument]) => argument_value(argument),
            _ => None,
        };
        let value = match (path.text.as_str(), &value) {
            (_, Some(value)) => value,
            (name, None) => {
                let (message, help) = match name {
                    "decimal" => (
                        "`decimal` takes the number of decimal places",
                        "write it in angle brackets: `decimal<8>`",
                    ),
                    _ => (
                        "`string` and `bytes` take at most the greatest number of bytes",
                        "write a number in angle brackets, `string<16>`, or nothing",
                    ),
                };
                let label = "wrong arguments";
                self.report(Diagnostic::new(Code::TYPE_ARGUMENTS, message, span, label).help(help));
                return None;
            }
        };
        match path.text.as_str() {
            "decimal" => {
                let scale = self.number(file, value, "decimal places", 0, MAX_SCALE)?;
                u8::try_from(scale).ok().map(Ty::Decimal)
            }
            "string" => {
                self.length(file, value, "the bound of a string").map(|n| Ty::String(Some(n)))
            }
            _ => self.length(file, value, "the bound of bytes").map(|n| Ty::Bytes(Some(n))),
        }
    }

    fn declared_type(&mut self, file: FileId, path: &Path) -> Option<Ty> {
        let decl = match self.names.look_up(file, path) {
            Meaning::Decl(decl) => decl,
            Meaning::Ambiguous(decls) => return self.report_ambiguous(path, &decls),
            Meaning::Unread => return None,
            Meaning::Unknown => return self.report_unknown_type(file, path),
        };
        match &self.checked[decl.0] {
            Checked::Type(id) => Some(Ty::Named(*id)),
            Checked::Alias(id) => Some(Ty::Alias(*id)),
            Checked::Const(_) => {
                let declared = self.names.decls[decl.0].item.name.span;
                let message = format!("`{}` is a constant, not a type", path.text);
                self.report(
                    Diagnostic::new(Code::WRONG_KIND, message, path.span, "expected a type")
                        .related(declared, "declared here"),
                );
                None
            }
            Checked::Wrong => None,
        }
    }

    fn report_unknown_type(&mut self, file: FileId, path: &Path) -> Option<Ty> {
        let message = format!("unknown type `{}`", path.text);
        if self.sink.is_full() {
            self.report(Diagnostic::new(Code::UNKNOWN_TYPE, message, path.span, ""));
            return None;
        }
        let names = self.names;
        let visible = names
            .visible(file)
            .filter(|decl| !matches!(self.checked[decl.0], Checked::Const(_)))
            .map(|decl| names.decls[decl.0].item.name.text.as_str());
        let built_in = PLAIN.iter().map(|(name, _)| *name).chain(SIZED);
        let mut diagnostic =
            Diagnostic::new(Code::UNKNOWN_TYPE, message, path.span, "not known here");
        let name = path.text.rsplit('.').next().unwrap_or_default();
        if let Some(path_through) = names.through_alias(file, name).filter(|_| name == path.text) {
            let message = format!("that import has a name: write `{path_through}`");
            self.report(diagnostic.replace(path.span, &path_through, message));
            return None;
        }
        // What the file declares itself is no import's fault.
        let elsewhere = |decl: &DeclId| names.decls[decl.0].file != file;
        diagnostic = match names.importable(name).filter(elsewhere) {
            Some(decl) => {
                let span = names.decls[decl.0].item.name.span;
                let help = format!(
                    "`{}` is declared in another file: import that file here",
                    names.qualified(decl)
                );
                diagnostic.related(span, "declared here").help(help)
            }
            None => {
                match FOREIGN.iter().find(|(foreign, _)| *foreign == path.text.to_lowercase()) {
                    Some((_, own)) => {
                        let message = format!("this language calls it `{own}`");
                        diagnostic.replace(path.span, *own, message)
                    }
                    None => diagnostic.did_you_mean(path.span, &path.text, visible.chain(built_in)),
                }
            }
        };
        if diagnostic.suggestion.is_none() && diagnostic.help.is_none() {
            if names.is_incomplete(file) {
                return None;
            }
            diagnostic = diagnostic.help("declare it in this file, or import the file that does");
        }
        self.report(diagnostic);
        None
    }

    pub(super) fn report_ambiguous<T>(&mut self, path: &Path, decls: &[DeclId]) -> Option<T> {
        let message = format!("`{}` is declared by {} imports", path.text, decls.len());
        let mut diagnostic = Diagnostic::new(Code::AMBIGUOUS, message, path.span, "ambiguous");
        for decl in decls {
            let label = format!("`{}`", self.names.qualified(*decl));
            diagnostic = diagnostic.related(self.names.decls[decl.0].item.name.span, label);
        }
        let first = decls.first().map(|decl| self.names.qualified(*decl)).unwrap_or_default();
        self.report(diagnostic.help(format!("write the package in front, such as `{first}`")));
        None
    }

    /// The type behind any aliases.
    pub(super) fn resolve<'y>(&'y self, ty: &'y Ty) -> &'y Ty {
        match ty {
            Ty::Alias(id) => &self.alias_types[id.0],
            other => other,
        }
    }

    /// The same, to be held while values of the type are made.
    pub(super) fn kept<'y>(&self, ty: &'y Ty) -> Kept<'y> {
        match ty {
            Ty::Alias(id) => Kept::Shared(Rc::clone(&self.alias_types[id.0])),
            other => Kept::Here(other),
        }
    }
}

/// A type that is no alias, without a copy of it for each value.
pub(super) enum Kept<'y> {
    Here(&'y Ty),
    Shared(Rc<Ty>),
}

impl Deref for Kept<'_> {
    type Target = Ty;

    fn deref(&self) -> &Ty {
        match self {
            Kept::Here(ty) => ty,
            Kept::Shared(ty) => ty,
        }
    }
}

/// A number in angle brackets; a name alone is read as a type there, and may be that of a constant.
fn argument_value(argument: &TypeArgument) -> Option<Cow<'_, Expr>> {
    match argument {
        TypeArgument::Value(value) => Some(Cow::Borrowed(value)),
        TypeArgument::Type(Type { kind: TypeKind::Named { path, arguments }, span })
            if arguments.is_empty() =>
        {
            Some(Cow::Owned(Expr { span: *span, kind: ExprKind::Name(path.clone()) }))
        }
        TypeArgument::Type(_) => None,
    }
}
