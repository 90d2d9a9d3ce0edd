//! What a schema knows of its releases: the digests of those that its messages still talk with.

use std::collections::HashMap;

use mycelium_wire::{Digest, canon};

use crate::evolution::{Version, still_talk};
use crate::lock::{Lock, Release};
use crate::lower::Arena;
use crate::schema::{Schema, TypeId, TypeKind};

impl Schema {
    /// The same schema, whose messages carry the digests of their released ancestors.
    ///
    /// A released version of a message is an ancestor if its digest is another one and nothing that
    /// changed since hurts either side, by the [rules](crate::RULES) that are about bytes.
    ///
    /// # Errors
    ///
    /// Where a release of the lock is none; one that was [read](Lock::parse) is.
    pub fn with_ancestors(mut self, lock: &Lock) -> Result<Schema, canon::ParseError> {
        let arena = Arena::new();
        let (current, reserved) = (self.reflect_all(&arena), self.reserved());
        let current = Version { defs: &current, reserved: &reserved };
        let index: HashMap<String, usize> =
            (0..self.types.len()).map(|at| (self.qualified_name(TypeId(at)), at)).collect();
        let ours: Vec<Digest> = self.types.iter().map(|def| def.digest).collect();
        let is_ours =
            |name: &String, digest: &Digest| index.get(name).is_some_and(|at| ours[*at] == *digest);
        let differs = |release: &&Release| {
            release.types.iter().any(|(name, (digest, _))| !is_ours(name, digest))
        };
        for release in lock.releases.iter().filter(differs) {
            let defs = release.reflect(&arena)?;
            let previous = Version { defs: &defs, reserved: &release.reserved };
            for (def, digest) in still_talk(previous, current) {
                let at = index.get(&format!("{}.{}", def.package, def.name));
                let Some(TypeKind::Message(message)) = at.map(|at| &mut self.types[*at].kind)
                else {
                    continue;
                };
                if digest != def.digest && !message.ancestors.contains(&digest) {
                    message.ancestors.push(digest);
                }
            }
        }
        Ok(self)
    }
}
