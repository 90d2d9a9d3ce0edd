//! The bus between two nodes of a topology.

use std::fs;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Duration;

use mycelium::prelude::*;
use mycelium::{Options, Publisher, Received, Subscriber, Waiting};

use crate::Outcome;
use crate::end::{End, Words, run_task, run_thread};
use crate::plan::{Plan, Socket};
use crate::processes::Part;

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

    /// Runs what an end does.
    fn run<T>(_part: Part, _plan: &Plan, doing: impl Future<Output = T>) -> Outcome<T> {
        run_thread(doing)
    }

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

/// In a task that runs where the bus's network does.
pub(crate) struct Hosted;

const AT_ONCE: Waiting = Waiting { spin: Duration::ZERO, yields: 0 };
const AS_USUAL: Waiting = Waiting { spin: Duration::from_micros(20), yields: 1 };
const WITHOUT_END: Waiting = Waiting { spin: Duration::MAX, yields: 0 };

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
    const WAITING: Waiting = WITHOUT_END;

    async fn receive(samples: &mut Subscriber<Sample>) -> Outcome<Option<Received<Sample>>> {
        Ok(samples.recv_blocking()?)
    }
}

impl Wait for Task {
    const WAITING: Waiting = AT_ONCE;

    fn run<T>(_part: Part, _plan: &Plan, doing: impl Future<Output = T>) -> Outcome<T> {
        run_task(doing)
    }

    async fn receive(samples: &mut Subscriber<Sample>) -> Outcome<Option<Received<Sample>>> {
        Ok(samples.recv().await?)
    }
}

impl Wait for Hosted {
    const WAITING: Waiting = AT_ONCE;

    fn run<T>(part: Part, plan: &Plan, doing: impl Future<Output = T>) -> Outcome<T> {
        // The ends of a node share one bus.
        let bus = match part {
            Part::First => open(plan.folder.join(TOPOLOGY), "first", Self::WAITING)?,
            Part::Second => open(write_topology(plan)?, "second", Self::WAITING)?,
        };
        Ok(bus.block_on(doing))
    }

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

const TOPOLOGY: &str = "topology.toml";
const THERE: &str = "bench.there";
const BACK: &str = "bench.back";

const PATIENCE: Duration = Duration::from_secs(10);

impl<W: Wait> Ours<W> {
    fn open(topology: PathBuf, node: &str, incoming: &str, outgoing: &str) -> Outcome<Self> {
        let bus = open(topology, node, W::WAITING)?;
        let subscriber = bus.subscriber_on(incoming)?;
        let publisher = bus.publisher_on(outgoing)?;
        Ok(Self { bus, publisher, subscriber, wait: PhantomData })
    }
}

fn open(topology: PathBuf, node: &str, waiting: Waiting) -> Outcome<MessageBus> {
    let mut options = Options::default();
    options.waiting = waiting;
    Ok(MessageBus::from_topology_with(topology, node, options)?)
}

fn write_topology(plan: &Plan) -> Outcome<PathBuf> {
    let endpoint = match plan.socket {
        Socket::Unix => "kind = \"unix\", path = \"sockets/second.sock\"".to_owned(),
        Socket::Tcp => format!("kind = \"tcp\", addr = {:?}", plan.address),
    };
    let path = plan.folder.join(TOPOLOGY);
    let text = format!(
        "[[nodes]]\nname = \"first\"\nservices = [\"first\"]\n\n\
         [[nodes]]\nname = \"second\"\nservices = [\"second\"]\nendpoint = {{ {endpoint} }}\n"
    );
    fs::write(&path, text)?;
    Ok(path)
}

impl<W: Wait> End for Ours<W> {
    fn run<T>(part: Part, plan: &Plan, doing: impl Future<Output = T>) -> Outcome<T> {
        W::run(part, plan, doing)
    }

    async fn listen(plan: &Plan, ready: impl FnOnce()) -> Outcome<Self> {
        let end = Self::open(write_topology(plan)?, "second", THERE, BACK)?;
        ready();
        end.publisher.wait_for_subscribers(1, PATIENCE)?;
        Ok(end)
    }

    async fn dial(plan: &Plan) -> Outcome<Self> {
        let end = Self::open(plan.folder.join(TOPOLOGY), "first", BACK, THERE)?;
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
