//! Types by their digest, read from the canonical texts that publishers tell and recordings hold.

use bumpalo::Bump;
use mycelium::wire::reflect::Def;
use mycelium_wire::{Digest, canon};
use std::collections::HashMap;

/// Types that are known. They live in the arena.
pub(crate) struct Types<'a> {
    arena: &'a Bump,
    known: HashMap<Digest, Result<&'a Def<'a>, String>>,
    read_bytes: usize,
}

/// Bytes of texts that are read: they come from outside, and what is made of them stays.
const MOST_BYTES: usize = 64 << 20;

impl<'a> Types<'a> {
    pub(crate) fn new(arena: &'a Bump) -> Self {
        Self { arena, known: HashMap::new(), read_bytes: 0 }
    }

    /// The type of this digest, as this text tells it; or why it is not known.
    pub(crate) fn get(&mut self, digest: Digest, text: Option<&str>) -> Result<&'a Def<'a>, &str> {
        let Some(text) = text else {
            return match self.known.get(&digest) {
                Some(Ok(def)) => Ok(def),
                _ => Err("its publisher does not tell what its type is"),
            };
        };
        let (arena, read_bytes) = (self.arena, &mut self.read_bytes);
        let known = self.known.entry(digest).or_insert_with(|| {
            *read_bytes += text.len();
            if *read_bytes > MOST_BYTES {
                return Err(format!("more than {MOST_BYTES} bytes of types were told"));
            }
            let read = canon::parse_of(arena, digest, text);
            read.map_err(|error| format!("what its publisher tells of its type is none: {error}"))
        });
        known.as_ref().map(|def| *def).map_err(String::as_str)
    }
}
