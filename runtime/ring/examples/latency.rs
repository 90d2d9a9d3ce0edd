//! Measures a ring between two processes, each on a processor of its own: the time from a write to its
//! reading (half a round trip), and frames a second one way.
//!
//! ```text
//! cargo run --release -p mycelium-ring --example latency -- [payload bytes] [round trips] [packed]
//! ```
//!
//! It prints one line of `key=value` pairs. Both sides poll without pause: so it needs two processors
//! that have nothing else to do.

use mycelium_ring::{FrameAlign, PollError, Reader, ReaderOptions, Writer, WriterOptions};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use std::{env, fs, hint, io};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What to measure; the same in both processes.
struct Plan {
    payload_len: usize,
    rounds: usize,
    frame_align: FrameAlign,
    /// Where the rings `there.ring` and `back.ring` are.
    folder: PathBuf,
}

/// The variable by which the second process learns where the rings are.
const FOLDER: &str = "MYC_RING_LATENCY_FOLDER";

fn main() -> Outcome<()> {
    let mut arguments = env::args().skip(1);
    let payload_len = arguments.next().map_or(Ok(40), |text| text.parse())?;
    let rounds = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let frame_align = match arguments.next().as_deref() {
        Some("packed") => FrameAlign::Packed,
        _ => FrameAlign::CacheLine,
    };
    match env::var_os(FOLDER) {
        Some(folder) => echo(&Plan { payload_len, rounds, frame_align, folder: folder.into() }),
        None => {
            let folder = make_folder()?;
            let outcome =
                measure(&Plan { payload_len, rounds, frame_align, folder: folder.clone() });
            fs::remove_dir_all(folder)?;
            outcome
        }
    }
}

/// Sends frames there and waits for each to come back, then sends as many as go.
fn measure(plan: &Plan) -> Outcome<()> {
    let mut writer = Writer::create(plan.folder.join("there.ring"), &options(plan))?;
    let mut second = spawn_second(plan)?;
    // Only now: the second process would inherit it.
    pin_to_processor(0)?;
    let mut reader = attach(&plan.folder.join("back.ring"), &mut second)?;
    let payload = vec![1; plan.payload_len];

    let warm_up = plan.rounds / 10;
    for _ in 0..warm_up {
        round_trip(&mut writer, &mut reader, &payload)?;
    }
    let mut times_ns = Vec::with_capacity(plan.rounds);
    for _ in 0..plan.rounds {
        let start = Instant::now();
        round_trip(&mut writer, &mut reader, &payload)?;
        times_ns.push(start.elapsed().as_nanos() / 2);
    }
    let per_second = stream(&mut writer, &mut reader, &payload, plan.rounds * 10)?;
    writer.close();
    second.wait()?;
    report(plan, &mut times_ns, per_second);
    Ok(())
}

/// Sends back the first frames, then swallows the rest, and sends back the last.
fn echo(plan: &Plan) -> Outcome<()> {
    pin_to_processor(1)?;
    let mut reader = Reader::attach(plan.folder.join("there.ring"), &ReaderOptions::default())?;
    let mut writer = Writer::create(plan.folder.join("back.ring"), &options(plan))?;
    for _ in 0..plan.rounds + plan.rounds / 10 {
        echo_one(&mut writer, &mut reader)?;
    }
    for _ in 1..plan.rounds * 10 {
        receive(&mut reader, |_| ())?;
    }
    echo_one(&mut writer, &mut reader)?;
    match receive(&mut reader, |_| ()) {
        Err(PollError::Closed) => Ok(()),
        other => Err(format!("expected the end of the ring, found {other:?}").into()),
    }
}

fn round_trip(writer: &mut Writer, reader: &mut Reader, payload: &[u8]) -> Outcome<()> {
    writer.write(payload)?;
    Ok(receive(reader, |_| ())?)
}

fn echo_one(writer: &mut Writer, reader: &mut Reader) -> Outcome<()> {
    Ok(receive(reader, |frame| writer.write(frame))??)
}

fn stream(writer: &mut Writer, reader: &mut Reader, payload: &[u8], frames: usize) -> Outcome<f64> {
    let start = Instant::now();
    for _ in 0..frames {
        writer.write(payload)?;
    }
    receive(reader, |_| ())?;
    Ok(frames as f64 / start.elapsed().as_secs_f64())
}

fn receive<T>(reader: &mut Reader, take: impl FnOnce(&[u8]) -> T) -> Result<T, PollError> {
    loop {
        if let Some(frame) = reader.poll()? {
            return Ok(take(&frame));
        }
        hint::black_box(());
    }
}

fn report(plan: &Plan, times_ns: &mut [u128], per_second: f64) {
    times_ns.sort_unstable();
    let at = |part: f64| times_ns[((times_ns.len() - 1) as f64 * part) as usize];
    println!(
        "payload_bytes={} align={:?} p50_ns={} p90_ns={} p99_ns={} p999_ns={} frames_per_s={:.0}",
        plan.payload_len,
        plan.frame_align,
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        per_second
    );
}

fn options(plan: &Plan) -> WriterOptions {
    let mut options = WriterOptions::with_capacity(1 << 20);
    options.frame_align = plan.frame_align;
    options
}

fn spawn_second(plan: &Plan) -> io::Result<Child> {
    Command::new(env::current_exe()?).args(env::args().skip(1)).env(FOLDER, &plan.folder).spawn()
}

/// Attaches to the ring that the second process makes.
fn attach(path: &Path, second: &mut Child) -> Outcome<Reader> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match Reader::attach(path, &ReaderOptions::default()) {
            Ok(reader) => return Ok(reader),
            Err(error) if Instant::now() > deadline => return Err(error.into()),
            Err(_) if second.try_wait()?.is_none() => std::thread::yield_now(),
            Err(error) => return Err(error.into()),
        }
    }
}

fn make_folder() -> io::Result<PathBuf> {
    let shm = Path::new("/dev/shm");
    let parent = if shm.exists() { shm.to_owned() } else { env::temp_dir() };
    let folder = parent.join(format!("mycelium-latency-{}", std::process::id()));
    fs::create_dir(&folder)?;
    Ok(folder)
}

/// Pins this thread to the `index`-th of the processors that it may use, as far as there are so many.
fn pin_to_processor(index: usize) -> io::Result<()> {
    let allowed = sched_getaffinity(None)?;
    let mut processors = (0..CpuSet::MAX_CPU).filter(|&processor| allowed.is_set(processor));
    if let Some(processor) = processors.nth(index) {
        let mut one = CpuSet::new();
        one.set(processor);
        sched_setaffinity(None, &one)?;
    }
    Ok(())
}
