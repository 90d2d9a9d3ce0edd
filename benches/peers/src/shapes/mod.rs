//! The values that are measured. Peers with a derive of their own put it on these types.

pub(crate) mod fixed;
pub(crate) mod log;
pub(crate) mod mesh;
mod random;

use std::fmt;

/// A kind of value.
pub(crate) trait Shape: Clone + PartialEq + fmt::Debug + 'static {
    const NAME: &'static str;

    /// The same values on every machine. One operation handles them all, one after another.
    fn samples() -> Vec<Self>;

    /// What a reader takes from a value.
    type Reading: PartialEq + fmt::Debug;

    /// Three number fields of each row, or as many as the shape has.
    fn read(&self) -> Self::Reading;

    /// Changes one number of each row.
    fn update(&mut self);
}

/// A shape that has text.
pub(crate) trait Borrowable: Shape {
    type Borrowed<'a>;

    /// The owned value, to see that the borrowed one has all of it; not measured.
    fn own(borrowed: &Self::Borrowed<'_>) -> Self;
}

/// A type of a peer's own that holds what a shape holds; each shape is its own twin.
pub(crate) trait Twin<S: Shape>: 'static {
    fn of(shape: &S) -> Self;
    fn back(self) -> S;
}

impl<S: Shape> Twin<S> for S {
    fn of(shape: &S) -> Self {
        shape.clone()
    }

    fn back(self) -> S {
        self
    }
}
