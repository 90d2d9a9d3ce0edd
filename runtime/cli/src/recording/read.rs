//! Reading a recording, piece by piece, whether or not it has an end.

use super::{LOSSES, SCHEMA_ENCODING, Track, refused};
use crate::failure::Failure;
use mcap::records::{Metadata, Record};
use mcap::sans_io::linear_reader::{LinearReadEvent, LinearReader, LinearReaderOptions};
use mcap::sans_io::summary_reader::{SummaryReadEvent, SummaryReader};
use mcap::{McapError, Summary};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Longest record that is taken, and most that is buffered: a file may be hostile.
const MOST_RECORD_BYTES: usize = 256 << 20;

const READ_BYTES: usize = 256 << 10;

/// A recording.
pub(super) struct Recorded {
    path: PathBuf,
    file: BufReader<File>,
    /// The index at its end, where it has one.
    summary: Option<Summary>,
    /// By channel, also of what other programs have recorded.
    tracks: HashMap<u16, Option<Track>>,
    /// By schema, its name and text.
    schemas: HashMap<u16, (String, String)>,
    lost: BTreeMap<String, u64>,
}

/// What is looked for: times in nanoseconds, from the first to before the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) from: u64,
    pub(super) to: u64,
}

/// A frame of a recording.
pub(super) struct Entry<'r> {
    /// The number of its channel in the file.
    pub(super) channel: u16,
    pub(super) track: &'r Track,
    pub(super) time: u64,
    pub(super) sequence: u32,
    pub(super) frame: &'r [u8],
}

/// How reading has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// All was read that was asked for.
    Whole,
    /// The file ends in the middle: whoever wrote it did not end in order.
    CutOff,
}

impl Range {
    pub(super) const ALL: Self = Self { from: 0, to: u64::MAX };

    fn holds(self, time: u64) -> bool {
        (self.from..self.to).contains(&time)
    }
}

impl Recorded {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path)
            .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        let mut recorded = Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(READ_BYTES, file),
            summary: None,
            tracks: HashMap::new(),
            schemas: HashMap::new(),
            lost: BTreeMap::new(),
        };
        let summary = read_summary(&mut recorded.file);
        recorded.summary = match summary {
            Ok(summary) => summary.filter(|summary| summary.stats.is_some()),
            // A file without an end: it is read from its beginning.
            Err(McapError::BadMagic | McapError::BadFooter | McapError::UnexpectedEof) => None,
            Err(McapError::Io(_)) => None,
            Err(error) => return Err(refused(path, &error)),
        };
        recorded.learn_summary();
        recorded.read_losses().map_err(|error| refused(path, &error))?;
        Ok(recorded)
    }

    /// Reads what was lost, where the index says.
    fn read_losses(&mut self) -> Result<(), McapError> {
        let Some(summary) = &self.summary else { return Ok(()) };
        let place = summary.metadata_indexes.iter().find(|index| index.name == LOSSES);
        let Some(place) = place.filter(|place| place.length <= MOST_RECORD_BYTES as u64) else {
            return Ok(());
        };
        self.file.seek(SeekFrom::Start(place.offset))?;
        let mut bytes = Vec::new();
        self.file.by_ref().take(place.length).read_to_end(&mut bytes)?;
        // An operation code and a length come first.
        let (Some(opcode), Some(body)) = (bytes.first(), bytes.get(9..)) else { return Ok(()) };
        if let Record::Metadata(metadata) = mcap::parse_record(*opcode, body)? {
            self.hear_losses(metadata);
        }
        Ok(())
    }

    fn hear_losses(&mut self, metadata: Metadata) {
        let count = |(topic, count): (String, String)| Some((topic, count.parse().ok()?));
        self.lost = metadata.metadata.into_iter().filter_map(count).collect();
    }

    /// The index at its end, where it has one.
    pub(super) fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }

    /// The track of a channel that was read of.
    pub(super) fn track(&self, channel: u16) -> Option<&Track> {
        self.tracks.get(&channel)?.as_ref()
    }

    /// All tracks that were read of; those of the index at once.
    pub(super) fn tracks(&self) -> impl Iterator<Item = &Track> {
        self.tracks.values().flatten()
    }

    /// What was lost to the recorder, by topic, as far as was read.
    pub(super) fn lost(&self) -> &BTreeMap<String, u64> {
        &self.lost
    }

    /// Reads frames in the order of the file until `take` has enough.
    pub(super) fn read(
        &mut self,
        range: Range,
        mut take: impl FnMut(Entry<'_>) -> Result<ControlFlow<()>, Failure>,
    ) -> Result<Ending, Failure> {
        let Some((start, end)) = self.place_of(range) else { return Ok(Ending::Whole) };
        let io = |path: &Path, error: std::io::Error| refused(path, &McapError::Io(error));
        self.file.seek(SeekFrom::Start(start)).map_err(|error| io(&self.path, error))?;
        let options = LinearReaderOptions::default()
            .with_skip_start_magic(start > 0)
            .with_record_length_limit(MOST_RECORD_BYTES)
            // Before the first message of a chunk is handed on, not after the last.
            .with_prevalidate_chunk_crcs(true);
        let mut reader = LinearReader::new_with_options(options);
        let mut left = end.saturating_sub(start);
        while let Some(event) = reader.next_event() {
            match event {
                Ok(LinearReadEvent::ReadRequest(wanted)) => {
                    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX).min(left);
                    let room = reader.insert(usize::try_from(wanted).unwrap_or(READ_BYTES));
                    let count = self.file.read(room).map_err(|error| io(&self.path, error))?;
                    left -= count as u64;
                    reader.notify_read(count);
                    if left == 0 && count == 0 && end != u64::MAX {
                        return Ok(Ending::Whole);
                    }
                }
                Ok(LinearReadEvent::Record { opcode, data }) => {
                    let record = mcap::parse_record(opcode, data);
                    let record = record.map_err(|error| refused(&self.path, &error))?;
                    if self.hear(record, range, &mut take)?.is_break() {
                        return Ok(Ending::Whole);
                    }
                }
                Err(McapError::UnexpectedEof) => return Ok(Ending::CutOff),
                Err(error) => return Err(refused(&self.path, &error)),
            }
        }
        Ok(Ending::Whole)
    }

    fn hear(
        &mut self,
        record: Record<'_>,
        range: Range,
        take: &mut impl FnMut(Entry<'_>) -> Result<ControlFlow<()>, Failure>,
    ) -> Result<ControlFlow<()>, Failure> {
        match record {
            Record::Message { header, data } if range.holds(header.log_time) => {
                if let Some(Some(track)) = self.tracks.get(&header.channel_id) {
                    return take(Entry {
                        channel: header.channel_id,
                        track,
                        time: header.log_time,
                        sequence: header.sequence,
                        frame: &data,
                    });
                }
            }
            Record::Schema { header, data } if header.encoding == SCHEMA_ENCODING => {
                let text = String::from_utf8_lossy(&data).into_owned();
                self.schemas.insert(header.id, (header.name, text));
            }
            Record::Channel(channel) => self.learn(&channel),
            Record::Metadata(metadata) if metadata.name == LOSSES => {
                self.hear_losses(metadata);
            }
            // What follows is the index, which was read before.
            Record::DataEnd(_) => return Ok(ControlFlow::Break(())),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn learn(&mut self, channel: &mcap::records::Channel) {
        let track = Track::of(channel, self.schemas.get(&channel.schema_id));
        self.tracks.insert(channel.id, track);
    }

    fn learn_summary(&mut self) {
        let Some(summary) = self.summary.take() else { return };
        for schema in summary.schemas.values().filter(|found| found.encoding == SCHEMA_ENCODING) {
            let text = String::from_utf8_lossy(&schema.data).into_owned();
            self.schemas.insert(schema.id, (schema.name.clone(), text));
        }
        for channel in summary.channels.values() {
            self.learn(&mcap::records::Channel {
                id: channel.id,
                schema_id: channel.schema.as_ref().map_or(0, |schema| schema.id),
                topic: channel.topic.clone(),
                message_encoding: channel.message_encoding.clone(),
                metadata: channel.metadata.clone(),
            });
        }
        self.summary = Some(summary);
    }

    /// Where in the file the range lies: the first byte, and the one behind the last. Nothing where it is empty.
    fn place_of(&self, range: Range) -> Option<(u64, u64)> {
        let is_all = range.from == 0 && range.to == u64::MAX;
        let Some(summary) = self.summary.as_ref().filter(|_| !is_all) else {
            return Some((0, u64::MAX));
        };
        let chunks = summary.chunk_indexes.iter().filter(|chunk| {
            chunk.message_end_time >= range.from && chunk.message_start_time < range.to
        });
        let chunks = chunks.map(|chunk| {
            let end = chunk.chunk_start_offset.saturating_add(chunk.chunk_length);
            (chunk.chunk_start_offset, end)
        });
        chunks.reduce(|(start, end), (next, last)| (start.min(next), end.max(last)))
    }
}

fn read_summary(file: &mut BufReader<File>) -> Result<Option<Summary>, McapError> {
    let mut reader = SummaryReader::new_with_options(
        mcap::sans_io::summary_reader::SummaryReaderOptions::default()
            .with_record_length_limit(MOST_RECORD_BYTES),
    );
    while let Some(event) = reader.next_event() {
        match event? {
            SummaryReadEvent::ReadRequest(wanted) => {
                let count = file.read(reader.insert(wanted))?;
                reader.notify_read(count);
            }
            SummaryReadEvent::SeekRequest(to) => reader.notify_seeked(file.seek(to)?),
        }
    }
    Ok(reader.finish())
}
