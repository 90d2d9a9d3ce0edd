//! Types of the schema in OCaml's terms: what they are called, and where they lie.

use myc_schema::schema::{AliasId, Field, PackageId, Repr, Schema, Ty, TypeDef, TypeId, TypeKind};
use mycelium_wire::layout::{align_up, count_size, repr_size};

use super::expr::Text;
use crate::names;

/// Bytes of a reference `{u32 offset, u32 count}`.
const REFERENCE: usize = 8;

/// A schema seen from one of its packages.
#[derive(Clone, Copy)]
pub(super) struct Types<'s> {
    pub(super) schema: &'s Schema,
    pub(super) package: PackageId,
    /// What the module of codec primitives is called.
    pub(super) wire: &'static str,
    /// Whether constructors of the module hide `Some` and `None`.
    pub(super) hides_option: bool,
}

impl<'s> Types<'s> {
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

    /// Type without aliases.
    pub(super) fn resolve<'t>(&self, ty: &'t Ty) -> &'t Ty
    where
        's: 't,
    {
        self.schema.resolve(ty)
    }

    pub(super) fn def(&self, id: TypeId) -> &'s TypeDef {
        &self.schema.types[id.0]
    }

    /// Whether it is `u8`, arrays and lists of which are strings.
    pub(super) fn is_byte(&self, ty: &Ty) -> bool {
        *self.resolve(ty) == Ty::Int(Repr::U8)
    }

    /// Whether the inline form refers to the tail, so that an optional one has no presence byte.
    pub(super) fn is_reference(&self, ty: &Ty) -> bool {
        match self.resolve(ty) {
            Ty::String(None) | Ty::Bytes(None) | Ty::List(_, None) | Ty::Map(..) => true,
            Ty::Named(id) => match &self.def(*id).kind {
                TypeKind::Message(_) => true,
                TypeKind::Union(union) => union.open,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether no value puts anything into the tail.
    pub(super) fn is_fixed(&self, ty: &Ty) -> bool {
        match self.resolve(ty) {
            ty if self.is_reference(ty) => false,
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => self.is_fixed(item),
            Ty::Tuple(items) => items.iter().all(|item| self.is_fixed(item)),
            Ty::Named(id) => self.def(*id).is_fixed,
            _ => true,
        }
    }

    /// Bytes of the inline form.
    pub(super) fn size(&self, ty: &Ty) -> usize {
        let align = self.align(ty);
        match self.resolve(ty) {
            Ty::Bool => 1,
            Ty::Int(repr) => repr_size(*repr),
            Ty::F32 => 4,
            Ty::I128 | Ty::U128 | Ty::Uuid => 16,
            Ty::U256 => 32,
            Ty::String(None) | Ty::Bytes(None) | Ty::List(_, None) | Ty::Map(..) => REFERENCE,
            Ty::String(Some(max)) | Ty::Bytes(Some(max)) => {
                align_up(count_size(*max) + *max as usize, align)
            }
            Ty::Array(item, len) => self.size(item) * *len as usize,
            Ty::List(item, Some(max)) => {
                align_up(self.items_offset(item, *max) + self.size(item) * *max as usize, align)
            }
            Ty::Tuple(items) => align_up(self.tuple_end(items, items.len()), align),
            Ty::Optional(item) if self.is_reference(item) => self.size(item),
            Ty::Optional(item) => self.value_offset(item) + self.size(item),
            Ty::Named(id) => self.def(*id).size,
            _ => 8,
        }
    }

    /// Alignment of the inline form.
    pub(super) fn align(&self, ty: &Ty) -> usize {
        match self.resolve(ty) {
            Ty::Bool | Ty::Uuid => 1,
            Ty::Int(repr) => repr_size(*repr),
            Ty::F32 | Ty::String(None) | Ty::Bytes(None) | Ty::List(_, None) | Ty::Map(..) => 4,
            Ty::String(Some(max)) | Ty::Bytes(Some(max)) => count_size(*max),
            Ty::Array(item, _) | Ty::Optional(item) => self.align(item),
            Ty::List(item, Some(max)) => count_size(*max).max(self.align(item)),
            Ty::Tuple(items) => items.iter().map(|item| self.align(item)).max().unwrap_or(1),
            Ty::Named(id) => self.def(*id).align,
            _ => 8,
        }
    }

    /// Offset of a bounded list's first item.
    pub(super) fn items_offset(&self, item: &Ty, max: u32) -> usize {
        align_up(count_size(max), self.align(item))
    }

    /// Offset of the value behind a presence byte.
    pub(super) fn value_offset(&self, item: &Ty) -> usize {
        align_up(1, self.align(item))
    }

    /// Offset of a tuple's item.
    pub(super) fn tuple_offset(&self, items: &[Ty], index: usize) -> usize {
        align_up(self.tuple_end(items, index), self.align(&items[index]))
    }

    /// Where a field ends in its block or struct.
    pub(super) fn field_end(&self, field: &Field) -> usize {
        field.offset + self.size(&field.ty)
    }

    fn tuple_end(&self, items: &[Ty], count: usize) -> usize {
        items[..count].iter().fold(0, |end, item| align_up(end, self.align(item)) + self.size(item))
    }
}

/// A pair of a map, which is laid out like a tuple.
pub(super) fn pair(key: &Ty, value: &Ty) -> Ty {
    Ty::Tuple(vec![key.clone(), value.clone()])
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
