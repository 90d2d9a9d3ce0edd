//! What a codec may offer, a trait an operation. A peer implements those that it has.
//!
//! A codec's value holds what it keeps between calls, such as its buffer, so that every call but the
//! first finds it warm.

use crate::shapes::{Borrowable, Shape};

/// A format with its implementation.
pub(crate) trait Codec: Default + 'static {
    const NAME: &'static str;
}

/// Makes bytes of a value, in a buffer of its own.
pub(crate) trait Encode<V>: Codec {
    fn encode<'b>(&'b mut self, value: &V) -> &'b [u8];
}

/// Makes a value of bytes, after all checks that the codec has.
pub(crate) trait Decode<V>: Codec {
    fn decode(&mut self, bytes: &[u8]) -> V;
}

/// Makes a value of bytes that are trusted.
pub(crate) trait DecodeTrusted<V>: Codec {
    fn decode_trusted(&mut self, bytes: &[u8]) -> V;
}

/// Makes a value whose text lies in the bytes.
pub(crate) trait Borrow<S: Borrowable>: Codec {
    fn borrow<'b>(&mut self, bytes: &'b [u8]) -> S::Borrowed<'b>;
}

/// Reads values where they lie.
pub(crate) trait Access<S: Shape>: Codec {
    type View<'b>;

    /// After the checks that make every later read safe.
    fn access(bytes: &[u8]) -> Self::View<'_>;

    /// What [`Shape::read`] gives.
    fn read(view: &Self::View<'_>) -> S::Reading;

    /// The whole value, to see that the view has all of it; not measured.
    fn rebuild(view: &Self::View<'_>) -> S;
}

/// Reads trusted bytes where they lie.
pub(crate) trait AccessTrusted<S: Shape>: Access<S> {
    fn access_trusted(bytes: &[u8]) -> Self::View<'_>;
}

/// Changes trusted bytes where they lie, as [`Shape::update`] changes the value.
pub(crate) trait Update<S: Shape>: Access<S> {
    fn update(bytes: &mut [u8]);
}
