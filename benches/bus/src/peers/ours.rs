//! The bus.

use std::marker::PhantomData;

use mycelium::{Carried, Message, MessageBus, Options, Publisher, Subscriber};

use crate::way::{CAPACITY, Payload, Receive64, Send64, Way, Words};

/// A plain message, which travels by value.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "bench", id = 1)]
#[repr(C)]
pub(crate) struct ByValue {
    pub(crate) words: Words,
}

/// As long, but with drop code: it travels as an `Arc`.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "bench", id = 2)]
#[repr(C)]
pub(crate) struct ByArc {
    pub(crate) words: Words,
}

impl Drop for ByArc {
    #[inline]
    fn drop(&mut self) {}
}

/// Either of them.
pub(crate) trait Bench: Carried {
    fn of(number: u64) -> Self;
    fn words(&self) -> &Words;
}

impl Bench for ByValue {
    #[inline]
    fn of(number: u64) -> Self {
        Self { words: [number; 8] }
    }

    #[inline]
    fn words(&self) -> &Words {
        &self.words
    }
}

impl Bench for ByArc {
    #[inline]
    fn of(number: u64) -> Self {
        Self { words: [number; 8] }
    }

    #[inline]
    fn words(&self) -> &Words {
        &self.words
    }
}

pub(crate) type MyceliumByValue = Mycelium<ByValue>;
pub(crate) type MyceliumArc = Mycelium<ByArc>;

pub(crate) struct Mycelium<T>(PhantomData<T>);

impl<T: Bench> Way for Mycelium<T> {
    const NAME: &'static str =
        if std::mem::needs_drop::<T>() { "mycelium, `Arc`" } else { "mycelium, inline" };
    type Sender = Publisher<T>;
    type Receiver = Subscriber<T>;

    fn takes(_: usize, _: usize) -> bool {
        true
    }

    fn open(senders: usize, receivers: usize) -> (Vec<Publisher<T>>, Vec<Subscriber<T>>) {
        let mut options = Options::default();
        options.qos.capacity = CAPACITY;
        let bus = MessageBus::with_options(options);
        let publishers = (0..senders).map(|_| bus.publisher().expect("the bus is open"));
        let subscribers = (0..receivers).map(|_| bus.subscriber().expect("the bus is open"));
        (publishers.collect(), subscribers.collect())
    }
}

impl<T: Bench> Send64 for Publisher<T> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.try_publish(T::of(number)).is_ok()
    }
}

impl<T: Bench> Receive64 for Subscriber<T> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        let mut number = None;
        self.try_recv_each(1, |message| number = Some(message.words().read())).ok()?;
        number
    }

    #[inline]
    fn receive_some(&mut self, mut each: impl FnMut(u64)) -> u64 {
        let received = self.try_recv_each(CAPACITY, |message| each(message.words().read()));
        received.map_or(0, |count| count as u64)
    }
}
