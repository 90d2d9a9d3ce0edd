//! As many small frames as a time allows, from one process to another at full speed, each checked.

use crate::nemesis::Place;
use mycelium_ring::{FrameAlign, PollError, Reader, ReaderOptions, Writer, WriterOptions};
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RING: &str = "MYC_RING_ENDURANCE_RING";
const LEN: usize = 64;
const BATCH: usize = 64;

/// In the second process: reads and checks all frames; false in the first.
pub(crate) fn play() -> bool {
    let Some(ring) = std::env::var_os(RING) else { return false };
    match check_all(Path::new(&ring)) {
        Ok(frames) => println!("checked {frames}"),
        Err(error) => println!("failed: {error}"),
    }
    true
}

/// The words of a frame all follow from its number.
fn words(count: u64) -> [u64; LEN / 8] {
    std::array::from_fn(|index| (count ^ index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn bytes(count: u64) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words(count)) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

fn check_all(ring: &Path) -> Result<u64, Box<dyn Error>> {
    let mut reader = Reader::attach(ring, &ReaderOptions::default())?;
    println!("ready");
    let mut count = 0;
    let mut wrong = None;
    loop {
        let found = reader.poll_batch(BATCH, |frame| {
            if frame != bytes(count) {
                wrong.get_or_insert(count);
            }
            count += 1;
        });
        match (found, wrong) {
            (_, Some(wrong)) => {
                return Err(format!("frame {wrong} is not as it was written").into());
            }
            (Ok(_), None) => {}
            (Err(PollError::Closed), None) => return Ok(count),
            (Err(error), None) => return Err(error.into()),
        }
    }
}

/// Writes for so long; tells how many frames were checked, and how fast.
pub(crate) fn run(time: Duration) -> Result<String, Box<dyn Error>> {
    let place = Place::new()?;
    let mut options = WriterOptions::with_capacity(1 << 20);
    options.frame_align = FrameAlign::Packed;
    let mut writer = Writer::create(place.ring(), &options)?;
    let mut child = Command::new(std::env::current_exe()?)
        .env(RING, place.ring())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    if lines.next().transpose()?.as_deref() != Some("ready") {
        return Err("the reader could not attach".into());
    }
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < time {
        let mut batch = writer.batch();
        for _ in 0..BATCH {
            batch.write(&bytes(count))?;
            count += 1;
        }
    }
    writer.close();
    let said = lines.next().transpose()?.unwrap_or_default();
    let took = started.elapsed().as_secs_f64();
    child.wait()?;
    if said != format!("checked {count}") {
        return Err(format!("{count} frames were written; the reader says: {said}").into());
    }
    Ok(format!(
        "{count} frames of {LEN} bytes in {took:.1} s, {:.1} M/s, every number and byte checked",
        count as f64 / took / 1e6
    ))
}
