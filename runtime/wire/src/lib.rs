//! The bytes of Mycelium: layout, block and tail codecs, frames, reflection, digests

pub mod digest;
pub mod layout;
pub mod reflect;
mod sha256;

pub use digest::Digest;
