//! Room of the ring that was lent, with the ring itself: until it is given back nobody else writes there.

use std::ptr::NonNull;
use std::sync::Arc;

use mycelium_ring::{OwnedSlot, Window};

use super::Lane;
use super::ring_writer::RingSink;

/// Room for one frame.
pub(crate) struct RingRoom {
    ring: Arc<RingSink>,
    /// Nothing once it was given back.
    slot: Option<OwnedSlot>,
}

impl RingRoom {
    pub(super) fn new(ring: Arc<RingSink>, slot: OwnedSlot) -> Self {
        Self { ring, slot: Some(slot) }
    }

    pub(crate) fn frame(&self) -> &[u8] {
        self.slot.as_ref().map_or(&[], OwnedSlot::payload)
    }

    pub(crate) fn frame_mut(&mut self) -> &mut [u8] {
        self.slot.as_mut().map_or(&mut [], OwnedSlot::payload_mut)
    }

    /// Sends the frame, which is the next one of the lane.
    pub(crate) fn send(mut self, lane: &Lane) {
        if let Some(mut slot) = self.slot.take() {
            let len = slot.payload().len();
            // Nobody else gives numbers while the writer is ours, so they are counted when the frame is out. They wrap.
            lane.address(slot.payload_mut(), lane.numbering().sent() as u32);
            let mut writer = slot.commit();
            lane.numbering().next();
            // While the reader has something to do: the next loan finds its room at once.
            writer.look_ahead(len);
            self.ring.take_back(Some(writer));
        }
    }

    /// Where the frame lies in a window, which is opened if there is none of this ring.
    pub(crate) fn place_in(
        &self,
        window: &mut Option<Arc<Window>>,
    ) -> std::io::Result<NonNull<u8>> {
        let Some(slot) = &self.slot else { return Err(std::io::ErrorKind::NotFound.into()) };
        if let Some(place) = window.as_ref().and_then(|window| slot.place_in(window)) {
            return Ok(place);
        }
        let opened = window.insert(Arc::new(slot.open_window()?));
        slot.place_in(opened).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    /// Gives the room back and closes the ring: what lies in it is not only ours any more.
    pub(crate) fn close_ring(mut self) {
        let writer = self.slot.take().map(OwnedSlot::give_up);
        self.ring.take_back(None);
        drop(writer);
    }
}

impl Drop for RingRoom {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.ring.take_back(Some(slot.give_up()));
        }
    }
}
