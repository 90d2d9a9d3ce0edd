//! The bus over the ring with small typed messages, which programs in other languages send and receive too.

use crate::Outcome;
use crate::link::{self, Plan};
use mycelium::{Message, MessageBus, Publisher, Subscriber, TryRecvError};
use std::path::PathBuf;
use std::time::Duration;

/// With its header a frame of 64 bytes. As `benches/ocaml/ring/ends.myc` has it, and so of its digest.
#[derive(Message, Clone, Copy, Debug)]
#[myc(package = "ends", id = 1)]
#[repr(C)]
struct There {
    first: u64,
    rest: [u8; 40],
}

/// The same, the other way.
#[derive(Message, Clone, Copy, Debug)]
#[myc(package = "ends", id = 2)]
#[repr(C)]
struct Back {
    first: u64,
    rest: [u8; 40],
}

/// Longer than a process takes to start.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn topology(plan: &Plan) -> PathBuf {
    plan.folder.join("topology.toml")
}

/// Two nodes with a ring each. The first process writes it, before there is a second.
pub(crate) fn write_topology(plan: &Plan) -> Outcome<()> {
    let node = |name: &str| {
        format!(
            "[[nodes]]\nname = \"{name}\"\nservices = [\"{name}\"]\nendpoint.kind = \"shm\"\n\
             endpoint.path = \"{}\"\nendpoint.capacity = {}\n\n",
            plan.folder.join(name).display(),
            1 << 20
        )
    };
    Ok(std::fs::write(topology(plan), node("first") + &node("second"))?)
}

/// One end of a way, in the first process there, in the second back.
pub(crate) struct Sender {
    publisher: Way<Publisher<There>, Publisher<Back>>,
    /// Whether the other end is known to be there.
    is_heard: bool,
    _bus: MessageBus,
}

enum Way<T, B> {
    There(T),
    Back(B),
}

impl Sender {
    #[cold]
    fn wait(&mut self) -> Outcome<()> {
        match &self.publisher {
            Way::There(publisher) => publisher.wait_for_subscribers(1, PATIENCE)?,
            Way::Back(publisher) => publisher.wait_for_subscribers(1, PATIENCE)?,
        }
        self.is_heard = true;
        Ok(())
    }
}

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        let (bus, publisher);
        if name == "there" {
            write_topology(plan)?;
            bus = MessageBus::from_topology(topology(plan), "first")?;
            publisher = Way::There(bus.publisher()?);
        } else {
            bus = MessageBus::from_topology(topology(plan), "second")?;
            publisher = Way::Back(bus.publisher()?);
        }
        Ok(Self { publisher, is_heard: false, _bus: bus })
    }

    #[inline]
    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        if !self.is_heard {
            self.wait()?;
        }
        let first = link::first_word(bytes);
        let mut rest = [0; 40];
        rest.copy_from_slice(bytes.get(8..48).ok_or("a message has 48 bytes")?);
        match &self.publisher {
            Way::There(there) => there.publish(There { first, rest })?,
            Way::Back(back) => back.publish(Back { first, rest })?,
        }
        Ok(())
    }
}

pub(crate) struct Receiver {
    subscriber: Way<Subscriber<There>, Subscriber<Back>>,
    _bus: MessageBus,
}

impl link::Receiver for Receiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        let (bus, subscriber);
        if name == "there" {
            bus = MessageBus::from_topology(topology(plan), "second")?;
            subscriber = Way::There(bus.subscriber()?);
        } else {
            bus = MessageBus::from_topology(topology(plan), "first")?;
            subscriber = Way::Back(bus.subscriber()?);
        }
        Ok(Self { subscriber, _bus: bus })
    }

    #[inline]
    fn try_receive(&mut self, mut take: impl FnMut(&[u8])) -> Outcome<bool> {
        let first = match &mut self.subscriber {
            Way::There(there) => there.try_recv().map(|there| there.map(|there| there.first)),
            Way::Back(back) => back.try_recv().map(|back| back.map(|back| back.first)),
        };
        match first {
            Ok(first) => take(&first.ok_or("the other process has left")?.to_le_bytes()),
            Err(TryRecvError::Empty) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }
}
