//! A message wakes a thread that sleeps on another core: the time from the call that sends it to its receipt.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use mycelium::{MessageBus, Options, Waiting};
use rustix::thread::futex;

use crate::peers::ByValue;
use crate::report::{Row, add, at};
use crate::way::CAPACITY;
use crate::{Args, cores};

/// One message for so many round trips of the other measurements, which take less time.
const MESSAGES_SHARE: usize = 50;

/// How long the sender waits before each message: whoever receives sleeps by then.
const PAUSE: Duration = Duration::from_micros(60);

pub(crate) fn measure(args: &Args, cores: (usize, usize)) -> io::Result<Vec<Row>> {
    let count = args.trips / MESSAGES_SHARE;
    let mut rows = Vec::new();
    for _ in 0..args.rounds {
        let mut tell = |name: &str, mut times_ns: Vec<f64>| {
            add(&mut rows, name, "p50", at(&mut times_ns, 0.5));
            add(&mut rows, name, "p99", at(&mut times_ns, 0.99));
        };
        let word = Arc::new(Word::default());
        tell("bare futex", wake(count, cores, (word.clone(), word), Word::set, Word::wait)?);
        tell("mycelium, inline", wake(count, cores, bus(), publish, receive)?);
        let ends = mpsc::sync_channel::<u64>(CAPACITY);
        let send = |to: &mut mpsc::SyncSender<u64>, at_ns| to.send(at_ns).is_ok();
        tell("std sync_channel", wake(count, cores, ends, send, |from| from.recv().ok())?);
        let ends = crossbeam_channel::bounded::<u64>(CAPACITY);
        let send = |to: &mut crossbeam_channel::Sender<u64>, at_ns| to.send(at_ns).is_ok();
        tell("crossbeam-channel", wake(count, cores, ends, send, |from| from.recv().ok())?);
        let ends = flume::bounded::<u64>(CAPACITY);
        let send = |to: &mut flume::Sender<u64>, at_ns| to.send(at_ns).is_ok();
        tell("flume", wake(count, cores, ends, send, |from| from.recv().ok())?);
        let ends = kanal::bounded::<u64>(CAPACITY);
        let send = |to: &mut kanal::Sender<u64>, at_ns| to.send(at_ns).is_ok();
        tell("kanal", wake(count, cores, ends, send, |from| from.recv().ok())?);
    }
    Ok(rows)
}

/// Each message says when it was sent.
fn wake<S: Send + 'static, R: Send + 'static>(
    count: usize,
    (here, there): (usize, usize),
    (mut to, mut from): (S, R),
    send: impl Fn(&mut S, u64) -> bool,
    receive: impl Fn(&mut R) -> Option<u64> + Send + 'static,
) -> io::Result<Vec<f64>> {
    cores::pin(here)?;
    let start = Instant::now();
    let now_ns = move || start.elapsed().as_nanos() as u64;
    let receiver = thread::spawn(move || -> io::Result<Vec<f64>> {
        cores::pin(there)?;
        let mut times_ns = Vec::with_capacity(count);
        for _ in 0..count {
            let sent_at_ns =
                receive(&mut from).ok_or_else(|| io::Error::other("it ended early"))?;
            times_ns.push(now_ns().saturating_sub(sent_at_ns) as f64);
        }
        Ok(times_ns)
    });
    for _ in 0..count {
        let from_ns = now_ns();
        while now_ns() - from_ns < PAUSE.as_nanos() as u64 {}
        assert!(send(&mut to, now_ns()));
    }
    receiver.join().map_err(|_| io::Error::other("the receiver panicked"))?
}

/// A word that is set, waited for and reset, and what it stands for.
#[derive(Default)]
struct Word {
    is_set: AtomicU32,
    value: AtomicU64,
}

impl Word {
    /// Waits until the one before was taken, which it is unless the receiver was held up: nothing may be lost.
    fn set(word: &mut Arc<Self>, value: u64) -> bool {
        while word.is_set.load(Ordering::Acquire) != 0 {
            thread::yield_now();
        }
        word.value.store(value, Ordering::Relaxed);
        word.is_set.store(1, Ordering::Release);
        futex::wake(&word.is_set, futex::Flags::PRIVATE, 1).is_ok()
    }

    fn wait(word: &mut Arc<Self>) -> Option<u64> {
        while word.is_set.load(Ordering::Acquire) == 0 {
            let _ = futex::wait(&word.is_set, futex::Flags::PRIVATE, 0, None);
        }
        let value = word.value.load(Ordering::Relaxed);
        word.is_set.store(0, Ordering::Release);
        Some(value)
    }
}

type Publisher = mycelium::Publisher<ByValue>;
type Subscriber = mycelium::Subscriber<ByValue>;

/// A bus whose subscribers do not spin before they sleep.
fn bus() -> (Publisher, Subscriber) {
    let mut options = Options::default();
    options.waiting = Waiting { spin: Duration::ZERO, yields: 0 };
    let bus = MessageBus::with_options(options);
    let subscriber = bus.subscriber().expect("the bus is open");
    (bus.publisher().expect("the bus is open"), subscriber)
}

fn publish(publisher: &mut Publisher, at_ns: u64) -> bool {
    publisher.publish(ByValue { words: [at_ns; 8] }).is_ok()
}

fn receive(subscriber: &mut Subscriber) -> Option<u64> {
    subscriber.recv_blocking().ok()?.map(|message| message.words[0])
}
