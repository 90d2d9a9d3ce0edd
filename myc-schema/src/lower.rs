//! Checked types as the tables of `mycelium_wire::reflect`, from which layout and digest come and by
//! which tools encode and decode.

use std::collections::HashMap;

use mycelium_wire::Digest;
use mycelium_wire::reflect::{self, Literal};

use crate::schema::{
    Alias, Enum, Field, Flags, Member, Schema, Ty, TypeId, TypeKind, Union, Value,
};

/// Holds the tables that [`Schema::reflect`] makes.
pub use bumpalo::Bump as Arena;

impl Schema {
    /// A type and all that it reaches, as the tables by which tools encode, decode and show values.
    ///
    /// Each call makes new tables; they live as long as the arena.
    pub fn reflect<'a>(&self, arena: &'a Arena, id: TypeId) -> &'a reflect::Def<'a> {
        let mut lower = Lower::new(arena, &self.aliases);
        self.lower_type(&mut lower, id)
    }

    /// All types, each with all that it reaches, in the order of [`Schema::types`].
    pub fn reflect_all<'a>(&self, arena: &'a Arena) -> Vec<&'a reflect::Def<'a>> {
        let mut lower = Lower::new(arena, &self.aliases);
        // A type stands behind all that it uses, so that each is made once.
        (0..self.types.len()).map(|index| self.lower_type(&mut lower, TypeId(index))).collect()
    }

    fn lower_type<'a>(&self, lower: &mut Lower<'a, '_>, id: TypeId) -> &'a reflect::Def<'a> {
        let def = &self.types[id.0];
        // The parts of a type are made first; types nest only as deep as the compiler allows.
        let mut parts = Vec::new();
        def.kind.for_each_ty(&mut |ty| self.named_in(ty, &mut parts));
        for part in parts {
            if !lower.has(part) {
                self.lower_type(lower, part);
            }
        }
        let kind = match &def.kind {
            TypeKind::Message(message) => {
                lower.message(message.id, &message.topic, message.fields.iter().map(parts_of))
            }
            TypeKind::Struct(fields) => lower.structure(fields.iter().map(parts_of)),
            TypeKind::Enum(e) => lower.enumeration(id, e),
            TypeKind::Flags(flags) => lower.flags(flags),
            TypeKind::Union(union) => lower.union(union),
        };
        lower.add(id, &self.package_of(id).name, &def.name, kind, |_| def.digest)
    }

    /// The named types that a type uses, through aliases.
    pub(crate) fn named_in(&self, ty: &Ty, found: &mut Vec<TypeId>) {
        match ty {
            Ty::Named(id) => found.push(*id),
            Ty::Alias(id) => self.named_in(&self.aliases[id.0].ty, found),
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => {
                self.named_in(item, found);
            }
            Ty::Tuple(items) => items.iter().for_each(|item| self.named_in(item, found)),
            _ => {}
        }
    }
}

impl TypeKind {
    /// Types of the fields or arms, in their order.
    fn for_each_ty(&self, each: &mut impl FnMut(&Ty)) {
        match self {
            TypeKind::Message(message) => message.fields.iter().for_each(|field| each(&field.ty)),
            TypeKind::Struct(fields) => fields.iter().for_each(|field| each(&field.ty)),
            TypeKind::Union(union) => union.arms.iter().for_each(|arm| each(&arm.ty)),
            TypeKind::Enum(_) | TypeKind::Flags(_) => {}
        }
    }
}

fn parts_of(field: &Field) -> FieldParts<'_> {
    let Field { name, ty, default, key, .. } = field;
    FieldParts { name, ty, default: default.as_ref(), key: *key }
}

/// What the tables keep of a field.
pub(crate) struct FieldParts<'f> {
    pub(crate) name: &'f str,
    pub(crate) ty: &'f Ty,
    pub(crate) default: Option<&'f Value>,
    pub(crate) key: bool,
}

/// Makes tables, type by type; each after all that it uses.
pub(crate) struct Lower<'a, 's> {
    arena: &'a Arena,
    aliases: &'s [Alias],
    defs: HashMap<TypeId, &'a reflect::Def<'a>>,
    /// Names of each enum's members, in the order of the source.
    member_names: HashMap<TypeId, Vec<&'a str>>,
}

impl<'a, 's> Lower<'a, 's> {
    pub(crate) fn new(arena: &'a Arena, aliases: &'s [Alias]) -> Lower<'a, 's> {
        Lower { arena, aliases, defs: HashMap::new(), member_names: HashMap::new() }
    }

    fn has(&self, id: TypeId) -> bool {
        self.defs.contains_key(&id)
    }

    /// Adds a type whose digest `digest` makes of the rest.
    pub(crate) fn add(
        &mut self,
        id: TypeId,
        package: &str,
        name: &str,
        kind: reflect::Kind<'a>,
        digest: impl FnOnce(&reflect::Def<'a>) -> Digest,
    ) -> &'a reflect::Def<'a> {
        let (package, name) = (self.arena.alloc_str(package), self.arena.alloc_str(name));
        let mut def = reflect::Def { package, name, kind, digest: Digest([0; 32]) };
        def.digest = digest(&def);
        let def = self.arena.alloc(def);
        self.defs.insert(id, def);
        def
    }

    pub(crate) fn message<'f>(
        &self,
        id: u16,
        topic: &str,
        fields: impl Iterator<Item = FieldParts<'f>>,
    ) -> reflect::Kind<'a> {
        reflect::Kind::Message {
            id,
            topic: self.arena.alloc_str(topic),
            fields: self.fields(fields),
        }
    }

    pub(crate) fn structure<'f>(
        &self,
        fields: impl Iterator<Item = FieldParts<'f>>,
    ) -> reflect::Kind<'a> {
        reflect::Kind::Struct { fields: self.fields(fields) }
    }

    pub(crate) fn enumeration(&mut self, id: TypeId, e: &Enum) -> reflect::Kind<'a> {
        let names = e.members.iter().map(|member| &*self.arena.alloc_str(&member.name));
        self.member_names.insert(id, names.collect());
        reflect::Kind::Enum { open: e.open, repr: e.repr, members: self.members(&e.members) }
    }

    pub(crate) fn flags(&self, flags: &Flags) -> reflect::Kind<'a> {
        reflect::Kind::Flags { repr: flags.repr, members: self.members(&flags.members) }
    }

    pub(crate) fn union(&self, union: &Union) -> reflect::Kind<'a> {
        let mut arms: Vec<reflect::Arm<'a>> = union
            .arms
            .iter()
            .map(|arm| reflect::Arm {
                name: self.arena.alloc_str(&arm.name),
                tag: arm.tag,
                ty: self.ty(&arm.ty),
            })
            .collect();
        arms.sort_unstable_by_key(|arm| arm.tag);
        reflect::Kind::Union { open: union.open, arms: self.arena.alloc_slice_copy(&arms) }
    }

    fn fields<'f>(&self, fields: impl Iterator<Item = FieldParts<'f>>) -> &'a [reflect::Field<'a>] {
        let fields: Vec<reflect::Field<'a>> = fields
            .map(|field| reflect::Field {
                name: self.arena.alloc_str(field.name),
                ty: self.ty(field.ty),
                default: field.default.map(|value| self.literal(value, field.ty)),
                key: field.key,
            })
            .collect();
        self.arena.alloc_slice_copy(&fields)
    }

    fn members(&self, members: &[Member]) -> &'a [reflect::Member<'a>] {
        let mut members: Vec<reflect::Member<'a>> = members
            .iter()
            .map(|member| reflect::Member {
                name: self.arena.alloc_str(&member.name),
                value: member.value,
            })
            .collect();
        members.sort_unstable_by_key(|member| member.value);
        self.arena.alloc_slice_copy(&members)
    }

    fn ty(&self, ty: &Ty) -> &'a reflect::Type<'a> {
        use reflect::Type;
        let lowered = match ty {
            Ty::Int(repr) => return repr.ty(),
            Ty::Alias(id) => return self.ty(&self.aliases[id.0].ty),
            Ty::Bool => Type::Bool,
            Ty::I128 => Type::I128,
            Ty::U128 => Type::U128,
            Ty::F32 => Type::F32,
            Ty::F64 => Type::F64,
            Ty::Timestamp => Type::Timestamp,
            Ty::Duration => Type::Duration,
            Ty::Decimal(scale) => Type::Decimal(*scale),
            Ty::String(None) => Type::String,
            Ty::Bytes(None) => Type::Bytes,
            Ty::String(Some(max)) => Type::BoundedString(*max),
            Ty::Bytes(Some(max)) => Type::BoundedBytes(*max),
            Ty::Array(item, len) => Type::Array(self.ty(item), *len),
            Ty::List(item, Some(max)) => Type::BoundedList(self.ty(item), *max),
            Ty::List(item, None) => Type::List(self.ty(item)),
            Ty::Tuple(items) => {
                let items: Vec<&'a Type<'a>> = items.iter().map(|item| self.ty(item)).collect();
                Type::Tuple(self.arena.alloc_slice_copy(&items))
            }
            Ty::Optional(inner) => Type::Optional(self.ty(inner)),
            Ty::Named(id) => Type::Named(self.defs[id]),
        };
        self.arena.alloc(lowered)
    }

    fn literal(&self, value: &Value, ty: &Ty) -> Literal<'a> {
        let number = |text: String| Literal::Number(self.arena.alloc_str(&text));
        match (value, self.resolve(ty)) {
            (Value::Bool(value), _) => Literal::Bool(*value),
            (Value::Int(value), _) => number(value.to_string()),
            (Value::Wide(value), _) => number(value.to_string()),
            (Value::Float(text), _) => number(text.clone()),
            (Value::Nanos(nanos), _) => number(nanos.to_string()),
            (Value::Text(text), _) => Literal::Text(self.arena.alloc_str(text)),
            (Value::Decimal(mantissa), Ty::Decimal(scale)) => {
                number(decimal_text(*mantissa, *scale))
            }
            (Value::Decimal(mantissa), _) => number(mantissa.to_string()),
            (Value::Member(index), Ty::Named(id)) => Literal::Name(self.member_names[id][*index]),
            (Value::Member(index), _) => number(index.to_string()),
        }
    }

    fn resolve<'y>(&'y self, ty: &'y Ty) -> &'y Ty {
        match ty {
            Ty::Alias(id) => self.resolve(&self.aliases[id.0].ty),
            other => other,
        }
    }
}

/// A decimal without zeros at its end.
fn decimal_text(mantissa: i64, scale: u8) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let width = usize::from(scale) + 1;
    let digits = format!("{:0width$}", mantissa.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_spelled_without_zeros_at_their_end() {
        assert_eq!(decimal_text(150_000_000, 8), "1.5");
        assert_eq!(decimal_text(-1, 3), "-0.001");
        assert_eq!(decimal_text(-2000, 3), "-2");
        assert_eq!(decimal_text(0, 18), "0");
        assert_eq!(decimal_text(i64::MIN, 0), "-9223372036854775808");
    }
}
