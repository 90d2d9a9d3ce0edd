//! A frame that is not out yet, or that only some have: what is known of it, here and by whoever got it back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;

use crate::hub::Receiving;
use crate::transport::Lane;

/// A frame that is to be published, or that was given back because there was no room for it.
///
/// Some may have one that was given back. Whoever publishes next sees to it that the others get it too, and to publish it
/// again never hands it to anybody twice.
#[derive(Debug, Clone)]
pub struct Unpublished {
    pub(super) frame: Bytes,
    /// Whether all have it by now; nothing where nobody has it.
    is_out: Option<Arc<AtomicBool>>,
}

/// A frame on its way.
pub(super) struct Unsent {
    pub(super) frame: Bytes,
    pub(super) rest: Rest,
    /// Set once all have it, by whoever sees to that.
    is_out: Arc<AtomicBool>,
}

/// Who still has to get a frame: subscribers here, then the ways out.
#[derive(Clone)]
pub(super) struct Rest {
    pub(super) takers: Vec<Arc<Receiving>>,
    pub(super) lanes: Vec<Arc<Lane>>,
}

/// How many of a rest have got the frame, of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) takers: usize,
    pub(super) lanes: usize,
}

impl From<Bytes> for Unpublished {
    fn from(frame: Bytes) -> Self {
        Self { frame, is_out: None }
    }
}

impl Unpublished {
    /// Its bytes.
    pub fn frame(&self) -> &Bytes {
        &self.frame
    }

    /// Whether all have it.
    pub(super) fn is_out(&self) -> bool {
        // Acquire: partner is the release in `Unsent::finish`.
        self.is_out.as_ref().is_some_and(|is_out| is_out.load(Ordering::Acquire))
    }
}

impl Unsent {
    /// A frame that some have already, with what to give back of it.
    pub(super) fn new(frame: Bytes, rest: Rest) -> (Self, Unpublished) {
        let is_out = Arc::new(AtomicBool::new(false));
        let back = Unpublished { frame: frame.clone(), is_out: Some(is_out.clone()) };
        (Self { frame, rest, is_out }, back)
    }

    /// All have it.
    pub(super) fn finish(self) {
        // Release: partner is the acquire in `Unpublished::is_out`.
        self.is_out.store(true, Ordering::Release);
    }
}

impl Rest {
    /// Those who have it need it no more.
    pub(super) fn without(mut self, reached: Reached) -> Self {
        self.takers.drain(..reached.takers);
        self.lanes.drain(..reached.lanes);
        self
    }
}
