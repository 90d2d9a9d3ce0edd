//! Frames that are written where they go, by code that comes back later: of another language.

use std::fmt;
use std::io;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use bytes::Bytes;
use mycelium_ring::Window;
use mycelium_wire::TooLong;
use mycelium_wire::frame::MAX_PAYLOAD;

use super::raw_topic::RawTopic;
use super::{FramePublisher, check_frame};
use crate::error::PublishError;
use crate::loan::{self, Lent, OwnRoom, Place};
use crate::outgoing::check_room;
use crate::transport::{Lane, is_past};

/// Alignment of a frame.
const ALIGN: usize = 8;

/// Room for one frame that begins at a multiple of 8: see [`FramePublisher::loan`]. Dropped, it has published nothing.
#[must_use = "a loan that is not published has published nothing"]
pub struct FrameLoan {
    topic: Arc<RawTopic>,
    place: Place,
    /// Behind the room: only when that is given back can its thread publish again.
    lent: Lent,
}

impl FramePublisher {
    /// Lends room for a frame of `len` bytes: in the ring of the route, if that is the only way that the frame takes, else
    /// memory of its own, which subscribers of this process read in that place. Write the frame there, header included,
    /// then [publish](FramePublisher::publish_loan) it. Waits while the ring is full, at most until the deadline; nothing if
    /// there was no room by then.
    ///
    /// While room of a ring is lent, nobody else of this process publishes into that ring. The thread that borrows can
    /// publish, open and close nothing; another one may give back for it.
    ///
    /// # Errors
    /// As [`publish`](FramePublisher::publish).
    ///
    /// # Panics
    /// The thread has borrowed room before, and not given it back.
    pub fn loan(
        &self,
        len: usize,
        deadline: Option<Instant>,
    ) -> Result<Option<FrameLoan>, PublishError> {
        loan::assert_none();
        if self.is_closed() {
            return Err(PublishError::Closed);
        }
        if len as u64 > MAX_PAYLOAD {
            return Err(TooLong { payload_bytes: len as u64 }.into());
        }
        let mut takers = self.takers();
        if !self.finish(&mut takers, deadline)? {
            return Ok(None);
        }
        let has_takers = !takers.known.is_empty();
        drop(takers);
        let lanes = self.topic.lanes().clone();
        check_room(&lanes, len)?;
        let mut place = None;
        if let [lane] = lanes.as_slice()
            && !has_takers
        {
            let room = lane.lend(len, deadline);
            place = room.and_then(|room| Place::in_ring(lane.clone(), room, ALIGN));
            if place.is_none() && is_past(deadline) {
                return Ok(None);
            }
        }
        let place = match place {
            Some(place) => place,
            None => Place::Own(OwnRoom::new(len, ALIGN)?),
        };
        Ok(Some(FrameLoan { topic: self.topic.clone(), place, lent: Lent::begin() }))
    }

    /// Publishes what was written into room of a ring, which is nothing but a store. Gives the frame back, to be
    /// published like any other, where it lies in memory of its own, and where others have come or gone meanwhile, or
    /// another thread is publishing.
    ///
    /// # Errors
    /// As [`publish`](FramePublisher::publish).
    ///
    /// # Panics
    /// Another publisher lent it.
    pub fn publish_loan(&self, loan: FrameLoan) -> Result<Option<Bytes>, PublishError> {
        assert!(
            Arc::ptr_eq(&loan.topic, &self.topic),
            "what was lent is published by its publisher"
        );
        check_frame(loan.frame(), self.topic.info.type_id)?;
        if self.is_closed() {
            return Err(PublishError::Closed);
        }
        let FrameLoan { place, lent, .. } = loan;
        match place {
            Place::Own(room) => Ok(Some(room.into_bytes())),
            Place::Ring(room, lane) if self.leads_only_to(&lane) => {
                room.send(&lane);
                drop(lent);
                self.topic.published.fetch_add(1, Ordering::Relaxed);
                Ok(None)
            }
            Place::Ring(room, _) => Ok(Some(Bytes::copy_from_slice(room.frame()))),
        }
    }

    /// Whether nobody takes it but who reads this ring, as far as that is known without waiting: whoever waits for the
    /// room that is lent may hold the lock of the takers, or the hub's.
    fn leads_only_to(&self, lane: &Arc<Lane>) -> bool {
        let Some(takers) = self.try_takers() else { return false };
        !takers.is_outdated() && takers.known.is_empty() && lane.is_only(&self.topic.lanes())
    }
}

impl FrameLoan {
    /// The frame.
    pub fn frame(&self) -> &[u8] {
        self.place.frame()
    }

    /// The frame, to be written. Where it lies in a ring, it is whatever was there before, else all zeros.
    pub fn frame_mut(&mut self) -> &mut [u8] {
        self.place.frame_mut()
    }

    /// Whether it lies in a ring.
    pub fn is_in_ring(&self) -> bool {
        self.place.is_used()
    }

    /// Where the frame is seen in a window onto its ring, for code that may keep pointers; the window is opened if there is none
    /// of this ring. Nothing where the frame lies in memory of its own.
    ///
    /// # Errors
    /// The system maps the ring no second time.
    pub fn place_in(&self, window: &mut Option<Arc<Window>>) -> io::Result<Option<NonNull<u8>>> {
        match &self.place {
            Place::Ring(room, _) => room.place_in(window).map(Some),
            Place::Own(_) => Ok(None),
        }
    }

    /// Ends it where somebody else may still write to the memory of the ring: nobody publishes there any more.
    pub fn close_ring(self) {
        if let Place::Ring(room, _) = self.place {
            room.close_ring();
        }
    }

    /// Takes the room out, where that is memory of its own; nothing is published.
    pub fn into_bytes(self) -> Option<Bytes> {
        match self.place {
            Place::Own(room) => Some(room.into_bytes()),
            Place::Ring(..) => None,
        }
    }
}

impl fmt::Debug for FrameLoan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameLoan({}, {} bytes)", self.topic.info.name, self.frame().len())
    }
}
