//! A bounded queue that many threads fill and one empties.
//!
//! Every slot has a line of its own and a stamp that says whose turn it is, so that a message costs its
//! receiver one cache-line transfer: neither side looks at the other's position.
//!
//! ```text
//!   stamp == n          the slot is free for the n-th message (counted from 0)
//!   stamp == n + 1      the n-th message is in it
//!   stamp == n + slots  it was taken out: free for the one that comes a round later
//! ```
//!
//! # Safety
//!
//! A value is written by the thread that advanced `tail` past its number, between the stamps `n` and
//! `n + 1`; it is read by the one [`Outlet`], between `n + 1` and `n + slots`. Each stamp is stored
//! with release and loaded with acquire, so the two never meet.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::sync::Arc;

use crate::sync::{AtomicUsize, Ordering, UnsafeCell};

/// Makes a queue with room for at least `capacity` values; gives its two ends.
pub(crate) fn queue<T>(capacity: usize) -> (Arc<Queue<T>>, Outlet<T>) {
    let count = capacity.max(2).next_power_of_two();
    let slot = |stamp| Slot {
        stamp: AtomicUsize::new(stamp),
        value: UnsafeCell::new(MaybeUninit::uninit()),
    };
    let queue = Arc::new(Queue {
        slots: (0..count).map(slot).collect(),
        capacity: capacity.max(1),
        tail: Line(AtomicUsize::new(0)),
        head: Line(AtomicUsize::new(0)),
    });
    (queue.clone(), Outlet { queue, head: 0 })
}

/// The end that is filled, from any thread.
pub(crate) struct Queue<T> {
    /// A power of two of them.
    slots: Box<[Slot<T>]>,
    /// How many may be full: at most as many as there are.
    capacity: usize,
    /// Number of the next message to be put in.
    tail: Line<AtomicUsize>,
    /// Number of the next message to be taken out; written by the outlet alone. Looked at by others
    /// only to see whether the queue is full, or how long it is.
    head: Line<AtomicUsize>,
}

/// The end that is emptied. There is one.
pub(crate) struct Outlet<T> {
    queue: Arc<Queue<T>>,
    /// Number of the next message to be taken out.
    head: usize,
}

/// Room for one value, on a line of its own.
#[repr(align(64))]
struct Slot<T> {
    stamp: AtomicUsize,
    value: UnsafeCell<MaybeUninit<T>>,
}

/// A word on a pair of lines of its own: processors fetch lines in pairs.
#[repr(align(128))]
struct Line<T>(T);

// SAFETY: values move from one thread to another, which `T: Send` allows; they are never shared.
unsafe impl<T: Send> Sync for Queue<T> {}

impl<T> Queue<T> {
    /// Puts a value in, or gives it back if the queue is full.
    #[inline]
    pub(crate) fn push(&self, value: T) -> Result<(), T> {
        let mut number = self.tail.0.load(Ordering::Relaxed);
        loop {
            let slot = self.slot(number);
            // Acquire: partner is the release in `pop`, which has read the former value.
            let stamp = slot.stamp.load(Ordering::Acquire);
            if stamp != number || self.is_full_at(number) {
                let now = self.tail.0.load(Ordering::Relaxed);
                if now == number {
                    return Err(value);
                }
                number = now;
                continue;
            }
            let next = number.wrapping_add(1);
            let claim = self.tail.0.compare_exchange_weak(
                number,
                next,
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
            match claim {
                Ok(_) => {
                    // SAFETY: the number is ours, and its stamp says that the slot is free.
                    slot.value.with_mut(|room| unsafe { (*room).write(value) });
                    // Release: partner is the acquire in `pop`.
                    slot.stamp.store(next, Ordering::Release);
                    return Ok(());
                }
                Err(now) => number = now,
            }
        }
    }

    /// How many values are in it, or are being put in.
    pub(crate) fn len(&self) -> usize {
        let head = self.head.0.load(Ordering::Relaxed);
        self.tail.0.load(Ordering::Relaxed).wrapping_sub(head)
    }

    /// Whether a push would be refused now.
    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.capacity
    }

    /// Whether the queue holds all that it may, though it has more slots.
    #[inline]
    fn is_full_at(&self, number: usize) -> bool {
        self.capacity < self.slots.len()
            && number.wrapping_sub(self.head.0.load(Ordering::Relaxed)) >= self.capacity
    }

    #[inline]
    fn slot(&self, number: usize) -> &Slot<T> {
        &self.slots[number & (self.slots.len() - 1)]
    }
}

impl<T> Outlet<T> {
    /// Takes the next value out.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let (queue, number) = (&*self.queue, self.head);
        let slot = queue.slot(number);
        // Acquire: partner is the release in `push`.
        if slot.stamp.load(Ordering::Acquire) != number.wrapping_add(1) {
            return None;
        }
        // SAFETY: the stamp says that the value is there; we are the only one who reads it, and the
        // next line makes sure that it is read once.
        let value = slot.value.with(|room| unsafe { (*room).assume_init_read() });
        self.head = number.wrapping_add(1);
        queue.head.0.store(self.head, Ordering::Relaxed);
        // Release: partner is the acquire in `push`.
        slot.stamp.store(number.wrapping_add(queue.slots.len()), Ordering::Release);
        Some(value)
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        let mut number = self.head.0.load(Ordering::Relaxed);
        while self.slot(number).stamp.load(Ordering::Relaxed) == number.wrapping_add(1) {
            // SAFETY: the stamp says that the value is there, and both ends are gone.
            self.slot(number).value.with_mut(|room| unsafe { (*room).assume_init_drop() });
            number = number.wrapping_add(1);
        }
    }
}
