//! Types by their digest, read from the canonical texts that publishers tell and recordings hold.

use bumpalo::Bump;
use mycelium::wire::reflect::Def;
use mycelium_wire::{Digest, canon};
use std::collections::HashMap;

/// Types that are known. They live in the arena.
pub(crate) struct Types<'a> {
    arena: &'a Bump,
    known: HashMap<Digest, &'a Def<'a>>,
    read_bytes: usize,
}

/// Bytes of texts that are read: they come from outside, and what is made of them stays.
const MOST_BYTES: usize = 64 << 20;

impl<'a> Types<'a> {
    pub(crate) fn new(arena: &'a Bump) -> Self {
        Self { arena, known: HashMap::new(), read_bytes: 0 }
    }

    /// The type of this digest, as this text tells it; or why it is not known. What one publisher tells wrong, or not at
    /// all, another may tell right: only a type that was told is kept.
    pub(crate) fn get(
        &mut self,
        digest: Digest,
        text: Option<&str>,
    ) -> Result<&'a Def<'a>, String> {
        if let Some(def) = self.known.get(&digest) {
            return Ok(def);
        }
        let text = text.ok_or("its publisher does not tell what its type is")?;
        self.read_bytes = self.read_bytes.saturating_add(text.len());
        if self.read_bytes > MOST_BYTES {
            return Err(format!("more than {MOST_BYTES} bytes of types were told"));
        }
        let def = canon::parse_of(self.arena, digest, text)
            .map_err(|error| format!("what its publisher tells of its type is none: {error}"))?;
        self.known.insert(digest, def);
        Ok(def)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mycelium::{Message, Timestamp};

    #[derive(Debug, Message)]
    #[myc(package = "typestest", id = 1)]
    struct Tick {
        time: Timestamp,
    }

    #[test]
    fn what_one_publisher_tells_wrong_another_may_tell_right() {
        let arena = Bump::new();
        let mut types = Types::new(&arena);
        let right = canon::texts(Tick::DEF);
        assert!(types.get(Tick::DIGEST, None).is_err());
        assert!(types.get(Tick::DIGEST, Some("no type")).is_err());
        assert_eq!(types.get(Tick::DIGEST, Some(&right)).map(|def| def.name), Ok("Tick"));
        // Whatever the next one tells, this is what the digest names.
        for told in [None, Some("no type")] {
            assert_eq!(types.get(Tick::DIGEST, told).map(|def| def.name), Ok("Tick"));
        }
    }
}
