//! Chunks: messages that are compressed together, and written at once by a thread of its own.
//!
//! A chunk is kept in memory until it is whole: a file that is cut off anywhere holds whole chunks up to there. Whoever records
//! goes on meanwhile; where the thread does not keep up, a few chunks wait, and then whoever records.

use super::records::{op, record};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use zstd::bulk::Compressor;

/// Chunks that wait to be written.
const MOST_WAITING: usize = 2;

/// The fastest of those that are good for anything: what is recorded must not wait for what is compressed.
const LEVEL: i32 = 1;

/// Messages, and what they need to be read: their channels and schemas, where those are new.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) records: Vec<u8>,
    /// Channel, time and place in the records of each message.
    messages: Vec<(u16, u64, u64)>,
}

impl Chunk {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { records: Vec::with_capacity(bytes), messages: Vec::new() }
    }

    /// Adds a frame of a channel that was seen at that time.
    pub(super) fn add(&mut self, channel: u16, time: u64, sequence: u32, frame: &[u8]) {
        self.messages.push((channel, time, self.records.len() as u64));
        record(&mut self.records, op::MESSAGE, |body| {
            body.u16(channel).u32(sequence).u64(time).u64(time).bytes(frame);
        });
    }

    /// Its first and last time.
    fn times(&self) -> (u64, u64) {
        let times = || self.messages.iter().map(|(_, time, _)| *time);
        (times().min().unwrap_or(0), times().max().unwrap_or(0))
    }
}

/// A file that a thread writes.
pub(super) struct ChunkFile {
    chunks: SyncSender<Chunk>,
    thread: JoinHandle<io::Result<Written>>,
}

/// What was written, and where.
pub(super) struct Written {
    file: File,
    /// Bytes so far.
    pub(super) at: u64,
    pub(super) checksum: crc32fast::Hasher,
    /// A record for each chunk, as they stand at the file's end.
    pub(super) indexes: Vec<u8>,
    pub(super) chunks: u32,
}

impl Written {
    /// Hands bytes to the system.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.checksum.update(bytes);
        self.at += bytes.len() as u64;
        self.file.write_all(bytes)
    }
}

impl ChunkFile {
    /// Begins a file with what stands before the first chunk.
    pub(super) fn begin(file: File, head: &[u8], is_compressed: bool) -> io::Result<Self> {
        let checksum = crc32fast::Hasher::new();
        let mut written = Written { file, at: 0, checksum, indexes: Vec::new(), chunks: 0 };
        written.write(head)?;
        let compressor = is_compressed.then(|| Compressor::new(LEVEL)).transpose()?;
        let (sender, chunks) = sync_channel(MOST_WAITING);
        let thread = std::thread::Builder::new().name("mycelium-record".to_owned());
        let thread = thread.spawn(move || write_all(written, compressor, &chunks))?;
        Ok(Self { chunks: sender, thread })
    }

    /// Hands a chunk over. False if the thread has ended: [`ChunkFile::end`] says why.
    pub(super) fn put(&self, chunk: Chunk) -> bool {
        self.chunks.send(chunk).is_ok()
    }

    /// Waits until all is written.
    pub(super) fn end(self) -> io::Result<Written> {
        drop(self.chunks);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn write_all(
    mut written: Written,
    mut compressor: Option<Compressor<'static>>,
    chunks: &Receiver<Chunk>,
) -> io::Result<Written> {
    while let Ok(chunk) = chunks.recv() {
        write(&mut written, compressor.as_mut(), &chunk)?;
    }
    Ok(written)
}

/// Writes a chunk with the places of its messages, in one piece.
fn write(
    written: &mut Written,
    compressor: Option<&mut Compressor<'static>>,
    chunk: &Chunk,
) -> io::Result<()> {
    let (name, compressed) = match compressor {
        Some(compressor) => ("zstd", Some(compressor.compress(&chunk.records)?)),
        None => ("", None),
    };
    let data = compressed.as_ref().unwrap_or(&chunk.records);
    let (packed, plain) = (data.len() as u64, chunk.records.len() as u64);
    let (start, end) = chunk.times();
    let mut out = Vec::with_capacity(data.len() + chunk.messages.len() * 16 + 256);
    record(&mut out, op::CHUNK, |body| {
        body.u64(start).u64(end).u64(plain).u32(crc32fast::hash(&chunk.records));
        body.text(name).u64(packed).bytes(data);
    });
    let chunk_len = out.len() as u64;
    let indexes = add_indexes(&mut out, &chunk.messages);
    record(&mut written.indexes, op::CHUNK_INDEX, |body| {
        body.u64(start).u64(end).u64(written.at).u64(chunk_len);
        body.numbers(indexes.into_iter().map(|(channel, at)| (channel, written.at + at)));
        body.u64(out.len() as u64 - chunk_len).text(name).u64(packed).u64(plain);
    });
    written.chunks = written.chunks.saturating_add(1);
    written.write(&out)
}

/// Adds a record for each channel with the times and places of its messages. Gives where they stand.
fn add_indexes(out: &mut Vec<u8>, messages: &[(u16, u64, u64)]) -> BTreeMap<u16, u64> {
    let mut by_channel: BTreeMap<u16, Vec<(u64, u64)>> = BTreeMap::new();
    for (channel, time, place) in messages {
        by_channel.entry(*channel).or_default().push((*time, *place));
    }
    let add = |(channel, places): (u16, Vec<(u64, u64)>)| {
        let at = out.len() as u64;
        record(out, op::MESSAGE_INDEX, |body| {
            body.u16(channel).sized(|body| {
                for (time, place) in places {
                    body.u64(time).u64(place);
                }
            });
        });
        (channel, at)
    };
    by_channel.into_iter().map(add).collect()
}

#[cfg(test)]
mod tests {
    use std::os::fd::OwnedFd;

    use super::*;

    /// As on a full disk: whoever records hears of it at a later chunk, or at the end.
    #[test]
    fn what_cannot_be_written_is_told() {
        for puts in [1, usize::MAX] {
            let (reader, writer) = io::pipe().expect("a pipe");
            let file = File::from(OwnedFd::from(writer));
            let file = ChunkFile::begin(file, b"head", false).expect("it begins");
            drop(reader);
            // It ends with the thread, after those that wait.
            let _ = (0..puts).all(|_| file.put(Chunk::default()));
            let error = file.end().err().expect("nobody reads");
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        }
    }
}
