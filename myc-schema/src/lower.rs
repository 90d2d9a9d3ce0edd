//! Checked types as the tables of `mycelium_wire::reflect`, from which layout and digest come and by
//! which tools encode and decode.

use std::collections::HashMap;

use mycelium_wire::reflect::{self, Literal};
use mycelium_wire::{Digest, hex};

use crate::schema::{
    Alias, Constraint, Enum, Field, Flags, Member, Schema, Ty, TypeId, TypeKind, Union, Value,
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

    /// A type as it is used, as a table.
    #[cfg(feature = "analysis")]
    pub(crate) fn reflect_use<'a>(&self, arena: &'a Arena, ty: &Ty) -> &'a reflect::Type<'a> {
        let mut lower = Lower::new(arena, &self.aliases);
        let mut parts = Vec::new();
        self.named_in(ty, &mut parts);
        for part in parts {
            if !lower.has(part) {
                self.lower_type(&mut lower, part);
            }
        }
        lower.ty(ty)
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
            TypeKind::Enum(e) => lower.enumeration(e),
            TypeKind::Flags(flags) => lower.flags(flags),
            TypeKind::Union(union) => lower.union(union),
        };
        let names = TypeNames {
            package: &self.package_of(id).name,
            name: &def.name,
            was: def.was.as_deref(),
        };
        let made = lower.add(id, &names, kind, |_| def.digest);
        if let TypeKind::Enum(e) = &def.kind {
            lower.add_member_order(made, &e.members);
        }
        made
    }

    /// The named types that a type uses, through aliases.
    pub(crate) fn named_in(&self, ty: &Ty, found: &mut Vec<TypeId>) {
        match ty {
            Ty::Named(id) => found.push(*id),
            Ty::Alias(id) => self.named_in(&self.aliases[id.0].ty, found),
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => {
                self.named_in(item, found);
            }
            Ty::Map(key, value) => {
                self.named_in(key, found);
                self.named_in(value, found);
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
    let Field { name, was, ty, default, key, unit, constraint, .. } = field;
    FieldParts {
        name,
        was: was.as_deref(),
        ty,
        default: default.as_ref(),
        key: *key,
        unit: unit.as_deref(),
        constraint: constraint.as_ref(),
    }
}

/// What the tables keep of a field.
pub(crate) struct FieldParts<'f> {
    pub(crate) name: &'f str,
    pub(crate) was: Option<&'f str>,
    pub(crate) ty: &'f Ty,
    pub(crate) default: Option<&'f Value>,
    pub(crate) key: bool,
    pub(crate) unit: Option<&'f str>,
    pub(crate) constraint: Option<&'f Constraint>,
}

/// What a type is called.
pub(crate) struct TypeNames<'n> {
    pub(crate) package: &'n str,
    pub(crate) name: &'n str,
    pub(crate) was: Option<&'n str>,
}

/// Makes tables, type by type; each after all that it uses.
pub(crate) struct Lower<'a, 's> {
    arena: &'a Arena,
    aliases: &'s [Alias],
    defs: HashMap<TypeId, &'a reflect::Def<'a>>,
    /// By which names the digest knows each enum's members, in the order of the source.
    member_names: HashMap<*const reflect::Def<'a>, Vec<&'a str>>,
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
        names: &TypeNames<'_>,
        kind: reflect::Kind<'a>,
        digest: impl FnOnce(&reflect::Def<'a>) -> Digest,
    ) -> &'a reflect::Def<'a> {
        let mut def = reflect::Def {
            package: self.arena.alloc_str(names.package),
            name: self.arena.alloc_str(names.name),
            was: self.text(names.was),
            kind,
            digest: Digest([0; 32]),
        };
        def.digest = digest(&def);
        let def = &*self.arena.alloc(def);
        self.defs.insert(id, def);
        def
    }

    /// Adds the order of an enum's members in the source, by which values name them.
    pub(crate) fn add_member_order(&mut self, def: &'a reflect::Def<'a>, members: &[Member]) {
        let name =
            |member: &Member| &*self.arena.alloc_str(member.was.as_deref().unwrap_or(&member.name));
        self.member_names.insert(def, members.iter().map(name).collect());
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

    pub(crate) fn enumeration(&self, e: &Enum) -> reflect::Kind<'a> {
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
                was: self.text(arm.was.as_deref()),
                tag: arm.tag,
                ty: self.ty(&arm.ty),
            })
            .collect();
        arms.sort_unstable_by_key(|arm| arm.tag);
        reflect::Kind::Union { open: union.open, arms: self.arena.alloc_slice_copy(&arms) }
    }

    fn fields<'f>(&self, fields: impl Iterator<Item = FieldParts<'f>>) -> &'a [reflect::Field<'a>] {
        let fields: Vec<reflect::Field<'a>> = fields
            .map(|field| {
                let ty = self.ty(field.ty);
                reflect::Field {
                    name: self.arena.alloc_str(field.name),
                    was: self.text(field.was),
                    ty,
                    default: field.default.map(|value| self.literal(value, ty)),
                    key: field.key,
                    unit: self.text(field.unit),
                    constraint: field.constraint.map(|wanted| self.constraint(wanted, ty)),
                }
            })
            .collect();
        self.arena.alloc_slice_copy(&fields)
    }

    fn members(&self, members: &[Member]) -> &'a [reflect::Member<'a>] {
        let mut members: Vec<reflect::Member<'a>> = members
            .iter()
            .map(|member| reflect::Member {
                name: self.arena.alloc_str(&member.name),
                was: self.text(member.was.as_deref()),
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
            Ty::U256 => Type::U256,
            Ty::Uuid => Type::Uuid,
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
            Ty::Map(key, value) => Type::Map(self.ty(key), self.ty(value)),
            Ty::Tuple(items) => {
                let items: Vec<&'a Type<'a>> = items.iter().map(|item| self.ty(item)).collect();
                Type::Tuple(self.arena.alloc_slice_copy(&items))
            }
            Ty::Optional(inner) => Type::Optional(self.ty(inner)),
            Ty::Named(id) => Type::Named(self.defs[id]),
        };
        self.arena.alloc(lowered)
    }

    fn text(&self, text: Option<&str>) -> Option<&'a str> {
        text.map(|text| &*self.arena.alloc_str(text))
    }

    fn constraint(
        &self,
        constraint: &Constraint,
        ty: &reflect::Type<'a>,
    ) -> reflect::Constraint<'a> {
        let bound = |value: &Option<Value>| match self.literal(value.as_ref()?, ty) {
            Literal::Number(digits) => Some(digits),
            _ => None,
        };
        match constraint {
            Constraint::Range { min, max } => {
                reflect::Constraint::Range { min: bound(min), max: bound(max) }
            }
            Constraint::Len { min, max } => reflect::Constraint::Len { min: *min, max: *max },
        }
    }

    /// A value that fits its type, which the checks have seen to.
    fn literal(&self, value: &Value, ty: &reflect::Type<'a>) -> Literal<'a> {
        use reflect::Type;
        let number = |text: &dyn ToString| Literal::Number(self.arena.alloc_str(&text.to_string()));
        let text = |text: &str| Literal::Text(self.arena.alloc_str(text));
        match (value, *ty) {
            (Value::Absent, _) => Literal::Absent,
            (value, Type::Optional(item)) => self.literal(value, item),
            (Value::Bool(value), _) => Literal::Bool(*value),
            (Value::Int(value), _) => number(value),
            (Value::Wide(value), _) => number(value),
            (Value::Wider(value), _) => number(value),
            (Value::Float(digits), _) => number(digits),
            (Value::Nanos(nanos), _) => number(nanos),
            (Value::Decimal(mantissa), Type::Decimal(scale)) => {
                number(&decimal_text(*mantissa, scale))
            }
            (Value::Decimal(mantissa), _) => number(mantissa),
            (Value::Text(value), _) => text(value),
            (Value::Uuid(uuid), _) => text(&uuid.to_string()),
            (Value::Bytes(bytes), _) => text(&hex::encode(bytes)),
            (Value::Member(index), Type::Named(def)) => self.member(*index, def),
            (Value::Member(index), _) => number(index),
            (Value::Flags(bits), ty) => self.list(bit_names(*bits, &ty).map(Literal::Name)),
            (Value::Items(items), ty) => self
                .list(items.iter().zip(item_types(&ty)).map(|(value, ty)| self.literal(value, ty))),
            (Value::Fields(values), ty) => {
                let types = fields_of(&ty).iter().map(|field| field.ty);
                self.list(values.iter().zip(types).map(|(value, ty)| self.literal(value, ty)))
            }
            (Value::Map(pairs), Type::Map(key, of)) => {
                self.list(pairs.iter().map(|(name, value)| {
                    self.list([self.literal(name, key), self.literal(value, of)])
                }))
            }
            (Value::Map(_), _) => Literal::Absent,
        }
    }

    fn list(&self, items: impl IntoIterator<Item = Literal<'a>>) -> Literal<'a> {
        let items: Vec<Literal<'a>> = items.into_iter().collect();
        Literal::List(self.arena.alloc_slice_copy(&items))
    }

    /// The member with this index in the source, by the name that the digest keeps.
    fn member(&self, index: usize, def: &reflect::Def<'a>) -> Literal<'a> {
        let names = self.member_names.get(&std::ptr::from_ref(def));
        Literal::Name(names.and_then(|names| names.get(index)).copied().unwrap_or_default())
    }
}

/// The types of items side by side: of an array or list the same over and over.
fn item_types<'y, 'a>(
    ty: &'y reflect::Type<'a>,
) -> Box<dyn Iterator<Item = &'y reflect::Type<'a>> + 'y> {
    use reflect::Type;
    match *ty {
        Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item) => {
            Box::new(std::iter::repeat(item))
        }
        Type::Tuple(types) => Box::new(types.iter().copied()),
        _ => Box::new(std::iter::empty()),
    }
}

fn fields_of<'a>(ty: &reflect::Type<'a>) -> &'a [reflect::Field<'a>] {
    match ty {
        reflect::Type::Named(reflect::Def { kind: reflect::Kind::Struct { fields }, .. }) => fields,
        _ => &[],
    }
}

/// Names of the bits that are set, ascending.
fn bit_names<'a>(bits: u64, ty: &reflect::Type<'a>) -> impl Iterator<Item = &'a str> {
    let members = match ty {
        reflect::Type::Named(reflect::Def {
            kind: reflect::Kind::Flags { members, .. }, ..
        }) => *members,
        _ => &[],
    };
    let set = members.iter().filter(move |member| bits >> member.value & 1 == 1);
    set.map(reflect::Member::digest_name)
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
