//! Which traits a type can derive: those that all it holds have.

use myc_schema::schema::{Schema, Ty, TypeDef, TypeKind};

/// What a type's values can do beside being cloned, compared and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits {
    /// `Copy`.
    pub(super) copy: bool,
    /// `Eq` and `Hash`: no float inside.
    pub(super) eq: bool,
}

const ALL: Traits = Traits { copy: true, eq: true };

impl Traits {
    fn and(self, other: Traits) -> Traits {
        Traits { copy: self.copy && other.copy, eq: self.eq && other.eq }
    }
}

/// Traits of a named type. A message is never `Copy`: it may grow by a field that is not.
pub(super) fn of_def(schema: &Schema, def: &TypeDef) -> Traits {
    match &def.kind {
        TypeKind::Message(message) => {
            let all = of_all(schema, message.fields.iter().map(|field| &field.ty));
            Traits { copy: false, ..all }
        }
        TypeKind::Struct(fields) => of_all(schema, fields.iter().map(|field| &field.ty)),
        TypeKind::Enum(_) | TypeKind::Flags(_) => ALL,
        TypeKind::Union(union) => {
            let all = of_all(schema, union.arms.iter().map(|arm| &arm.ty));
            Traits { copy: all.copy && !union.open, ..all }
        }
    }
}

fn of_all<'t>(schema: &Schema, types: impl Iterator<Item = &'t Ty>) -> Traits {
    types.fold(ALL, |all, ty| all.and(of_type(schema, ty)))
}

fn of_type(schema: &Schema, ty: &Ty) -> Traits {
    match schema.resolve(ty) {
        Ty::F32 | Ty::F64 => Traits { eq: false, ..ALL },
        Ty::String(None) | Ty::Bytes(_) => Traits { copy: false, ..ALL },
        Ty::List(item, _) => Traits { copy: false, ..of_type(schema, item) },
        Ty::Map(key, of) => Traits { copy: false, ..of_type(schema, key).and(of_type(schema, of)) },
        Ty::Array(item, _) | Ty::Optional(item) => of_type(schema, item),
        Ty::Tuple(items) => of_all(schema, items.iter()),
        Ty::Named(id) => of_def(schema, &schema.types[id.0]),
        _ => ALL,
    }
}
