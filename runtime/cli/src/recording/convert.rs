//! `mycelium convert`: a recording as tables, CSV or Parquet, or as another recording.

use super::Track;
use super::read::{Ending, Entry, Recorded};
use super::replay::range_of;
use super::tables::{Form, Place, Tables};
use super::target::{LeftOut, Target};
use super::time::Moment;
use super::write::{Compression, Recording, TrackId};
use crate::failure::Failure;
use crate::harmless::harmless;
use crate::say::say;
use crate::types::Types;
use bumpalo::Bump;
use clap::{Args, ValueEnum};
use mycelium::observe;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// The recording
    file: PathBuf,
    /// What to write: FILE.csv or FILE.parquet for one topic, FILE.mcap for a recording, else a folder with a table a
    /// topic
    output: PathBuf,
    /// Only these topics, by name or pattern [default: all]
    #[arg(value_name = "TOPIC")]
    topics: Vec<String>,
    /// What to write [default: what the output's name ends in, csv in a folder]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Begin there: a time, or how long after the first message, like `90s`
    #[arg(long, value_parser = Moment::parse)]
    from: Option<Moment>,
    /// End before that
    #[arg(long, value_parser = Moment::parse)]
    to: Option<Moment>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables of text
    Csv,
    /// Tables in columns, with the types of the schema
    Parquet,
    /// Another recording
    Mcap,
}

const EXAMPLES: &str = "\
Examples:
  mycelium convert day.mcap trades.csv market.trades
  mycelium convert day.mcap trades.parquet market.trades
  mycelium convert day.mcap tables/ --format parquet
  mycelium convert day.mcap minute.mcap 'market.*' --from 60s --to 120s
  mycelium convert killed.mcap whole.mcap               gives a recording without an end its index

The columns `_time` and `_sequence` are the recording's: `__time`, where the message has a field `_time` of its own.

In CSV a field of a struct is a column of its own, `bid.price`; lists, maps and unions are JSON in one cell; what is
absent is an empty cell. Decimals have all their places, times are RFC 3339.

In Parquet structs, lists, maps, decimals and times are what they are, enums are text. It is there in builds with the
feature `parquet`.

Messages of a type that their publisher did not tell go into no table: they are counted, and named at the end.

Exit status: 0 if all was written; 1 if some was left out, or if a message is not what its type says.";

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut recorded = Recorded::open(&options.file)?;
    let range = range_of(&mut recorded, options.from, options.to)?;
    let arena = Bump::new();
    let mut target = target_of(options, &arena, &recorded)?;
    let mut count: u64 = 0;
    let ending = recorded.read(range, |entry| {
        if options.topics.is_empty() || observe::takes(&options.topics, &entry.track.topic) {
            count += u64::from(target.take(&entry)?);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let left_out = target.finish(recorded.lost())?;
    if ending == Ending::CutOff {
        say("note: the recording has no end; what could be read was written");
    }
    writeln!(std::io::stdout().lock(), "{count} messages written")?;
    match left_out.is_empty() {
        true => Ok(()),
        false => Err(incomplete(&left_out)),
    }
}

fn incomplete(left_out: &[LeftOut]) -> Failure {
    let line = |LeftOut { topic, count, reason }: &LeftOut| {
        format!("\n  {count} messages of {}: {reason}", harmless(topic))
    };
    let lines: String = left_out.iter().map(line).collect();
    Failure::Input(format!(
        "not all was written; left out were:{lines}\nname the topics that are wanted, or write to FILE.mcap, \
         which holds messages of any type"
    ))
}

fn target_of<'a>(
    options: &'a Options,
    arena: &'a Bump,
    recorded: &Recorded,
) -> Result<Box<dyn Target + 'a>, Failure> {
    let extension = options.output.extension().and_then(|extension| extension.to_str());
    let named = extension.and_then(|extension| Format::from_str(extension, false).ok());
    let inputs = std::slice::from_ref(&options.file);
    if let (Some(wanted), Some(named)) = (options.format, named)
        && wanted != named
    {
        return Err(named_otherwise(&options.output, wanted, named));
    }
    let form = match options.format.or(named).unwrap_or(Format::Csv) {
        Format::Mcap => {
            let (output, force) = (&options.output, options.force);
            let recording = Recording::create(output, Compression::Zstd, force, inputs)?;
            return Ok(Box::new(Copy { recording, tracks: HashMap::new() }));
        }
        Format::Csv => Form::Csv,
        Format::Parquet => parquet()?,
    };
    let (output, force) = (&*options.output, options.force);
    let is_folder = extension != Some(form.extension());
    let mut types = Types::new(arena);
    // One publisher may tell what its type is where another, that came first, does not.
    for track in recorded.tracks() {
        // What cannot be read is told where a message is of it.
        let _ = types.get(track.digest, track.text.as_deref());
    }
    Ok(Box::new(Tables::new(form, Place { output, is_folder, force, inputs }, types)))
}

fn named_otherwise(output: &Path, wanted: Format, named: Format) -> Failure {
    let word = |format: Format| {
        format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    };
    let (wanted, named) = (word(wanted), word(named));
    Failure::Input(format!(
        "{}: its name says {named}, but --format says {wanted}: name a file FILE.{wanted} or a folder, or leave \
         --format out",
        output.display()
    ))
}

#[cfg(feature = "parquet")]
fn parquet() -> Result<Form, Failure> {
    Ok(Form::Parquet)
}

#[cfg(not(feature = "parquet"))]
fn parquet() -> Result<Form, Failure> {
    Err(Failure::Input(
        "this build writes no Parquet: build it with `--features parquet`, or write CSV".to_owned(),
    ))
}

/// Another recording.
struct Copy {
    recording: Recording,
    /// By channel of the first, whose number may become another track's.
    tracks: HashMap<u16, (Track, TrackId)>,
}

impl Target for Copy {
    fn take(&mut self, entry: &Entry<'_>) -> Result<bool, Failure> {
        let known = self.tracks.get(&entry.channel).filter(|(track, _)| track == entry.track);
        let track = match known {
            Some((_, track)) => *track,
            None => {
                let track = self.recording.track(entry.track)?;
                self.tracks.insert(entry.channel, (entry.track.clone(), track));
                track
            }
        };
        self.recording.write(track, entry.time, entry.sequence, entry.frame)?;
        Ok(true)
    }

    fn finish(self: Box<Self>, lost: &BTreeMap<String, u64>) -> Result<Vec<LeftOut>, Failure> {
        self.recording.finish(lost)?;
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use mycelium_wire::Digest;

    use super::*;

    /// A file may give a channel's number to another topic later.
    #[test]
    fn a_number_that_becomes_another_topics_takes_that_ones_messages() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("copy.mcap");
        let recording = Recording::create(&path, Compression::Zstd, false, &[]).expect("a file");
        let mut copy = Copy { recording, tracks: HashMap::new() };
        for topic in ["a", "b"] {
            let track = Track {
                topic: topic.to_owned(),
                type_name: None,
                text: None,
                digest: Digest([7; 32]),
                type_id: 1,
                place: "ring".to_owned(),
            };
            let entry = Entry { channel: 1, track: &track, time: 0, sequence: 0, frame: b"frame" };
            copy.take(&entry).expect("it is written");
        }
        let counts = copy.recording.by_topic();
        assert_eq!(counts, BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 1)]));
    }
}
