//! Memory of messages that were freed, for the next ones of their type.
//!
//! What a publisher allocates, a subscriber frees, on another core; an allocator takes long over that.
//! So whoever drops the last of a message, drops what it holds at once, and puts its memory here, where
//! the next publisher of the type finds it. There is a bin a type in the process, which keeps at most
//! [`MOST_BYTES`] bytes.
//!
//! The bin is a bounded queue: places in a ring, each with a stamp that says whose turn it is.
//!
//! ```text
//!   stamp == n          the place is free for the n-th that is put in (counted from 0)
//!   stamp == n + 1      the n-th is in it
//!   stamp == n + places it was taken out: free for the one that comes a round later
//! ```
//!
//! # Safety
//!
//! What lies in a place is an `Arc` that nobody else holds, whose contents were dropped. The one who moves
//! `head` past it owns it.
#![allow(unsafe_code)]

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::local::prefetch_shared;

/// Bytes of messages that a bin keeps at most.
const MOST_BYTES: usize = 256 << 10;
/// Messages that a bin keeps at most.
const MOST_PLACES: usize = 256;

/// Memory for messages of one type.
pub(crate) struct Bin<T> {
    /// A power of two of them, two at least; none where a message is too large to keep two.
    places: Box<[Place<T>]>,
    /// Number of the next to be taken out.
    head: Line,
    /// Number of the next to be put in.
    tail: Line,
    of: PhantomData<fn(T) -> T>,
}

struct Place<T> {
    stamp: AtomicUsize,
    memory: AtomicPtr<MaybeUninit<T>>,
}

#[repr(align(128))]
struct Line(AtomicUsize);

/// Every bin of the process. They are never freed, so that messages need not count who uses one.
static BINS: Mutex<Option<HashMap<TypeId, &'static (dyn Any + Send + Sync)>>> = Mutex::new(None);

impl<T: Send + Sync + 'static> Bin<T> {
    /// The bin of the type.
    pub(crate) fn of_type() -> &'static Self {
        let mut bins = BINS.lock().unwrap_or_else(PoisonError::into_inner);
        let bins = bins.get_or_insert_default();
        let bin = bins.entry(TypeId::of::<T>()).or_insert_with(|| Box::leak(Box::new(Self::new())));
        match bin.downcast_ref() {
            Some(bin) => bin,
            None => unreachable!("bins are found by their type"),
        }
    }
}

impl<T> Bin<T> {
    fn new() -> Self {
        let fitting = (MOST_BYTES / size_of::<T>().max(1)).min(MOST_PLACES);
        // The largest power of two that is not more. One place alone would not do: its stamp says the
        // same, n + 1, when the n-th is in it and when it is free for the next.
        let count = if fitting < 2 { 0 } else { 1 << fitting.ilog2() };
        let place = |stamp| Place {
            stamp: AtomicUsize::new(stamp),
            memory: AtomicPtr::new(ptr::null_mut()),
        };
        let (head, tail) = (Line(AtomicUsize::new(0)), Line(AtomicUsize::new(0)));
        Self { places: (0..count).map(place).collect(), head, tail, of: PhantomData }
    }

    /// An `Arc` of the message.
    #[inline]
    pub(crate) fn share(&self, message: T) -> Arc<T> {
        let Some(memory) = self.take() else { return Arc::new(message) };
        // SAFETY: memory of a message that nobody else knows; from here on it holds one.
        unsafe {
            memory.cast::<T>().write(message);
            Arc::from_raw(memory.cast::<T>())
        }
    }

    /// Drops an `Arc`; keeps its memory if nobody else holds it.
    #[inline]
    pub(crate) fn drop_shared(&self, mut shared: Arc<T>) {
        if Arc::get_mut(&mut shared).is_none() {
            return;
        }
        let message = Arc::into_raw(shared).cast_mut();
        // SAFETY: nobody else holds it, and its contents are not looked at again.
        unsafe { message.drop_in_place() };
        if !self.put(message.cast()) {
            // SAFETY: it is ours, and empty.
            unsafe { free::<T>(message.cast()) };
        }
    }

    fn place(&self, number: usize) -> Option<&Place<T>> {
        self.places.get(number & self.places.len().wrapping_sub(1))
    }

    /// Takes memory out, if there is some.
    #[inline]
    fn take(&self) -> Option<*mut MaybeUninit<T>> {
        let mut number = self.head.0.load(Ordering::Relaxed);
        loop {
            let place = self.place(number)?;
            // Acquire: partner is the release in `put`.
            let stamp = place.stamp.load(Ordering::Acquire);
            let next = number.wrapping_add(1);
            if stamp != next {
                let now = self.head.0.load(Ordering::Relaxed);
                if now == number {
                    return None;
                }
                number = now;
                continue;
            }
            let order = Ordering::Relaxed;
            match self.head.0.compare_exchange_weak(number, next, order, order) {
                Ok(_) => {
                    let memory = place.memory.load(Ordering::Relaxed);
                    // Release: partner is the acquire in `put`, a round later.
                    place.stamp.store(number.wrapping_add(self.places.len()), Ordering::Release);
                    self.fetch_next(next);
                    return Some(memory);
                }
                Err(now) => number = now,
            }
        }
    }

    /// Asks for the lines of memory that is taken soon: another core used them last.
    #[inline]
    fn fetch_next(&self, number: usize) {
        if let Some(place) = self.place(number.wrapping_add(AHEAD)) {
            prefetch_shared(place.memory.load(Ordering::Relaxed));
        }
    }

    /// Puts memory in, if there is room.
    #[inline]
    fn put(&self, memory: *mut MaybeUninit<T>) -> bool {
        let mut number = self.tail.0.load(Ordering::Relaxed);
        loop {
            let Some(place) = self.place(number) else { return false };
            // Acquire: partner is the release in `take`.
            if place.stamp.load(Ordering::Acquire) != number {
                let now = self.tail.0.load(Ordering::Relaxed);
                if now == number {
                    return false;
                }
                number = now;
                continue;
            }
            let (next, order) = (number.wrapping_add(1), Ordering::Relaxed);
            match self.tail.0.compare_exchange_weak(number, next, order, order) {
                Ok(_) => {
                    place.memory.store(memory, Ordering::Relaxed);
                    // Release: partner is the acquire in `take`.
                    place.stamp.store(next, Ordering::Release);
                    return true;
                }
                Err(now) => number = now,
            }
        }
    }
}

/// # Safety
///
/// The memory came from `Arc::into_raw` of a message that nobody else holds, and that was dropped.
unsafe fn free<T>(memory: *mut MaybeUninit<T>) {
    // SAFETY: as the caller says; it is of the same size and alignment, and needs no drop.
    drop(unsafe { Arc::from_raw(memory) });
}

impl<T> Drop for Bin<T> {
    fn drop(&mut self) {
        while let Some(memory) = self.take() {
            // SAFETY: it lay here, so it is empty and nobody's.
            unsafe { free(memory) };
        }
    }
}

/// How many places ahead memory is asked for.
const AHEAD: usize = 4;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::Bin;

    /// Counts those that are alive.
    struct Alive(#[allow(dead_code, reason = "takes room")] u64, &'static AtomicUsize);

    impl Alive {
        fn new(number: u64, count: &'static AtomicUsize) -> Self {
            count.fetch_add(1, Ordering::Relaxed);
            Self(number, count)
        }
    }

    impl Drop for Alive {
        fn drop(&mut self) {
            self.1.fetch_sub(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn memory_is_used_again_and_contents_are_dropped_at_once() {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let bin = Bin::new();
        let first = bin.share(Alive::new(1, &COUNT));
        let place = Arc::as_ptr(&first);
        let held = first.clone();
        bin.drop_shared(first);
        assert_eq!(COUNT.load(Ordering::Relaxed), 1, "it is held");
        bin.drop_shared(held);
        assert_eq!(COUNT.load(Ordering::Relaxed), 0);
        let second = bin.share(Alive::new(2, &COUNT));
        assert_eq!((Arc::as_ptr(&second), second.0), (place, 2));
        let weak = Arc::downgrade(&second);
        bin.drop_shared(second);
        assert!(weak.upgrade().is_none());
        assert_eq!(COUNT.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let bin = Bin::new();
        let many: Vec<_> = (0..1_000).map(|n| bin.share(Alive::new(n, &COUNT))).collect();
        many.into_iter().for_each(|one| bin.drop_shared(one));
        assert_eq!(COUNT.load(Ordering::Relaxed), 0);
        let kept: Vec<_> = std::iter::from_fn(|| bin.take()).collect();
        assert_eq!(kept.len(), 256);
        assert!(kept.into_iter().all(|memory| bin.put(memory)));
        let none = Bin::<[u64; 1 << 20]>::new();
        assert!(none.take().is_none() && none.places.is_empty());
    }

    #[test]
    fn a_bin_of_few_places_gives_out_each_once() {
        assert!(Bin::<[u8; 200_000]>::new().places.is_empty());
        let bin = Bin::<[u8; 100_000]>::new();
        let [first, second] = [1, 2].map(|byte| Arc::new([byte; 100_000]));
        let mut known = [Arc::as_ptr(&first), Arc::as_ptr(&second)].map(<*const _>::addr);
        bin.drop_shared(first);
        bin.drop_shared(second);
        let taken = [bin.take().unwrap(), bin.take().unwrap()];
        let mut found = taken.map(|memory| memory.addr());
        known.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, known);
        assert!(bin.take().is_none());
        assert!(taken.into_iter().all(|memory| bin.put(memory)));
    }

    #[test]
    fn threads_share_a_bin() {
        const EACH: u64 = if cfg!(miri) { 10 } else { 20_000 };
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let bin = &Bin::new();
        thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    let mut kept = Vec::new();
                    for number in 0..EACH {
                        kept.push((bin.share(Alive::new(thread * EACH + number, &COUNT)), number));
                        if kept.len() > 5 {
                            for (one, number) in kept.drain(..) {
                                assert_eq!(one.0, thread * EACH + number);
                                bin.drop_shared(one);
                            }
                        }
                    }
                });
            }
        });
        assert_eq!(COUNT.load(Ordering::Relaxed), 0);
    }
}
