//! A message as it is handed out.

#![allow(unsafe_code)]

use std::fmt;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::Deref;
use std::sync::Arc;

use crate::carried::Carried;
use crate::recycle::Bin;

/// A message that was received, shared with everybody else who received it.
///
/// It is read like a reference to the message. A clone is the same message again, and costs as little as
/// that of an `Arc`.
///
/// ```
/// # use mycelium::prelude::*;
/// # #[derive(Message, Debug, PartialEq)]
/// # #[myc(package = "weather", id = 1)]
/// # struct Reading { celsius: f64 }
/// let bus = MessageBus::new();
/// let mut readings = bus.subscriber::<Reading>()?;
/// bus.publisher::<Reading>()?.publish(Reading { celsius: -12.5 })?;
///
/// let reading = readings.recv_blocking()?.expect("one was published");
/// assert_eq!(reading.celsius, -12.5);
/// assert_eq!(reading, Reading { celsius: -12.5 });
/// let kept: std::sync::Arc<Reading> = reading.into();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A small plain message (numbers, times, decimals and the like, at most 64 bytes in all, with
/// `#[repr(C)]`) travels by value: no memory is taken for it anywhere. Any other is an `Arc`, made by
/// the publisher. Which of them is fixed by the type; the program need not know.
///
/// # Safety
///
/// A message travels by value if it has a [`Plain`](mycelium_wire::__private::Plain) proof: any bytes that
/// were those of a value are one again, as for a message that was encoded and decoded. It has no drop
/// code. So its bits may be copied any number of times.
pub struct Received<T: Carried>(Room<T>);

/// Holds the one or the other, as [`Received::BY_VALUE`] says.
union Room<T: 'static> {
    value: [MaybeUninit<u64>; WORDS],
    shared: ManuallyDrop<Shared<T>>,
}

/// An `Arc`, and where its memory goes when nobody needs it, if not to the allocator.
struct Shared<T: 'static> {
    message: Arc<T>,
    bin: Option<&'static Bin<T>>,
}

const WORDS: usize = 8;

/// A message by value, as it lies in a slot: not dropped, and copied bit by bit.
pub(crate) struct ByValue<T>(MaybeUninit<T>);

// SAFETY: made of plain messages only, whose bits may be copied as often as one likes.
unsafe impl<T: Send + Sync> crate::local::share::Share for ByValue<T> {
    #[inline]
    fn multiply(&self, _count: u64) {}
}

impl<T> ByValue<T> {
    /// The message.
    #[inline]
    pub(crate) fn as_message(&self) -> &T {
        // SAFETY: made in `by_value`, of a message.
        unsafe { self.0.assume_init_ref() }
    }
}

impl<T: Carried> Received<T> {
    /// Whether messages of the type travel by value.
    pub(crate) const BY_VALUE: bool = T::PLAIN_BLOCK.is_some()
        && !std::mem::needs_drop::<T>()
        && size_of::<T>() <= size_of::<[u64; WORDS]>()
        && align_of::<T>() <= align_of::<u64>();

    /// Takes a message in.
    #[inline]
    pub(crate) fn new(message: T, bin: &'static Bin<T>) -> Self {
        if !Self::BY_VALUE {
            return Self::from_arc(bin.share(message), Some(bin));
        }
        Self::from_plain(message)
    }

    /// Takes in a message that travels by value.
    #[inline]
    fn from_plain(message: T) -> Self {
        const { assert!(size_of::<Shared<T>>() <= size_of::<[u64; WORDS]>()) }
        let mut value = [MaybeUninit::uninit(); WORDS];
        // SAFETY: there is room for it, aligned as it needs.
        unsafe { value.as_mut_ptr().cast::<T>().write(message) };
        Self(Room { value })
    }

    /// Takes in a message that is shared already.
    #[inline]
    pub(crate) fn from_arc(message: Arc<T>, bin: Option<&'static Bin<T>>) -> Self {
        if Self::BY_VALUE {
            // SAFETY: a plain message may be copied bit by bit.
            return Self::from_plain(unsafe { std::ptr::read(&*message) });
        }
        Self(Room { shared: ManuallyDrop::new(Shared { message, bin }) })
    }

    /// Takes out a message that travels by value.
    ///
    /// # Panics
    ///
    /// The type does not travel by value.
    #[inline]
    pub(crate) fn by_value(self) -> ByValue<T> {
        assert!(Self::BY_VALUE);
        // SAFETY: a plain message may be copied bit by bit.
        ByValue(MaybeUninit::new(unsafe { std::ptr::read(&*self) }))
    }

    #[inline]
    pub(crate) fn from_value(value: ByValue<T>) -> Self {
        // SAFETY: made in `by_value`, of a message.
        Self::from_plain(unsafe { value.0.assume_init() })
    }

    /// The `Arc`, where the message is one.
    #[inline]
    fn shared(&self) -> Option<&Shared<T>> {
        // SAFETY: all messages of the type are shared, if not all travel by value.
        (!Self::BY_VALUE).then(|| unsafe { &*self.0.shared })
    }

    /// The message as an `Arc`. Free, but for a message that travels by value, which is moved into a
    /// new one.
    #[inline]
    pub fn into_arc(self) -> Arc<T> {
        match self.shared() {
            Some(shared) => {
                // SAFETY: it is read once, for the other is forgotten.
                let message = unsafe { std::ptr::read(&shared.message) };
                std::mem::forget(self);
                message
            }
            None => {
                // SAFETY: a plain message may be copied bit by bit.
                Arc::new(unsafe { std::ptr::read(&*self) })
            }
        }
    }

    /// The message itself, which nobody else holds.
    ///
    /// # Panics
    ///
    /// Somebody does.
    pub(crate) fn into_sole(self) -> T {
        if Self::BY_VALUE {
            // SAFETY: a plain message may be copied bit by bit.
            return unsafe { std::ptr::read(&*self) };
        }
        match Arc::try_unwrap(self.into_arc()) {
            Ok(message) => message,
            Err(_) => panic!("somebody else holds the message"),
        }
    }

    /// The message itself: moved out if nobody else holds it, cloned otherwise.
    pub fn into_inner(self) -> T
    where
        T: Clone,
    {
        Arc::unwrap_or_clone(self.into_arc())
    }
}

impl<T: Carried> Deref for Received<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self.shared() {
            Some(shared) => &shared.message,
            // SAFETY: `from_plain` has written a message there.
            None => unsafe { &*(&raw const self.0.value).cast::<T>() },
        }
    }
}

impl<T: Carried> Clone for Received<T> {
    #[inline]
    fn clone(&self) -> Self {
        match self.shared() {
            Some(shared) => Self::from_arc(shared.message.clone(), shared.bin),
            // SAFETY: the words may be copied whatever they are; a plain message may be, bit by bit.
            None => Self(Room { value: unsafe { self.0.value } }),
        }
    }
}

impl<T: Carried> Drop for Received<T> {
    #[inline]
    fn drop(&mut self) {
        if !Self::BY_VALUE {
            // SAFETY: it is taken once.
            let Shared { message, bin } = unsafe { ManuallyDrop::take(&mut self.0.shared) };
            match bin {
                Some(bin) => bin.drop_shared(message),
                None => drop(message),
            }
        }
    }
}

// SAFETY: it is a `T` or an `Arc<T>`; `Carried` asks that threads may share it.
unsafe impl<T: Carried> Send for Received<T> {}
// SAFETY: as above.
unsafe impl<T: Carried> Sync for Received<T> {}

impl<T: Carried> AsRef<T> for Received<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: Carried> From<Received<T>> for Arc<T> {
    fn from(received: Received<T>) -> Self {
        received.into_arc()
    }
}

impl<T: Carried + fmt::Debug> fmt::Debug for Received<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T: Carried + fmt::Display> fmt::Display for Received<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T: Carried + PartialEq> PartialEq for Received<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Carried + Eq> Eq for Received<T> {}

impl<T: Carried + PartialEq> PartialEq<T> for Received<T> {
    fn eq(&self, other: &T) -> bool {
        **self == *other
    }
}
