//! Whether a type here goes with a type of another digest at a peer.
//!
//! Equal digests do, and so does a digest that one side knows as that of a released ancestor. For all
//! others the publishing side tells what its type is, and the receiving side, which has to read it, compares
//! the two by the append-only rule. What is told comes from outside: it is bounded in length, and comparing
//! it is bounded in work. Whatever is beyond a bound was not told.

use std::collections::HashMap;

use mycelium_wire::Digest;
use mycelium_wire::canon::{Difference, conflict_with_text};

use super::control::Description;
use crate::error::DigestMismatch;
use crate::selector::{Selector, Verdict};
use crate::topic::TopicInfo;

/// Bytes of descriptions that are kept of one peer.
const KEPT_BYTES: usize = 4 << 20;

/// Bytes of texts that are compared for one peer, each as often as it is.
const COMPARED_BYTES: usize = 1 << 20;

/// What one peer has told of its types, and what came of it.
#[derive(Default)]
pub(crate) struct Agreement {
    /// By digest.
    told: HashMap<Digest, Told>,
    kept_bytes: usize,
    compared_bytes: usize,
}

/// A type of the peer.
struct Told {
    ancestors: Vec<Digest>,
    text: String,
    /// What came of comparisons, by the digest of the type here.
    compared: HashMap<Digest, Compared>,
}

enum Compared {
    Agreed,
    Differs(Difference),
    /// The text is none, or was not looked at.
    Unknown,
}

impl Agreement {
    /// The peer tells of a type.
    pub(crate) fn hear(&mut self, description: Description) {
        let Description { digest, ancestors, text } = description;
        let bytes = text.len() + size_of_val(&*ancestors) + size_of::<Told>();
        if self.kept_bytes + bytes > KEPT_BYTES {
            return;
        }
        self.told.entry(Digest(digest)).or_insert_with(|| {
            self.kept_bytes += bytes;
            let ancestors = ancestors.into_iter().map(Digest).collect();
            Told { ancestors, text, compared: HashMap::new() }
        });
    }

    /// Judges a channel of the peer by its topic and digest, and by what was told of that.
    pub(crate) fn judge<'s>(
        &mut self,
        selector: &'s Selector,
        topic: &str,
        digest: &Digest,
    ) -> Verdict<'s> {
        match selector.judge(topic, digest) {
            Verdict::Mismatch(ours) if self.agrees(ours, digest) => Verdict::Take,
            verdict => verdict,
        }
    }

    /// What a subscriber here is told whose topic has another digest at the peer.
    pub(crate) fn mismatch(&self, ours: &TopicInfo, theirs: Digest, peer: &str) -> DigestMismatch {
        let compared = self.told.get(&theirs).and_then(|told| told.compared.get(&ours.digest));
        let difference = match compared {
            Some(Compared::Differs(difference)) => Some(difference.clone()),
            _ => None,
        };
        DigestMismatch {
            topic: ours.name.to_string(),
            ours: ours.digest,
            theirs,
            peer: peer.to_owned(),
            difference,
        }
    }

    fn agrees(&mut self, ours: &TopicInfo, theirs: &Digest) -> bool {
        let Some(told) = self.told.get_mut(theirs) else { return false };
        if told.ancestors.contains(&ours.digest) {
            return true;
        }
        let compared = told.compared.entry(ours.digest).or_insert_with(|| {
            self.compared_bytes += told.text.len();
            if self.compared_bytes <= COMPARED_BYTES {
                compare(ours, theirs, &told.text)
            } else {
                Compared::Unknown
            }
        });
        matches!(compared, Compared::Agreed)
    }
}

fn compare(ours: &TopicInfo, theirs: &Digest, text: &str) -> Compared {
    let Some(def) = ours.def.filter(|_| !text.is_empty()) else { return Compared::Unknown };
    match conflict_with_text(def, *theirs, text) {
        Ok(None) => Compared::Agreed,
        Ok(Some(difference)) => Compared::Differs(difference),
        Err(_) => Compared::Unknown,
    }
}
