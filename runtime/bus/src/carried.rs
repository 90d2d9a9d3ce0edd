//! What a bus carries.

use mycelium_wire::{DecodeOwned, Message};

/// A message that threads share and that borrows from no frame, so that a bus can carry it: every type
/// with `#[derive(Message)]` that has no lifetime.
pub trait Carried: Message + DecodeOwned + Send + Sync + 'static {}

impl<T: Message + DecodeOwned + Send + Sync + 'static> Carried for T {}
