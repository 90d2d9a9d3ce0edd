//! The memory of a ring: slots, and stamps that say which message lies in each.
//!
//! Every slot begins on a line of its own, with its stamp in front of the value: a small message costs
//! its reader one transfer of a line. Processors fetch lines in pairs, so one of two lines is such a pair.
//!
//! ```text
//!   stamp == position + 1    the message of that position is in the slot
//!   anything else            it is not there yet: what lies there is a ring's length older
//! ```
//!
//! A stamp holds the low half of that number: enough, for a slot is written every time round, and there are at most
//! [`MOST_SLOTS`](super::ring::MOST_SLOTS). The other half of the word means nothing. It is written to make the line this
//! processor's [own](Slots::own), some slots ahead and several at a time: a store into a line that a reader
//! has read waits for the other processor, all locked instructions wait for all stores before, and so
//! each message would wait in vain for the one before it.
//!
//! The memory is made for the first message; until then a ring is only a few lines.
//!
//! # Safety
//!
//! The ring sees to it that between two messages of one slot the first was read by all its readers, and
//! that a position is written once. The stamp is stored with release behind the value and loaded with
//! acquire before it is read, so that no read meets a write.
#![allow(unsafe_code)]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic;

use super::share::Share;
use crate::sync::{AtomicPtr, AtomicU32, Ordering, UnsafeCell};

/// The slots of one ring.
pub(crate) struct Slots<V: Share> {
    /// Null until the first message.
    first: AtomicPtr<Slot<V>>,
    /// How many there are, less one; they are a power of two.
    mask: u64,
}

/// Room for one message.
#[repr(C, align(64))]
struct Slot<V> {
    stamp: AtomicU32,
    /// Written for the sake of its line, never read.
    owned: u32,
    value: UnsafeCell<MaybeUninit<V>>,
}

impl<V> Slot<V> {
    /// Whether the second line ends with a word that belongs to nothing.
    const HAS_TAIL: bool = size_of::<Self>() > LINE
        && std::mem::offset_of!(Self, value) + size_of::<V>() + size_of::<u32>()
            <= size_of::<Self>();
}

// SAFETY: values move from the thread that writes to those that read, which `Share` allows.
unsafe impl<V: Share> Send for Slots<V> {}
// SAFETY: as above; the slots are reached through the stamps only.
unsafe impl<V: Share> Sync for Slots<V> {}

/// Bytes of a line.
const LINE: usize = 64;
/// Bytes that a processor fetches together.
const PAIR_OF_LINES: usize = 128;

/// How many slots become a processor's own at a time: those behind the next so many.
pub(super) const OWNED_AT_ONCE: u64 = 16;

/// What says that the message of a position is there.
#[inline]
const fn stamp(position: u64) -> u32 {
    (position as u32).wrapping_add(1)
}

impl<V: Share> Slots<V> {
    /// Slots for at least `capacity` messages.
    pub(crate) fn new(capacity: u64) -> Self {
        // Two at least: then no slot's first stamp is that of its first message.
        let mask = capacity.next_power_of_two().max(2) - 1;
        Self { first: AtomicPtr::new(ptr::null_mut()), mask }
    }

    /// Bytes that the slots take, once there was a message.
    pub(crate) fn bytes(&self) -> usize {
        match self.first.load(Ordering::Relaxed).is_null() {
            true => 0,
            false => (self.mask as usize + 1) * size_of::<Slot<V>>(),
        }
    }

    /// Puts a message, of which there are as many as readers, at its position.
    ///
    /// # Safety
    ///
    /// The slots are made. The position was claimed by the caller and is written once; all readers of the message that
    /// lay in the slot before have taken it, and the caller knows it by an acquire.
    #[inline]
    pub(crate) unsafe fn write(&self, position: u64, value: V) {
        let slot = self.slot(self.first.load(Ordering::Relaxed), position);
        // SAFETY: slots live as long as we do.
        let (room, written) = unsafe { (&(*slot).value, &(*slot).stamp) };
        // SAFETY: nobody else looks at the value now, as the caller says.
        room.with_mut(|room| unsafe { (*room).write(value) });
        // Release: partner is the acquire in `find`.
        written.store(stamp(position), Ordering::Release);
    }

    /// Makes the lines of some slots that are written soon this processor's own, by storing something into each.
    ///
    /// # Safety
    ///
    /// The slots are made.
    #[inline]
    pub(crate) unsafe fn own(&self, from: u64, count: u64) {
        let first = self.first.load(Ordering::Relaxed);
        for position in from..from + count {
            let slot = self.slot(first, position);
            // SAFETY: slots live as long as we do; the word is there for this.
            unsafe { touch(&raw mut (*slot).owned) };
            if const { Slot::<V>::HAS_TAIL } {
                // SAFETY: as above; the last word of the slot is no part of the value, and used for nothing else.
                unsafe { touch(slot.wrapping_add(1).cast::<u32>().wrapping_sub(1)) };
            }
        }
    }

    /// Where the message of the position lies, if it is there.
    #[inline]
    pub(crate) fn find(&self, position: u64) -> Option<Place<'_, V>> {
        // Acquire: partner is the release of the one who made the memory.
        let first = self.first.load(Ordering::Acquire);
        if first.is_null() {
            return None;
        }
        let slot = self.slot(first, position);
        // SAFETY: slots live as long as we do.
        let (room, written) = unsafe { (&(*slot).value, &(*slot).stamp) };
        // Acquire: partner is the release in `write`.
        (written.load(Ordering::Acquire) == stamp(position)).then_some(Place(room))
    }

    /// Makes them, if that was not done yet.
    ///
    /// # Safety
    ///
    /// One thread at a time does so.
    pub(crate) unsafe fn make(&self) {
        if !self.first.load(Ordering::Relaxed).is_null() {
            return;
        }
        let layout = self.layout();
        // SAFETY: a slot has bytes, and there is at least one.
        let made = unsafe { alloc(layout) }.cast::<Slot<V>>();
        if made.is_null() {
            handle_alloc_error(layout);
        }
        for index in 0..=self.mask as usize {
            let value = UnsafeCell::new(MaybeUninit::uninit());
            // As of the position before, which never lies here.
            let (stamp, owned) = (AtomicU32::new(index as u32), 0);
            // SAFETY: the memory was made for so many.
            unsafe { made.add(index).write(Slot { stamp, owned, value }) };
        }
        // Release: partner is the acquire in `find`.
        self.first.store(made, Ordering::Release);
    }

    /// # Safety
    ///
    /// `first` was made by `make`, and nobody uses it any more.
    unsafe fn free(&self, first: *mut Slot<V>) {
        // SAFETY: there are as many slots, which nobody uses, in memory of this layout.
        unsafe {
            ptr::slice_from_raw_parts_mut(first, self.mask as usize + 1).drop_in_place();
            dealloc(first.cast(), self.layout());
        }
    }

    /// The memory of all slots.
    fn layout(&self) -> Layout {
        let slots = Layout::array::<Slot<V>>(self.mask as usize + 1);
        let slots = slots.and_then(|slots| slots.align_to(PAIR_OF_LINES));
        slots.expect("at most `MOST_SLOTS` slots, of messages that are small")
    }

    #[inline]
    fn slot(&self, first: *mut Slot<V>, position: u64) -> *mut Slot<V> {
        // SAFETY: there are `mask + 1` slots from `first` on.
        unsafe { first.add((position & self.mask) as usize) }
    }
}

/// Where a message lies that is there.
pub(crate) struct Place<'s, V>(&'s UnsafeCell<MaybeUninit<V>>);

impl<V: Share> Place<'_, V> {
    /// Takes one of the message out.
    ///
    /// # Safety
    ///
    /// The caller is a reader that it was made for, which takes it once and has not let it be overwritten yet.
    #[inline]
    pub(crate) unsafe fn read(self) -> V {
        // SAFETY: the message is there and is not overwritten meanwhile; one of it is ours.
        self.0.with(|room| unsafe { ptr::read(room).assume_init() })
    }

    /// Shows the message where it lies.
    ///
    /// # Safety
    ///
    /// The caller is a reader that it was made for, which has not let it be overwritten yet.
    #[inline]
    pub(crate) unsafe fn show<R>(self, show: impl FnOnce(&V) -> R) -> R {
        // SAFETY: the message is there and is not overwritten meanwhile.
        self.0.with(|room| unsafe { show((*room).assume_init_ref()) })
    }
}

/// Stores into a word that nobody reads: so no model of threads needs to know of it.
///
/// # Safety
///
/// The word is there, and used for nothing else.
#[inline]
unsafe fn touch(word: *mut u32) {
    // SAFETY: as the caller says; everybody stores by atomics.
    unsafe { atomic::AtomicU32::from_ptr(word) }.store(0, Ordering::Relaxed);
}

impl<V: Share> Drop for Slots<V> {
    fn drop(&mut self) {
        let first = self.first.load(Ordering::Relaxed);
        if !first.is_null() {
            // What lies in the slots was taken by all for whom it was made: no value is left.
            // SAFETY: made by `make`; nobody is left who could use it.
            unsafe { self.free(first) };
        }
    }
}
