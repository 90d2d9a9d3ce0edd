//! What names a type by its facts: SHA-256 over a canonical text.
//!
//! A digest is made in two steps. First the *facts text* of a type, which is its
//! [canonical text](crate::canon) with `_` for every type that it uses, is hashed. Then
//!
//! ```text
//! digest = SHA-256( "myc-digest/1\n" ‖ SHA-256(facts text) ‖ type₁ ";" type₂ ";" … )
//! ```
//!
//! where the types are those of the fields or arms in their order, spelled as in the language, and a
//! named type stands as `#` and the 32 bytes of its own digest (a Merkle tree). The split lets the
//! derive hash at expansion what it sees, names and numbers, while const evaluation, which is slow,
//! has a block or two left to do: only it can know what the types are.

use core::fmt;

use crate::reflect::{Kind, Type};
use crate::sha256::Sha256;

/// SHA-256 digest of a type or of a whole schema.
///
/// Shown as `myc1:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// First line of every text that is hashed.
pub const VERSION: &str = "myc-digest/1";

impl Digest {
    /// Digest of a named type from the hash of its facts text and the types that it uses, in order.
    pub const fn of(facts: [u8; 32], kind: &Kind<'_>) -> Digest {
        let mut spelling = Spelling::begin(&facts);
        spelling.types(kind);
        spelling.digest()
    }

    /// The same of types that are spelled already, each with a semicolon behind it.
    pub const fn of_spelled(facts: [u8; 32], types: &str) -> Digest {
        let mut spelling = Spelling::begin(&facts);
        spelling.push(types.as_bytes());
        spelling.digest()
    }

    /// Digest of a type that stands alone, so that two can be compared.
    pub const fn of_type(ty: &Type<'_>) -> Digest {
        let mut spelling = Spelling::begin(&[0; 32]);
        spelling.push_type(ty);
        spelling.push(b";");
        spelling.digest()
    }

    /// Reads `myc1:` and 64 hexadecimal digits; at compile time a wrong text is a compile error.
    ///
    /// # Panics
    ///
    /// Where the text is anything else. Meant for literals; see [`Digest::parse`].
    pub const fn literal(text: &str) -> Digest {
        match Digest::parse(text) {
            Some(digest) => digest,
            None => panic!("a digest is `myc1:` and 64 hexadecimal digits"),
        }
    }

    /// Reads `myc1:` and 64 hexadecimal digits.
    pub const fn parse(text: &str) -> Option<Digest> {
        let text = text.as_bytes();
        let [b'm', b'y', b'c', b'1', b':', digits @ ..] = text else { return None };
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        let mut i = 0;
        while i < 32 {
            let (Some(high), Some(low)) = (nibble(digits[2 * i]), nibble(digits[2 * i + 1])) else {
                return None;
            };
            bytes[i] = high << 4 | low;
            i += 1;
        }
        Some(Digest(bytes))
    }

    /// Digest of a schema: over the digests of its messages, sorted.
    #[cfg(feature = "std")]
    pub fn of_schema(messages: impl IntoIterator<Item = Digest>) -> Digest {
        let mut messages: std::vec::Vec<Digest> = messages.into_iter().collect();
        messages.sort_unstable();
        let mut hash = Sha256::new();
        hash.update(VERSION.as_bytes());
        hash.update(b" schema\n");
        for digest in &messages {
            hash.update(&digest.0);
        }
        Digest(hash.finish())
    }
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("myc1:")?;
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether the types that a named type uses are spelled so, each with a semicolon behind it.
pub(crate) const fn is_spelled(kind: &Kind<'_>, types: &str) -> bool {
    let mut spelling = Spelling::Compared(Some(types.as_bytes()));
    spelling.types(kind);
    matches!(spelling, Spelling::Compared(Some([])))
}

/// Types as they are spelled, in pieces.
enum Spelling<'a> {
    /// They are hashed.
    Hashed(Sha256),
    /// They are compared: with what is left, unless they differ already.
    Compared(Option<&'a [u8]>),
}

impl Spelling<'_> {
    const fn begin(facts: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        hash.update(VERSION.as_bytes());
        hash.update(b"\n");
        hash.update(facts);
        Spelling::Hashed(hash)
    }

    const fn digest(self) -> Digest {
        match self {
            Spelling::Hashed(hash) => Digest(hash.finish()),
            Spelling::Compared(_) => panic!("what is compared is not hashed"),
        }
    }

    const fn push(&mut self, bytes: &[u8]) {
        match self {
            Spelling::Hashed(hash) => hash.update(bytes),
            Spelling::Compared(Some(rest)) => *self = Spelling::Compared(behind(rest, bytes)),
            Spelling::Compared(None) => {}
        }
    }

    const fn types(&mut self, kind: &Kind<'_>) {
        let mut i = 0;
        while let Some(ty) = kind.type_at(i) {
            self.push_type(ty);
            self.push(b";");
            i += 1;
        }
    }

    const fn push_type(&mut self, ty: &Type<'_>) {
        match ty {
            Type::Array(item, len) => {
                self.push(b"[");
                self.push_type(item);
                self.push(b";");
                self.push_number(*len);
                self.push(b"]");
            }
            Type::BoundedList(item, max) => {
                self.push(b"[");
                self.push_type(item);
                self.push(b";..");
                self.push_number(*max);
                self.push(b"]");
            }
            Type::List(item) => {
                self.push(b"[");
                self.push_type(item);
                self.push(b"]");
            }
            Type::Map(key, value) => {
                self.push(b"map<");
                self.push_type(key);
                self.push(b",");
                self.push_type(value);
                self.push(b">");
            }
            Type::Tuple(items) => {
                self.push(b"(");
                let mut i = 0;
                while i < items.len() {
                    self.push_type(items[i]);
                    self.push(b",");
                    i += 1;
                }
                self.push(b")");
            }
            Type::Optional(item) => {
                self.push_type(item);
                self.push(b"?");
            }
            Type::Named(def) => {
                self.push(b"#");
                self.push(&def.digest.0);
            }
            Type::Decimal(number) => self.push_sized(b"decimal", *number as u32),
            Type::BoundedString(max) => self.push_sized(b"string", *max),
            Type::BoundedBytes(max) => self.push_sized(b"bytes", *max),
            plain => self.push(plain_name(plain).as_bytes()),
        }
    }

    const fn push_sized(&mut self, name: &[u8], number: u32) {
        self.push(name);
        self.push(b"<");
        self.push_number(number);
        self.push(b">");
    }

    const fn push_number(&mut self, number: u32) {
        let mut divisor = 1;
        while number / divisor >= 10 {
            divisor *= 10;
        }
        while divisor > 0 {
            self.push(&[b'0' + (number / divisor % 10) as u8]);
            divisor /= 10;
        }
    }
}

/// What is behind these bytes, where it begins with them.
const fn behind<'a>(text: &'a [u8], bytes: &[u8]) -> Option<&'a [u8]> {
    let Some((begin, rest)) = text.split_at_checked(bytes.len()) else { return None };
    let mut i = 0;
    while i < bytes.len() {
        if begin[i] != bytes[i] {
            return None;
        }
        i += 1;
    }
    Some(rest)
}

/// Name in the language of a type that has no parts.
pub(crate) const fn plain_name(ty: &Type<'_>) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::I8 => "i8",
        Type::I16 => "i16",
        Type::I32 => "i32",
        Type::I64 => "i64",
        Type::I128 => "i128",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::U128 => "u128",
        Type::U256 => "u256",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Timestamp => "timestamp",
        Type::Duration => "duration",
        Type::Uuid => "uuid",
        Type::String => "string",
        Type::Bytes => "bytes",
        _ => "",
    }
}

impl Kind<'_> {
    /// Types that the fields or arms use, in their order: those that the [digest](Digest::of) names.
    pub fn types(&self) -> alloc::vec::Vec<&Type<'_>> {
        (0..).map_while(|index| self.type_at(index)).collect()
    }

    /// One of these.
    const fn type_at(&self, index: usize) -> Option<&Type<'_>> {
        match self {
            Kind::Message { fields, .. } | Kind::Struct { fields } if index < fields.len() => {
                Some(fields[index].ty)
            }
            Kind::Union { arms, .. } if index < arms.len() => Some(arms[index].ty),
            _ => None,
        }
    }
}
