//! Why bytes are not a value.

use alloc::boxed::Box;
use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::reflect::Constraint;

/// Bytes that are not what they should be: one [`Fault`], whose fields it has.
///
/// It is one pointer wide, so that a function that may fail gives its value back in registers, and who asks
/// whether it has one does not look into memory.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Fault>);

/// What is wrong with bytes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Offset of the fault from the start of the bytes given.
    pub at: usize,
    /// Innermost field, where the fault lies in one.
    pub place: Option<Place>,
}

/// A member of a type, named for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Type with its package, `market.Trade`.
    pub ty: &'static str,
    /// Field or arm.
    pub member: &'static str,
    /// What the field is held to beyond its type.
    pub constraint: Option<&'static Constraint<'static>>,
}

/// What is wrong with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input ends too early.
    Truncated {
        /// Bytes that should be there.
        needed: usize,
        /// Bytes that are.
        found: usize,
    },
    /// The header's length is not a multiple of 8.
    Length {
        /// The length.
        found: u32,
    },
    /// A frame of another type.
    TypeId {
        /// Id of the type asked for.
        expected: u16,
        /// Id in the header.
        found: u16,
    },
    /// The block does not fit its payload.
    Block {
        /// Bytes that the block claims.
        claimed: u32,
        /// Bytes of the payload.
        payload: usize,
    },
    /// A bool that is neither 0 nor 1.
    Bool(u8),
    /// A presence byte that is neither 0 nor 1.
    Presence(u8),
    /// Text that is not UTF-8.
    Utf8,
    /// A value that a closed enum does not name.
    Enum {
        /// The value.
        value: i128,
    },
    /// A tag that a closed union does not name, or no tag.
    Tag {
        /// The tag.
        tag: u32,
    },
    /// More items than the bound allows.
    Count {
        /// The bound.
        max: u32,
        /// Items claimed.
        found: u32,
    },
    /// A reference that does not point to the next item of the tail, or past its end.
    Reference {
        /// Where the next item lies.
        expected: usize,
        /// Offset in the reference.
        offset: u32,
        /// Bytes that it claims.
        bytes: u64,
        /// Bytes of the tail.
        tail: usize,
    },
    /// A value that the schema's type has and the reader's own type has not: a negative duration read
    /// into the standard library's.
    Range {
        /// The value.
        value: i64,
    },
    /// Items that are to be borrowed and whose address is none that their Rust type can have: the frame
    /// does not begin at a multiple of 8.
    Misaligned {
        /// Alignment of the type.
        align: u32,
    },
    /// A number outside the `@range` of its field.
    OutOfRange,
    /// Fewer or more bytes, items or pairs than the `@len` of the field allows.
    Len {
        /// Least count.
        min: u32,
        /// Greatest count.
        max: u32,
        /// Bytes, items or pairs that are there.
        found: u32,
    },
    /// A key of a map that is not above the one before it.
    KeyOrder,
    /// A field without a default that the sender's block does not reach.
    Missing {
        /// Where the field ends.
        needed: usize,
        /// Bytes of the block.
        found: usize,
    },
    /// Bytes behind the last item of the tail, or behind the frame.
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// A value in a form that is not the one that encoding gives; found by strict decoding only.
    NotCanonical,
}

/// Bytes are not a value: the error on its way to whoever asked for one, who gets it as a [`DecodeError`].
///
/// The fault travels here and not in the reader, so that a reader is a few numbers, which a loop over many
/// items keeps in registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed(Box<Fault>);

impl ErrorKind {
    /// Short name, the same in every language.
    pub const fn name(&self) -> &'static str {
        match self {
            ErrorKind::Truncated { .. } => "truncated",
            ErrorKind::Length { .. } => "length",
            ErrorKind::TypeId { .. } => "type_id",
            ErrorKind::Block { .. } => "block",
            ErrorKind::Bool(_) => "bool",
            ErrorKind::Presence(_) => "presence",
            ErrorKind::Utf8 => "utf8",
            ErrorKind::Enum { .. } => "enum",
            ErrorKind::Tag { .. } => "tag",
            ErrorKind::Count { .. } => "count",
            ErrorKind::Reference { .. } => "reference",
            ErrorKind::Range { .. } => "range",
            ErrorKind::Misaligned { .. } => "misaligned",
            ErrorKind::OutOfRange => "out_of_range",
            ErrorKind::Len { .. } => "len",
            ErrorKind::KeyOrder => "key_order",
            ErrorKind::Missing { .. } => "missing",
            ErrorKind::Trailing { .. } => "trailing",
            ErrorKind::NotCanonical => "not_canonical",
        }
    }
}

impl Fault {
    /// A fault that lies in no field.
    pub(crate) fn new(kind: ErrorKind, at: usize) -> Self {
        Fault { kind, at, place: None }
    }
}

impl DecodeError {
    /// A fault at this offset from the start of the bytes, that lies in no field.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn new(kind: ErrorKind, at: usize) -> Self {
        Fault::new(kind, at).into()
    }

    /// The same of bytes before which so many others stand.
    #[must_use]
    pub fn behind(mut self, bytes: usize) -> Self {
        self.at += bytes;
        self
    }
}

impl Failed {
    /// A fault at this offset from the start of the bytes, that lies in no field.
    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: ErrorKind, at: usize) -> Self {
        Fault::new(kind, at).into()
    }

    /// Names the member that the fault lies in, unless a member inside it is named already.
    #[cold]
    #[inline(never)]
    pub(crate) fn within(mut self, ty: &'static str, member: &'static str) -> Self {
        self.0.place.get_or_insert(Place { ty, member, constraint: None });
        self
    }

    /// What is wrong.
    pub(crate) fn kind(&self) -> ErrorKind {
        self.0.kind
    }
}

impl From<Fault> for Failed {
    #[cold]
    fn from(fault: Fault) -> Self {
        Failed(Box::new(fault))
    }
}

impl From<Failed> for DecodeError {
    #[inline]
    fn from(Failed(fault): Failed) -> Self {
        DecodeError(fault)
    }
}

impl From<DecodeError> for Failed {
    #[inline]
    fn from(DecodeError(fault): DecodeError) -> Self {
        Failed(fault)
    }
}

impl From<Fault> for DecodeError {
    #[cold]
    fn from(fault: Fault) -> Self {
        DecodeError(Box::new(fault))
    }
}

impl Deref for DecodeError {
    type Target = Fault;

    fn deref(&self) -> &Fault {
        &self.0
    }
}

impl DerefMut for DecodeError {
    fn deref_mut(&mut self) -> &mut Fault {
        &mut self.0
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { kind, at, place } = **self;
        f.debug_struct("DecodeError")
            .field("kind", &kind)
            .field("at", &at)
            .field("place", &place)
            .finish()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{}.{}: ", place.ty, place.member)?;
        }
        self.kind.fmt(f)?;
        if let (ErrorKind::OutOfRange, Some(constraint)) =
            (&self.kind, self.place.and_then(|place| place.constraint))
        {
            write!(f, ", {constraint}")?;
        }
        write!(f, " (at byte {})", self.at)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            ErrorKind::Truncated { needed, found } => {
                write!(f, "the input ends early: {needed} bytes are needed, {found} are there")
            }
            ErrorKind::Length { found } => {
                write!(f, "a payload of {found} bytes: the length must be a multiple of 8")
            }
            ErrorKind::TypeId { expected, found } => {
                write!(f, "a frame of type {found} where type {expected} was asked for")
            }
            ErrorKind::Block { claimed, payload } => {
                write!(f, "a block of {claimed} bytes in a payload of {payload}")
            }
            ErrorKind::Bool(found) => write!(f, "a bool must be 0 or 1, not {found}"),
            ErrorKind::Presence(found) => write!(f, "a presence byte must be 0 or 1, not {found}"),
            ErrorKind::Utf8 => f.write_str("text that is not UTF-8"),
            ErrorKind::Enum { value } => write!(f, "{value} is no member of this closed enum"),
            ErrorKind::Tag { tag } => write!(f, "{tag} is no arm of this union"),
            ErrorKind::Count { max, found } => {
                write!(f, "{found} items where at most {max} are allowed")
            }
            ErrorKind::Reference { expected, offset, bytes, tail } => write!(
                f,
                "a reference to {bytes} bytes at {offset} of a tail of {tail}, where the next item \
                 lies at {expected}"
            ),
            ErrorKind::Range { value } => write!(
                f,
                "{value} is out of the range of the field's Rust type; one with the range of the \
                 schema's, such as `mycelium::Duration`, takes it"
            ),
            ErrorKind::Misaligned { align } => write!(
                f,
                "items at an address that is no multiple of {align}: to borrow them, keep frames at \
                 multiples of 8, or read them as a `Vec`"
            ),
            ErrorKind::OutOfRange => f.write_str("a number outside the field's range"),
            ErrorKind::Len { min, max: u32::MAX, found } => {
                write!(f, "{found} bytes or items where the field has at least {min}")
            }
            ErrorKind::Len { min, max, found } => {
                write!(f, "{found} bytes or items where the field has {min} to {max}")
            }
            ErrorKind::KeyOrder => f.write_str("a map's key that is not above the one before it"),
            ErrorKind::Missing { needed, found } => write!(
                f,
                "a required field ends at byte {needed}, but the sender's block has {found}: the \
                 sender is older than this field"
            ),
            ErrorKind::Trailing { bytes } => write!(f, "{bytes} bytes too many"),
            ErrorKind::NotCanonical => f.write_str("not the canonical form of its value"),
        }
    }
}

impl core::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::{DecodeError, ErrorKind};

    #[test]
    fn whether_there_is_an_error_takes_no_room() {
        assert_eq!(size_of::<Result<&[u8], DecodeError>>(), size_of::<&[u8]>());
    }

    #[test]
    fn an_error_says_what_and_where() {
        let error = DecodeError::new(ErrorKind::Bool(7), 3).behind(16);
        assert_eq!(error.to_string(), "a bool must be 0 or 1, not 7 (at byte 19)");
    }
}
