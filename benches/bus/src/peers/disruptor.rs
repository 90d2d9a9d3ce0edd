//! disruptor, with one sender, and receivers that poll. Its types differ with the number of receivers.
//!
//! An event is read where it lies. An `Arc` in it stays until the slot is used again.

use std::marker::PhantomData;

use disruptor::{
    BusySpin, EventPoller, MultiConsumerBarrier, Polling, Producer, SingleConsumerBarrier,
    SingleProducer, SingleProducerBarrier, build_single_producer,
};

use crate::way::{CAPACITY, Payload, Receive64, Send64, Way};

pub(crate) struct Disruptor<P>(PhantomData<P>);
pub(crate) struct Disruptor4<P>(PhantomData<P>);

pub(crate) struct Sender<Q>(Q);
pub(crate) struct Receiver<P>(EventPoller<P, SingleProducerBarrier>);

const fn name<P>() -> &'static str {
    if std::mem::needs_drop::<P>() { "disruptor, `Arc`" } else { "disruptor, inline" }
}

impl<P: Payload> Way for Disruptor<P> {
    const NAME: &'static str = name::<P>();
    type Sender = Sender<SingleProducer<P, SingleConsumerBarrier>>;
    type Receiver = Receiver<P>;

    fn takes(senders: usize, receivers: usize) -> bool {
        senders == 1 && receivers == 1
    }

    fn open(_: usize, _: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let builder = build_single_producer(CAPACITY, || P::of(0), BusySpin);
        let (poller, builder) = builder.new_event_poller();
        (vec![Sender(builder.build())], vec![Receiver(poller)])
    }
}

impl<P: Payload> Way for Disruptor4<P> {
    const NAME: &'static str = name::<P>();
    type Sender = Sender<SingleProducer<P, MultiConsumerBarrier>>;
    type Receiver = Receiver<P>;

    fn takes(senders: usize, receivers: usize) -> bool {
        senders == 1 && receivers == 4
    }

    fn open(_: usize, _: usize) -> (Vec<Self::Sender>, Vec<Self::Receiver>) {
        let builder = build_single_producer(CAPACITY, || P::of(0), BusySpin);
        let (first, builder) = builder.new_event_poller();
        let (second, builder) = builder.new_event_poller();
        let (third, builder) = builder.new_event_poller();
        let (fourth, builder) = builder.new_event_poller();
        let pollers = [first, second, third, fourth].map(Receiver);
        (vec![Sender(builder.build())], pollers.into())
    }
}

impl<P: Payload> Send64 for Sender<SingleProducer<P, SingleConsumerBarrier>> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.0.try_publish(|event| *event = P::of(number)).is_ok()
    }
}

impl<P: Payload> Send64 for Sender<SingleProducer<P, MultiConsumerBarrier>> {
    #[inline]
    fn try_send(&mut self, number: u64) -> bool {
        self.0.try_publish(|event| *event = P::of(number)).is_ok()
    }
}

impl<P: Payload> Receive64 for Receiver<P> {
    #[inline]
    fn try_receive(&mut self) -> Option<u64> {
        match self.0.take(1) {
            Ok(mut events) => (&mut events).next().map(P::read),
            Err(Polling::NoEvents | Polling::Shutdown) => None,
        }
    }

    #[inline]
    fn receive_some(&mut self, mut each: impl FnMut(u64)) -> u64 {
        let mut count = 0;
        if let Ok(mut events) = self.0.poll() {
            for event in &mut events {
                each(event.read());
                count += 1;
            }
        }
        count
    }
}
