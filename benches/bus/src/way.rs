//! What is asked of a way between threads.

use std::hint::black_box;
use std::sync::Arc;

/// 64 bytes.
pub(crate) type Words = [u64; 8];

/// What travels: the words themselves, or an `Arc` of them that the sender makes.
pub(crate) trait Payload: Send + Sync + Clone + 'static {
    fn of(number: u64) -> Self;
    /// Reads it; the number that it was made of.
    fn read(&self) -> u64;
}

impl Payload for Words {
    #[inline]
    fn of(number: u64) -> Self {
        [number; 8]
    }

    #[inline]
    fn read(&self) -> u64 {
        black_box(self)[7]
    }
}

impl Payload for Arc<Words> {
    #[inline]
    fn of(number: u64) -> Self {
        Arc::new([number; 8])
    }

    #[inline]
    fn read(&self) -> u64 {
        black_box(&**self)[7]
    }
}

/// Makes a payload and sends it.
pub(crate) trait Send64: Send {
    /// False if there is no room now.
    fn try_send(&mut self, number: u64) -> bool;
}

/// Receives and reads a payload.
pub(crate) trait Receive64: Send {
    /// The number of the next one, if it is there.
    fn try_receive(&mut self) -> Option<u64>;

    /// Receives what is there, as many at once as suits the way; gives how many.
    #[inline]
    fn receive_some(&mut self, mut each: impl FnMut(u64)) -> u64 {
        self.try_receive().map_or(0, |number| {
            each(number);
            1
        })
    }
}

/// A way from some threads to others.
pub(crate) trait Way {
    const NAME: &'static str;
    type Sender: Send64 + 'static;
    type Receiver: Receive64 + 'static;
    /// Whether it takes so many senders, and brings each message to so many receivers.
    fn takes(senders: usize, receivers: usize) -> bool;
    fn open(senders: usize, receivers: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>);
}

/// Messages that wait at most.
pub(crate) const CAPACITY: usize = 1024;
