//! The memory of a ring: slots, and stamps that say which message lies in each.
//!
//! Every slot begins on a line of its own, with its stamp in front of the value: a small message costs
//! its reader one transfer of a line. Processors fetch lines in pairs, so one of two lines is such a pair.
//!
//! ```text
//!   stamp == position + 1    the message of that position is in the slot
//!   anything less            it is not there yet
//! ```
//!
//! The memory is made with the first message; until then a ring is only a few lines.
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

use super::prefetch_for_write;
use super::share::Share;
use crate::sync::{AtomicPtr, AtomicU64, Ordering, UnsafeCell};

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
    stamp: AtomicU64,
    value: UnsafeCell<MaybeUninit<V>>,
}

// SAFETY: values move from the thread that writes to those that read, which `Share` allows.
unsafe impl<V: Share> Send for Slots<V> {}
// SAFETY: as above; the slots are reached through the stamps only.
unsafe impl<V: Share> Sync for Slots<V> {}

/// Bytes that a processor fetches together.
const PAIR_OF_LINES: usize = 128;

/// How many slots ahead of the one that is written are fetched: their lines were read by others last.
const AHEAD: u64 = 8;

impl<V: Share> Slots<V> {
    /// Slots for at least `capacity` messages.
    pub(crate) fn new(capacity: u64) -> Self {
        let mask = capacity.next_power_of_two() - 1;
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
    /// The position was claimed by the caller and is written once; all readers of the message that lay
    /// in the slot before have taken it, and the caller knows it by an acquire.
    #[inline]
    pub(crate) unsafe fn write(&self, position: u64, value: V) {
        let slot = self.slot(self.made(), position);
        // SAFETY: nobody else looks at the value now, as the caller says.
        slot.value.with_mut(|room| unsafe { (*room).write(value) });
        // Release: partner is the acquire in `holds`.
        slot.stamp.store(position + 1, Ordering::Release);
        self.fetch_for_write(position);
    }

    /// Whether the message of the position is there.
    #[inline]
    pub(crate) fn holds(&self, position: u64) -> bool {
        // Acquire: partner is the release of the one who made the memory.
        let first = self.first.load(Ordering::Acquire);
        // Acquire: partner is the release in `write`.
        !first.is_null() && self.slot(first, position).stamp.load(Ordering::Acquire) == position + 1
    }

    /// Takes one of the message out.
    ///
    /// # Safety
    ///
    /// [`holds`](Slots::holds) said that it is there, and the caller is a reader that it was made for,
    /// which takes it once and has not let it be overwritten yet.
    #[inline]
    pub(crate) unsafe fn read(&self, position: u64) -> V {
        let slot = self.slot(self.first.load(Ordering::Relaxed), position);
        // SAFETY: the message is there and is not overwritten meanwhile; one of it is ours.
        slot.value.with(|room| unsafe { ptr::read(room).assume_init() })
    }

    /// The first slot; makes all of them if there are none yet.
    #[inline]
    fn made(&self) -> *mut Slot<V> {
        // Acquire: partner is the release of the one who made them.
        let first = self.first.load(Ordering::Acquire);
        if first.is_null() { self.make() } else { first }
    }

    #[cold]
    fn make(&self) -> *mut Slot<V> {
        let layout = self.layout();
        // SAFETY: a slot has bytes, and there is at least one.
        let made = unsafe { alloc(layout) }.cast::<Slot<V>>();
        if made.is_null() {
            handle_alloc_error(layout);
        }
        for index in 0..=self.mask as usize {
            let value = UnsafeCell::new(MaybeUninit::uninit());
            // SAFETY: the memory was made for so many.
            unsafe { made.add(index).write(Slot { stamp: AtomicU64::new(0), value }) };
        }
        let null = ptr::null_mut();
        match self.first.compare_exchange(null, made, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => made,
            Err(theirs) => {
                // SAFETY: made just now, and nobody else got it.
                unsafe { self.free(made) };
                theirs
            }
        }
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
    fn slot(&self, first: *mut Slot<V>, position: u64) -> &Slot<V> {
        // SAFETY: there are `mask + 1` slots from `first` on, which live as long as we do.
        unsafe { &*first.add((position & self.mask) as usize) }
    }

    /// Asks for the lines that will be written some messages from now, while there is time.
    #[inline]
    fn fetch_for_write(&self, position: u64) {
        let first = self.first.load(Ordering::Relaxed);
        let slot: *const Slot<V> = self.slot(first, position.wrapping_add(AHEAD));
        prefetch_for_write(slot);
    }

    /// Asks for what the message of a position leads to, if it is there.
    ///
    /// # Safety
    ///
    /// As [`read`](Slots::read), but that nothing is taken.
    #[inline]
    pub(crate) unsafe fn fetch(&self, position: u64) {
        if V::LEADS_ELSEWHERE && self.holds(position) {
            let slot = self.slot(self.first.load(Ordering::Relaxed), position);
            // SAFETY: the message is there and is not overwritten meanwhile.
            slot.value.with(|room| unsafe { (*room).assume_init_ref().fetch() });
        }
    }
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
