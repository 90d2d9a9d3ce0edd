//! Defaults as bytes: what a schema's default is on the wire, made at compile time.
//!
//! A reader that meets a block of an older sender decodes, or views, a default as it does everything
//! else: from its inline form and its part of the tail. So no type needs a second way to be made.

use crate::decimal::parse_scaled;
use crate::float::{f32_of, f64_of};
use crate::layout::{
    align, align_up, count_size, field_offset, items_offset, pair_align, pair_size,
    pair_value_offset, repr_size, size, tuple_offset, value_offset,
};
use crate::literal::{bits_of, value_of};
use crate::reflect::{Def, Kind, Literal, Type};
use crate::rules::is_default;
use crate::{U256, Uuid};

/// The bytes of a default.
#[derive(Debug)]
pub struct Default {
    /// Its inline form.
    pub(crate) inline: &'static [u8],
    /// What it keeps in the tail, which begins with it.
    pub(crate) tail: &'static [u8],
}

impl Default {
    /// A default of this type from its [`default_bytes`].
    pub const fn new(ty: &Type<'_>, bytes: &'static [u8]) -> Default {
        match bytes.split_at_checked(size(ty)) {
            Some((inline, tail)) => Default { inline, tail },
            None => Default { inline: &[], tail: &[] },
        }
    }
}

/// How many [`default_bytes`] there are: none where the type has no such default, which the derive
/// reports.
pub const fn default_len(ty: &Type<'_>, literal: &Literal<'_>) -> usize {
    if !is_default(ty, literal) {
        return 0;
    }
    let mut encoder = Encoder::<0>::new(ty);
    encoder.value(ty, literal, 0);
    encoder.end
}

/// Inline form and tail of a default; `N` is [`default_len`].
pub const fn default_bytes<const N: usize>(ty: &Type<'_>, literal: &Literal<'_>) -> [u8; N] {
    let mut encoder = Encoder::new(ty);
    if N > 0 {
        encoder.value(ty, literal, 0);
    }
    encoder.bytes
}

/// Writes a literal that fits its type. One without room writes nothing and tells how much it would.
struct Encoder<const N: usize> {
    bytes: [u8; N],
    /// Where the tail begins.
    tail: usize,
    /// Where it ends so far.
    end: usize,
}

impl<const N: usize> Encoder<N> {
    const fn new(ty: &Type<'_>) -> Self {
        Encoder { bytes: [0; N], tail: size(ty), end: size(ty) }
    }

    const fn value(&mut self, ty: &Type<'_>, literal: &Literal<'_>, at: usize) {
        match (ty, literal) {
            (Type::Optional(_), Literal::Absent) => {}
            (Type::Optional(item), _) => self.present(item, literal, at),
            (Type::Bool, Literal::Bool(truth)) => self.put(at, &[*truth as u8]),
            (Type::Uuid, Literal::Text(text)) => self.put(at, Uuid::literal(text).as_bytes()),
            (Type::String, Literal::Text(text)) => {
                let start = self.reference(at, text.len(), text.len(), 1);
                self.put(start, text.as_bytes());
            }
            (Type::BoundedString(max), Literal::Text(text)) => {
                self.count(at, text.len(), *max);
                self.put(at + count_size(*max), text.as_bytes());
            }
            (_, Literal::Text(hex)) => self.row(ty, hex.as_bytes(), at),
            (Type::Named(def), _) => self.named(def, literal, at),
            (_, Literal::Number(digits)) => self.number(ty, digits, at),
            (_, Literal::List(items)) => self.items(ty, items, at),
            _ => {}
        }
    }

    /// A value in an optional.
    const fn present(&mut self, item: &Type<'_>, literal: &Literal<'_>, at: usize) {
        if !item.is_reference() {
            self.put(at, &[1]);
            return self.value(item, literal, at + value_offset(item));
        }
        self.value(item, literal, at);
        let is_empty = match literal {
            Literal::Text(text) => text.is_empty(),
            Literal::List(items) => items.is_empty(),
            _ => false,
        };
        if is_empty {
            self.put(at, &[1]);
        }
    }

    /// Bytes, and any row of `u8`.
    const fn row(&mut self, ty: &Type<'_>, digits: &[u8], at: usize) {
        let count = digits.len() / 2;
        let start = match ty {
            Type::BoundedBytes(max) | Type::BoundedList(_, max) => {
                self.count(at, count, *max);
                at + count_size(*max)
            }
            Type::Bytes | Type::List(_) => self.reference(at, count, count, 1),
            _ => at,
        };
        let mut i = 0;
        while i < count && N > 0 {
            let byte = nibble(digits[2 * i]) << 4 | nibble(digits[2 * i + 1]);
            self.put(start + i, &[byte]);
            i += 1;
        }
    }

    const fn number(&mut self, ty: &Type<'_>, digits: &str, at: usize) {
        if N == 0 {
            return;
        }
        match ty {
            Type::F32 => self.put(at, &f32_of(digits).to_le_bytes()),
            Type::F64 => self.put(at, &f64_of(digits).to_le_bytes()),
            Type::U256 => self.put(at, &U256::literal(digits).to_le_bytes()),
            Type::Decimal(scale) => {
                if let Ok(mantissa) = parse_scaled(digits, *scale) {
                    self.put(at, &mantissa.to_le_bytes());
                }
            }
            Type::U128 => {
                if let Ok(number) = u128::from_str_radix(digits, 10) {
                    self.put(at, &number.to_le_bytes());
                }
            }
            ty => {
                if let Ok(number) = i128::from_str_radix(digits, 10) {
                    self.integer(number, size(ty), at);
                }
            }
        }
    }

    const fn integer(&mut self, number: i128, size: usize, at: usize) {
        self.put(at, number.to_le_bytes().split_at(size).0);
    }

    const fn named(&mut self, def: &Def<'_>, literal: &Literal<'_>, at: usize) {
        match (&def.kind, literal) {
            (Kind::Enum { repr, members, .. }, Literal::Name(name)) => {
                if let Some(number) = value_of(members, name) {
                    self.integer(number, repr_size(*repr), at);
                }
            }
            (Kind::Flags { repr, members }, Literal::List(names)) => {
                self.integer(bits_of(names, members) as i128, repr_size(*repr), at);
            }
            (Kind::Struct { fields }, Literal::List(values)) => {
                let mut i = 0;
                while i < values.len() {
                    self.value(fields[i].ty, &values[i], at + field_offset(fields, i));
                    i += 1;
                }
            }
            _ => {}
        }
    }

    const fn items(&mut self, ty: &Type<'_>, items: &[Literal<'_>], at: usize) {
        match ty {
            Type::Array(item, _) => self.all(item, items, at),
            Type::BoundedList(item, max) => {
                self.count(at, items.len(), *max);
                self.all(item, items, at + items_offset(item, *max));
            }
            Type::List(item) => {
                let bytes = items.len() * size(item);
                let start = self.reference(at, items.len(), bytes, align(item));
                self.all(item, items, start);
            }
            Type::Tuple(types) => {
                let mut i = 0;
                while i < items.len() {
                    self.value(types[i], &items[i], at + tuple_offset(types, i));
                    i += 1;
                }
            }
            Type::Map(key, of) => {
                let bytes = items.len() * pair_size(key, of);
                let start = self.reference(at, items.len(), bytes, pair_align(key, of));
                self.pairs(key, of, items, start);
            }
            _ => {}
        }
    }

    const fn all(&mut self, item: &Type<'_>, items: &[Literal<'_>], start: usize) {
        let mut i = 0;
        while i < items.len() {
            self.value(item, &items[i], start + i * size(item));
            i += 1;
        }
    }

    const fn pairs(&mut self, key: &Type<'_>, of: &Type<'_>, pairs: &[Literal<'_>], start: usize) {
        let mut i = 0;
        while i < pairs.len() {
            if let Literal::List([this, that]) = &pairs[i] {
                let at = start + i * pair_size(key, of);
                self.value(key, this, at);
                self.value(of, that, at + pair_value_offset(key, of));
            }
            i += 1;
        }
    }

    /// Takes the next item of the tail, points the reference at it and says where it lies.
    const fn reference(&mut self, at: usize, count: usize, bytes: usize, align: usize) -> usize {
        if count == 0 {
            return self.end;
        }
        let start = self.tail + align_up(self.end - self.tail, align);
        self.end = start + bytes;
        self.put(at, &((start - self.tail) as u32).to_le_bytes());
        self.put(at + 4, &(count as u32).to_le_bytes());
        start
    }

    /// The count before what has a bound.
    const fn count(&mut self, at: usize, count: usize, max: u32) {
        self.put(at, (count as u32).to_le_bytes().split_at(count_size(max)).0);
    }

    const fn put(&mut self, at: usize, bytes: &[u8]) {
        if N > 0 {
            let (_, room) = self.bytes.split_at_mut(at);
            let (room, _) = room.split_at_mut(bytes.len());
            room.copy_from_slice(bytes);
        }
    }
}

/// The number that a hex digit says.
const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit - b'a' + 10,
    }
}
