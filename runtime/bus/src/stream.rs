//! The ring of one topic, whichever way its messages travel.

use std::sync::Arc;
use std::task::Waker;

use crate::carried::Carried;
use crate::local::bell::Bell;
use crate::local::reader::RingReader;
use crate::local::ring::Ring;
use crate::local::room::Turn;
use crate::received::{ByValue, Received};
use crate::recycle::Bin;

/// A topic's ring: of messages by value, or of `Arc`s. Which, the type says.
pub(crate) enum Stream<T: Carried> {
    ByValue(Arc<Ring<ByValue<T>>>),
    Shared(Arc<Ring<Arc<T>>>, &'static Bin<T>),
}

/// One who reads it.
pub(crate) enum StreamReader<T: Carried> {
    ByValue(RingReader<ByValue<T>>),
    Shared(RingReader<Arc<T>>, &'static Bin<T>),
}

/// Does the same with either.
macro_rules! either {
    ($kind:ident, $value:expr, $ring:ident => $done:expr) => {
        match $value {
            $kind::ByValue($ring) => $done,
            $kind::Shared($ring, _) => $done,
        }
    };
}

impl<T: Carried> Stream<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        match Received::<T>::BY_VALUE {
            true => Self::ByValue(Ring::new(capacity)),
            false => Self::Shared(Ring::new(capacity), Bin::of_type()),
        }
    }

    /// Hands a message to every reader, or gives it back if there is no room for it now. `thread` is the number of the
    /// [one that runs](crate::sync::this_thread).
    #[inline(always)]
    pub(crate) fn offer(&self, message: Received<T>, thread: u64) -> Result<(), Received<T>> {
        match (Received::<T>::BY_VALUE, self) {
            (true, Self::ByValue(ring)) => {
                ring.offer(message.by_value(), thread).map_err(Received::from_value)
            }
            (false, Self::Shared(ring, bin)) => {
                let back = |message| Received::from_arc(message, Some(bin));
                ring.offer(message.into_arc(), thread).map_err(back)
            }
            _ => unreachable!("the type says which it is"),
        }
    }

    #[inline]
    pub(crate) fn has_readers(&self) -> bool {
        either!(Self, self, ring => ring.has_readers())
    }

    /// How many messages wait for the reader that is furthest behind.
    pub(crate) fn backlog(&self) -> u64 {
        either!(Self, self, ring => ring.backlog())
    }

    /// Bytes of the slots.
    pub(crate) fn bytes(&self) -> usize {
        either!(Self, self, ring => ring.bytes())
    }

    /// Says that the caller is about to wait for room. It must look once more before it does.
    pub(crate) fn announce_wait(&self, waker: Option<&Waker>) -> Turn {
        either!(Self, self, ring => ring.room().announce(waker))
    }

    /// Blocks the thread until there may be room.
    pub(crate) fn wait(&self, turn: Turn) {
        either!(Self, self, ring => ring.room().sleep(turn));
    }

    /// Wakes those who wait for room, whether or not there is some.
    pub(crate) fn wake_waiting(&self) {
        either!(Self, self, ring => ring.room().wake_everybody());
    }

    /// Adds a reader; nothing where there are too many.
    pub(crate) fn join(&self, bell: Arc<Bell>) -> Option<StreamReader<T>> {
        Some(match self {
            Self::ByValue(ring) => StreamReader::ByValue(ring.join(bell)?),
            Self::Shared(ring, bin) => StreamReader::Shared(ring.join(bell)?, bin),
        })
    }
}

impl<T: Carried> Clone for Stream<T> {
    fn clone(&self) -> Self {
        match self {
            Self::ByValue(ring) => Self::ByValue(ring.clone()),
            Self::Shared(ring, bin) => Self::Shared(ring.clone(), bin),
        }
    }
}

impl<T: Carried> StreamReader<T> {
    /// The next message, if it is there.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Received<T>> {
        match (Received::<T>::BY_VALUE, self) {
            (true, Self::ByValue(reader)) => reader.take().map(Received::from_value),
            (false, Self::Shared(reader, bin)) => {
                // Where messages come one by one, the allocator is fast on both sides, and the lines
                // of the bin would only go to and fro. In a stream there are more.
                let bin = reader.is_streaming().then_some(*bin);
                let message = reader.take()?;
                Some(Received::from_arc(message, bin))
            }
            _ => unreachable!("the type says which it is"),
        }
    }

    /// Shows the messages that are there, at most `most`; gives how many.
    #[inline]
    pub(crate) fn show_each(&mut self, most: usize, mut show: impl FnMut(&T)) -> usize {
        match (Received::<T>::BY_VALUE, self) {
            (true, Self::ByValue(reader)) => {
                reader.show_each(most, |message| show(message.as_message()))
            }
            (false, Self::Shared(reader, bin)) => {
                reader.take_each(most, |message, is_streaming| {
                    show(&Received::from_arc(message, is_streaming.then_some(*bin)));
                })
            }
            _ => unreachable!("the type says which it is"),
        }
    }

    /// Whether it is there.
    pub(crate) fn has_next(&self) -> bool {
        either!(Self, self, reader => reader.has_next())
    }

    /// Says that the reader is about to sleep. It must look once more.
    pub(crate) fn announce(&self) {
        either!(Self, self, reader => reader.announce());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use mycelium_derive::Message;

    use super::{Stream, StreamReader};
    use crate::carried::Carried;
    use crate::received::Received;
    use crate::recycle::Bin;
    use crate::sync::this_thread;

    /// Plain and small.
    #[derive(Message, Debug, Clone, PartialEq)]
    #[myc(package = "test", id = 11)]
    #[repr(C)]
    struct Small {
        number: u64,
        is_odd: bool,
        rest: [u8; 7],
    }

    /// With memory of its own.
    #[derive(Message, Debug, Clone, PartialEq)]
    #[myc(package = "test", id = 12)]
    struct Large {
        number: u64,
        text: String,
    }

    fn small(number: u64) -> Received<Small> {
        Received::new(Small::make(number), Bin::of_type())
    }

    trait Numbered: Carried + PartialEq + std::fmt::Debug {
        fn make(number: u64) -> Self;
        fn number(&self) -> u64;
    }

    impl Numbered for Small {
        fn make(number: u64) -> Self {
            Self { number, is_odd: number % 2 == 1, rest: [number as u8; 7] }
        }

        fn number(&self) -> u64 {
            self.number
        }
    }

    impl Numbered for Large {
        fn make(number: u64) -> Self {
            Self { number, text: number.to_string() }
        }

        fn number(&self) -> u64 {
            self.number
        }
    }

    const EACH: u64 = if cfg!(miri) { 8 } else { 20_000 };

    fn publish<T: Numbered>(stream: &Stream<T>, number: u64) {
        let mut message = Received::new(T::make(number), Bin::of_type());
        while let Err(back) = stream.offer(message, this_thread()) {
            message = back;
            thread::yield_now();
        }
    }

    fn take<T: Numbered>(reader: &mut StreamReader<T>) -> Received<T> {
        loop {
            match reader.take() {
                Some(message) => return message,
                None => thread::yield_now(),
            }
        }
    }

    fn pass_between_threads<T: Numbered>() {
        const PUBLISHERS: u64 = 3;
        let stream = Stream::<T>::new(8);
        let readers: Vec<_> = (0..3).map(|_| stream.join(Arc::default()).unwrap()).collect();
        let orders: Vec<Vec<u64>> = thread::scope(|scope| {
            for publisher in 0..PUBLISHERS {
                let stream = &stream;
                scope.spawn(move || {
                    (0..EACH).for_each(|n| publish(stream, n * PUBLISHERS + publisher))
                });
            }
            let read = |mut reader: StreamReader<T>| {
                scope.spawn(move || -> Vec<u64> {
                    let numbers = (0..EACH * PUBLISHERS).map(|_| {
                        let message = take(&mut reader);
                        assert_eq!(*message, T::make(message.number()));
                        message.number()
                    });
                    numbers.collect()
                })
            };
            let readers: Vec<_> = readers.into_iter().map(read).collect();
            readers.into_iter().map(|reader| reader.join().unwrap()).collect()
        });
        assert_eq!(orders[0], orders[1]);
        assert_eq!(orders[0], orders[2]);
        for publisher in 0..PUBLISHERS {
            let own = orders[0].iter().copied().filter(|number| number % PUBLISHERS == publisher);
            assert!(own.eq((0..EACH).map(|n| n * PUBLISHERS + publisher)));
        }
    }

    #[test]
    fn small_messages_pass_between_threads() {
        const { assert!(Received::<Small>::BY_VALUE) }
        pass_between_threads::<Small>();
    }

    #[test]
    fn large_messages_pass_between_threads() {
        const { assert!(!Received::<Large>::BY_VALUE) }
        pass_between_threads::<Large>();
    }

    /// In a ring that is long enough for slots to be made a publisher's own ahead.
    fn show_between_threads<T: Numbered>() {
        const COUNT: u64 = if cfg!(miri) { 150 } else { EACH };
        let stream = Stream::<T>::new(64);
        let readers: Vec<_> = (0..2).map(|_| stream.join(Arc::default()).unwrap()).collect();
        thread::scope(|scope| {
            scope.spawn(|| (0..COUNT).for_each(|number| publish(&stream, number)));
            for mut reader in readers {
                scope.spawn(move || {
                    let mut next = 0;
                    while next < COUNT {
                        let count = reader.show_each(20, |message| {
                            assert_eq!(*message, T::make(next));
                            next += 1;
                        });
                        if count == 0 {
                            thread::yield_now();
                        }
                    }
                });
            }
        });
        assert_eq!(stream.backlog(), 0);
    }

    #[test]
    fn small_messages_are_shown_between_threads() {
        show_between_threads::<Small>();
    }

    #[test]
    fn large_messages_are_shown_between_threads() {
        show_between_threads::<Large>();
    }

    #[test]
    fn a_reader_that_leaves_drops_what_waits_for_it() {
        let stream = Stream::<Large>::new(8);
        let message = Arc::new(Large::make(1));
        let mut stays = stream.join(Arc::default()).unwrap();
        let leaves = stream.join(Arc::default()).unwrap();
        for _ in 0..3 {
            assert!(stream.offer(Received::from_arc(message.clone(), None), this_thread()).is_ok());
        }
        assert_eq!(Arc::strong_count(&message), 7);
        drop(leaves);
        assert_eq!(Arc::strong_count(&message), 4);
        drop(stays.take());
        assert_eq!(Arc::strong_count(&message), 3);
        drop((stays, stream));
        assert_eq!(Arc::strong_count(&message), 1);
    }

    #[test]
    fn what_finds_no_room_comes_back() {
        let stream = Stream::<Small>::new(3);
        assert!(stream.offer(small(0), this_thread()).is_ok(), "nobody reads");
        let mut reader = stream.join(Arc::default()).unwrap();
        for round in 0..5 {
            (0..3).for_each(|n| assert!(stream.offer(small(n), this_thread()).is_ok()));
            let back = stream.offer(small(9), this_thread()).unwrap_err();
            assert_eq!((back.number, stream.backlog()), (9, 3), "round {round}");
            (0..3).for_each(|n| assert_eq!(reader.take().unwrap().number, n));
            assert!(reader.take().is_none());
        }
    }

    #[test]
    fn readers_come_and_go_while_messages_pass() {
        let stream = Stream::<Large>::new(4);
        let mut stays = stream.join(Arc::default()).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| (0..EACH).for_each(|number| publish(&stream, number)));
            scope.spawn(|| {
                for _ in 0..(EACH / 20).max(2) {
                    let mut guest = stream.join(Arc::default()).unwrap();
                    let seen: Vec<u64> =
                        (0..3).filter_map(|_| guest.take()).map(|one| one.number).collect();
                    assert!(seen.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{seen:?}");
                }
            });
            (0..EACH).for_each(|number| assert_eq!(take(&mut stays).number, number));
        });
    }
}
