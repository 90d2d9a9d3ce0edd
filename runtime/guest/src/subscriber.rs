//! The receiving end.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;
use std::{ptr, slice};

use mycelium_wire::{DecodeOwned, Message};

use crate::abi::{BusApi, RawFrame, RawSubscriber};
use crate::bus::failure;
use crate::code::{Code, LOST, NONE, OK};
use crate::error::{RecvError, TryRecvError};

/// Waits for ever.
const FOREVER_NS: i64 = -1;

/// Receives messages of one type. A thread that waits and holds Python's lock lets go of it before.
pub struct Subscriber<M> {
    api: &'static BusApi,
    /// Its own, and not null.
    raw: *mut RawSubscriber,
    messages: PhantomData<fn() -> M>,
}

// SAFETY: `mycelium.h` lets handles move between threads; every use is by `&mut`.
unsafe impl<M> Send for Subscriber<M> {}

impl<M> Subscriber<M> {
    /// # Safety
    ///
    /// `raw` is a subscriber of the table's library, to frames of the type, and nobody else has it.
    pub(crate) unsafe fn new(api: &'static BusApi, raw: *mut RawSubscriber) -> Self {
        Self { api, raw, messages: PhantomData }
    }

    /// The next frame, lent until the next call: for `M::view`, which reads fields where they lie. Nothing at the end,
    /// once all publishers have closed, or the bus.
    ///
    /// # Errors
    /// As `recv_blocking`.
    pub fn recv_frame(&mut self) -> Result<Option<&[u8]>, RecvError> {
        match self.take(FOREVER_NS) {
            Ok(frame) => Ok(frame),
            // No clock tells it.
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Failed(error)) => Err(error),
        }
    }

    /// The same, if there is one now.
    ///
    /// # Errors
    /// `Empty`, and as `recv_blocking`.
    #[inline]
    pub fn try_recv_frame(&mut self) -> Result<Option<&[u8]>, TryRecvError> {
        self.take(0)
    }

    #[inline]
    fn take(&mut self, timeout_ns: i64) -> Result<Option<&[u8]>, TryRecvError> {
        let mut frame =
            RawFrame { bytes: ptr::null(), len: 0, topic: ptr::null(), topic_len: 0, lost: 0 };
        // SAFETY: the handle is open and nobody else's, and there is a place for the frame.
        let code = unsafe { (self.api.subscriber_recv)(self.raw, timeout_ns, &raw mut frame) };
        match code {
            // SAFETY: the frame is lent until the next call, which takes `&mut self`.
            OK => Ok(Some(unsafe { slice::from_raw_parts(frame.bytes, frame.len) })),
            NONE => Err(TryRecvError::Empty),
            LOST => Err(RecvError::Lost(frame.lost).into()),
            code if Code::of(code) == Code::Closed => Ok(None),
            code => Err(RecvError::Failed(failure(self.api, code)).into()),
        }
    }
}

impl<M: Message + DecodeOwned> Subscriber<M> {
    /// The next message; waits for it. Nothing at the end, once all publishers have closed, or the bus.
    ///
    /// # Errors
    /// What came in place of a message: a loss, a peer that vanished, another version of the type. The
    /// next call goes on.
    pub fn recv_blocking(&mut self) -> Result<Option<M>, RecvError> {
        self.recv_frame()?.map(decode).transpose()
    }

    /// The next message, if it comes in time.
    ///
    /// # Errors
    /// `Empty` where it does not, and as `recv_blocking`.
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Option<M>, TryRecvError> {
        let timeout_ns = i64::try_from(timeout.as_nanos()).unwrap_or(i64::MAX);
        Ok(self.take(timeout_ns)?.map(decode).transpose()?)
    }

    /// The next message, if there is one now.
    ///
    /// # Errors
    /// `Empty` where there is none, and as `recv_blocking`.
    pub fn try_recv(&mut self) -> Result<Option<M>, TryRecvError> {
        Ok(self.take(0)?.map(decode).transpose()?)
    }
}

fn decode<M: Message + DecodeOwned>(frame: &[u8]) -> Result<M, RecvError> {
    M::from_frame(frame).map_err(RecvError::Decode)
}

impl<M> Drop for Subscriber<M> {
    fn drop(&mut self) {
        // SAFETY: it is this one's own, and used no more.
        unsafe { (self.api.subscriber_close)(self.raw) };
    }
}

impl<M: Message> fmt::Debug for Subscriber<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber").field("topic", &M::TOPIC).finish_non_exhaustive()
    }
}
