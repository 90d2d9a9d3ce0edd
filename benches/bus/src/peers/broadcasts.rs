//! Ways that bring each message to every receiver.

use std::sync::Arc;

use crate::way::{CAPACITY, Payload, Receive64, Send64, Way, Words};

type Shared = Arc<Words>;

/// photon-ring, with receivers that lose nothing.
pub(crate) struct PhotonRing;

impl Way for PhotonRing {
    const NAME: &'static str = "photon-ring, inline";
    type Sender = photon_ring::Publisher<Words>;
    type Receiver = photon_ring::Subscriber<Words>;

    fn takes(senders: usize, _: usize) -> bool {
        senders == 1
    }

    fn open(_: usize, receivers: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let (sender, door) = photon_ring::channel_bounded(CAPACITY, 0);
        (vec![sender], (0..receivers).map(|_| door.subscribe()).collect())
    }
}

impl Send64 for photon_ring::Publisher<Words> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.try_publish(Payload::of(number)).is_ok()
    }
}

impl Receive64 for photon_ring::Subscriber<Words> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        self.try_recv().ok().map(|message| message.read())
    }

    #[inline]
    fn receive_some(&mut self, mut each: impl FnMut(u64)) -> u64 {
        self.drain().fold(0, |count, message| {
            each(message.read());
            count + 1
        })
    }
}

/// bus: one sender.
pub(crate) struct Bus;

impl Way for Bus {
    const NAME: &'static str = "bus, `Arc`";
    type Sender = bus::Bus<Shared>;
    type Receiver = bus::BusReader<Shared>;

    fn takes(senders: usize, _: usize) -> bool {
        senders == 1
    }

    fn open(_: usize, receivers: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let mut sender = bus::Bus::new(CAPACITY);
        let readers = (0..receivers).map(|_| sender.add_rx()).collect();
        (vec![sender], readers)
    }
}

impl Send64 for bus::Bus<Shared> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.try_broadcast(Payload::of(number)).is_ok()
    }
}

impl Receive64 for bus::BusReader<Shared> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        self.try_recv().ok().map(|message| message.read())
    }
}

/// tokio broadcast, which loses what a receiver does not take in time: for one message at a time.
pub(crate) struct TokioBroadcast;

impl Way for TokioBroadcast {
    const NAME: &'static str = "tokio broadcast, `Arc`";
    type Sender = tokio::sync::broadcast::Sender<Shared>;
    type Receiver = tokio::sync::broadcast::Receiver<Shared>;

    fn takes(senders: usize, receivers: usize) -> bool {
        senders == 1 && receivers == 1
    }

    fn open(_: usize, _: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let (sender, receiver) = tokio::sync::broadcast::channel(CAPACITY);
        (vec![sender], vec![receiver])
    }
}

impl Send64 for tokio::sync::broadcast::Sender<Shared> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.send(Payload::of(number)).is_ok()
    }
}

impl Receive64 for tokio::sync::broadcast::Receiver<Shared> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        self.try_recv().ok().map(|message| message.read())
    }
}

/// async-broadcast.
pub(crate) struct AsyncBroadcast;

impl Way for AsyncBroadcast {
    const NAME: &'static str = "async-broadcast, `Arc`";
    type Sender = async_broadcast::Sender<Shared>;
    type Receiver = async_broadcast::Receiver<Shared>;

    fn takes(_: usize, _: usize) -> bool {
        true
    }

    fn open(senders: usize, receivers: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let (sender, receiver) = async_broadcast::broadcast(CAPACITY);
        (vec![sender; senders], vec![receiver; receivers])
    }
}

impl Send64 for async_broadcast::Sender<Shared> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.try_broadcast(Payload::of(number)).is_ok()
    }
}

impl Receive64 for async_broadcast::Receiver<Shared> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        self.try_recv().ok().map(|message| message.read())
    }
}
