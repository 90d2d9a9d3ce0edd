//! What a type is, as plain data.
//!
//! The same tables describe a type to the compiler, to the derive, to the codecs and to tools, so
//! that layout, canonical text and digest are each written once and fed from here. The derive makes
//! them as constants (`'static`); the compiler and tools build them in an arena of their own, bottom
//! up, which is always possible because types never contain themselves.
//!
//! ```
//! use mycelium_wire::{Wire, reflect::Type};
//! assert_eq!(<Option<u64> as Wire>::TYPE, &Type::Optional(&Type::U64));
//! ```

use crate::digest::Digest;

/// A type as a field uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type<'a> {
    /// One byte, 0 or 1.
    Bool,
    /// 8-bit signed integer.
    I8,
    /// 16-bit signed integer.
    I16,
    /// 32-bit signed integer.
    I32,
    /// 64-bit signed integer.
    I64,
    /// 128-bit signed integer, aligned to 8.
    I128,
    /// 8-bit unsigned integer.
    U8,
    /// 16-bit unsigned integer.
    U16,
    /// 32-bit unsigned integer.
    U32,
    /// 64-bit unsigned integer.
    U64,
    /// 128-bit unsigned integer, aligned to 8.
    U128,
    /// 256-bit unsigned integer, aligned to 8.
    U256,
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
    /// Signed 64-bit nanoseconds since the Unix epoch, UTC.
    Timestamp,
    /// Signed 64-bit nanoseconds.
    Duration,
    /// Signed 64-bit mantissa with this many decimal places, 0 to 18.
    Decimal(u8),
    /// UUID: 16 bytes in the order in which it is written.
    Uuid,
    /// UTF-8 in the tail.
    String,
    /// Bytes in the tail.
    Bytes,
    /// UTF-8 inline, at most this many bytes.
    BoundedString(u32),
    /// Bytes inline, at most this many.
    BoundedBytes(u32),
    /// Exactly this many items, inline.
    Array(&'a Type<'a>, u32),
    /// At most this many items, inline.
    BoundedList(&'a Type<'a>, u32),
    /// Any number of items, in the tail.
    List(&'a Type<'a>),
    /// Values by key, in the tail: a list of pairs, ascending by key, each key once.
    Map(&'a Type<'a>, &'a Type<'a>),
    /// Items of different types, inline, in order: two of them to [`MAX_TUPLE_ITEMS`].
    Tuple(&'a [&'a Type<'a>]),
    /// A value that may be absent.
    Optional(&'a Type<'a>),
    /// A type that has a name.
    Named(&'a Def<'a>),
}

/// Most items of a tuple; more are better named.
pub const MAX_TUPLE_ITEMS: usize = 12;

/// A named type: message, struct, enum, flags or union.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Def<'a> {
    /// Package, `market` or `a.b`.
    pub package: &'a str,
    /// Name without the package, PascalCase.
    pub name: &'a str,
    /// Name that the digest keeps, where the type was renamed.
    pub was: Option<&'a str>,
    /// What it is and what it holds.
    pub kind: Kind<'a>,
    /// Digest of all facts that the type reaches.
    pub digest: Digest,
}

/// The five kinds of named type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// What is published: has an id and a topic, and may grow at its end.
    Message {
        /// Type id in the frame header.
        id: u16,
        /// Topic of its own.
        topic: &'a str,
        /// Fields in wire order.
        fields: &'a [Field<'a>],
    },
    /// Inline and frozen.
    Struct {
        /// Fields in wire order.
        fields: &'a [Field<'a>],
    },
    /// One of several named numbers.
    Enum {
        /// An open enum keeps values that it does not name; a closed one refuses them.
        open: bool,
        /// Integer that carries it.
        repr: Repr,
        /// Members, ascending by value.
        members: &'a [Member<'a>],
    },
    /// A set of named bits; bits without a name are kept.
    Flags {
        /// Integer that carries it, unsigned.
        repr: Repr,
        /// Members, ascending by bit; `value` is the bit's number.
        members: &'a [Member<'a>],
    },
    /// One of several values, told apart by a tag.
    Union {
        /// An open union keeps arms that it does not know; a closed one refuses them.
        open: bool,
        /// Arms, ascending by tag.
        arms: &'a [Arm<'a>],
    },
}

/// A field of a message or struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Name, snake_case.
    pub name: &'a str,
    /// Name that the digest keeps, where the field was renamed.
    pub was: Option<&'a str>,
    /// Type.
    pub ty: &'a Type<'a>,
    /// Value that a reader takes where the sender's block ends before this field.
    pub default: Option<Literal<'a>>,
    /// Whether the field is part of the instance key.
    pub key: bool,
    /// What the number counts, `bps`.
    pub unit: Option<&'a str>,
    /// What the value is held to beyond its type; of an optional field, the value that is there.
    pub constraint: Option<Constraint<'a>>,
}

/// What a value is held to beyond its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint<'a> {
    /// A number, or nanoseconds of a time, from least to greatest, both included; at least one of the
    /// two is given, each in the canonical spelling of [`Literal::Number`].
    Range {
        /// Least value.
        min: Option<&'a str>,
        /// Greatest value.
        max: Option<&'a str>,
    },
    /// Bytes of a string or bytes, items of a list, pairs of a map; both included.
    Len {
        /// Least count.
        min: u32,
        /// Greatest count, where there is one.
        max: Option<u32>,
    },
}

/// A member of an enum or of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// Name, snake_case.
    pub name: &'a str,
    /// Name that the digest keeps, where the member was renamed.
    pub was: Option<&'a str>,
    /// Value of an enum's member, or number of a flag's bit.
    pub value: i128,
}

/// An arm of a union.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arm<'a> {
    /// Name, snake_case.
    pub name: &'a str,
    /// Name that the digest keeps, where the arm was renamed.
    pub was: Option<&'a str>,
    /// Tag, 1 to 65535.
    pub tag: u16,
    /// Type of the value.
    pub ty: &'a Type<'a>,
}

/// Integers that can carry an enum or flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the integer that its name says")]
pub enum Repr {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

/// A constant value of the language, in its one canonical spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A number in plain decimal notation: no exponent, no `+`, no leading zero, no trailing zero
    /// behind a point, no point without a digit behind it, no `-0`.
    Number(&'a str),
    /// Text; a UUID in its usual form; bytes, and any array or list of `u8`, as lower-case hex digits.
    Text(&'a str),
    /// Member of an enum, by the name that the digest keeps.
    Name(&'a str),
    /// Nothing, for an optional inside something larger.
    Absent,
    /// Parts in order: items of an array, list or tuple; all fields of a struct; names of the bits
    /// that are set in flags, ascending; pairs of a map, ascending by key, each a list of two.
    List(&'a [Literal<'a>]),
}

impl<'a> Field<'a> {
    /// A field with a name and type, and nothing else said of it.
    pub const fn new(name: &'a str, ty: &'a Type<'a>) -> Field<'a> {
        let (was, default, unit, constraint) = (None, None, None, None);
        Field { name, was, ty, default, key: false, unit, constraint }
    }

    /// Bytes that a unit has at most.
    pub const MAX_UNIT_BYTES: usize = 64;

    /// Whether a text can be the unit of a field: one line, not empty, without space around it.
    ///
    /// ```
    /// use mycelium_wire::reflect::Field;
    ///
    /// assert!(Field::is_unit("bps") && Field::is_unit("m/s²"));
    /// assert!(!Field::is_unit("") && !Field::is_unit(" s") && !Field::is_unit("a\nb"));
    /// ```
    pub fn is_unit(text: &str) -> bool {
        (1..=Self::MAX_UNIT_BYTES).contains(&text.len())
            && text.trim() == text
            && !text.chars().any(char::is_control)
    }
}

impl<'a> Member<'a> {
    /// A member that always had this name.
    pub const fn new(name: &'a str, value: i128) -> Member<'a> {
        Member { name, was: None, value }
    }
}

impl<'a> Arm<'a> {
    /// An arm that always had this name.
    pub const fn new(name: &'a str, tag: u16, ty: &'a Type<'a>) -> Arm<'a> {
        Arm { name, was: None, tag, ty }
    }
}

/// The name that the digest keeps.
macro_rules! digest_name {
    ($($holder:ident)*) => {$(
        impl<'a> $holder<'a> {
            /// The name by which canonical text and digest know it: the one it had at first.
            pub const fn digest_name(&self) -> &'a str {
                match self.was {
                    Some(was) => was,
                    None => self.name,
                }
            }
        }
    )*};
}

digest_name! { Def Field Member Arm }

impl Repr {
    /// Integer type that carries the value.
    pub const fn ty(self) -> &'static Type<'static> {
        match self {
            Repr::I8 => &Type::I8,
            Repr::I16 => &Type::I16,
            Repr::I32 => &Type::I32,
            Repr::I64 => &Type::I64,
            Repr::U8 => &Type::U8,
            Repr::U16 => &Type::U16,
            Repr::U32 => &Type::U32,
            Repr::U64 => &Type::U64,
        }
    }

    /// Name in the language, `u16`.
    pub const fn name(self) -> &'static str {
        match self {
            Repr::I8 => "i8",
            Repr::I16 => "i16",
            Repr::I32 => "i32",
            Repr::I64 => "i64",
            Repr::U8 => "u8",
            Repr::U16 => "u16",
            Repr::U32 => "u32",
            Repr::U64 => "u64",
        }
    }
}

impl Type<'_> {
    /// Whether the inline form is a reference to where the value lies in the tail, so that an absent
    /// value needs no presence byte.
    pub const fn is_reference(&self) -> bool {
        match self {
            Type::String | Type::Bytes | Type::List(_) | Type::Map(..) => true,
            Type::Named(def) => {
                matches!(def.kind, Kind::Message { .. } | Kind::Union { open: true, .. })
            }
            _ => false,
        }
    }

    /// Whether no value of the type puts anything in the tail.
    pub const fn is_fixed(&self) -> bool {
        if self.is_reference() {
            return false;
        }
        match self {
            Type::Array(item, _) | Type::BoundedList(item, _) | Type::Optional(item) => {
                item.is_fixed()
            }
            Type::Tuple(items) => {
                let mut i = 0;
                while i < items.len() {
                    if !items[i].is_fixed() {
                        return false;
                    }
                    i += 1;
                }
                true
            }
            Type::Named(def) => def.is_fixed(),
            _ => true,
        }
    }
}

impl<'a> Kind<'a> {
    /// Fields of a message or struct.
    pub(crate) const fn fields(&self) -> &'a [Field<'a>] {
        match *self {
            Kind::Message { fields, .. } | Kind::Struct { fields } => fields,
            _ => &[],
        }
    }
}

impl<'a> Def<'a> {
    /// Fields of a message or struct.
    #[doc(hidden)]
    pub const fn fields(&self) -> &'a [Field<'a>] {
        self.kind.fields()
    }
}

impl Def<'_> {
    /// Whether no value of the type puts anything in the tail of its own payload.
    pub const fn is_fixed(&self) -> bool {
        match self.kind {
            Kind::Message { fields, .. } | Kind::Struct { fields } => {
                let mut i = 0;
                while i < fields.len() {
                    if !fields[i].ty.is_fixed() {
                        return false;
                    }
                    i += 1;
                }
                true
            }
            Kind::Enum { .. } | Kind::Flags { .. } => true,
            Kind::Union { open: true, .. } => false,
            Kind::Union { open: false, arms } => {
                let mut i = 0;
                while i < arms.len() {
                    if !arms[i].ty.is_fixed() {
                        return false;
                    }
                    i += 1;
                }
                true
            }
        }
    }
}
