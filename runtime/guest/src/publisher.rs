//! The publishing end.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
use std::{ptr, slice};

use mycelium_wire::Message;

use crate::abi::{BusApi, RawPublisher};
use crate::bus::check;
use crate::error::{Failure, PublishError};

/// Publishes messages of one type. It goes where it is sent, but two threads need two: what is being written is one
/// message.
pub struct Publisher<M: Message> {
    api: &'static BusApi,
    /// Its own; not null, and so not shared between threads.
    raw: *mut RawPublisher,
    messages: PhantomData<fn(M)>,
}

// SAFETY: `mycelium.h` lets handles move between threads; the pointer keeps it from being shared.
unsafe impl<M: Message> Send for Publisher<M> {}

impl<M: Message> Publisher<M> {
    /// # Safety
    ///
    /// `raw` is a publisher of the table's library, for frames of the type, and nobody else has it.
    pub(crate) unsafe fn new(api: &'static BusApi, raw: *mut RawPublisher) -> Self {
        Self { api, raw, messages: PhantomData }
    }

    /// Encodes a message where subscribers of this process read it, and publishes it. Waits while a subscriber has no
    /// room, unless the topic may lose messages; so a thread that holds Python's lock lets go of it before.
    ///
    /// # Errors
    /// Where the message cannot be encoded, or the bus refuses it. Nobody has received it.
    pub fn publish(&self, message: &M) -> Result<(), PublishError> {
        message.validate().map_err(|error| PublishError::Invalid(Box::new(error)))?;
        let len = message.frame_len().map_err(PublishError::TooLong)?;
        let mut place = ptr::null_mut();
        // SAFETY: the handle is open, and there is a place for the pointer.
        check(self.api, unsafe { (self.api.publisher_reserve)(self.raw, len, &raw mut place) })?;
        // SAFETY: the library gave room for so many bytes, all zero, which is this thread's until the commit.
        message.encode_frame(0, 0, unsafe { slice::from_raw_parts_mut(place, len) });
        // SAFETY: the handle is open, and the frame is whole.
        check(self.api, unsafe { (self.api.publisher_commit)(self.raw, ptr::null()) })?;
        Ok(())
    }

    /// Counts the subscribers that are known to take what it publishes, here and elsewhere.
    ///
    /// # Errors
    /// Where the bus cannot say.
    pub fn subscribers(&self) -> Result<usize, Failure> {
        let mut count = 0;
        // SAFETY: the handle is open, and there is a place for the number.
        check(self.api, unsafe { (self.api.publisher_subscribers)(self.raw, &raw mut count) })?;
        Ok(count)
    }
}

impl<M: Message> Drop for Publisher<M> {
    fn drop(&mut self) {
        // SAFETY: it is this one's own, and used no more.
        unsafe { (self.api.publisher_close)(self.raw) };
    }
}

impl<M: Message> fmt::Debug for Publisher<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").field("topic", &M::TOPIC).finish_non_exhaustive()
    }
}
