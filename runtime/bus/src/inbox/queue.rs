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

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
                    unsafe { (*slot.value.get()).write(value) };
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
        let value = unsafe { (*slot.value.get()).assume_init_read() };
        self.head = number.wrapping_add(1);
        queue.head.0.store(self.head, Ordering::Relaxed);
        // Release: partner is the acquire in `push`.
        slot.stamp.store(number.wrapping_add(queue.slots.len()), Ordering::Release);
        Some(value)
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        let mut number = *self.head.0.get_mut();
        let mask = self.slots.len() - 1;
        loop {
            let slot = &mut self.slots[number & mask];
            if *slot.stamp.get_mut() != number.wrapping_add(1) {
                return;
            }
            // SAFETY: the stamp says that the value is there, and both ends are gone.
            unsafe { slot.value.get_mut().assume_init_drop() };
            number = number.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::queue;

    #[test]
    fn it_holds_as_many_as_it_was_told() {
        for capacity in 1..10 {
            let (inlet, mut outlet) = queue(capacity);
            for round in 0..3 {
                for value in 0..capacity {
                    assert_eq!(inlet.push(round * 100 + value), Ok(()));
                }
                assert!(inlet.is_full());
                assert_eq!(inlet.push(7), Err(7));
                assert_eq!(inlet.len(), capacity);
                for value in 0..capacity {
                    assert_eq!(outlet.pop(), Some(round * 100 + value));
                }
                assert_eq!(outlet.pop(), None);
            }
        }
    }

    #[test]
    fn what_is_left_in_it_is_dropped_once() {
        let value = Arc::new(());
        let (inlet, mut outlet) = queue(8);
        (0..6).for_each(|_| inlet.push(value.clone()).unwrap());
        drop((outlet.pop(), outlet.pop()));
        assert_eq!(Arc::strong_count(&value), 5);
        drop((inlet, outlet));
        assert_eq!(Arc::strong_count(&value), 1);
    }

    #[test]
    fn every_value_comes_out_once_and_in_its_threads_order() {
        const THREADS: usize = 4;
        const EACH: usize = if cfg!(miri) { 50 } else { 20_000 };
        let (inlet, mut outlet) = queue(8);
        thread::scope(|scope| {
            for source in 0..THREADS {
                let inlet = &inlet;
                scope.spawn(move || {
                    for number in 0..EACH {
                        let mut value = Box::new((source, number));
                        while let Err(back) = inlet.push(value) {
                            value = back;
                            thread::yield_now();
                        }
                    }
                });
            }
            let mut next = [0; THREADS];
            while next != [EACH; THREADS] {
                let Some(value) = outlet.pop() else {
                    thread::yield_now();
                    continue;
                };
                assert_eq!(value.1, next[value.0]);
                next[value.0] += 1;
            }
        });
        assert!(outlet.pop().is_none());
    }
}
