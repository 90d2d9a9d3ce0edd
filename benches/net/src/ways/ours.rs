//! The bus between two nodes of a topology.

use std::fs;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Duration;

use mycelium::prelude::*;
use mycelium::{Options, Publisher, Received, Subscriber, TryRecvError, Waiting};

use crate::Outcome;
use crate::end::{End, Words};
use crate::plan::{Plan, Socket};

/// With its header a frame of 64 bytes.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
#[myc(package = "bench", id = 1)]
#[repr(C)]
pub(crate) struct Sample {
    first: u64,
    second: u64,
    third: u64,
    fourth: u64,
    fifth: u64,
    sixth: u64,
}

/// How one who receives waits.
pub(crate) trait Wait {
    const WAITING: Waiting;

    async fn receive(samples: &mut Subscriber<Sample>) -> Outcome<Option<Received<Sample>>>;
}

/// In a thread that sleeps at once.
pub(crate) struct Asleep;

/// In a thread that looks for a while first.
pub(crate) struct Patient;

/// In a thread that looks again and again.
pub(crate) struct Polled;

/// In a task of tokio.
pub(crate) struct Task;

const AT_ONCE: Waiting = Waiting { spin: Duration::ZERO, yields: 0 };
const AS_USUAL: Waiting = Waiting { spin: Duration::from_micros(20), yields: 1 };

impl Wait for Asleep {
    const WAITING: Waiting = AT_ONCE;

    async fn receive(samples: &mut Subscriber<Sample>) -> Outcome<Option<Received<Sample>>> {
        Ok(samples.recv_blocking()?)
    }
}

impl Wait for Patient {
    const WAITING: Waiting = AS_USUAL;

    async fn receive(samples: &mut Subscriber<Sample>) -> Outcome<Option<Received<Sample>>> {
        Ok(samples.recv_blocking()?)
    }
}

impl Wait for Polled {
    const WAITING: Waiting = AS_USUAL;

    async fn receive(samples: &mut Subscriber<Sample>) -> Outcome<Option<Received<Sample>>> {
        loop {
            match samples.try_recv() {
                Ok(sample) => return Ok(sample),
                Err(TryRecvError::Empty) => std::hint::spin_loop(),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Wait for Task {
    const WAITING: Waiting = AT_ONCE;

    async fn receive(samples: &mut Subscriber<Sample>) -> Outcome<Option<Received<Sample>>> {
        Ok(samples.recv().await?)
    }
}

/// One node.
pub(crate) struct Ours<W> {
    bus: MessageBus,
    publisher: Publisher<Sample>,
    subscriber: Subscriber<Sample>,
    wait: PhantomData<W>,
}

const THERE: &str = "bench.there";
const BACK: &str = "bench.back";

const PATIENCE: Duration = Duration::from_secs(10);

impl<W: Wait> Ours<W> {
    fn open(topology: PathBuf, node: &str, incoming: &str, outgoing: &str) -> Outcome<Self> {
        let mut options = Options::default();
        options.waiting = W::WAITING;
        let bus = MessageBus::from_topology_with(topology, node, options)?;
        let subscriber = bus.subscriber_on(incoming)?;
        let publisher = bus.publisher_on(outgoing)?;
        Ok(Self { bus, publisher, subscriber, wait: PhantomData })
    }
}

fn write_topology(plan: &Plan) -> Outcome<PathBuf> {
    let endpoint = match plan.socket {
        Socket::Unix => "kind = \"unix\", path = \"sockets/second.sock\"".to_owned(),
        Socket::Tcp => format!("kind = \"tcp\", addr = {:?}", plan.address),
    };
    let path = plan.folder.join("topology.toml");
    let text = format!(
        "[[nodes]]\nname = \"first\"\nservices = [\"first\"]\n\n\
         [[nodes]]\nname = \"second\"\nservices = [\"second\"]\nendpoint = {{ {endpoint} }}\n"
    );
    fs::write(&path, text)?;
    Ok(path)
}

impl<W: Wait> End for Ours<W> {
    async fn listen(plan: &Plan, ready: impl FnOnce()) -> Outcome<Self> {
        let end = Self::open(write_topology(plan)?, "second", THERE, BACK)?;
        ready();
        end.publisher.wait_for_subscribers(1, PATIENCE)?;
        Ok(end)
    }

    async fn dial(plan: &Plan) -> Outcome<Self> {
        let end = Self::open(plan.folder.join("topology.toml"), "first", BACK, THERE)?;
        end.publisher.wait_for_subscribers(1, PATIENCE)?;
        Ok(end)
    }

    async fn send(&mut self, words: &Words) -> Outcome<()> {
        let [first, second, third, fourth, fifth, sixth, ..] = *words;
        Ok(self.publisher.publish(Sample { first, second, third, fourth, fifth, sixth })?)
    }

    async fn receive(&mut self) -> Outcome<u64> {
        let sample = W::receive(&mut self.subscriber).await?;
        Ok(sample.ok_or("the other side has ended")?.first)
    }

    async fn close(self) {
        drop(self.publisher);
        self.bus.shutdown();
    }
}
