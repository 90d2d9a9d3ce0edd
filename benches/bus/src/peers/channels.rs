//! Ways that bring each message to one receiver.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::way::{CAPACITY, Payload, Receive64, Send64, Way, Words};

type Shared = Arc<Words>;

/// Several senders, one receiver, `Arc`s.
macro_rules! channel {
    ($(#[$doc:meta])* $way:ident, $name:literal, $sender:ty, $receiver:ty, $open:expr) => {
        $(#[$doc])*
        pub(crate) struct $way;

        impl Way for $way {
            const NAME: &'static str = $name;
            type Sender = $sender;
            type Receiver = $receiver;

            fn takes(_: usize, receivers: usize) -> bool {
                receivers == 1
            }

            fn open(senders: usize, _: usize) -> (Vec<$sender>, Vec<$receiver>) {
                let (sender, receiver) = $open;
                (vec![sender; senders], vec![receiver])
            }
        }

        impl Send64 for $sender {
            #[inline]
            fn try_send(&mut self, number: u64) -> bool {
                <$sender>::try_send(self, Payload::of(number)).is_ok()
            }
        }
    };
}

macro_rules! receiver {
    ($receiver:ty) => {
        impl Receive64 for $receiver {
            #[inline]
            fn try_receive(&mut self) -> Option<u64> {
                self.try_recv().ok().map(|message| message.read())
            }
        }
    };
}

channel!(
    /// The standard library's.
    StdMpsc,
    "std sync_channel",
    std::sync::mpsc::SyncSender<Shared>,
    std::sync::mpsc::Receiver<Shared>,
    std::sync::mpsc::sync_channel(CAPACITY)
);
receiver!(std::sync::mpsc::Receiver<Shared>);

channel!(
    /// crossbeam-channel, bounded.
    Crossbeam,
    "crossbeam-channel",
    crossbeam_channel::Sender<Shared>,
    crossbeam_channel::Receiver<Shared>,
    crossbeam_channel::bounded(CAPACITY)
);
receiver!(crossbeam_channel::Receiver<Shared>);

channel!(
    /// flume, bounded.
    Flume,
    "flume",
    flume::Sender<Shared>,
    flume::Receiver<Shared>,
    flume::bounded(CAPACITY)
);

impl Receive64 for flume::Receiver<Shared> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        self.try_recv().ok().map(|message| message.read())
    }

    #[inline]
    fn receive_some(&mut self, mut each: impl FnMut(u64)) -> u64 {
        let waiting = self.drain();
        let count = waiting.len() as u64;
        waiting.for_each(|message| each(message.read()));
        count
    }
}

channel!(
    /// tokio mpsc.
    TokioMpsc,
    "tokio mpsc",
    tokio::sync::mpsc::Sender<Shared>,
    tokio::sync::mpsc::Receiver<Shared>,
    tokio::sync::mpsc::channel(CAPACITY)
);
receiver!(tokio::sync::mpsc::Receiver<Shared>);

/// kanal, bounded.
pub(crate) struct Kanal;

impl Way for Kanal {
    const NAME: &'static str = "kanal";
    type Sender = kanal::Sender<Shared>;
    type Receiver = kanal::Receiver<Shared>;

    fn takes(_: usize, receivers: usize) -> bool {
        receivers == 1
    }

    fn open(senders: usize, _: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let (sender, receiver) = kanal::bounded(CAPACITY);
        (vec![sender; senders], vec![receiver])
    }
}

impl Send64 for kanal::Sender<Shared> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        kanal::Sender::try_send(self, Payload::of(number)).unwrap_or(false)
    }
}

impl Receive64 for kanal::Receiver<Shared> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        self.try_recv().ok()?.map(|message| message.read())
    }

    #[inline]
    fn receive_some(&mut self, mut each: impl FnMut(u64)) -> u64 {
        let mut waiting = Vec::new();
        // Fails once it is closed: then there is nothing.
        let count = self.drain_into(&mut waiting).unwrap_or(0) as u64;
        waiting.iter().for_each(|message| each(message.read()));
        count
    }
}

/// rtrb: one sender, one receiver.
pub(crate) struct Rtrb<P>(PhantomData<P>);

impl<P: Payload> Way for Rtrb<P> {
    const NAME: &'static str =
        if std::mem::needs_drop::<P>() { "rtrb, `Arc`" } else { "rtrb, inline" };
    type Sender = rtrb::Producer<P>;
    type Receiver = rtrb::Consumer<P>;

    fn takes(senders: usize, receivers: usize) -> bool {
        senders == 1 && receivers == 1
    }

    fn open(_: usize, _: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let (sender, receiver) = rtrb::RingBuffer::new(CAPACITY);
        (vec![sender], vec![receiver])
    }
}

impl<P: Payload> Send64 for rtrb::Producer<P> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        // As one does who does not want to make what there is no room for.
        !self.is_full() && self.push(P::of(number)).is_ok()
    }
}

impl<P: Payload> Receive64 for rtrb::Consumer<P> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        self.pop().ok().map(|message| message.read())
    }

    #[inline]
    fn receive_some(&mut self, mut each: impl FnMut(u64)) -> u64 {
        let count = self.slots();
        let waiting = self.read_chunk(count).expect("as many wait, at least");
        waiting.into_iter().for_each(|message| each(message.read()));
        count as u64
    }
}
