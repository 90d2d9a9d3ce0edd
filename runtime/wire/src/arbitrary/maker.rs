//! Bytes to value, by the type.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use arbitrary::{Error, Result, Unstructured};

use super::keys;
use crate::limits::{Bound, Limits};
use crate::reflect::{Arm, Def, Field, Kind, Member, Repr, Type};
use crate::value::{Value, integer_range, is_bytes, is_key_below, is_unknown_tag};
use crate::{U256, Uuid};

/// Most bytes that a text usually has beyond the least.
const SHORT: usize = 32;

/// Most words of eight bytes in an arm that is not known.
const UNKNOWN_WORDS: usize = 4;

pub(super) struct Maker<'m, 'a> {
    bytes: &'m mut Unstructured<'a>,
    has_negative_durations: bool,
}

/// A float within bounds: any, if it is within, otherwise one on the way from the least to the greatest.
macro_rules! float_within {
    ($self:ident, $float:ident, $min:expr, $max:expr) => {{
        let (number, min, max): ($float, $float, $float) = ($self.bytes.arbitrary()?, $min, $max);
        if min <= number && number <= max {
            number
        } else {
            let (low, high) = (min.max($float::MIN), max.min($float::MAX));
            let way = $float::from($self.bytes.arbitrary::<u16>()?) / $float::from(u16::MAX);
            (low * (1.0 - way) + high * way).clamp(low, high)
        }
    }};
}

impl<'m, 'a> Maker<'m, 'a> {
    pub(super) fn new(bytes: &'m mut Unstructured<'a>, has_negative_durations: bool) -> Self {
        Maker { bytes, has_negative_durations }
    }

    pub(super) fn make(&mut self, ty: &Type<'_>) -> Result<Value> {
        self.make_within(ty, &Bound::None)
    }

    /// A value of a field that is held to something.
    fn make_within(&mut self, ty: &Type<'_>, bound: &Bound) -> Result<Value> {
        match ty {
            Type::Bool => self.bytes.arbitrary().map(Value::Bool),
            Type::F32 => Ok(Value::F32(match *bound {
                Bound::Single(min, max) => float_within!(self, f32, min, max),
                _ => self.bytes.arbitrary()?,
            })),
            Type::F64 => Ok(Value::F64(match *bound {
                Bound::Double(min, max) => float_within!(self, f64, min, max),
                _ => self.bytes.arbitrary()?,
            })),
            Type::U128 => match *bound {
                Bound::Unsigned(min, max) => self.bytes.int_in_range(min..=max),
                _ => self.bytes.arbitrary(),
            }
            .map(Value::U128),
            Type::U256 => self.bytes.arbitrary().map(|it| Value::U256(U256::from_le_bytes(it))),
            Type::Uuid => self.bytes.arbitrary().map(|it| Value::Uuid(Uuid::from_bytes(it))),
            Type::String | Type::BoundedString(_) => {
                self.make_text(counts(ty, bound)).map(Value::Text)
            }
            ty if is_bytes(ty) => self.make_bytes(counts(ty, bound)).map(Value::Bytes),
            Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item) => {
                let counts = counts(ty, bound);
                let mut items = Vec::new();
                while self.goes_on(items.len(), &counts)? {
                    items.push(self.make(item)?);
                }
                Ok(Value::Items(items))
            }
            Type::Map(key, value) => self.make_map([key, value], &counts(ty, bound)),
            Type::Tuple(types) => {
                types.iter().map(|ty| self.make(ty)).collect::<Result<_>>().map(Value::Items)
            }
            Type::Optional(item) => match self.bytes.arbitrary()? {
                true => self.make_within(item, bound),
                false => Ok(Value::Absent),
            },
            Type::Named(def) => self.make_named(def),
            ty => self.make_integer(ty, bound).map(Value::Int),
        }
    }

    fn make_integer(&mut self, ty: &Type<'_>, bound: &Bound) -> Result<i128> {
        let (mut least, mut most) = integer_range(ty).ok_or(Error::IncorrectFormat)?.into_inner();
        match *bound {
            Bound::Signed(min, max) => (least, most) = (least.max(min), most.min(max)),
            Bound::Unsigned(min, max) => {
                least = i128::try_from(min).unwrap_or(most);
                most = most.min(i128::try_from(max).unwrap_or(most));
            }
            _ => {}
        }
        if matches!(ty, Type::Duration) && !self.has_negative_durations {
            least = least.max(0).min(most);
        }
        self.bytes.int_in_range(least..=most)
    }

    /// Whether one more item follows the first `count`.
    fn goes_on(&mut self, count: usize, counts: &RangeInclusive<usize>) -> Result<bool> {
        if count < *counts.start() {
            return Ok(true);
        }
        Ok(count < *counts.end() && !self.bytes.is_empty() && self.bytes.arbitrary()?)
    }

    /// How many bytes, of as many as there are; mostly few, so that some are left for what follows.
    fn length(&mut self, counts: RangeInclusive<usize>) -> Result<usize> {
        let (least, most) = counts.into_inner();
        let usual = if self.is_rare()? { self.bytes.len() } else { SHORT.min(self.bytes.len()) };
        self.bytes.int_in_range(least..=most.min(least.saturating_add(usual)))
    }

    fn make_text(&mut self, counts: RangeInclusive<usize>) -> Result<String> {
        let length = self.length(counts)?;
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let next: char = self.bytes.arbitrary()?;
            text.push(if text.len() + next.len_utf8() <= length { next } else { '.' });
        }
        Ok(text)
    }

    fn make_bytes(&mut self, counts: RangeInclusive<usize>) -> Result<Vec<u8>> {
        let mut bytes = alloc::vec![0; self.length(counts)?];
        self.bytes.fill_buffer(&mut bytes)?;
        Ok(bytes)
    }

    fn make_map(&mut self, types: [&Type<'_>; 2], counts: &RangeInclusive<usize>) -> Result<Value> {
        let mut pairs = Vec::new();
        let mut is_new = true;
        while is_new && self.goes_on(pairs.len(), counts)? {
            let key = self.make(types[0])?;
            is_new = self.put_pair(&mut pairs, key, types[1])?;
        }
        // Where there are few keys, or no more bytes, what is needed still is taken in order.
        let mut others = 0..;
        while pairs.len() < *counts.start() {
            let key = others.next().and_then(|index| keys::key(types[0], index));
            self.put_pair(&mut pairs, key.ok_or(Error::IncorrectFormat)?, types[1])?;
        }
        Ok(Value::Items(pairs))
    }

    /// Puts a pair where it belongs, unless the key is there.
    fn put_pair(&mut self, pairs: &mut Vec<Value>, key: Value, of: &Type<'_>) -> Result<bool> {
        let key_of = |pair: &Value| match pair {
            Value::Items(pair) => pair.first().cloned(),
            _ => None,
        };
        let place = pairs
            .partition_point(|pair| key_of(pair).is_some_and(|other| is_key_below(&other, &key)));
        if pairs.get(place).and_then(key_of).as_ref() == Some(&key) {
            return Ok(false);
        }
        let value = self.make(of)?;
        pairs.insert(place, Value::Items(Vec::from([key, value])));
        Ok(true)
    }

    fn make_named(&mut self, def: &Def<'_>) -> Result<Value> {
        match def.kind {
            Kind::Message { fields, .. } | Kind::Struct { fields } => {
                let field = |field: &Field<'_>| {
                    let limits = Limits::of(field.ty, &field.constraint);
                    self.make_within(field.ty, limits.bound())
                };
                fields.iter().map(field).collect::<Result<_>>().map(Value::Fields)
            }
            Kind::Enum { open, repr, members } => self.make_member(open, repr, members),
            Kind::Flags { repr, .. } => self.make_integer(repr.ty(), &Bound::None).map(Value::Int),
            Kind::Union { open, arms } => self.make_arm(open, arms),
        }
    }

    fn make_member(&mut self, open: bool, repr: Repr, members: &[Member<'_>]) -> Result<Value> {
        if open && (members.is_empty() || self.is_rare()?) {
            return self.make_integer(repr.ty(), &Bound::None).map(Value::Int);
        }
        self.bytes.choose(members).map(|member| Value::Int(member.value))
    }

    fn make_arm(&mut self, open: bool, arms: &[Arm<'_>]) -> Result<Value> {
        if open && (arms.is_empty() || self.is_rare()?) {
            return self.make_unknown_arm(arms);
        }
        let arm = self.bytes.choose(arms)?;
        let value = self.make(arm.ty)?;
        Ok(Value::Arm { tag: arm.tag, value: Box::new(value) })
    }

    /// One time in eight; never without bytes, for which the first of the eight stands.
    fn is_rare(&mut self) -> Result<bool> {
        self.bytes.ratio(7_u8, 8).map(|is_usual| !is_usual)
    }

    /// An embedded payload with its prefix, under a tag that is free.
    fn make_unknown_arm(&mut self, arms: &[Arm<'_>]) -> Result<Value> {
        let mut tag = u32::from(self.bytes.int_in_range(1..=u16::MAX)?);
        while !is_unknown_tag(arms, tag) {
            tag += 1;
        }
        let length = 8 * self.bytes.int_in_range(0..=UNKNOWN_WORDS)?;
        let block = self.bytes.int_in_range(0..=length as u32)?;
        let mut payload = alloc::vec![0; 8 + length];
        payload[..4].copy_from_slice(&block.to_le_bytes());
        self.bytes.fill_buffer(&mut payload[8..])?;
        Ok(Value::UnknownArm { tag, payload })
    }
}

/// How many bytes, items or pairs a value may have.
fn counts(ty: &Type<'_>, bound: &Bound) -> RangeInclusive<usize> {
    let (mut least, mut most) = match *ty {
        Type::Array(_, length) => (length, length),
        Type::BoundedString(max) | Type::BoundedBytes(max) | Type::BoundedList(_, max) => (0, max),
        _ => (0, u32::MAX),
    };
    if let Bound::Count { min, max, .. } = *bound {
        (least, most) = (least.max(min), most.min(max));
    }
    least as usize..=most as usize
}
