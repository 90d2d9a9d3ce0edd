//! Rings, read by lossy readers, for which no writer waits.

use std::collections::HashMap;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use mycelium_ring::{AttachError, LossyReader, PollError, ReaderOptions, Start};
use mycelium_wire::{Frame, FrameHeader, Timestamp};

use super::channels::Channels;
use super::pace::{Pace, Source};
use super::sink::{Sink, Stopped};
use super::{Event, Place, Seen};
use crate::transport::control;

/// How often a folder is looked at for rings that have come.
const LOOK_FOR_RINGS: Duration = Duration::from_millis(50);

/// How long a reader rests that has found nothing: at first, and after so many looks in vain. It never asks to be
/// woken, for that would cost the writer a system call.
const REST: Duration = Duration::from_millis(1);
const LONG_REST: Duration = Duration::from_millis(4);
const LOOKS_IN_VAIN: u32 = 50;

/// About the most bytes that are handed on together; the [pace](Pace) says how many frames.
const MOST_BYTES: usize = 256 << 10;

/// So far behind its writer a reader falls that is in no hurry; then it goes on at what is new.
const LONGEST_BEHIND: Duration = Duration::from_secs(1);

/// Starts the thread that watches a place of rings.
pub(super) fn watch(place: Place, sink: &Sink, is_unhurried: bool) -> io::Result<JoinHandle<()>> {
    let sink = sink.clone();
    let thread = std::thread::Builder::new().name("mycelium-observe".to_owned());
    thread.spawn(move || look_for_rings(&place, &sink, is_unhurried))
}

/// Reads each ring on a thread of its own, as long as there is one.
fn look_for_rings(place: &Place, sink: &Sink, is_unhurried: bool) {
    let mut readers: HashMap<PathBuf, Following> = HashMap::new();
    let mut told: HashMap<PathBuf, String> = HashMap::new();
    while !sink.is_stopped() {
        readers.retain(|path, following| following.goes_on(path));
        for path in place.rings() {
            if readers.contains_key(&path) {
                continue;
            }
            // Before it is opened: if another takes its place meanwhile, that is looked at again.
            let file = file_of(&path);
            match attach(&path) {
                Ok(reader) => {
                    told.remove(&path);
                    let (sink, own_path) = (sink.clone(), path.clone());
                    let thread = std::thread::Builder::new().name("mycelium-observe".to_owned());
                    let follow = move || follow(reader, &own_path, &sink, is_unhurried);
                    if let Ok(thread) = thread.spawn(follow) {
                        readers.insert(path, Following { thread, file });
                    }
                }
                // A ring that is not there, or that a dead process has left, is waited for.
                Err(AttachError::NotFound { .. } | AttachError::WriterVanished { .. }) => {}
                Err(error) => tell_once(&mut told, path, error.to_string(), sink),
            }
        }
        std::thread::sleep(LOOK_FOR_RINGS);
    }
    for Following { thread, .. } in readers.into_values() {
        // A panic there was reported there.
        let _ = thread.join();
    }
}

/// A ring that is read, or was: its end is told by then, and a writer that comes again brings another file.
struct Following {
    /// Gives the reader back, which holds the file: no other gets its number meanwhile.
    thread: JoinHandle<LossyReader>,
    file: Option<File>,
}

/// Tells a file from all others: device and number.
type File = (u64, u64);

impl Following {
    /// Whether there is nothing else to be attached to.
    fn goes_on(&self, path: &Path) -> bool {
        !self.thread.is_finished() || (self.file.is_some() && self.file == file_of(path))
    }
}

fn file_of(path: &Path) -> Option<File> {
    let about = std::fs::symlink_metadata(path).ok()?;
    Some((about.dev(), about.ino()))
}

fn attach(path: &Path) -> Result<LossyReader, AttachError> {
    let mut options = ReaderOptions::starting_at(Start::Newest);
    options.prefault = false;
    LossyReader::attach(path, &options)
}

fn tell_once(told: &mut HashMap<PathBuf, String>, path: PathBuf, reason: String, sink: &Sink) {
    if told.get(&path) != Some(&reason) {
        let place = path.display().to_string().into();
        told.insert(path, reason.clone());
        // Who is gone need not be told.
        let _ = sink.put(Event::Closed { place, reason });
    }
}

/// Reads a ring to its end.
fn follow(mut reader: LossyReader, path: &Path, sink: &Sink, is_unhurried: bool) -> LossyReader {
    let place: Arc<str> = path.display().to_string().into();
    if sink.put(Event::Opened(place.clone())).is_err() {
        return reader;
    }
    let mut ring = Ring { channels: Channels::new(place.clone(), false), announced: 0 };
    let mut pace = Pace::new(Source::Ring, None, is_unhurried);
    let (mut in_vain, mut caught_up) = (0, Instant::now());
    let reason = loop {
        let lost_before = reader.lost();
        let looked_at = Instant::now();
        let look = match ring.read(&mut reader, sink, pace.most_frames()) {
            Ok(Ok(_)) if sink.is_stopped() => return reader,
            Ok(Ok(look)) => look,
            Ok(Err(Stopped)) => return reader,
            Err(PollError::Closed) => break "its writer has left".to_owned(),
            Err(error) => break error.to_string(),
        };
        if look.is_all {
            caught_up = looked_at;
        }
        let rest = pace.take(look.frames, look.bytes, Instant::now());
        in_vain = if look.frames == 0 { in_vain + 1 } else { 0 };
        let rest = match in_vain {
            0 => rest,
            1..=LOOKS_IN_VAIN => rest.max(REST),
            _ => rest.max(LONG_REST),
        };
        pause(rest, sink);
        // What is lost is lost; but who has lost something sees from then on what is new.
        let is_late = reader.lost() > lost_before || caught_up.elapsed() > LONGEST_BEHIND;
        if is_unhurried && !look.is_all && is_late {
            reader.skip_to_newest();
        }
    };
    let _ = sink.put(Event::Closed { place, reason });
    reader
}

/// Rests, unless the observer is gone.
fn pause(rest: Duration, sink: &Sink) {
    let end = Instant::now() + rest;
    while !sink.is_stopped() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(LOOK_FOR_RINGS));
    }
}

/// What is known of a ring.
struct Ring {
    channels: Channels,
    /// Bytes of announcements that were heard.
    announced: usize,
}

/// What a look has found.
struct Look {
    /// Frames that were looked at, and bytes of those that are wanted.
    frames: usize,
    bytes: usize,
    /// Whether there were no more.
    is_all: bool,
}

impl Ring {
    /// Hands on the frames that are there, so many at most.
    fn read(
        &mut self,
        reader: &mut LossyReader,
        sink: &Sink,
        most_frames: usize,
    ) -> Result<Result<Look, Stopped>, PollError> {
        let (mut seen, mut later) = (Vec::new(), Vec::new());
        let (mut bytes, time) = (BytesMut::new(), Timestamp::now());
        let mut end = None;
        let mut look = Look { frames: 0, bytes: 0, is_all: false };
        while look.frames < most_frames && bytes.len() < MOST_BYTES {
            let start = bytes.len();
            let header = match reader.poll() {
                Ok(Some(frame)) => {
                    bytes.extend_from_slice(&frame);
                    FrameHeader::parse(&frame)
                }
                Ok(None) => {
                    look.is_all = true;
                    break;
                }
                Err(error) => {
                    end = Some(error);
                    break;
                }
            };
            look.frames += 1;
            // What is no frame of ours cannot be shown.
            let taken = header.ok().and_then(|header| {
                self.catch_up(reader, &header, sink);
                self.take(&header, &bytes[start..], time, &mut later, sink)
            });
            match taken {
                Some(taken) => seen.push((taken, bytes.len() - start)),
                None => bytes.truncate(start),
            }
        }
        look.bytes = bytes.len();
        let mut bytes = bytes.freeze();
        let with_bytes = |(seen, len)| Seen { bytes: bytes.split_to(len), ..seen };
        let seen: Vec<Seen> = seen.into_iter().map(with_bytes).collect();
        let seen = (!seen.is_empty()).then_some(Event::Seen(seen));
        for event in seen.into_iter().chain(later) {
            if sink.put(event).is_err() {
                return Ok(Err(Stopped));
            }
        }
        end.map_or(Ok(Ok(look)), Err)
    }

    /// Looks at a frame: what is seen, its bytes apart, or what is to be told later.
    fn take(
        &mut self,
        header: &FrameHeader,
        frame: &[u8],
        time: Timestamp,
        later: &mut Vec<Event>,
        sink: &Sink,
    ) -> Option<Seen> {
        if header.type_id != 0 {
            return self.channels.see(header, time, Bytes::new);
        }
        let body = control::parse(frame).ok()?;
        later.extend(self.channels.hear(body, |topic| sink.takes(topic)));
        None
    }

    /// Hears announcements that have come since, where a frame is of a channel that is not known.
    fn catch_up(&mut self, reader: &LossyReader, header: &FrameHeader, sink: &Sink) {
        if header.type_id == 0 || self.channels.knows(header) {
            return;
        }
        let announcements = reader.announcements();
        let mut rest = announcements.get(self.announced..).unwrap_or_default();
        // What is no frame ends the list: another program may announce something else.
        while let Ok((frame, behind)) = Frame::split(rest) {
            let bytes = &rest[..rest.len() - behind.len()];
            if frame.header.type_id != 0 {
                break;
            }
            if let Ok(body) = control::parse(bytes) {
                self.channels.hear(body, |topic| sink.takes(topic));
            }
            self.announced += bytes.len();
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    fn an_observer_that_is_gone_is_not_waited_for() {
        let stop = Arc::new(AtomicBool::new(true));
        let (events, _seen) = tokio::sync::mpsc::channel(1);
        let (start, topics) = (Instant::now(), Arc::from(Vec::new()));
        pause(Duration::from_secs(20), &Sink { events, topics, stop });
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}
