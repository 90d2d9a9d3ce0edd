//! iceoryx2: publish and subscribe, where the publisher waits for its subscribers; and its events.

use crate::Outcome;
use crate::link::{self, Plan, first_word};
use iceoryx2::port::listener::Listener as IceListener;
use iceoryx2::port::notifier::Notifier as IceNotifier;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::{event, publish_subscribe};
use std::cell::Cell;

type Topic = publish_subscribe::PortFactory<ipc::Service, [u8], ()>;

/// Nodes of this process: ports live no longer than these.
fn node() -> Outcome<Node<ipc::Service>> {
    set_log_level(LogLevel::Error);
    Ok(NodeBuilder::new().create::<ipc::Service>()?)
}

fn service_name(plan: &Plan, name: &str) -> Outcome<ServiceName> {
    Ok(format!("{}/{name}", plan.folder.display()).as_str().try_into()?)
}

fn open(node: &Node<ipc::Service>, plan: &Plan, name: &str) -> Outcome<Topic> {
    // As many messages as lie in our ring, but not so many that a start takes seconds.
    let depth = ((1 << 20) / plan.len).clamp(4, 1024);
    Ok(node
        .service_builder(&service_name(plan, name)?)
        .publish_subscribe::<[u8]>()
        .enable_safe_overflow(false)
        .subscriber_max_buffer_size(depth)
        .open_or_create()?)
}

pub(crate) struct Sender {
    publisher: Publisher<ipc::Service, [u8], ()>,
    _topic: Topic,
    _node: Node<ipc::Service>,
}

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        let node = node()?;
        let topic = open(&node, plan, name)?;
        let publisher = topic
            .publisher_builder()
            .initial_max_slice_len(plan.len)
            .backpressure_strategy(BackpressureStrategy::RetryUntilDelivered)
            .create()?;
        Ok(Self { publisher, _topic: topic, _node: node })
    }

    #[inline]
    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        let sample = self.publisher.loan_slice_uninit(bytes.len())?;
        sample.write_from_slice(bytes).send()?;
        Ok(())
    }

    #[inline]
    #[allow(unsafe_code)]
    fn lend(&mut self, len: usize, write: impl FnOnce(&mut [u8])) -> Outcome<()> {
        let sample = self.publisher.loan_slice_uninit(len)?;
        // SAFETY: the payload is memory that the system has zeroed, or an earlier message, and bytes are
        // valid whatever they are.
        let mut sample = unsafe { sample.assume_init() };
        write(sample.payload_mut());
        sample.send()?;
        Ok(())
    }
}

pub(crate) struct Receiver {
    subscriber: Subscriber<ipc::Service, [u8], ()>,
    _topic: Topic,
    _node: Node<ipc::Service>,
}

impl link::Receiver for Receiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        let node = node()?;
        let topic = open(&node, plan, name)?;
        let subscriber = topic.subscriber_builder().create()?;
        Ok(Self { subscriber, _topic: topic, _node: node })
    }

    #[inline]
    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        let sample = self.subscriber.receive()?;
        Ok(sample.map(|sample| take(sample.payload())).is_some())
    }
}

type Event = event::PortFactory<ipc::Service>;

fn open_event(node: &Node<ipc::Service>, plan: &Plan, name: &str) -> Outcome<Event> {
    Ok(node.service_builder(&service_name(plan, name)?).event().open_or_create()?)
}

/// Wakes, and carries a small number.
pub(crate) struct Notifier {
    notifier: IceNotifier<ipc::Service>,
    _event: Event,
    _node: Node<ipc::Service>,
}

/// Ids of events are small.
const IDS: u64 = 64;

impl link::Sender for Notifier {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        let node = node()?;
        let event = open_event(&node, plan, name)?;
        let notifier = event.notifier_builder().create()?;
        Ok(Self { notifier, _event: event, _node: node })
    }

    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        let id = EventId::new((first_word(bytes) % IDS) as usize);
        self.notifier.notify_with_custom_event_id(id)?;
        Ok(())
    }
}

/// Sleeps until it is woken. What came with that is the next number of those that were sent.
pub(crate) struct Listener {
    listener: IceListener<ipc::Service>,
    count: u64,
    _event: Event,
    _node: Node<ipc::Service>,
}

impl link::Receiver for Listener {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        let node = node()?;
        let event = open_event(&node, plan, name)?;
        let listener = event.listener_builder().create()?;
        Ok(Self { listener, count: 0, _event: event, _node: node })
    }

    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        let got = Cell::new(None);
        self.listener.blocking_wait(|activation| got.set(Some(activation.id)))?;
        let Some(id) = got.get() else { return Ok(false) };
        if id.as_value() as u64 != self.count % IDS {
            return Err("an event is missing".into());
        }
        take(&self.count.to_le_bytes());
        self.count += 1;
        Ok(true)
    }
}
