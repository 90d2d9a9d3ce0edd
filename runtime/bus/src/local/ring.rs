//! A ring that several fill and several read, each of them all of it.
//!
//! # Promises
//!
//! - A reader gets every message that was offered after it joined, once, in one order for all.
//! - Nothing that a reader has not taken is overwritten: while the slowest is a ring's length behind,
//!   [`Ring::offer`] gives the message back.
//! - A message is dropped when the last of its readers drops what it took. The ring keeps nothing.
//! - No system call on either side while there is room, and nobody sleeps; no lock either, but one
//!   short one each time a ring's length has passed.
//!
//! # How
//!
//! The tail is one word: the next position, and below it how many readers there are. To publish is to
//! move the position on by compare-and-swap; so the number of readers that a message is for is known at
//! the moment at which it gets its position, and to join or leave is to change the number in the same
//! word. The message is then written, of it as many as there are readers (see [`share`](super::share)),
//! and its stamp says that it is there.
//!
//! Publishers do not look at the cursors of readers for each message, but keep the position up to which
//! all is free, and look again when they come to it. The first of them so comes to it at once, and makes the slots.
#![allow(unsafe_code)]

use std::sync::{Arc, PoisonError};

use super::bell::{Bell, Waiter};
use super::reader::RingReader;
use super::room::Room;
use super::share::Share;
use super::slots::{OWNED_AT_ONCE, Slots};
use crate::sync::{AtomicU32, AtomicU64, Mutex, Ordering, exchange_and_fence};

/// Bits of the number of readers; above them is the position. At a hundred million messages a second its 48 bits last
/// for a month; then it wraps.
const READER_BITS: u32 = 16;
const ONE_POSITION: u64 = 1 << READER_BITS;
const POSITION_MASK: u64 = u64::MAX >> READER_BITS;
pub(super) const ONE_READER: u64 = 1;

/// Most readers of one ring.
pub(crate) const MOST_READERS: usize = (1 << READER_BITS) - 1;
/// Longest ring.
pub(crate) const MOST_SLOTS: usize = 1 << 30;

/// The ring of one topic.
pub(crate) struct Ring<V: Share> {
    /// What publishers change.
    pub(super) head: Line<Head>,
    /// Nonzero when a reader may be asleep.
    pub(super) asleep: Line<AtomicU32>,
    pub(super) slots: Slots<V>,
    /// Messages that wait for the slowest reader before there is no room.
    capacity: u64,
    /// Where publishers wait for room.
    pub(super) room: Room,
    /// The list is replaced as a whole, so that whoever walks it holds no lock.
    pub(super) readers: Mutex<Arc<Vec<Arc<Seat>>>>,
}

pub(super) struct Head {
    /// The position of the next message, and the number of readers.
    pub(super) tail: AtomicU64,
    /// Up to here, not included, positions are free. Changed under the lock of `readers`.
    pub(super) limit: AtomicU64,
    /// The thread that published last, as far as that was [said](Ring::get_ahead).
    pub(super) publisher: AtomicU64,
}

/// What a publisher gets.
enum Claim {
    /// A position, for so many readers.
    Got {
        position: u64,
        readers: u64,
        /// How many were free, this one included; as far as is known.
        free: u64,
    },
    NoReaders,
    NoRoom,
}

/// What others see of a reader. The cursor has the lines around it to itself, by room that lies there rather than by
/// alignment, which takes allocators longer and more memory.
#[repr(C)]
pub(super) struct Seat {
    bell: Arc<Bell>,
    _before: [u64; 13],
    /// Position of the next message that it takes.
    pub(super) cursor: AtomicU64,
    _after: [u64; 15],
}

/// A word on a pair of lines of its own: processors fetch lines in pairs.
#[repr(align(128))]
pub(super) struct Line<T>(pub(super) T);

impl<V: Share> Ring<V> {
    /// A ring in which so many messages wait at most: one at least, [`MOST_SLOTS`] at most.
    pub(crate) fn new(capacity: usize) -> Arc<Self> {
        Self::starting_at(capacity, 0)
    }

    /// A ring whose first message has this position.
    pub(crate) fn starting_at(capacity: usize, position: u64) -> Arc<Self> {
        let capacity = capacity.clamp(1, MOST_SLOTS) as u64;
        let limit = AtomicU64::new(position & POSITION_MASK);
        let tail = AtomicU64::new(position << READER_BITS);
        Arc::new(Self {
            head: Line(Head { tail, limit, publisher: AtomicU64::new(0) }),
            asleep: Line(AtomicU32::new(0)),
            slots: Slots::new(capacity),
            capacity,
            room: Room::default(),
            readers: Mutex::new(Arc::default()),
        })
    }

    /// Hands a value to every reader, or gives it back if there is no room for it now. Where nobody
    /// reads, it is dropped. `thread` is the number of the [one that runs](crate::sync::this_thread).
    ///
    /// Inlined, and the position is got without it: so a small value is made where it will lie, and not copied out of
    /// stores that are still on their way behind those of the value before.
    #[inline(always)]
    pub(crate) fn offer(&self, value: V, thread: u64) -> Result<(), V> {
        match self.claim() {
            Claim::Got { position, readers, free } => {
                value.multiply(readers);
                // SAFETY: the position is ours; it lies below the limit, so that the slots are made, and all
                // readers of what lay in this one are past it.
                unsafe { self.slots.write(position, value) };
                self.wake_readers();
                if position.is_multiple_of(OWNED_AT_ONCE) {
                    self.get_ahead(position, free, thread);
                }
                Ok(())
            }
            Claim::NoReaders => Ok(()),
            Claim::NoRoom => Err(value),
        }
    }

    /// Gets a position, which must be written.
    #[inline(always)]
    fn claim(&self) -> Claim {
        let mut tail = self.head.0.tail.load(Ordering::Relaxed);
        loop {
            let (readers, position) = split(tail);
            if readers == 0 {
                return Claim::NoReaders;
            }
            // Acquire: partner is the release in `look_for_room`.
            let free = distance(position, self.head.0.limit.load(Ordering::Acquire));
            // One comparison for both: nothing is free, or the limit is older than the position, and
            // so lies behind it, which as a distance is more than any ring has.
            if free.wrapping_sub(1) >= self.capacity && !self.look_for_room(position) {
                return Claim::NoRoom;
            }
            let next = tail.wrapping_add(ONE_POSITION);
            // Fence: partner is the one in `announce`.
            match exchange_and_fence(&self.head.0.tail, tail, next) {
                Ok(_) => return Claim::Got { position, readers, free },
                Err(now) => tail = now,
            }
        }
    }

    /// What is done now and then: gets the lines of slots to come, and says which thread publishes, for readers whose own
    /// that may be.
    #[inline(never)]
    fn get_ahead(&self, position: u64, free: u64, thread: u64) {
        if free >= 2 * OWNED_AT_ONCE {
            // SAFETY: the slots are made, for there was room.
            unsafe { self.slots.own(advance(position, OWNED_AT_ONCE), OWNED_AT_ONCE) };
        }
        let publisher = &self.head.0.publisher;
        if publisher.load(Ordering::Relaxed) != thread {
            publisher.store(thread, Ordering::Relaxed);
        }
    }

    /// Asks for what the message of a position leads to, if it is there.
    ///
    /// # Safety
    ///
    /// The caller is a reader that it was made for, which has not let it be overwritten yet.
    #[inline]
    pub(super) unsafe fn fetch_at(&self, position: u64) {
        if V::LEADS_ELSEWHERE
            && let Some(place) = self.slots.find(position)
        {
            // SAFETY: as the caller says.
            unsafe { place.show(V::fetch) };
        }
    }

    /// Whether somebody reads.
    #[inline]
    pub(crate) fn has_readers(&self) -> bool {
        split(self.head.0.tail.load(Ordering::Relaxed)).0 > 0
    }

    /// How many messages wait for the reader that is furthest behind.
    pub(crate) fn backlog(&self) -> u64 {
        let readers = self.readers();
        let (_, position) = split(self.head.0.tail.load(Ordering::Relaxed));
        readers.iter().map(|seat| distance(seat.position(), position)).max().unwrap_or(0)
    }

    /// Bytes that the messages' slots take.
    pub(crate) fn bytes(&self) -> usize {
        self.slots.bytes()
    }

    /// Where to wait for room.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// Adds a reader, which gets what is offered from now on. Nothing where there are too many.
    pub(crate) fn join(self: &Arc<Self>, bell: Arc<Bell>) -> Option<RingReader<V>> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() >= MOST_READERS {
            return None;
        }
        // While the lock is held the limit stays where it is: at most a ring's length from here.
        let tail = self.head.0.tail.fetch_add(ONE_READER, Ordering::Relaxed);
        let (_, next) = split(tail);
        let cursor = AtomicU64::new(next);
        let seat = Arc::new(Seat { bell, _before: [0; 13], cursor, _after: [0; 15] });
        Arc::make_mut(&mut readers).push(seat.clone());
        Some(RingReader::new(self.clone(), seat, next))
    }

    /// Sees how far readers are; whether there is room at the position now. Under the lock the limit
    /// is not older than a position that was seen before.
    #[cold]
    fn look_for_room(&self, position: u64) -> bool {
        let readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        // The limit makes it known to whoever publishes.
        // SAFETY: under the lock, and nowhere else.
        unsafe { self.slots.make() };
        // A cursor lies between the last limit less a ring's length, and the tail.
        let limit = self.head.0.limit.load(Ordering::Relaxed);
        let oldest = limit.wrapping_sub(self.capacity) & POSITION_MASK;
        let freed = readers.iter().map(|seat| distance(oldest, seat.position())).min().unwrap_or(0);
        let limit = advance(limit, freed);
        // Release: partner is the acquire in `offer`. It hands on what was acquired from the cursors.
        self.head.0.limit.store(limit, Ordering::Release);
        limit != position
    }

    /// Wakes readers that sleep. That there is something for them was said before, with a fence behind.
    #[inline]
    fn wake_readers(&self) {
        if self.asleep.0.load(Ordering::SeqCst) != 0 {
            self.ring_bells();
        }
    }

    #[cold]
    fn ring_bells(&self) {
        // Acquire: partner is the release in `announce`, of everybody whose mark is reset here.
        self.asleep.0.swap(0, Ordering::Acquire);
        let readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        // One alone, as an actor is, needs no copy of the list.
        let [alone] = readers.as_slice() else {
            let all = readers.clone();
            drop(readers);
            return all.iter().for_each(|seat| seat.bell.ring());
        };
        match alone.bell.answer() {
            None => {}
            // Whoever is woken may do anything at once: no lock is held.
            Some(Waiter::Task(waker)) => {
                drop(readers);
                waker.wake();
            }
            Some(Waiter::Thread) => {
                let bell = alone.bell.clone();
                drop(readers);
                bell.wake(Waiter::Thread);
            }
        }
    }

    fn readers(&self) -> Arc<Vec<Arc<Seat>>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Seat {
    fn position(&self) -> u64 {
        // Acquire: partner is the release in `RingReader::give_room`, behind the read of the slot.
        self.cursor.load(Ordering::Acquire)
    }
}

/// Number of readers, and position.
#[inline]
pub(super) const fn split(tail: u64) -> (u64, u64) {
    (tail & (ONE_POSITION - 1), tail >> READER_BITS)
}

#[inline]
pub(super) const fn advance(position: u64, by: u64) -> u64 {
    position.wrapping_add(by) & POSITION_MASK
}

/// How many positions lie from one up to another that is not before it.
#[inline]
const fn distance(from: u64, to: u64) -> u64 {
    to.wrapping_sub(from) & POSITION_MASK
}
