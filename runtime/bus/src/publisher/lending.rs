//! Messages that are written where they go: plain ones, and those whose lists have lengths that are known before.

use std::fmt;
use std::sync::{Arc, PoisonError};

use mycelium_wire::{FieldOf, FrameHeader, FrameMut, Items, LenOf, Shape, UpdateError, Wire};

use super::Publisher;
use crate::carried::Carried;
use crate::error::PublishError;
use crate::loan::{self, Lent, OwnRoom, Place, Room};
use crate::outgoing::check_room;
use crate::topic::Outside;
use crate::transport::Lane;

/// Alignment of a frame.
const FRAME_ALIGN: usize = 8;

impl<T: Carried> Publisher<T> {
    /// Publishes a plain message that `fill` writes where it goes: into the ring of the route, if that is the only way
    /// that the message takes; nothing of it is copied then. It is all zeros before.
    ///
    /// For large messages, images and tensors as arrays. A message that is not plain, see [`InPlace`](crate::InPlace), does not
    /// compile. Where nobody receives, `fill` need not be called. Whoever receives it by a
    /// [`ViewSubscriber`](crate::ViewSubscriber) does not copy it either.
    ///
    /// ```
    /// use mycelium::{Message, MessageBus};
    ///
    /// #[derive(Message, Clone, Debug)]
    /// #[myc(package = "camera", id = 1)]
    /// #[repr(C)]
    /// struct Image {
    ///     number: u64,
    ///     pixels: [u8; 64],
    /// }
    ///
    /// let bus = MessageBus::new();
    /// let (images, mut subscriber) = (bus.publisher::<Image>()?, bus.subscriber::<Image>()?);
    /// images.loan(|image| {
    ///     image.number = 7;
    ///     image.pixels.fill(255);
    /// })?;
    /// assert_eq!(subscriber.try_recv()?.map(|image| image.pixels[63]), Some(255));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`publish`](Publisher::publish); also where zeros are no such message, as of an enum that has no such value.
    ///
    /// # Panics
    /// `fill` publishes, or opens a publisher or subscriber: the ring is held meanwhile, and nothing of the bus is to be
    /// opened, used or dropped there. Nothing is published if `fill` panics.
    pub fn loan(&self, fill: impl FnOnce(&mut T)) -> Result<(), PublishError> {
        self.lend(Room::Blank, fill)
    }

    /// As [`loan`](Publisher::loan), but what is in the message before is whatever lay there: for those who write all
    /// of it.
    ///
    /// # Errors
    /// As [`loan`](Publisher::loan).
    ///
    /// # Panics
    /// As [`loan`](Publisher::loan).
    pub fn loan_uninit(&self, fill: impl FnOnce(&mut T)) -> Result<(), PublishError> {
        self.lend(Room::Used, fill)
    }

    /// Lends room for a message whose lists have these lengths: in the ring of the route, if that is the only way that the
    /// message takes; nothing of it is copied then. Fields are set and lists filled there, then it is published; a
    /// loan that is dropped has published nothing. All is zero before, and a list that is not named stays empty.
    ///
    /// For images, tensors and clouds of points, of any size. Lists, [`Bytes`](crate::Bytes) and text take part; the items of a
    /// list are slices where they are plain: numbers, times, and structs of these. Whoever receives by a
    /// [`ViewSubscriber`](crate::ViewSubscriber) does not copy them either.
    ///
    /// ```
    /// use mycelium::{Message, MessageBus};
    ///
    /// #[derive(Message, Clone, Debug)]
    /// #[myc(package = "camera", id = 1)]
    /// struct Image {
    ///     width: u32,
    ///     pixels: Vec<u16>,
    /// }
    ///
    /// let bus = MessageBus::new();
    /// let (images, mut subscriber) = (bus.publisher::<Image>()?, bus.subscriber::<Image>()?);
    /// let mut image = images.loan_lists(&[ImageView::PIXELS.of_len(640 * 480)])?;
    /// image.set(ImageView::WIDTH, 640)?;
    /// image.items_mut(ImageView::PIXELS)?.fill(255);
    /// image.publish()?;
    /// assert_eq!(subscriber.try_recv()?.map(|image| image.pixels.len()), Some(640 * 480));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The bus was shut down, the frame is too long for a route, or the topic is full and says that this is an error.
    ///
    /// # Panics
    /// As [`loan`](Publisher::loan), until the loan is published or dropped.
    pub fn loan_lists(&self, lens: &[LenOf<T>]) -> Result<Loan<'_, T>, PublishError> {
        self.lend_lists(Room::Blank, lens)
    }

    /// As [`loan_lists`](Publisher::loan_lists), but the items of lists are whatever lay there before, where any bytes are such
    /// items: for those who write all of them.
    ///
    /// # Errors
    /// As [`loan_lists`](Publisher::loan_lists).
    ///
    /// # Panics
    /// As [`loan_lists`](Publisher::loan_lists).
    pub fn loan_lists_uninit(&self, lens: &[LenOf<T>]) -> Result<Loan<'_, T>, PublishError> {
        self.lend_lists(Room::Used, lens)
    }

    fn lend_lists(&self, before: Room, lens: &[LenOf<T>]) -> Result<Loan<'_, T>, PublishError> {
        let shape = Shape::new(lens)?;
        let (outside, mut place) = self.find_place(shape.frame_len(), FRAME_ALIGN)?;
        let lent = Lent::begin();
        if before == Room::Blank && place.is_used() {
            shape.write(place.frame_mut(), 0);
        } else {
            shape.write_around(place.frame_mut(), 0);
        }
        Ok(Loan { publisher: self, outside, shape, place, lent })
    }

    fn lend(&self, before: Room, fill: impl FnOnce(&mut T)) -> Result<(), PublishError> {
        let align = align_of::<T>().max(FRAME_ALIGN);
        let (outside, mut place) = self.find_place(loan::frame_len::<T>(), align)?;
        let lent = Lent::begin();
        loan::write(place.frame_mut(), before, fill)?;
        self.publish_place(outside, place, lent)
    }

    /// Room for a frame: in the ring of the only way out, if it has any to lend; and what the ways out were.
    fn find_place(&self, len: usize, align: usize) -> Result<(Outside, Place), PublishError> {
        loan::assert_none();
        let (outside, lane) = self.find_only_lane(len)?;
        if let Some(lane) = lane
            && let Some(room) = lane.lend(len, None)
            && let Some(place) = Place::in_ring(lane, room, align)
        {
            return Ok((outside, place));
        }
        Ok((outside, Place::Own(OwnRoom::new(len, align)?)))
    }

    /// The only way that a frame of this length takes, if there is just one; and what the ways out are.
    fn find_only_lane(&self, len: usize) -> Result<(Outside, Option<Arc<Lane>>), PublishError> {
        let outside = self.topic.outside();
        if outside == Outside::CLOSED {
            return Err(PublishError::Closed);
        }
        let mut outgoing = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        outgoing.keep_up(&self.topic, outside)?;
        check_room(&outgoing.fanout.lanes, len)?;
        let lane = match outgoing.fanout.lanes.as_slice() {
            [lane] if self.only_leads_out(&outgoing.fanout) => Some(lane.clone()),
            _ => None,
        };
        Ok((outgoing.outside, lane))
    }

    fn publish_place(
        &self,
        outside: Outside,
        place: Place,
        lent: Lent,
    ) -> Result<(), PublishError> {
        match place {
            Place::Own(room) => {
                drop(lent);
                self.publish_bytes(room.frame())
            }
            // Neither a way out nor a subscriber has come or gone.
            Place::Ring(room, lane)
                if self.topic.outside() == outside && !self.stream.has_readers() =>
            {
                room.send(&lane);
                drop(lent);
                self.count();
                Ok(())
            }
            Place::Ring(room, _) => {
                let frame = room.frame().to_vec();
                drop(room);
                drop(lent);
                self.publish_bytes(&frame)
            }
        }
    }
}

/// A message that is written where it goes: see [`Publisher::loan_lists`].
///
/// Fields are named by the constants of the view type. Whether all of it is a message that keeps its constraints is
/// looked at when it is published; so they can be set in any order.
#[must_use = "a loan that is not published has published nothing"]
pub struct Loan<'p, T: Carried> {
    publisher: &'p Publisher<T>,
    /// What the ways out were when the room was lent.
    outside: Outside,
    shape: Shape<T>,
    place: Place,
    /// Behind the room: only when that is given back can its thread publish again.
    lent: Lent,
}

impl<T: Carried> Loan<'_, T> {
    /// Stores a field. Text and lists take only values of the length that was said.
    ///
    /// # Errors
    /// As [`FrameMut::set`].
    pub fn set<V: Wire>(&mut self, field: FieldOf<T, V>, value: V) -> Result<(), UpdateError> {
        self.message().set(field, value)
    }

    /// The items of a list where they lie, as many as were said; of [`Bytes`](crate::Bytes) the bytes.
    ///
    /// # Errors
    /// As [`FrameMut::items_mut`].
    pub fn items_mut<L: Items>(
        &mut self,
        list: FieldOf<T, L>,
    ) -> Result<&mut [L::Item], UpdateError> {
        let Self { shape, place, .. } = self;
        shape.message(place.frame_mut()).into_items(list)
    }

    /// All of it, to be changed or looked at.
    pub fn message(&mut self) -> FrameMut<'_, T> {
        self.shape.message(self.place.frame_mut())
    }

    /// Publishes it. Where it lies in a ring that is nothing but a store.
    ///
    /// # Errors
    /// [`PublishError::Malformed`] if what was written is no message, or does not keep its constraints; else as
    /// [`publish`](Publisher::publish). Then nobody receives it.
    pub fn publish(self) -> Result<(), PublishError> {
        let Self { publisher, outside, shape, place, lent } = self;
        shape.check(place.frame())?;
        publisher.publish_place(outside, place, lent)
    }
}

impl<T: Carried> fmt::Debug for Loan<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loan({}, {} bytes)", T::NAME, self.place.frame().len() - FrameHeader::SIZE)
    }
}
