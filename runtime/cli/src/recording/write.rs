//! Writing a recording, so that what was flushed can be read whatever happens next.
//!
//! A chunk is kept in memory until it is whole, and then written at once: a file that is cut off anywhere holds whole
//! chunks up to there. The index follows at the end; who reads a file without one reads it from its beginning.

use super::output::new_file;
use super::{LOSSES, MESSAGE_ENCODING, SCHEMA_ENCODING, Track, refused};
use crate::failure::Failure;
use clap::ValueEnum;
use mcap::records::{MessageHeader, Metadata};
use mcap::{Compression as Codec, WriteOptions, Writer};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Bytes of messages that are compressed together.
const CHUNK_BYTES: u64 = 1 << 20;

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Compression {
    Zstd,
    None,
}

/// A recording that is being written.
pub(super) struct Recording {
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    messages: u64,
}

/// A track of a recording that is being written.
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
        let codec = match compression {
            Compression::Zstd => Some(Codec::Zstd),
            Compression::None => None,
        };
        let options = WriteOptions::new()
            .profile("mycelium")
            .library(concat!("mycelium ", env!("CARGO_PKG_VERSION")))
            .chunk_size(Some(CHUNK_BYTES))
            .compression(codec)
            // The fastest: what is recorded must not wait for what is compressed.
            .compression_level(1)
            .compression_threads(0)
            .disable_seeking(true);
        let writer = Writer::with_options(BufWriter::new(file), options);
        let writer = writer.map_err(|error| refused(path, &error))?;
        Ok(Self { path: path.to_owned(), writer, messages: 0 })
    }

    /// The track, which is made if there is none.
    pub(super) fn track(&mut self, track: &Track) -> Result<TrackId, Failure> {
        let schema = match (&track.type_name, &track.text) {
            (Some(name), Some(text)) => {
                self.writer.add_schema(name, SCHEMA_ENCODING, text.as_bytes())
            }
            _ => Ok(0),
        };
        let channel = schema.and_then(|schema| {
            self.writer.add_channel(schema, &track.topic, MESSAGE_ENCODING, &track.metadata())
        });
        channel.map(TrackId).map_err(|error| refused(&self.path, &error))
    }

    /// Adds a frame that was seen at that time, in nanoseconds since 1970.
    pub(super) fn write(
        &mut self,
        track: TrackId,
        time: u64,
        sequence: u32,
        frame: &[u8],
    ) -> Result<(), Failure> {
        let header =
            MessageHeader { channel_id: track.0, sequence, log_time: time, publish_time: time };
        let written = self.writer.write_to_known_channel(&header, frame);
        written.map_err(|error| refused(&self.path, &error))?;
        self.messages += 1;
        Ok(())
    }

    /// How many frames were added.
    pub(super) fn messages(&self) -> u64 {
        self.messages
    }

    /// Hands all that was added to the system: it survives the death of this process.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| refused(&self.path, &error))
    }

    /// Ends the file with what was lost, by topic, and with its index.
    pub(super) fn finish(mut self, lost: &BTreeMap<String, u64>) -> Result<(), Failure> {
        if !lost.is_empty() {
            let count = |(topic, count): (&String, &u64)| (topic.clone(), count.to_string());
            let metadata = lost.iter().map(count).collect();
            let written =
                self.writer.write_metadata(&Metadata { name: LOSSES.to_owned(), metadata });
            written.map_err(|error| refused(&self.path, &error))?;
        }
        self.writer.finish().map(drop).map_err(|error| refused(&self.path, &error))?;
        let file = self.writer.into_inner().into_inner();
        file.map(drop)
            .map_err(|error| Failure::Input(format!("{}: {}", self.path.display(), error.error())))
    }
}
