//! Reads a ring, one message at a time or several at once.
#![allow(unsafe_code)]

use std::hint;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::ring::{ONE_READER, Ring, Seat, advance, split};
use super::share::Share;
use super::slots::Place;
use crate::sync::{Ordering, full_fence, pause, swap_and_fence, this_thread};

/// How many messages before it is taken the memory of one is asked for.
const AHEAD: u64 = 2;
/// Of how many messages of a batch room is given back at once.
const ROOM_AT_ONCE: usize = 32;
/// How many at once are several, behind which a reader lets publishers get ahead.
const SEVERAL: usize = 4;
/// How much later than several messages that ran dry the next are looked for.
const HEAD_START: Duration = Duration::from_micros(2);

/// One who reads a ring. Dropping it leaves the ring.
pub(crate) struct RingReader<V: Share> {
    ring: Arc<Ring<V>>,
    seat: Arc<Seat>,
    /// Position of the next message.
    next: u64,
    /// Whether the last look found a message, and another may be there at once.
    is_streaming: bool,
    /// When several were taken at once and no more were there.
    ran_dry: Option<Instant>,
}

impl<V: Share> RingReader<V> {
    /// One who was counted in when `next` was the position of the next message.
    pub(super) fn new(ring: Arc<Ring<V>>, seat: Arc<Seat>, next: u64) -> Self {
        Self { ring, seat, next, is_streaming: false, ran_dry: None }
    }

    /// The next value, if it is there.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<V> {
        let Some(place) = self.ring.slots.find(self.next) else {
            self.is_streaming = false;
            return None;
        };
        // SAFETY: it is there for us too since we joined before; the cursor, which is moved on
        // afterwards, keeps it.
        let value = unsafe { place.read() };
        if self.is_streaming {
            // SAFETY: as above, of messages that come later.
            unsafe { self.ring.fetch_at(advance(self.next, AHEAD)) };
        }
        self.is_streaming = true;
        self.next = advance(self.next, 1);
        self.give_room();
        Some(value)
    }

    /// Whether the last look found a message. The next one's stamp says whether there is another, but where messages
    /// come one by one a look at it is one at a line that the publisher has, and all that follows waits for that.
    #[inline]
    pub(crate) fn is_streaming(&self) -> bool {
        self.is_streaming
    }

    /// Shows what is there, at most `most`, each where it lies; gives how many. Room is given back for some at a time.
    ///
    /// Who ran dry behind several begins somewhat later. For who reads at a publisher's heels asks for lines that it is
    /// about to write, also for those behind, since processors read ahead; each of them it must get back, which takes
    /// longer than the message.
    #[inline]
    pub(crate) fn show_each(&mut self, most: usize, mut show: impl FnMut(&V)) -> usize {
        const { assert!(!std::mem::needs_drop::<V>(), "nothing is taken out") };
        // SAFETY: it is there for us too since we joined before; the cursor, which is moved on afterwards, keeps it.
        Batch::of(self).run(most, |_, place, _| unsafe { place.show(&mut show) })
    }

    /// The same, but takes them out. `take` is told whether the message came right behind another.
    #[inline]
    pub(crate) fn take_each(&mut self, most: usize, mut take: impl FnMut(V, bool)) -> usize {
        Batch::of(self).run(most, |ring, place, behind| {
            // SAFETY: as in `take`.
            let value = unsafe { place.read() };
            if let Some(position) = behind {
                // SAFETY: as in `take`.
                unsafe { ring.fetch_at(advance(position, AHEAD)) };
            }
            take(value, behind.is_some());
        })
    }

    #[inline]
    fn let_publisher_get_ahead(&mut self) {
        if let Some(dry) = self.ran_dry.take() {
            while dry.elapsed() < HEAD_START {
                hint::spin_loop();
            }
        }
    }

    /// Whether more may come meanwhile: another thread than this publishes, and has room as far as it knows. It has none
    /// where other readers are behind, who wait for this one's processor, maybe.
    fn may_get_more(&self) -> bool {
        let head = &self.ring.head.0;
        let (_, end) = split(head.tail.load(Ordering::Relaxed));
        let has_room = end != head.limit.load(Ordering::Relaxed);
        has_room && head.publisher.load(Ordering::Relaxed) != this_thread()
    }

    /// Lets what was taken be overwritten.
    #[inline]
    fn give_room(&self) {
        // Release: partner is the acquire in `Seat::position`.
        self.seat.cursor.store(self.next, Ordering::Release);
        self.ring.room.notify();
    }

    /// Whether the next value is there.
    #[inline]
    pub(crate) fn has_next(&self) -> bool {
        self.ring.slots.find(self.next).is_some()
    }

    /// Says that the reader, whose bell is armed, is about to sleep, and makes a full fence. It must look once more.
    ///
    /// Who gets a position from now on sees it, and rings. Who got one before is waited for here: the message is about
    /// to be written, and nobody may ring.
    pub(crate) fn announce(&self) {
        // Release: partner is the acquire in `ring_bells`, which so finds the bell armed. Fence: partners are those
        // behind the exchange in `offer` and of `Bell::ring`.
        swap_and_fence(&self.ring.asleep.0, 1);
        let (_, end) = split(self.ring.head.0.tail.load(Ordering::SeqCst));
        wait_until(|| self.next == end || self.has_next());
    }
}

/// Some messages that are taken at once. However it ends, those whose turn has come are taken.
struct Batch<'r, V: Share> {
    reader: &'r mut RingReader<V>,
    count: usize,
}

impl<'r, V: Share> Batch<'r, V> {
    #[inline]
    fn of(reader: &'r mut RingReader<V>) -> Self {
        reader.let_publisher_get_ahead();
        Self { reader, count: 0 }
    }

    /// Has each message taken, in its place; with its position where it comes right behind another.
    #[inline]
    fn run(
        mut self,
        most: usize,
        mut take: impl FnMut(&Ring<V>, Place<'_, V>, Option<u64>),
    ) -> usize {
        while self.count < most {
            let reader = &mut *self.reader;
            let position = reader.next;
            let Some(place) = reader.ring.slots.find(position) else {
                if self.count >= SEVERAL && reader.may_get_more() {
                    reader.ran_dry = Some(Instant::now());
                }
                break;
            };
            reader.next = advance(position, 1);
            self.count += 1;
            take(&reader.ring, place, (self.count > 1).then_some(position));
            if self.count.is_multiple_of(ROOM_AT_ONCE) {
                reader.give_room();
            }
        }
        self.count
    }
}

impl<V: Share> Drop for Batch<'_, V> {
    #[inline]
    fn drop(&mut self) {
        if self.count > 0 {
            self.reader.give_room();
        }
    }
}

impl<V: Share> Drop for RingReader<V> {
    fn drop(&mut self) {
        // What gets its position from now on is not for us.
        let tail = self.ring.head.0.tail.fetch_sub(ONE_READER, Ordering::Relaxed);
        let (_, end) = split(tail);
        while self.next != end {
            wait_until(|| self.has_next());
            drop(self.take());
        }
        let mut readers = self.ring.readers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut readers).retain(|seat| !Arc::ptr_eq(seat, &self.seat));
        drop(readers);
        // Whoever waits for us need not.
        full_fence();
        self.ring.room.notify();
    }
}

/// Waits for a message whose position was given out, which takes some instructions, or longer where whoever writes
/// it was interrupted.
#[inline]
fn wait_until(is_there: impl Fn() -> bool) {
    let mut looks = 0;
    while !is_there() {
        pause(looks);
        looks += 1;
    }
}
