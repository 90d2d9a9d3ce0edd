//! Types of the schema in OCaml's terms: what they are called, and where they lie.

use std::ops::Deref;

use myc_schema::schema::{AliasId, PackageId, Repr, Ty, TypeId};

use super::expr::Text;
use crate::names;
use crate::shape::Shape;

/// A schema seen from one of its packages.
#[derive(Clone, Copy)]
pub(super) struct Types<'s> {
    pub(super) shape: Shape<'s>,
    pub(super) package: PackageId,
    /// What the module of codec primitives is called.
    pub(super) wire: &'static str,
    /// Whether constructors of the module hide `Some` and `None`.
    pub(super) hides_option: bool,
}

impl<'s> Deref for Types<'s> {
    type Target = Shape<'s>;

    fn deref(&self) -> &Shape<'s> {
        &self.shape
    }
}

impl Types<'_> {
    /// The type as it is written, `Level.t array`.
    pub(super) fn text(&self, ty: &Ty) -> String {
        match ty {
            Ty::Bool => "bool".to_owned(),
            Ty::Int(Repr::I64) => "int64".to_owned(),
            Ty::Int(Repr::U64) => self.wire("U64.t"),
            Ty::Int(_) => "int".to_owned(),
            Ty::I128 => self.wire("I128.t"),
            Ty::U128 => self.wire("U128.t"),
            Ty::U256 => self.wire("U256.t"),
            Ty::Uuid => self.wire("Uuid.t"),
            Ty::F32 | Ty::F64 => "float".to_owned(),
            Ty::Timestamp => self.wire("Timestamp.t"),
            Ty::Duration => self.wire("Duration.t"),
            Ty::Decimal(scale) => self.wire(&format!("Decimal.S{scale}.t")),
            Ty::String(_) | Ty::Bytes(_) => "string".to_owned(),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_byte(item) => "string".to_owned(),
            Ty::Array(item, _) | Ty::List(item, _) if self.is_float(item) => {
                "floatarray".to_owned()
            }
            Ty::Array(item, _) | Ty::List(item, _) => self.text(item) + " array",
            Ty::Tuple(items) => {
                let items: Vec<String> = items.iter().map(|item| self.text(item)).collect();
                format!("({})", items.join(" * "))
            }
            Ty::Optional(item) => self.text(item) + " option",
            Ty::Named(id) => self.module(*id) + ".t",
            Ty::Alias(id) => self.alias_module(*id) + ".t",
            Ty::Map(key, value) => format!("({} * {}) list", self.text(key), self.text(value)),
        }
    }

    /// A name of the module of codec primitives.
    pub(super) fn wire(&self, name: &str) -> String {
        [self.wire, ".", name].concat()
    }

    /// A name of a module in the module of codec primitives.
    pub(super) fn wire_in(&self, module: &str, name: &str) -> String {
        [self.wire, ".", module, ".", name].concat()
    }

    /// `Some` or `None`.
    pub(super) fn option(&self, constructor: &str) -> String {
        match self.hides_option {
            true => self.wire_in("Maybe", constructor),
            false => constructor.to_owned(),
        }
    }

    /// The same types, seen from a module with these constructors.
    pub(super) fn within(&self, mut constructors: impl Iterator<Item = String>) -> Self {
        let hides_option = constructors.any(|name| name == "Some" || name == "None");
        Types { hides_option, ..*self }
    }

    /// Module of a named type.
    pub(super) fn module(&self, id: TypeId) -> String {
        let def = self.def(id);
        self.qualify(def.package, &def.name)
    }

    /// Module of an alias.
    pub(super) fn alias_module(&self, id: AliasId) -> String {
        let alias = &self.schema.aliases[id.0];
        self.qualify(alias.package, &alias.name)
    }

    fn qualify(&self, package: PackageId, name: &str) -> String {
        if package == self.package {
            return name.to_owned();
        }
        format!("{}.{name}", names::ocaml_module(&self.schema.packages[package.0].name))
    }

    /// Whether it is `f64`, arrays and lists of which are float arrays.
    pub(super) fn is_float(&self, ty: &Ty) -> bool {
        *self.resolve(ty) == Ty::F64
    }
}

/// A place in a block: a variable and a distance from it.
#[derive(Clone, Copy)]
pub(super) struct Place(pub(super) usize);

impl Place {
    /// The place itself, `at` or `(at + 8)`.
    pub(super) fn text(self) -> Text {
        match self.0 {
            0 => "at".into(),
            offset => format!("(at + {offset})").into(),
        }
    }

    /// The place `offset` bytes further on.
    pub(super) fn plus(self, offset: usize) -> Place {
        Place(self.0 + offset)
    }
}
