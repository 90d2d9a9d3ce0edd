//! Which types lie in memory as on the wire, once Rust keeps their fields in order: those get `#[repr(C)]`, and
//! with it the runtime copies them whole, and lends rows of them as slices.

use myc_schema::schema::{Field, Schema, Ty, TypeDef, TypeKind};
use mycelium_wire::layout::{align_up, size};

/// Bytes and alignment, the same in memory as on the wire.
#[derive(Clone, Copy)]
struct Extent {
    size: usize,
    align: usize,
}

/// Whether a message's or struct's fields lie side by side in memory as on the wire, without gaps, the
/// end included.
pub(super) fn is_plain(schema: &Schema, def: &TypeDef) -> bool {
    match &def.kind {
        TypeKind::Message(message) => extent_of_fields(schema, &message.fields).is_some(),
        TypeKind::Struct(fields) => extent_of_fields(schema, fields).is_some(),
        TypeKind::Enum(_) | TypeKind::Flags(_) | TypeKind::Union(_) => false,
    }
}

fn extent_of_fields(schema: &Schema, fields: &[Field]) -> Option<Extent> {
    let mut whole = Extent { size: 0, align: 1 };
    for field in fields {
        let part = extent(schema, &field.ty)?;
        if field.offset != whole.size {
            return None;
        }
        whole = Extent { size: whole.size + part.size, align: whole.align.max(part.align) };
    }
    let is_whole = whole.size > 0 && align_up(whole.size, whole.align) == whole.size;
    is_whole.then_some(whole)
}

/// Integers of 128 bits are left out: Rust aligns them to 16 bytes, the wire to 8.
fn extent(schema: &Schema, ty: &Ty) -> Option<Extent> {
    let number = |size| Some(Extent { size, align: size });
    match schema.resolve(ty) {
        Ty::Bool => number(1),
        Ty::Int(repr) => number(size(repr.ty())),
        Ty::F32 => number(4),
        Ty::F64 | Ty::Timestamp | Ty::Duration | Ty::Decimal(_) => number(8),
        Ty::Uuid => Some(Extent { size: 16, align: 1 }),
        Ty::Array(item, count) => {
            let item = extent(schema, item)?;
            Some(Extent { size: item.size * *count as usize, ..item })
        }
        Ty::Named(id) => match &schema.types[id.0].kind {
            TypeKind::Struct(fields) => extent_of_fields(schema, fields),
            TypeKind::Enum(def) if !def.open => number(size(def.repr.ty())),
            TypeKind::Flags(flags) => number(size(flags.repr.ty())),
            TypeKind::Enum(_) | TypeKind::Union(_) | TypeKind::Message(_) => None,
        },
        _ => None,
    }
}
