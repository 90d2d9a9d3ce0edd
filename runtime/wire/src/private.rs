//! What expansions of the derives use. Not for people: it changes without notice.

pub use core::clone::Clone;
pub use core::cmp::Ordering;
pub use core::fmt::{Debug, Formatter, Result as FmtResult};
pub use core::marker::Copy;
pub use core::mem::offset_of;
pub use core::ops;
pub use core::option::Option::{self, None, Some};
pub use core::primitive;
pub use core::result::Result::{self, Err, Ok};

pub use crate::arm::{ArmSlot, arm_slots, closed, open, read_tag, validate_arm};
pub use crate::default::{Default, default_bytes, default_len};
pub use crate::each::{Check, Each};
pub use crate::embedded;
pub use crate::error::{DecodeError, ErrorKind, Failed};
pub use crate::field::{Block, FieldType, Parts, Slot, slots_of};
pub use crate::layout;
pub use crate::limits::Bound;
pub use crate::map::Key;
pub use crate::outline::{Outline, Seal, fields};
pub use crate::plain::{Extent, Plain};
pub use crate::reflect::{Arm, Constraint, Def, Field, Kind, Literal, Member, Repr, Type};
pub use crate::row::{field, number, row};
pub use crate::rules::{
    expect_type, has_names, is_constraint, is_default, is_kept, is_key, is_measured,
};
pub use crate::run::*;
pub use crate::tail::{Tail, TailReader, TailWriter};
pub use crate::text::TooMany;
pub use crate::tuple::{offset_in as tuple_offset, validate_item};
pub use crate::update::FieldOf;
pub use crate::{Decode, Digest, Message, UnknownArm, ValidationError, Wire};

pub use crate::{
    __impl_arbitrary as impl_arbitrary, __impl_serde as impl_serde, __tuple_value as tuple_value,
};

/// What `#[myc(serde)]` needs.
#[cfg(feature = "serde")]
pub mod serde {
    pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::serde::{deserialize, serialize};
}

/// What `#[myc(arbitrary)]` needs.
#[cfg(feature = "arbitrary")]
pub mod arbitrary {
    pub use arbitrary::{Arbitrary, Result, Unstructured};

    pub use crate::arbitrary::arbitrary;
}

/// Definition of a type that a derive refused; no code with one ever runs.
pub const HOLLOW: &Def<'static> = &Def {
    package: "",
    name: "",
    was: None,
    kind: Kind::Struct { fields: &[] },
    digest: Digest([0; 32]),
};

/// Whether the digest of no facts and this type is that; so is compared what only const evaluation
/// can spell.
pub const fn is_type_of(ty: &Type<'_>, digest: &[u8; 32]) -> bool {
    is_digest(&Digest::of_type(ty), digest)
}

/// Whether these are the bytes of a digest.
pub const fn is_digest(digest: &Digest, bytes: &[u8; 32]) -> bool {
    let mut i = 0;
    while i < bytes.len() {
        if digest.0[i] != bytes[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Shows a view by the name of its type.
#[cold]
pub fn fmt_view(f: &mut Formatter<'_>, ty: &str) -> FmtResult {
    f.debug_struct(ty).finish_non_exhaustive()
}

/// Shows flags by name, and bits without a name as one number: `Marks(FIRST | 0x80)`.
pub fn fmt_flags(f: &mut Formatter<'_>, ty: &str, bits: u64, names: &[(u32, &str)]) -> FmtResult {
    write!(f, "{ty}(")?;
    let (mut rest, mut separator) = (bits, "");
    for (bit, name) in names.iter().filter(|(bit, _)| bits >> bit & 1 == 1) {
        write!(f, "{separator}{name}")?;
        rest &= !(1 << bit);
        separator = " | ";
    }
    if rest != 0 {
        write!(f, "{separator}{rest:#x}")?;
    }
    f.write_str(")")
}

/// A number that a closed enum does not name.
// Inlined, so that nobody asks where the reader lies, which may be in registers.
#[inline(always)]
pub fn no_member(inline: &[u8], value: i128, tail: &TailReader<'_>) -> Failed {
    tail.error(inline, ErrorKind::Enum { value })
}
