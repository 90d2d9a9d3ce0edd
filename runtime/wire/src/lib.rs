//! The bytes of Mycelium: layout, block and tail codecs, frames, reflection, digests
