//! What it costs a publisher and a subscriber that somebody watches them, and what the watcher gets.
//!
//! ```text
//! cargo build --release -p mycelium-cli --example observed --bins
//! target/release/examples/observed shm tap 2 5
//! ```
//!
//! Words: `shm` or `unix`; `tap`, `record` or any other arguments of `mycelium` as one word, or `nobody`, which shows how much
//! two equal rounds differ; seconds a round; rounds. A publisher sends messages of 64 bytes as fast as it can to a subscriber
//! in another process; rounds with and without a watcher alternate; compared are the medians, and the median of neighbouring rounds.

use mycelium::{Message, MessageBus};
use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
        [kind, watcher, seconds, rounds] => {
            compare(kind, watcher, Duration::from_secs_f64(seconds.parse()?), rounds.parse()?)
        }
        _ => Err("words: shm|unix tap|record SECONDS ROUNDS".into()),
    }
}

/// Receives until the publisher closes.
fn subscribe(topology: &str) -> Result<(), Box<dyn Error>> {
    let bus = MessageBus::from_topology(topology, "b")?;
    let mut ticks = bus.subscriber::<Tick>()?;
    let mut received = 0_u64;
    while ticks.recv_blocking()?.is_some() {
        received += 1;
    }
    println!("{received}");
    Ok(())
}

fn compare(
    kind: &str,
    watcher: &str,
    length: Duration,
    rounds: usize,
) -> Result<(), Box<dyn Error>> {
    let (mut alone, mut watched) = (Vec::new(), Vec::new());
    let watcher_of = (watcher != "nobody").then_some(watcher);
    for _ in 0..rounds {
        alone.push(round(kind, None, length)?);
        watched.push(round(kind, watcher_of, length)?);
    }
    // A machine that is slow for a while is so for neighbours.
    let mut left: Vec<f64> =
        alone.iter().zip(&watched).map(|(alone, watched)| 100.0 * watched / alone).collect();
    let (alone, watched) = (median(&mut alone), median(&mut watched));
    println!("{kind}: alone {:.3} M/s, with {watcher} {:.3} M/s", alone / 1e6, watched / 1e6);
    let middle = median(&mut left);
    let (least, most) = (left[0], left[left.len() - 1]);
    println!(
        "of its rate is left: {:.1} % of the medians; by pairs {middle:.1} % ({least:.0} to {most:.0})",
        100.0 * watched / alone
    );
    Ok(())
}

/// Messages a second.
fn round(kind: &str, watcher: Option<&str>, length: Duration) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir_in("/dev/shm")?;
    let topology = write_topology(folder.path(), kind)?;
    let mut subscriber = Command::new(std::env::current_exe()?)
        .args(["subscriber", &topology])
        .stdout(Stdio::null())
        .spawn()?;
    let bus = MessageBus::from_topology(&topology, "a")?;
    let publisher = bus.publisher::<Tick>()?;
    publisher.wait_for_subscribers(1, Duration::from_secs(10))?;
    let mut watching =
        watcher.map(|watcher| watch(watcher, &topology, folder.path())).transpose()?;
    let publish = |length: Duration| -> Result<f64, Box<dyn Error>> {
        let (start, mut number) = (Instant::now(), 0);
        while start.elapsed() < length {
            for _ in 0..256 {
                publisher.publish(Tick { number, values: [number; 5] })?;
                number += 1;
            }
        }
        Ok(number as f64 / start.elapsed().as_secs_f64())
    };
    // Whoever watches has come by then.
    publish(Duration::from_millis(300))?;
    let rate = publish(length)?;
    if let Some(watching) = &mut watching {
        let id = rustix::process::Pid::from_child(watching);
        rustix::process::kill_process(id, rustix::process::Signal::INT)?;
        watching.wait()?;
    }
    drop((publisher, bus));
    subscriber.wait()?;
    Ok(rate)
}

fn watch(watcher: &str, topology: &str, folder: &Path) -> Result<Child, Box<dyn Error>> {
    let program = std::env::current_exe()?.with_file_name("../mycelium");
    let mut words = watcher.split(' ');
    let mut command = Command::new(program);
    let verb = words.next().unwrap_or_default();
    command.arg(verb).arg(topology).args(words);
    if verb == "record" {
        command.arg("-o").arg(folder.join("observed.mcap"));
    }
    let out = if verb == "record" { Stdio::inherit() } else { Stdio::null() };
    Ok(command.stdout(out).spawn()?)
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

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
