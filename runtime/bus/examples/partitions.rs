//! Orders shared out among workers by their key, at a NATS server that keeps them. One worker is killed, and another goes
//! on where it was.
//!
//! ```text
//! nats-server --addr 127.0.0.1 --jetstream --store_dir /tmp/partitions &
//! cargo run -p mycelium --features nats --example partitions 127.0.0.1:4222
//! ```
//!
//! Each worker is a process, and has a topic of its own. What it has done it publishes on another, whose newest message
//! says to whoever comes after it where to begin. Both topics are durable: nobody needs to be there when somebody else is.

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};

use mycelium::{
    Message, MessageBus, Publisher, RecvError, Start, Subscriber, Timestamp, TryRecvError,
};

/// What a customer wants.
#[derive(Message, Debug, Clone)]
#[myc(package = "example", id = 3)]
struct Order {
    #[myc(key)]
    account: String,
    /// Its publisher counts from 1.
    number: u64,
    sent_time: Timestamp,
}

/// What a worker has done.
#[derive(Message, Debug, Clone)]
#[myc(package = "example", id = 4)]
struct Done {
    account: String,
    /// The order's.
    number: u64,
    /// The order's.
    sent_time: Timestamp,
}

/// As many as there are workers.
const PARTITIONS: u32 = 4;
const ACCOUNTS: u64 = 100;
const ORDERS: u64 = 20_000;
/// How many orders the first worker has done, at least, when it is killed.
const BEFORE_THE_KILL: usize = 500;
const PATIENCE: Duration = Duration::from_secs(20);
/// How long what is kept may need to come.
const PAUSE: Duration = Duration::from_secs(1);
/// How much the clocks of publishers and server may differ.
const CLOCKS_NS: i64 = 10_000_000_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [server] => show(server),
        ["worker", part, topology] => work(part.parse()?, Path::new(topology)),
        _ => {
            println!("usage: partitions HOST:PORT, where a nats-server with --jetstream listens");
            Ok(())
        }
    }
}

/// The partition of a key, by FNV-1a, which is the same in every program and language. Neither half of it is mixed well by
/// itself where keys are short.
fn partition(key: &str) -> u32 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash ^ (hash >> 32)) % u64::from(PARTITIONS)) as u32
}

/// Who takes orders, and passes each on to the partition of its account.
struct Desk {
    orders: Vec<Publisher<Order>>,
    /// The numbers of all orders, by partition.
    published: Vec<Vec<u64>>,
}

impl Desk {
    fn open(bus: &MessageBus) -> Outcome<Self> {
        let orders: Vec<_> = (0..PARTITIONS)
            .map(|part| bus.publisher_on::<Order>(&format!("orders.{part}")))
            .collect::<Result<_, _>>()?;
        let published = vec![Vec::new(); orders.len()];
        Ok(Self { orders, published })
    }

    fn publish(&mut self, number: u64) -> Outcome<()> {
        let account = format!("account {}", number * 7919 % ACCOUNTS);
        let part = partition(&account) as usize;
        self.orders[part].publish(Order { account, number, sent_time: Timestamp::now() })?;
        self.published[part].push(number);
        Ok(())
    }
}

/// Does what is ordered on one partition, from where the one before it was.
fn work(part: u32, topology: &Path) -> Outcome<()> {
    let bus = MessageBus::from_topology(topology, &format!("worker-{part}"))?;
    let done = format!("done.{part}");
    // The topic's history is 1: what was done last.
    let last = match bus.subscriber_on::<Done>(&done)?.recv_timeout(PAUSE) {
        Ok(last) => last,
        Err(TryRecvError::Empty) => None,
        Err(fault) => return Err(fault.into()),
    };
    let (start, last) = match last {
        Some(last) => (Start::Time(shortly_before(last.sent_time)), last.number),
        None => (Start::Oldest, 0),
    };
    let results = bus.publisher_on::<Done>(&done)?;
    let mut orders = bus.subscriber_on_from::<Order>(&format!("orders.{part}"), start)?;
    while let Some(order) = orders.recv_blocking()? {
        // What was done already is passed over.
        if order.number > last {
            let Order { account, number, sent_time } = order.into_inner();
            results.publish(Done { account, number, sent_time })?;
        }
    }
    Ok(())
}

fn shortly_before(time: Timestamp) -> SystemTime {
    let since_epoch_ns = u64::try_from(time.0 - CLOCKS_NS).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_nanos(since_epoch_ns)
}

/// Starts the workers, publishes, kills one, starts another, and sees that all was done in order.
fn show(server: &str) -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("partitions-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let topology = folder.join("topology.toml");
    std::fs::write(&topology, deployment(server))?;
    let mut workers = Vec::new();
    for part in 0..PARTITIONS {
        workers.push(Worker::start(part, &topology)?);
    }
    let bus = MessageBus::from_topology(&topology, "desk")?;
    let mut done = Vec::new();
    for part in 0..PARTITIONS {
        let done_there = bus.subscriber_on_from::<Done>(&format!("done.{part}"), Start::Oldest)?;
        done.push(InOrder { done: done_there, last: 0, again: 0 });
    }

    let mut desk = Desk::open(&bus)?;
    (1..=ORDERS / 2).try_for_each(|number| desk.publish(number))?;
    done[0].expect(&desk.published[0][..BEFORE_THE_KILL])?;
    // Dropped, it is killed. What is ordered of it meanwhile is kept.
    drop(workers.swap_remove(0));
    (ORDERS / 2 + 1..=ORDERS).try_for_each(|number| desk.publish(number))?;
    workers.push(Worker::start(0, &topology)?);

    for (part, (done, published)) in done.iter_mut().zip(&desk.published).enumerate() {
        let behind = if part == 0 { BEFORE_THE_KILL } else { 0 };
        done.expect(&published[behind..])?;
        let killed = if part == 0 { "; it was killed, and another went on" } else { "" };
        let (count, again) = (published.len(), done.again);
        println!("worker {part}: {count} orders, in order, {again} of them twice{killed}");
    }
    drop(workers);
    bus.shutdown();
    Ok(std::fs::remove_dir_all(&folder)?)
}

/// What is done, in order; what was done twice is passed over.
struct InOrder {
    done: Subscriber<Done>,
    last: u64,
    again: u64,
}

impl InOrder {
    fn expect(&mut self, numbers: &[u64]) -> Outcome<()> {
        for number in numbers {
            let done = self.next()?;
            if done.number != *number {
                return Err(format!("{done:?} instead of {number}").into());
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Outcome<Done> {
        loop {
            match self.done.recv_timeout(PATIENCE) {
                Ok(Some(done)) if done.number > self.last => {
                    self.last = done.number;
                    return Ok(done.into_inner());
                }
                Ok(Some(_)) => self.again += 1,
                Ok(None) => return Err("the bus was shut down".into()),
                Err(TryRecvError::Failed(RecvError::Lost(count))) => {
                    return Err(format!("{count} messages were lost").into());
                }
                Err(fault) => return Err(fault.into()),
            }
        }
    }
}

fn deployment(server: &str) -> String {
    let mut text = format!(
        "[defaults]\nendpoint.kind = \"nats\"\nendpoint.addr = \"{server}\"\n\
         endpoint.subject = \"partitions-{}\"\nendpoint.policy = \"drop_oldest\"\n\
         [[topics]]\nname = \"orders.>\"\ndurable = true\nkeep_seconds = 600\n\
         [[topics]]\nname = \"done.>\"\ndurable = true\nkeep_seconds = 600\nhistory = 1\n\
         [[nodes]]\nname = \"desk\"\nservices = [\"desk\"]\n",
        std::process::id()
    );
    for part in 0..PARTITIONS {
        let worker = format!("worker-{part}");
        text.push_str(&format!("[[nodes]]\nname = \"{worker}\"\nservices = [\"{worker}\"]\n"));
    }
    text
}

/// A process; dropping it kills it.
struct Worker(Child);

impl Worker {
    fn start(part: u32, topology: &Path) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("worker").arg(part.to_string()).arg(topology);
        Ok(Self(command.spawn()?))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
