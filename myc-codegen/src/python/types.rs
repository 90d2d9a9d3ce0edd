//! Types as Python annotates them.

use std::cell::RefCell;

use myc_schema::schema::{Constraint, Field, PackageId, Schema, Ty, TypeId, TypeKind, Value};
use mycelium_wire::reflect::Repr;

use super::expr::Expr;
use super::imports::{Imports, type_name};
use crate::names;

/// Where names are looked up: one module.
pub(super) struct Scope<'s> {
    pub(super) schema: &'s Schema,
    pub(super) package: PackageId,
    pub(super) imports: RefCell<Imports>,
}

impl Scope<'_> {
    /// A field's annotation, marks included.
    pub(super) fn field(&self, field: &Field) -> Expr {
        let mut ty = self.ty(&field.ty);
        if field.key {
            ty = self.marked(ty, self.wire("key"));
        }
        if let Some(constraint) = &field.constraint {
            ty = self.marked(ty, self.constraint(constraint, &field.ty));
        }
        let name = names::python_name(&field.name);
        if name != field.name {
            ty = self.marked(ty, self.call("name", format!("{:?}", field.name)));
        }
        ty
    }

    /// What a field is held to, as a mark of its annotation.
    fn constraint(&self, constraint: &Constraint, ty: &Ty) -> Expr {
        self.imports.borrow_mut().wire = true;
        let limit = |limit: &Option<Value>| match limit {
            Some(value) => self.value(value, ty),
            None => Expr::word("None"),
        };
        let (function, limits) = match constraint {
            Constraint::Range { min, max } => ("in_range", vec![limit(min), limit(max)]),
            Constraint::Len { min, max } => {
                let limits = std::iter::once(min).chain(max);
                ("has_len", limits.map(|limit| Expr::word(limit.to_string())).collect())
            }
        };
        Expr::Call(format!("wire.{function}"), limits)
    }

    /// A type.
    pub(super) fn ty(&self, ty: &Ty) -> Expr {
        match ty {
            Ty::Bool => Expr::word("bool"),
            Ty::Int(repr) => self.wire(repr.name()),
            Ty::I128 => self.wire("i128"),
            Ty::U128 => self.wire("u128"),
            Ty::U256 => self.wire("u256"),
            Ty::F32 => self.wire("f32"),
            Ty::F64 => self.wire("f64"),
            Ty::Timestamp => self.wire("timestamp"),
            Ty::Duration => self.wire("duration"),
            Ty::Decimal(scale) => {
                self.imports.borrow_mut().decimal = true;
                self.marked(Expr::word("Decimal"), self.call("decimal", scale))
            }
            Ty::String(bound) => self.bounded(Expr::word("str"), "max_bytes", *bound),
            Ty::Bytes(bound) => self.bounded(Expr::word("bytes"), "max_bytes", *bound),
            Ty::Array(item, len) if self.is_byte(item) => {
                self.bounded(Expr::word("bytes"), "exactly", Some(*len))
            }
            Ty::List(item, bound) if self.is_byte(item) => {
                self.bounded(Expr::word("bytes"), "max_bytes", *bound)
            }
            Ty::Array(item, len) => self.bounded(self.list(item), "exactly", Some(*len)),
            Ty::List(item, bound) => self.bounded(self.list(item), "max_items", *bound),
            Ty::Tuple(items) => {
                let items = items.iter().map(|item| self.ty(item)).collect();
                Expr::Subscript("tuple".to_owned(), items)
            }
            Ty::Optional(item) => optional(self.ty(item)),
            Ty::Named(id) => self.named(*id),
            Ty::Alias(id) => {
                let alias = &self.schema.aliases[id.0];
                Expr::word(self.qualified(alias.package, &alias.name))
            }
            Ty::Uuid => {
                self.imports.borrow_mut().uuid = true;
                Expr::word("UUID")
            }
            Ty::Map(key, value) => {
                Expr::Subscript("dict".to_owned(), vec![self.ty(key), self.ty(value)])
            }
        }
    }

    /// A name of `mycelium.wire`.
    pub(super) fn wire(&self, name: &str) -> Expr {
        self.imports.borrow_mut().wire = true;
        Expr::word(format!("wire.{name}"))
    }

    /// A call of a function of `mycelium.wire`.
    fn call(&self, function: &str, argument: impl ToString) -> Expr {
        self.imports.borrow_mut().wire = true;
        Expr::Call(format!("wire.{function}"), vec![Expr::word(argument.to_string())])
    }

    /// A named type's class.
    pub(super) fn class_name(&self, id: TypeId) -> String {
        let def = &self.schema.types[id.0];
        self.qualified(def.package, &def.name)
    }

    fn named(&self, id: TypeId) -> Expr {
        let name = self.class_name(id);
        match self.schema.types[id.0].kind {
            TypeKind::Union(_) => Expr::word(format!("{name}.Arm")),
            _ => Expr::word(name),
        }
    }

    fn qualified(&self, package: PackageId, name: &str) -> String {
        if package == self.package {
            return type_name(name);
        }
        let module = names::python_module(&self.schema.packages[package.0].name);
        self.imports.borrow_mut().modules.insert(module.clone());
        format!("{module}.{}", type_name(name))
    }

    fn list(&self, item: &Ty) -> Expr {
        Expr::Subscript("list".to_owned(), vec![self.ty(item)])
    }

    fn bounded(&self, ty: Expr, limit: &str, bound: Option<u32>) -> Expr {
        match bound {
            Some(bound) => self.marked(ty, self.call(limit, bound)),
            None => ty,
        }
    }

    fn marked(&self, ty: Expr, mark: Expr) -> Expr {
        self.imports.borrow_mut().typing.insert("Annotated");
        match ty {
            Expr::Subscript(head, mut parts) if head == "Annotated" => {
                parts.push(mark);
                Expr::Subscript(head, parts)
            }
            other => Expr::Subscript("Annotated".to_owned(), vec![other, mark]),
        }
    }

    /// Lists and arrays of `u8` are bytes.
    fn is_byte(&self, item: &Ty) -> bool {
        *self.schema.resolve(item) == Ty::Int(Repr::U8)
    }
}

/// `T | None`; marks stay outermost.
fn optional(ty: Expr) -> Expr {
    match ty {
        Expr::Subscript(head, mut parts) if head == "Annotated" => {
            let inner = parts.remove(0);
            parts.insert(0, optional(inner));
            Expr::Subscript(head, parts)
        }
        other => Expr::Either(vec![other, Expr::word("None")]),
    }
}
