//! What it costs a publisher and a subscriber that somebody watches them.
//!
//! ```text
//! cargo build --release -p mycelium-cli --example observed --bins
//! target/release/examples/observed shm tap 0.2 400
//! ```
//!
//! Words: `shm` or `unix`; `tap`, `record` or any other arguments of `mycelium` as one word, or `nobody`, which shows how much
//! two equal times differ; seconds a time; pairs of times. A publisher sends messages of 64 bytes as fast as it can to a
//! subscriber in another process. Both run on, while times with the watcher and without alternate: which of a pair comes first
//! changes from pair to pair. In shared memory a watcher that does not watch is stopped by a signal; over a socket, where its
//! publisher would count on for it, it is started for each time anew, and its start left out.
//!
//! Printed is the median of what is left of the neighbour's rate, with the interval in which the true median lies in 95 of 100
//! cases, and the same of the processor time that the publisher takes for a message.

use mycelium::{Message, MessageBus, Publisher};
use rustix::process::{Pid, Signal, kill_process};
use rustix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a watcher that was started, or a machine that was left, has to come to rest.
const SETTLING: Duration = Duration::from_millis(400);

#[derive(Debug, Clone, Copy, PartialEq, Message)]
#[myc(package = "observed", id = 1)]
#[repr(C)]
struct Tick {
    number: u64,
    values: [u64; 5],
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["subscriber", topology] => subscribe(topology),
        [kind, watcher, seconds, pairs] => {
            compare(kind, watcher, Duration::from_secs_f64(seconds.parse()?), pairs.parse()?)
        }
        _ => Err("words: shm|unix tap|record|nobody SECONDS PAIRS".into()),
    }
}

/// Receives until the publisher closes.
fn subscribe(topology: &str) -> Result<(), Box<dyn Error>> {
    let bus = MessageBus::from_topology(topology, "b")?;
    let mut ticks = bus.subscriber::<Tick>()?;
    while ticks.recv_blocking()?.is_some() {}
    Ok(())
}

fn compare(kind: &str, words: &str, length: Duration, pairs: usize) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir_in("/dev/shm")?;
    let topology = write_topology(folder.path(), kind)?;
    let mut subscriber = Command::new(std::env::current_exe()?)
        .args(["subscriber", &topology])
        .stdout(Stdio::null())
        .spawn()?;
    let bus = MessageBus::from_topology(&topology, "a")?;
    let publisher = bus.publisher::<Tick>()?;
    publisher.wait_for_subscribers(1, Duration::from_secs(10))?;
    let (words, topology) = (words.to_owned(), PathBuf::from(topology));
    let is_started_anew = kind != "shm";
    let mut watcher = Watcher { words, topology, is_started_anew, running: None };
    if !is_started_anew {
        watcher.start()?;
        publish(&publisher, 2 * SETTLING)?;
        watcher.rest()?;
    }
    let (mut alone, mut watched) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        for is_watched in [pair % 2 == 0, pair % 2 != 0] {
            match is_watched {
                true => {
                    watcher.watch(&publisher)?;
                    watched.push(publish(&publisher, length)?);
                    watcher.rest()?;
                }
                false => alone.push(publish(&publisher, length)?),
            }
        }
    }
    watcher.end()?;
    drop((publisher, bus));
    subscriber.wait()?;
    report(kind, &watcher.words, &alone, &watched);
    Ok(())
}

/// What came of a time.
#[derive(Clone, Copy)]
struct Pace {
    /// Messages a second.
    rate: f64,
    /// Of the publisher's processor time.
    nanos_per_message: f64,
}

fn publish(publisher: &Publisher<Tick>, length: Duration) -> Result<Pace, Box<dyn Error>> {
    let (start, used, mut number) = (Instant::now(), processor_time(), 0);
    while start.elapsed() < length {
        for _ in 0..256 {
            publisher.publish(Tick { number, values: [number; 5] })?;
            number += 1;
        }
    }
    let (count, used) = (number as f64, processor_time().saturating_sub(used));
    let rate = count / start.elapsed().as_secs_f64();
    Ok(Pace { rate, nanos_per_message: used.as_nanos() as f64 / count })
}

/// Of this process.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// Whoever watches, or does not just now.
struct Watcher {
    words: String,
    topology: PathBuf,
    is_started_anew: bool,
    running: Option<Child>,
}

impl Watcher {
    fn start(&mut self) -> Result<(), Box<dyn Error>> {
        if self.words == "nobody" {
            return Ok(());
        }
        let program = std::env::current_exe()?.with_file_name("../mycelium");
        let mut words = self.words.split(' ');
        let mut command = Command::new(program);
        let verb = words.next().unwrap_or_default();
        command.arg(verb).arg(&self.topology).args(words);
        if verb == "record" {
            command.arg("--force").arg("-o").arg(self.topology.with_file_name("observed.mcap"));
        }
        let out = if verb == "record" { Stdio::inherit() } else { Stdio::null() };
        self.running = Some(command.stdout(out).spawn()?);
        Ok(())
    }

    /// Watches from now on.
    fn watch(&mut self, publisher: &Publisher<Tick>) -> Result<(), Box<dyn Error>> {
        if self.is_started_anew {
            self.start()?;
            publish(publisher, SETTLING)?;
            return Ok(());
        }
        self.signal(Signal::CONT)
    }

    /// Does not watch any more.
    fn rest(&mut self) -> Result<(), Box<dyn Error>> {
        if self.is_started_anew { self.end() } else { self.signal(Signal::STOP) }
    }

    fn end(&mut self) -> Result<(), Box<dyn Error>> {
        if !self.is_started_anew {
            self.signal(Signal::CONT)?;
        }
        self.signal(Signal::INT)?;
        if let Some(mut running) = self.running.take() {
            running.wait()?;
        }
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<(), Box<dyn Error>> {
        Ok(self
            .running
            .as_ref()
            .map_or(Ok(()), |child| kill_process(Pid::from_child(child), signal))?)
    }
}

fn report(kind: &str, words: &str, alone: &[Pace], watched: &[Pace]) {
    let left_of = |value: fn(&Pace) -> f64| {
        let pairs = alone.iter().zip(watched);
        Median::of(pairs.map(|(alone, watched)| 100.0 * value(watched) / value(alone)))
    };
    let median_of = |paces: &[Pace], value: fn(&Pace) -> f64| Median::of(paces.iter().map(value));
    let rate = |pace: &Pace| pace.rate / 1e6;
    let cost = |pace: &Pace| pace.nanos_per_message;
    println!("{kind}, {} pairs, with {words}:", alone.len());
    let (before, after) = (median_of(alone, rate), median_of(watched, rate));
    println!(
        "  M/s: {:.2} alone, {:.2} watched; left, by pairs: {}",
        before.middle,
        after.middle,
        left_of(rate)
    );
    let (before, after) = (median_of(alone, cost), median_of(watched, cost));
    println!(
        "  publisher, ns a message: {:.1} alone, {:.1} watched; by pairs: {}",
        before.middle,
        after.middle,
        left_of(cost)
    );
}

/// A median, and between which it lies in 95 of 100 cases; of fewer than six values, the least and the most.
struct Median {
    least: f64,
    middle: f64,
    most: f64,
}

impl Median {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        // So many lie below the median as heads fall in so many throws of a coin.
        let (half, spread) = (values.len() as f64 / 2.0, 0.98 * (values.len() as f64).sqrt());
        let at = |rank: f64| values[(rank.max(0.0) as usize).min(values.len() - 1)];
        Self { least: at(half - spread), middle: at(half), most: at(half + spread) }
    }
}

impl std::fmt::Display for Median {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} % ({:.1} to {:.1})", self.middle, self.least, self.most)
    }
}

fn write_topology(folder: &Path, kind: &str) -> Result<String, Box<dyn Error>> {
    let path = folder.join("run");
    let place = if kind == "shm" { path } else { path.join("a.sock") };
    let text = format!(
        "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\nendpoint.kind = \"{kind}\"\nendpoint.path = \"{}\"\n\
         [[nodes]]\nname = \"b\"\nservices = [\"b\"]\n",
        place.display()
    );
    let file = folder.join("topology.toml");
    std::fs::write(&file, text)?;
    Ok(file.display().to_string())
}
