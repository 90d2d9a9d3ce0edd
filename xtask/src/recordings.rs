//! `cargo xtask recordings`: a large recording is made, looked at, replayed and converted. No command may need more
//! memory than a bound, nor noticeably more than for a recording of an eighth of the size.
//!
//! What is recorded is made up from a seed, and cannot be compressed: so the file has the size that was asked for. A
//! command's memory is the most that it ever had in memory at once, as the system counts it ([`Peak`]), with the pages of
//! files and of the ring that it has mapped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use mycelium::prelude::*;
use wait4::Wait4;

use crate::Outcome;
use crate::failure::{Failure, io_failure};
use crate::peak::Peak;
use crate::progress::Progress;
use crate::repo;
use crate::tool::Tool;

/// How much of it.
#[derive(Args)]
pub(crate) struct Options {
    /// Size of the recording, in GiB; parts of one too
    #[arg(long, default_value_t = 4.0)]
    gib: f64,
    /// What its messages are made of
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the files lie meanwhile, up to twice the size [default: target]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// How much memory a command may take at all: most of it is a group of rows of Parquet, and the ring.
const MOST_MIB: u64 = 256;

/// How much more memory the large recording may take, for its index.
const MORE_MIB: u64 = 32;

/// Numbers of a message: 8 KiB.
const NUMBERS: usize = 1024;

/// A message with nothing to compress.
#[derive(Message, Debug)]
#[myc(package = "large", id = 1)]
struct Sample {
    number: u64,
    numbers: Vec<u64>,
}

/// What a command took.
struct Took {
    command: &'static str,
    seconds: f64,
    peak_mib: u64,
}

/// Builds the command, runs it on both sizes, prints what each took.
pub(crate) fn run(options: &Options) -> Outcome {
    let progress = Progress::start("a large recording, and one of an eighth");
    let outcome = measure(options, &progress);
    progress.finish(if outcome.is_ok() { "ok" } else { "FAILED" });
    print!("{}", outcome?);
    Ok(())
}

fn measure(options: &Options, progress: &Progress) -> Result<String, Failure> {
    let build = ["build", "--release", "--locked", "--package", "mycelium-cli"];
    Tool::cargo().args(build).args(["--features", "parquet"]).run("recordings-build", progress)?;
    let folder = Folder::make(options.folder.as_deref().unwrap_or(&repo::target()))?;
    let small = round(&folder, options.gib / 8.0, options.seed, progress)?;
    let large = round(&folder, options.gib, options.seed, progress)?;
    let mut page = format!(
        "| command | MiB of memory, {:.2} GiB | {:.2} GiB | seconds | MiB a second |\n|---|--:|--:|--:|--:|\n",
        options.gib / 8.0,
        options.gib
    );
    for (small, large) in small.iter().zip(&large) {
        let Took { command, seconds, peak_mib } = large;
        // It reads the index alone.
        let rate = match *command {
            "info" => String::new(),
            _ => format!("{:.0}", options.gib * 1024.0 / seconds),
        };
        let small = small.peak_mib;
        page += &format!("| `{command}` | {small} | {peak_mib} | {seconds:.1} | {rate} |\n");
    }
    for (small, Took { command, peak_mib, .. }) in small.iter().zip(&large) {
        if *peak_mib > MOST_MIB || *peak_mib > small.peak_mib + MORE_MIB {
            let before = small.peak_mib;
            let what = format!("`{command}` takes {peak_mib} MiB, and {before} MiB for an eighth");
            return Err(Failure::new(what).seen(page));
        }
    }
    Ok(page)
}

/// Records so much, and does everything with it.
fn round(folder: &Folder, gib: f64, seed: u64, progress: &Progress) -> Result<Vec<Took>, Failure> {
    let count = (gib * f64::from(1 << 30) / (NUMBERS * 8) as f64).ceil() as u64;
    let all = ["big.mcap", "topology.toml", "copy.mcap", "big.parquet", "big.csv"];
    let [big, topology, copy, parquet, csv] = all.map(|name| folder.path(name));
    let number = count.to_string();
    progress.detail(format!("recording {count} messages"));
    let recorded =
        folder.run("record", &[&topology, "-o", &big, "--count", &number, "--force"], |ended| {
            publish_until(&topology, seed, ended)
        })?;
    let mut took = vec![recorded];
    let size = fs::metadata(&big).map_err(io_failure("look at", Path::new(&big)))?.len();
    if (size as f64) < gib * f64::from(1 << 30) {
        return Err(Failure::new(format!("the recording has {size} bytes, fewer than asked for")));
    }
    let nothing = |_: &mut dyn FnMut() -> bool| Ok(());
    took.push(folder.run("info", &[&big], nothing)?);
    let replay = [&*big, &topology, "--as", "source", "--speed", "max", "--wait", "60"];
    took.push(folder.run("replay", &replay, |ended| receive_all(&topology, count, ended))?);
    for (command, output) in
        [("convert, MCAP", &copy), ("convert, Parquet", &parquet), ("convert, CSV", &csv)]
    {
        progress.detail(command);
        took.push(folder.run(command, &[&big, output, "--force"], nothing)?);
        // A CSV file is twice as long as the recording: its bytes go nowhere.
        if output != &csv {
            fs::remove_file(output).map_err(io_failure("remove", Path::new(output)))?;
        }
    }
    Ok(took)
}

/// Publishes samples until the recorder has enough.
fn publish_until(
    topology: &str,
    seed: u64,
    ended: &mut dyn FnMut() -> bool,
) -> Result<(), Failure> {
    let bus = open(topology, "source")?;
    let samples = bus.publisher::<Sample>().map_err(refused)?;
    let mut state = seed | 1;
    for number in 0.. {
        // Looking costs a system call.
        if number % 64 == 0 && ended() {
            break;
        }
        let numbers = (0..NUMBERS).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        });
        samples.publish(Sample { number, numbers: numbers.collect() }).map_err(refused)?;
    }
    Ok(())
}

/// Receives what is replayed, and counts it.
fn receive_all(topology: &str, count: u64, ended: &mut dyn FnMut() -> bool) -> Result<(), Failure> {
    let bus = open(topology, "sink")?;
    let mut samples = bus.subscriber::<Sample>().map_err(refused)?;
    let mut received = 0;
    while received < count {
        match samples.recv_timeout(Duration::from_millis(200)).map_err(refused)? {
            Some(_) => received += 1,
            None if ended() => break,
            None => {}
        }
    }
    if received == count {
        return Ok(());
    }
    Err(Failure::new(format!("{received} of {count} messages were replayed")))
}

fn open(topology: &str, service: &str) -> Result<MessageBus, Failure> {
    MessageBus::from_topology(topology, service).map_err(refused)
}

fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// Where all lies; gone at the end.
struct Folder {
    path: PathBuf,
    rings: PathBuf,
}

impl Folder {
    fn make(place: &Path) -> Result<Self, Failure> {
        let path = place.join(format!("mycelium-recordings-{}", std::process::id()));
        let rings = Path::new("/dev/shm").join(format!("mycelium-large-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(io_failure("make", &path))?;
        let topology = format!(
            "[[nodes]]\nname = \"source\"\nservices = [\"source\"]\nendpoint.kind = \"none\"\n\
             [[nodes]]\nname = \"sink\"\nservices = [\"sink\"]\nendpoint.kind = \"shm\"\n\
             endpoint.path = {:?}\n",
            rings.display().to_string()
        );
        let file = path.join("topology.toml");
        fs::write(&file, topology).map_err(io_failure("write", &file))?;
        let csv = path.join("big.csv");
        std::os::unix::fs::symlink("/dev/null", &csv).map_err(io_failure("link", &csv))?;
        Ok(Self { path, rings })
    }

    fn path(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// Runs a command to its end, and something beside it that may ask whether it has ended.
    fn run(
        &self,
        command: &'static str,
        arguments: &[&str],
        beside: impl FnOnce(&mut dyn FnMut() -> bool) -> Result<(), Failure>,
    ) -> Result<Took, Failure> {
        let program = repo::target().join("release/mycelium");
        let name = command.split(',').next().unwrap_or(command);
        let mut program = Command::new(program);
        take(command, program.arg(name).args(arguments), beside)
    }
}

/// Runs a command to its end, and something beside it; where that fails, the command is ended too.
fn take(
    name: &'static str,
    command: &mut Command,
    beside: impl FnOnce(&mut dyn FnMut() -> bool) -> Result<(), Failure>,
) -> Result<Took, Failure> {
    let program = PathBuf::from(command.get_program());
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().map_err(io_failure("start", &program))?;
    let peak = Peak::watch(&child);
    let beside = beside(&mut || peak.is_over());
    if beside.is_err() {
        // It may wait for what will not come.
        let _ = child.kill();
    }
    let ended = child.wait4().map_err(io_failure("wait for", &program))?;
    beside?;
    if !ended.status.success() {
        return Err(Failure::new(format!("`mycelium {name}` failed ({})", ended.status)));
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok(Took { command: name, seconds, peak_mib: peak.bytes(ended.rusage.maxrss) >> 20 })
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
        let _ = fs::remove_dir_all(&self.rings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What runs beside a command may fail while the command waits for it.
    #[test]
    fn a_command_ends_with_what_runs_beside_it() {
        let mut command = Command::new("sleep");
        let failed = take("sleep", command.arg("100000"), |ended| {
            assert!(!ended());
            Err(Failure::new("nothing to send"))
        });
        assert!(
            failed.err().is_some_and(|failure| failure.to_string().contains("nothing to send"))
        );
    }

    #[test]
    fn a_command_that_has_ended_is_told() {
        let until = |ended: &mut dyn FnMut() -> bool| {
            while !ended() {
                std::thread::yield_now();
            }
            Ok(())
        };
        let took = take("true", &mut Command::new("true"), until);
        assert!(took.is_ok_and(|took| took.command == "true"));
        assert!(take("false", &mut Command::new("false"), until).is_err());
    }
}
