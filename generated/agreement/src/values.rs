//! Random numbers, and values of any type that fit it.

use mycelium_wire::reflect::{Constraint, Def, Field, Kind, Repr, Type};
use mycelium_wire::{U256, Uuid, Value};

use crate::splitmix64;

/// Numbers that follow from a seed: splitmix64.
pub struct Random(pub u64);

impl Random {
    /// Any number.
    pub fn number(&mut self) -> u64 {
        splitmix64::next(&mut self.0)
    }

    /// A number below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.number() % most
    }

    /// A number of so many bits at most, of all lengths alike.
    fn bits(&mut self, most: u32) -> u128 {
        let number = u128::from(self.number()) << 64 | u128::from(self.number());
        let bits = self.below(u64::from(most) + 1) as u32;
        if bits == 0 { 0 } else { number >> (128 - bits) }
    }

    fn int(&mut self, bits: u32, is_signed: bool) -> Value {
        let number = self.bits(bits);
        let unused = 128 - bits;
        Value::Int(if is_signed { (number << unused) as i128 >> unused } else { number as i128 })
    }

    fn repr(&mut self, repr: Repr) -> Value {
        value_of(self, repr.ty())
    }

    fn bytes(&mut self, most: u32) -> Vec<u8> {
        (0..self.count(most)).map(|_| self.number() as u8).collect()
    }

    fn count(&mut self, most: u32) -> u32 {
        let few = [0, 1, 2, 3, 5, 40][self.below(6) as usize];
        few.min(most)
    }

    fn text(&mut self, most: u32) -> Value {
        let mut text = String::new();
        let count = self.count(most);
        for _ in 0..count {
            let c = ['a', 'Z', '7', ' ', 'ß', '€', '\u{1f600}', '\0'][self.below(8) as usize];
            // Most text is ASCII.
            let c = if self.below(3) > 0 { 'x' } else { c };
            if text.len() + c.len_utf8() <= most as usize {
                text.push(c);
            }
        }
        Value::Text(text)
    }
}

/// A value of a type.
pub fn value_of(random: &mut Random, ty: &Type<'_>) -> Value {
    match *ty {
        Type::Bool => Value::Bool(random.number() & 1 == 1),
        Type::I8 => random.int(8, true),
        Type::I16 => random.int(16, true),
        Type::I32 => random.int(32, true),
        Type::I64 | Type::Timestamp | Type::Duration | Type::Decimal(_) => random.int(64, true),
        Type::I128 => random.int(128, true),
        Type::U8 => random.int(8, false),
        Type::U16 => random.int(16, false),
        Type::U32 => random.int(32, false),
        Type::U64 => random.int(64, false),
        Type::U128 => Value::U128(random.bits(128)),
        Type::U256 => {
            let mut bytes = [0; 32];
            bytes.fill_with(|| random.number() as u8);
            Value::U256(U256::from_le_bytes(bytes))
        }
        Type::F32 => Value::F32(f32::from_bits(random.bits(32) as u32)),
        Type::F64 => Value::F64(f64::from_bits(random.bits(64) as u64)),
        Type::Uuid => Value::Uuid(Uuid::from_u128(random.bits(128))),
        Type::String => random.text(40),
        Type::BoundedString(most) => random.text(most),
        Type::Bytes => Value::Bytes(random.bytes(40)),
        Type::BoundedBytes(most) => Value::Bytes(random.bytes(most)),
        Type::Array(&Type::U8, len) => {
            Value::Bytes((0..len).map(|_| random.number() as u8).collect())
        }
        Type::BoundedList(&Type::U8, most) => Value::Bytes(random.bytes(most)),
        Type::List(&Type::U8) => Value::Bytes(random.bytes(40)),
        Type::Array(item, len) => items(random, item, len),
        Type::BoundedList(item, most) => few(random, item, most),
        Type::List(item) => few(random, item, 40),
        Type::Map(key, value) => pairs(random, key, value),
        Type::Tuple(types) => Value::Items(types.iter().map(|ty| value_of(random, ty)).collect()),
        Type::Optional(_) if random.number() & 1 == 0 => Value::Absent,
        Type::Optional(item) => value_of(random, item),
        Type::Named(def) => named(random, def),
    }
}

fn items(random: &mut Random, item: &Type<'_>, count: u32) -> Value {
    Value::Items((0..count).map(|_| value_of(random, item)).collect())
}

/// Not many items, so that lists of lists stay small.
fn few(random: &mut Random, item: &Type<'_>, most: u32) -> Value {
    let most = if item.is_fixed() { most } else { most.min(3) };
    let count = random.count(most);
    items(random, item, count)
}

fn pairs(random: &mut Random, key: &Type<'_>, value: &Type<'_>) -> Value {
    let mut keys: Vec<Value> = (0..random.below(5)).map(|_| value_of(random, key)).collect();
    keys.sort_by_key(order);
    keys.dedup();
    let pairs = keys.into_iter().map(|key| Value::Items(vec![key, value_of(random, value)]));
    Value::Items(pairs.collect())
}

/// Something that orders keys as they are ordered on the wire.
fn order(key: &Value) -> (i128, Vec<u8>) {
    match key {
        Value::Bool(truth) => (i128::from(*truth), Vec::new()),
        Value::Int(number) => (*number, Vec::new()),
        Value::U128(number) => (0, number.to_be_bytes().to_vec()),
        Value::U256(number) => (0, number.to_le_bytes().into_iter().rev().collect()),
        Value::Uuid(uuid) => (0, uuid.as_bytes().to_vec()),
        Value::Text(text) => (0, text.as_bytes().to_vec()),
        Value::Bytes(bytes) => (0, bytes.clone()),
        other => panic!("{other:?} is no key"),
    }
}

fn named(random: &mut Random, def: &Def<'_>) -> Value {
    match def.kind {
        Kind::Message { fields, .. } | Kind::Struct { fields } => {
            Value::Fields(fields.iter().map(|field| held(random, field)).collect())
        }
        Kind::Enum { open: true, repr, .. } if random.below(4) == 0 => random.repr(repr),
        Kind::Enum { members, .. } => {
            Value::Int(members[random.below(members.len() as u64) as usize].value)
        }
        Kind::Flags { repr, .. } => random.repr(repr),
        Kind::Union { open: true, .. } if random.below(5) == 0 => {
            // A tag beyond all that there can be, and the smallest payload.
            Value::UnknownArm { tag: 0x1_0000 + random.below(9) as u32, payload: vec![0; 8] }
        }
        Kind::Union { arms, .. } => {
            let arm = &arms[random.below(arms.len() as u64) as usize];
            Value::Arm { tag: arm.tag, value: Box::new(value_of(random, arm.ty)) }
        }
    }
}

/// A value that keeps the constraint of its field, which here is one of those that the build script writes
/// or of which zero, one or three are within.
fn held(random: &mut Random, field: &Field<'_>) -> Value {
    let value = value_of(random, field.ty);
    match (&field.constraint, value) {
        (None, value) | (_, value @ Value::Absent) => value,
        (Some(Constraint::Range { .. }), Value::Int(number)) => Value::Int(number.clamp(-9, 100)),
        (Some(Constraint::Range { .. }), Value::F64(_)) => Value::F64(0.5),
        (Some(Constraint::Len { .. }), Value::Text(_)) => Value::Text("abc".into()),
        (Some(Constraint::Len { .. }), Value::Bytes(mut bytes)) => {
            bytes.truncate(3);
            Value::Bytes(bytes)
        }
        (Some(Constraint::Len { .. }), Value::Items(mut items)) => {
            items.truncate(3);
            Value::Items(items)
        }
        (_, value) => value,
    }
}
