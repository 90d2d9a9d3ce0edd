//! Writing a recording, so that what was flushed can be read whatever happens next.
//!
//! Messages are gathered in [chunks](super::chunk), each of which is written at once. The index follows at the end; who
//! reads a file without one reads it from its beginning.

use super::chunk::{Chunk, ChunkFile, Written};
use super::output::new_file;
use super::records::{MAGIC, op, record};
use super::{LOSSES, MESSAGE_ENCODING, SCHEMA_ENCODING, Track};
use crate::failure::Failure;
use clap::ValueEnum;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

/// Bytes of messages that are compressed together.
const CHUNK_BYTES: usize = 1 << 20;

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Compression {
    Zstd,
    None,
}

/// A recording that is being written.
pub(super) struct Recording {
    path: PathBuf,
    /// Nothing once writing has failed.
    file: Option<ChunkFile>,
    chunk: Chunk,
    /// By name and text.
    schemas: HashMap<(String, String), u16>,
    tracks: HashMap<Track, TrackId>,
    /// Records of all schemas, and of all channels, as they stand at the file's end too.
    schema_records: Vec<u8>,
    channel_records: Vec<u8>,
    /// Messages of each track.
    counts: Vec<u64>,
    messages: u64,
    /// Of all messages.
    times: Option<(u64, u64)>,
}

/// A track of a recording that is being written: its channel's number.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrackId(u16);

impl Recording {
    /// Makes the file; one that is there is replaced only if that is wished, and never one of those that are read.
    pub(super) fn create(
        path: &Path,
        compression: Compression,
        replace: bool,
        inputs: &[PathBuf],
    ) -> Result<Self, Failure> {
        let file = new_file(path, replace, inputs)?;
        let mut head = MAGIC.to_vec();
        record(&mut head, op::HEADER, |body| {
            body.text("mycelium").text(concat!("mycelium ", env!("CARGO_PKG_VERSION")));
        });
        let file = ChunkFile::begin(file, &head, compression == Compression::Zstd);
        Ok(Self {
            file: Some(file.map_err(|error| refused(path, &error))?),
            path: path.to_owned(),
            chunk: Chunk::with_capacity(CHUNK_BYTES),
            schemas: HashMap::new(),
            tracks: HashMap::new(),
            schema_records: Vec::new(),
            channel_records: Vec::new(),
            counts: Vec::new(),
            messages: 0,
            times: None,
        })
    }

    /// The track, which is made if there is none.
    pub(super) fn track(&mut self, track: &Track) -> Result<TrackId, Failure> {
        if let Some(known) = self.tracks.get(track) {
            return Ok(*known);
        }
        let schema = match (&track.type_name, &track.text) {
            (Some(name), Some(text)) => self.schema(name, text)?,
            _ => 0,
        };
        let channel = u16::try_from(self.counts.len()).map_err(|_| self.full("topics"))?;
        let start = self.channel_records.len();
        record(&mut self.channel_records, op::CHANNEL, |body| {
            body.u16(channel).u16(schema).text(&track.topic);
            body.text(MESSAGE_ENCODING).texts(&track.metadata());
        });
        self.chunk.records.extend_from_slice(&self.channel_records[start..]);
        self.counts.push(0);
        self.tracks.insert(track.clone(), TrackId(channel));
        Ok(TrackId(channel))
    }

    fn schema(&mut self, name: &str, text: &str) -> Result<u16, Failure> {
        let key = (name.to_owned(), text.to_owned());
        if let Some(known) = self.schemas.get(&key) {
            return Ok(*known);
        }
        // Zero stands for none.
        let id = u16::try_from(self.schemas.len() + 1).map_err(|_| self.full("types"))?;
        let start = self.schema_records.len();
        record(&mut self.schema_records, op::SCHEMA, |body| {
            body.u16(id).text(name).text(SCHEMA_ENCODING).text(text);
        });
        self.chunk.records.extend_from_slice(&self.schema_records[start..]);
        self.schemas.insert(key, id);
        Ok(id)
    }

    fn full(&self, what: &str) -> Failure {
        let path = self.path.display();
        Failure::Input(format!("{path}: no recording holds more than 65,535 {what}"))
    }

    /// Adds a frame that was seen at that time, in nanoseconds since 1970.
    pub(super) fn write(
        &mut self,
        track: TrackId,
        time: u64,
        sequence: u32,
        frame: &[u8],
    ) -> Result<(), Failure> {
        if self.chunk.records.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        self.chunk.add(track.0, time, sequence, frame);
        self.counts[usize::from(track.0)] += 1;
        self.messages += 1;
        let (first, last) = self.times.unwrap_or((time, time));
        self.times = Some((first.min(time), last.max(time)));
        Ok(())
    }

    /// How many frames were added.
    pub(super) fn messages(&self) -> u64 {
        self.messages
    }

    /// How many of each topic.
    pub(super) fn by_topic(&self) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for (track, id) in &self.tracks {
            *all.entry(track.topic.clone()).or_default() += self.counts[usize::from(id.0)];
        }
        all
    }

    /// Hands all that was added to whoever gives it to the system: it survives the death of this process once that has
    /// compressed it.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        if self.chunk.records.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.chunk, Chunk::with_capacity(CHUNK_BYTES));
        let is_taken = self.file.as_ref().is_some_and(|file| file.put(chunk));
        if is_taken { Ok(()) } else { self.end_chunks().map(drop) }
    }

    /// Waits until all chunks are written, or says why they are not.
    fn end_chunks(&mut self) -> Result<Written, Failure> {
        let ended = self.file.take().map(ChunkFile::end);
        let ended = ended.unwrap_or_else(|| Err(io::Error::other("writing has failed before")));
        ended.map_err(|error| refused(&self.path, &error))
    }

    /// Ends the file with what was lost, by topic, and with its index.
    pub(super) fn finish(mut self, lost: &BTreeMap<String, u64>) -> Result<(), Failure> {
        self.flush()?;
        let mut written = self.end_chunks()?;
        let mut end = Vec::new();
        let mut lost_index = Vec::new();
        if !lost.is_empty() {
            let losses = lost.iter().map(|(topic, count)| (topic.clone(), count.to_string()));
            record(&mut end, op::METADATA, |body| {
                body.text(LOSSES).texts(&losses.collect());
            });
            record(&mut lost_index, op::METADATA_INDEX, |body| {
                body.u64(written.at).u64(end.len() as u64).text(LOSSES);
            });
        }
        let ended = written.write(&end).and_then(|()| {
            let tail = self.tail(&written, &lost_index);
            written.write(&tail)
        });
        ended.map_err(|error| refused(&self.path, &error))
    }

    /// What stands behind the data: its checksum, the index and where that begins.
    fn tail(&self, written: &Written, lost_index: &[u8]) -> Vec<u8> {
        let mut tail = Vec::new();
        record(&mut tail, op::DATA_END, |body| {
            body.u32(written.checksum.clone().finalize());
        });
        let start = tail.len();
        let mut statistics = Vec::new();
        self.add_statistics(&mut statistics, written.chunks, !lost_index.is_empty());
        let mut offsets = Vec::new();
        for (op, group) in [
            (op::SCHEMA, &*self.schema_records),
            (op::CHANNEL, &self.channel_records),
            (op::STATISTICS, &statistics),
            (op::CHUNK_INDEX, &written.indexes),
            (op::METADATA_INDEX, lost_index),
        ] {
            if !group.is_empty() {
                let at = written.at + tail.len() as u64;
                record(&mut offsets, op::SUMMARY_OFFSET, |body| {
                    body.u8(op).u64(at).u64(group.len() as u64);
                });
                tail.extend_from_slice(group);
            }
        }
        let offsets_at = written.at + tail.len() as u64;
        tail.extend_from_slice(&offsets);
        let footer = tail.len();
        record(&mut tail, op::FOOTER, |body| {
            body.u64(written.at + start as u64).u64(offsets_at).u32(0);
        });
        // Of all from the index on but the checksum itself, which stands last.
        let checked = footer + 1 + 8 + 16;
        let checksum = crc32fast::hash(&tail[start..checked]);
        tail[checked..].copy_from_slice(&checksum.to_le_bytes());
        tail.extend_from_slice(MAGIC);
        tail
    }

    fn add_statistics(&self, out: &mut Vec<u8>, chunks: u32, has_losses: bool) {
        let (first, last) = self.times.unwrap_or_default();
        // A schema and a channel have numbers of 16 bits.
        let (schemas, channels) = (self.schemas.len() as u16, self.counts.len() as u32);
        record(out, op::STATISTICS, |body| {
            body.u64(self.messages).u16(schemas).u32(channels).u32(0);
            body.u32(u32::from(has_losses)).u32(chunks).u64(first).u64(last);
            // Of what was never seen nothing is told.
            let counts = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
            body.numbers(counts.map(|(channel, count)| (channel as u16, *count)));
        });
    }
}

/// What is not finished has no index, but all that was added.
impl Drop for Recording {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = self.flush();
            let _ = self.end_chunks();
        }
    }
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    Failure::Input(format!("{}: {error}", path.display()))
}
