//! The parts that the processes of a campaign play, and what each of them checks for itself.
//!
//! A frame carries its number, a checksum, and a body of random length that follows from the number and the
//! ring. A reader checks all of it. When its ring is over it reports what it has seen, and attaches to the
//! next.

use mycelium_ring::{
    AttachError, CreateError, LossyReader, PollError, Reader, ReaderOptions, Start, Waiting,
    Writer, WriterOptions,
};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The variables by which a process learns its part and its ring.
pub(crate) const PART: &str = "MYC_RING_CAMPAIGN_PART";
pub(crate) const RING: &str = "MYC_RING_CAMPAIGN_RING";

/// Small, so that it is full all the time.
const CAPACITY_BYTES: u64 = 1 << 16;
/// Bytes of number and checksum.
const HEAD: usize = 16;
const LONGEST_BODY: u64 = 600;
/// Longer than anything should take.
const LONG: Duration = Duration::from_secs(60);

/// Plays the part that the environment asks for; false if it asks for none. Does not come back if the part
/// ends in a failure.
pub(crate) fn play() -> bool {
    let (Ok(part), Some(ring)) = (std::env::var(PART), std::env::var_os(RING)) else {
        return false;
    };
    let ring = PathBuf::from(ring);
    let stop = stop_with_stdin();
    match part.as_str() {
        "writer" => write(&ring, &stop),
        "reliable" => read(&ring, &stop),
        "lossy" => watch(&ring, &stop),
        other => fail(&format!("no such part: {other}")),
    }
    true
}

/// Set once the campaign says that it is over, or is gone.
fn stop_with_stdin() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = std::io::stdin().lock().read_line(&mut line);
        stopped.store(true, Ordering::Relaxed);
    });
    stop
}

fn say(line: &str) {
    // Whoever listened may be gone; then nothing matters any more.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn fail(reason: &str) -> ! {
    say(&format!("failed: {reason}"));
    std::process::exit(2)
}

/// Fills a frame: its number, a checksum of the rest, a body.
fn fill(slot: &mut [u8], epoch: u64, count: u64) {
    let mut state = epoch ^ count;
    let (head, body) = slot.split_at_mut(HEAD);
    let mut sum = mix(count);
    for chunk in body.chunks_mut(8) {
        state = mix(state);
        chunk.copy_from_slice(&state.to_le_bytes()[..chunk.len()]);
        sum = (sum ^ state).rotate_left(7);
    }
    head[..8].copy_from_slice(&count.to_le_bytes());
    head[8..].copy_from_slice(&sum.to_le_bytes());
}

fn body_len(epoch: u64, count: u64) -> usize {
    (mix(epoch.wrapping_add(count)) % LONGEST_BODY) as usize
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (value ^ (value >> 27)).wrapping_add(0x9e37_79b9_7f4a_7c15)
}

/// Ends the process unless `frame` is frame number `count` of the ring, to the last byte.
fn check(frame: &[u8], epoch: u64, count: u64) {
    let len = HEAD + body_len(epoch, count);
    if frame.len() != len {
        fail(&format!("frame {count} has {} bytes instead of {len}", frame.len()));
    }
    let mut expected = [0; HEAD + LONGEST_BODY as usize];
    fill(&mut expected[..len], epoch, count);
    if frame != &expected[..len] {
        fail(&format!("frame {count} is torn, or another one: {:?}", &frame[..HEAD]));
    }
}

fn write(ring: &Path, stop: &AtomicBool) {
    let mut options = WriterOptions::with_capacity(CAPACITY_BYTES);
    // With more processes than processors, whoever spins keeps the others from working.
    options.waiting = Waiting::SLEEP;
    let started = Instant::now();
    let mut writer = loop {
        match Writer::create(ring, &options) {
            Ok(writer) => break writer,
            // A reader that is being forked may hold the lock of its dead predecessor for a moment.
            Err(CreateError::Busy { .. }) if started.elapsed() < LONG => std::thread::yield_now(),
            Err(error) => fail(&error.to_string()),
        }
    };
    let epoch = writer.epoch();
    let mut longest = Duration::ZERO;
    for count in 0_u64.. {
        if stop.load(Ordering::Relaxed) {
            let longest = longest.as_micros();
            say(&format!("wrote {epoch} {count} {longest}"));
            return writer.close();
        }
        let len = HEAD + body_len(epoch, count);
        let before = Instant::now();
        match writer.reserve_timeout(len, LONG) {
            Ok(mut slot) => {
                fill(&mut slot, epoch, count);
                slot.commit();
            }
            Err(error) => fail(&error.to_string()),
        }
        let took = before.elapsed();
        if took > longest {
            longest = took;
            say(&format!("waited {}", took.as_micros()));
        }
    }
}

/// Attaches to the ring once it is there, unless it is the one that is over; `None` when all is over.
fn attach<R>(
    ring: &Path,
    stop: &AtomicBool,
    over: Option<u64>,
    attach: impl Fn(&Path, &ReaderOptions) -> Result<R, AttachError>,
) -> Option<R> {
    let started = Instant::now();
    loop {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let next = Reader::epoch_at(ring);
        if next.is_some() && next != over {
            let mut options = ReaderOptions::starting_at(Start::Oldest);
            options.waiting = Waiting::SLEEP;
            match attach(ring, &options) {
                Ok(reader) => return Some(reader),
                Err(AttachError::NotFound { .. } | AttachError::WriterVanished { .. }) => {}
                Err(error) => fail(&error.to_string()),
            }
        }
        if started.elapsed() > LONG {
            fail("no new ring has come");
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn read(ring: &Path, stop: &AtomicBool) {
    let mut over = None;
    while let Some(mut reader) = attach(ring, stop, over, |path, how| Reader::attach(path, how)) {
        let epoch = reader.epoch();
        let first = reader.sequence();
        let mut next = first;
        let error = loop {
            let asked = Instant::now();
            match reader.receive(LONG) {
                Ok(Some(frame)) => {
                    if frame.sequence() != next {
                        fail(&format!("frame {} after {next}", frame.sequence()));
                    }
                    check(&frame, epoch, next);
                    next += 1;
                }
                Ok(None) => fail(&nothing_came("a reliable reader", epoch, next, asked.elapsed())),
                Err(error) => break error,
            }
        };
        report("read", epoch, &error, (first, next, 0));
        over = Some(epoch);
    }
}

fn watch(ring: &Path, stop: &AtomicBool) {
    let mut over = None;
    while let Some(mut reader) =
        attach(ring, stop, over, |path, how| LossyReader::attach(path, how))
    {
        let epoch = reader.epoch();
        let first = reader.sequence();
        let mut next = first;
        let error = loop {
            let asked = Instant::now();
            match reader.receive(LONG) {
                Ok(Some(frame)) => {
                    if frame.sequence() != next + frame.lost() {
                        fail(&format!(
                            "{} lost between {next} and {}",
                            frame.lost(),
                            frame.sequence()
                        ));
                    }
                    check(&frame, epoch, frame.sequence());
                    next = frame.sequence() + 1;
                }
                Ok(None) => fail(&nothing_came("a lossy reader", epoch, next, asked.elapsed())),
                Err(error) => break error,
            }
        };
        report("watched", epoch, &error, (first, reader.sequence(), reader.lost()));
        over = Some(epoch);
    }
}

fn nothing_came(who: &str, epoch: u64, next: u64, waited: Duration) -> String {
    format!(
        "{who} of ring {epoch} has waited {:.3} s for frame {next}, and none came; it was to wait {} s",
        waited.as_secs_f64(),
        LONG.as_secs()
    )
}

fn report(what: &str, epoch: u64, error: &PollError, seen: (u64, u64, u64)) {
    let (first, next, lost) = seen;
    match error {
        PollError::Closed | PollError::WriterVanished { .. } => {
            say(&format!("{what} {epoch} {next} {} {lost}", next - first - lost));
        }
        error => fail(&error.to_string()),
    }
}
