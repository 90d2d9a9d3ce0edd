//! What a reader wants of a ring: for a writer that asks whether anybody does.
//!
//! Every reader gets every frame. But where a ring carries many kinds of frames, a writer that waits for its
//! readers waits for those of one kind: [`Writer::readers_of`](crate::Writer::readers_of). So a reader may say, in
//! its slot and before that is live, which kinds it is after, each by a name that stands there as a hash.

use crate::sync::{AtomicU64, Ordering};

/// How many kinds a reader may name.
#[cfg(not(loom))]
pub(crate) const MOST: usize = 8;
/// Nothing that the models look at depends on it.
#[cfg(loom)]
pub(crate) const MOST: usize = 1;

/// The kinds of frames that a reader is after, by name. By default, all.
///
/// ```
/// use mycelium_ring::{Interests, Reader, ReaderOptions, Writer, WriterOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("market.ring");
/// let writer = Writer::create(&path, &WriterOptions::default())?;
/// let mut options = ReaderOptions::default();
/// options.interests = Interests::named(["market.trades"]);
/// let _reader = Reader::attach(&path, &options)?;
/// assert_eq!((writer.readers_of("market.trades"), writer.readers_of("market.quotes")), (1, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interests([u64; MOST]);

impl Interests {
    /// Those with the given names; all, if no name is given, or more than eight.
    pub fn named(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut hashes = [0; MOST];
        for (index, name) in names.into_iter().enumerate() {
            match hashes.get_mut(index) {
                Some(place) => *place = hash(name.as_ref()),
                None => return Self::default(),
            }
        }
        Self(hashes)
    }
}

/// 64-bit FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), but never zero, which stands for no name. A reader
/// of one of two names that are hashed alike counts for both.
pub(crate) fn hash(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.max(1)
}

/// The same in a reader's slot.
#[repr(transparent)]
#[derive(Debug)]
pub(crate) struct Named([AtomicU64; MOST]);

impl Named {
    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }

    /// Sets them, before the slot is live: its state makes them seen.
    pub(crate) fn set(&self, interests: Interests) {
        for (word, hash) in self.0.iter().zip(interests.0) {
            word.store(hash, Ordering::Relaxed);
        }
    }

    /// Whether frames of the kind whose name has this hash are wanted.
    pub(crate) fn has(&self, hash: u64) -> bool {
        let mut named = self.0.iter().map(|word| word.load(Ordering::Relaxed));
        // The first one is zero where none is named.
        let first = named.next();
        first == Some(0) || first == Some(hash) || named.any(|other| other == hash)
    }
}

#[cfg(test)]
mod tests {
    use super::hash;

    /// Writer and readers may be of different versions.
    #[test]
    fn hashes_stay_as_they_are() {
        let hashes = ["", "a", "foobar"].map(hash);
        assert_eq!(hashes, [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8]);
    }
}
