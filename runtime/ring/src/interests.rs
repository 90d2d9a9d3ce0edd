//! What a reader wants of a ring: for a writer that asks whether anybody does.
//!
//! Every reader gets every frame. But where a ring carries many kinds of frames, a writer that waits for its
//! readers waits for those of one kind: [`Writer::readers_of`](crate::Writer::readers_of). So a reader may say, in
//! its slot and before that is live, which kinds it is after, by numbers of which writer and readers have agreed
//! on the meaning: a hash of a topic's name, say.

use crate::sync::{AtomicU64, Ordering};

/// How many kinds a reader may name.
#[cfg(not(loom))]
pub(crate) const MOST: usize = 8;
/// Nothing that the models look at depends on it.
#[cfg(loom)]
pub(crate) const MOST: usize = 1;

/// The kinds of frames that a reader is after, by numbers other than zero. By default, all.
///
/// ```
/// use mycelium_ring::{Interests, Reader, ReaderOptions, Writer, WriterOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("market.ring");
/// const TRADES: u64 = 1;
/// const QUOTES: u64 = 2;
/// let writer = Writer::create(&path, &WriterOptions::default())?;
/// let mut options = ReaderOptions::default();
/// options.interests = Interests::of([TRADES]);
/// let _reader = Reader::attach(&path, &options)?;
/// assert_eq!((writer.readers_of(TRADES), writer.readers_of(QUOTES)), (1, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interests([u64; MOST]);

impl Interests {
    /// Those with the given numbers; all, if that are none, or more than eight, or if a number is zero.
    pub fn of(numbers: impl IntoIterator<Item = u64>) -> Self {
        let mut named = [0; MOST];
        for (index, number) in numbers.into_iter().enumerate() {
            match named.get_mut(index) {
                Some(place) if number != 0 => *place = number,
                _ => return Self::default(),
            }
        }
        Self(named)
    }
}

/// The same as words of a reader's slot.
#[derive(Debug)]
pub(crate) struct Named([AtomicU64; MOST]);

impl Named {
    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }

    /// Sets them, before the slot is live: its state makes them seen.
    pub(crate) fn set(&self, interests: Interests) {
        for (word, number) in self.0.iter().zip(interests.0) {
            word.store(number, Ordering::Relaxed);
        }
    }

    /// Whether a frame of this kind is wanted.
    pub(crate) fn takes(&self, number: u64) -> bool {
        let mut named = self.0.iter().map(|word| word.load(Ordering::Relaxed));
        // The first one is zero where none is named.
        let first = named.next();
        first == Some(0) || first == Some(number) || named.any(|other| other == number)
    }
}
