//! Where values lie: sizes, alignments and offsets of the inline forms of types.

use myc_schema::schema::{Field, Repr, Schema, Ty, TypeDef, TypeId, TypeKind};
use mycelium_wire::layout::{align_up, count_size, repr_size};

/// Bytes of a reference `{u32 offset, u32 count}`.
const REFERENCE: usize = 8;

/// A schema as bytes.
#[derive(Clone, Copy)]
pub(crate) struct Shape<'s> {
    pub(crate) schema: &'s Schema,
}

impl<'s> Shape<'s> {
    /// Type without aliases.
    pub(crate) fn resolve<'t>(&self, ty: &'t Ty) -> &'t Ty
    where
        's: 't,
    {
        self.schema.resolve(ty)
    }

    pub(crate) fn def(&self, id: TypeId) -> &'s TypeDef {
        &self.schema.types[id.0]
    }

    /// Whether it is `u8`, arrays and lists of which are bytes.
    pub(crate) fn is_byte(&self, ty: &Ty) -> bool {
        *self.resolve(ty) == Ty::Int(Repr::U8)
    }

    /// Whether the inline form refers to the tail, so that an optional one has no presence byte.
    pub(crate) fn is_reference(&self, ty: &Ty) -> bool {
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
    pub(crate) fn is_fixed(&self, ty: &Ty) -> bool {
        match self.resolve(ty) {
            ty if self.is_reference(ty) => false,
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => self.is_fixed(item),
            Ty::Tuple(items) => items.iter().all(|item| self.is_fixed(item)),
            Ty::Named(id) => self.def(*id).is_fixed,
            _ => true,
        }
    }

    /// Bytes of the inline form.
    pub(crate) fn size(&self, ty: &Ty) -> usize {
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
    pub(crate) fn align(&self, ty: &Ty) -> usize {
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
    pub(crate) fn items_offset(&self, item: &Ty, max: u32) -> usize {
        align_up(count_size(max), self.align(item))
    }

    /// Offset of the value behind a presence byte.
    pub(crate) fn value_offset(&self, item: &Ty) -> usize {
        align_up(1, self.align(item))
    }

    /// Offset of a tuple's item.
    pub(crate) fn tuple_offset(&self, items: &[Ty], index: usize) -> usize {
        align_up(self.tuple_end(items, index), self.align(&items[index]))
    }

    /// Where a field ends in its block or struct.
    pub(crate) fn field_end(&self, field: &Field) -> usize {
        field.offset + self.size(&field.ty)
    }

    fn tuple_end(&self, items: &[Ty], count: usize) -> usize {
        items[..count].iter().fold(0, |end, item| align_up(end, self.align(item)) + self.size(item))
    }
}

/// A pair of a map, which is laid out like a tuple.
pub(crate) fn pair(key: &Ty, value: &Ty) -> Ty {
    Ty::Tuple(vec![key.clone(), value.clone()])
}
