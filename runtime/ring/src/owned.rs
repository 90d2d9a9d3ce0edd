//! Room for a frame that is kept across calls, together with the writer.
//!
//! A [`Slot`](crate::Slot) borrows the writer, so it ends where the function does that reserved it. Whoever lends room to
//! code that comes back later, of another language say, takes the writer along: while it is lent nobody else writes.

use crate::error::ReserveError;
use crate::producer::Claim;
use crate::window::Window;
use crate::writer::Writer;
use std::ptr::NonNull;

/// Room for one frame, and the writer that it is claimed from. Nothing is published before [`commit`](OwnedSlot::commit).
///
/// ```
/// # use mycelium_ring::{Writer, WriterOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lent.ring");
/// let writer = Box::new(Writer::create(&path, &WriterOptions::with_capacity(4096))?);
/// let mut slot = writer.into_slot(5).map_err(|(_, refused)| refused)?;
/// slot.payload_mut().copy_from_slice(b"hello");
/// let writer = slot.commit();
/// assert_eq!(writer.sequence(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a slot that is not committed publishes nothing, and closes the ring where its writer is not taken back"]
pub struct OwnedSlot {
    /// In a box, for it goes to and fro with every frame.
    writer: Box<Writer>,
    claim: Claim,
}

impl Writer {
    /// As [`Writer::try_reserve`], for room that is kept with the writer; reserve there first to wait for it.
    ///
    /// # Errors
    ///
    /// As there; the writer comes back.
    pub fn into_slot(
        mut self: Box<Self>,
        len: usize,
    ) -> Result<OwnedSlot, (Box<Self>, ReserveError)> {
        match self.try_claim(len) {
            Ok(claim) => Ok(OwnedSlot { writer: self, claim }),
            Err(refused) => Err((self, refused)),
        }
    }
}

impl OwnedSlot {
    /// The frame.
    #[inline]
    pub fn payload(&self) -> &[u8] {
        self.writer.payload(&self.claim)
    }

    /// The frame, to be written. It is whatever was there before.
    #[inline]
    pub fn payload_mut(&mut self) -> &mut [u8] {
        self.writer.producer().payload_mut(&self.claim)
    }

    /// A window onto the ring of this slot.
    ///
    /// # Errors
    ///
    /// If the system maps the file no second time.
    pub fn open_window(&self) -> std::io::Result<Window> {
        self.writer.open_window()
    }

    /// Where the frame begins in a window; nothing where the window is another ring's.
    pub fn place_in(&self, window: &Window) -> Option<NonNull<u8>> {
        let len = self.claim.len as usize;
        window.place(self.writer.epoch(), self.claim.frame, len)
    }

    /// Publishes the frame, and gives the writer back.
    #[inline]
    pub fn commit(mut self) -> Box<Writer> {
        self.writer.producer().commit(self.claim);
        self.writer
    }

    /// Gives the writer back; nothing is published.
    pub fn give_up(self) -> Box<Writer> {
        self.writer
    }
}
