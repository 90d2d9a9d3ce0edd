//! What publishing a small frame costs the writer, by the number of readers that keep up.
//!
//! One process writes some frames, has all readers read them, and so on; only the writing is timed. So the
//! readers' cursors are where a writer finds them that has readers on other processors: in their lines.

use crate::Outcome;
use crate::part::pin;
use mycelium_ring::{Reader, ReaderOptions, Writer, WriterOptions};
use std::path::Path;
use std::time::{Duration, Instant};

const LEN: usize = 56;
const BURST: usize = 512;
const BURSTS: usize = 2000;

/// Nanoseconds a frame.
pub(crate) fn measure(folder: &Path, readers: usize) -> Outcome<f64> {
    let _pinned = pin(0)?;
    let path = folder.join("publish.ring");
    let mut writer = Writer::create(&path, &WriterOptions::with_capacity(1 << 20))?;
    let attach = |_| Reader::attach(&path, &ReaderOptions::default());
    let mut readers = (0..readers).map(attach).collect::<Result<Vec<_>, _>>()?;
    let payload = [1; LEN];
    let mut took = Duration::ZERO;
    for _ in 0..BURSTS {
        let start = Instant::now();
        for _ in 0..BURST {
            writer.write(&payload)?;
        }
        took += start.elapsed();
        for reader in &mut readers {
            reader.poll_batch(BURST, |_| ())?;
        }
    }
    Ok(took.as_nanos() as f64 / (BURST * BURSTS) as f64)
}
