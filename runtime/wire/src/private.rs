//! What expansions of the derives use. Not for people: it changes without notice.

pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};

pub use crate::embedded;
pub use crate::error::{DecodeError, ErrorKind};
pub use crate::layout;
pub use crate::reflect::{Arm, Def, Field, Kind, Literal, Member, Repr, Type};
pub use crate::tail::{Tail, TailReader, TailWriter};
pub use crate::text::TooMany;
pub use crate::{Digest, Message, UnknownArm, Wire};
