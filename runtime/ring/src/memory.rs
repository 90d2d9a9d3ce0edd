//! The ring's memory as the protocol sees it: words, slots, frames. Nobody else touches the mapping.
//!
//! There are two: the mapped file, and a model of it for loom.

#[cfg(not(loom))]
pub(crate) use mapped::Memory;
#[cfg(loom)]
pub(crate) use model::Memory;

#[cfg(not(loom))]
#[path = "memory_mapped.rs"]
mod mapped;
#[cfg(loom)]
#[path = "memory_model.rs"]
mod model;
