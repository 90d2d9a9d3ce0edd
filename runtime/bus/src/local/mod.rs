//! The way of a message between the threads of one process: a ring a topic, which every subscriber
//! reads for itself.
//!
//! ```text
//!             claimed up to here, for so many subscribers
//!                          │ tail = (subscribers, position)
//!   slots  ┌────┬────┬────┬▼───┬────┬────┬────┬────┐
//!          │ 40 │ 41 │ 42 │ 35 │ 36 │ 37 │ 38 │ 39 │   message 40 lies where 32 lay
//!          └────┴─▲──┴────┴────┴────┴──▲─┴────┴────┘
//!                 │                    │
//!          cursor of one        cursor of the slowest: what lies from here on
//!                               is not overwritten
//! ```
//!
//! - [`ring`]: who may write a slot, who may read it, who waits for whom; [`reader`]: one who reads;
//! - [`slots`]: the memory, and what its stamps say;
//! - [`share`]: values of which several readers take one each out of one slot;
//! - [`bell`]: wakes one receiver that sleeps; [`room`]: wakes publishers that wait for room;
//! - [`prefetch`]: asks for memory before it is used.
//!
//! Nothing here knows of topics or messages. All that threads share comes through `crate::sync`, so
//! that `tests/loom.rs` compiles the same modules against models.

pub(crate) mod bell;
mod prefetch;
pub(crate) mod reader;
pub(crate) mod ring;
pub(crate) mod room;
pub(crate) mod share;
pub(crate) mod slots;

pub(crate) use self::prefetch::prefetch_shared;
