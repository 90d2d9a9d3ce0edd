//! `mycelium convert`: a recording as CSV, or as another recording.

use super::output::new_file;
use super::read::{Ending, Entry, Recorded};
use super::replay::range_of;
use super::time::{self, Moment};
use super::write::{Compression, Recording, TrackId};
use crate::failure::Failure;
use crate::say::say;
use crate::types::Types;
use bumpalo::Bump;
use clap::Args;
use mycelium::observe;
use mycelium_wire::reflect::{Def, Kind, Type};
use mycelium_wire::{Digest, json, value};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// The recording
    file: PathBuf,
    /// What to write: FILE.csv for one topic, FILE.mcap for a recording, else a folder with a CSV file a topic
    output: PathBuf,
    /// Only these topics, by name or pattern [default: all]
    #[arg(value_name = "TOPIC")]
    topics: Vec<String>,
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

const EXAMPLES: &str = "\
Examples:
  mycelium convert day.mcap trades.csv market.trades
  mycelium convert day.mcap tables/
  mycelium convert day.mcap minute.mcap 'market.*' --from 60s --to 120s
  mycelium convert killed.mcap whole.mcap               gives a recording without an end its index

In CSV a field of a struct is a column of its own, `bid.price`; lists, maps and unions are JSON in one cell; what is
absent is an empty cell. Decimals have all their places, times are RFC 3339.

Exit status: 0 if all was written; 1 if not, or if a message is not what its type says.";

/// Where messages go.
trait Target {
    fn take(&mut self, entry: &Entry<'_>) -> Result<(), Failure>;
    fn finish(self: Box<Self>, lost: &BTreeMap<String, u64>) -> Result<(), Failure>;
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut recorded = Recorded::open(&options.file)?;
    let range = range_of(&mut recorded, options.from, options.to)?;
    let extension = options.output.extension().and_then(|extension| extension.to_str());
    let arena = Bump::new();
    let inputs = std::slice::from_ref(&options.file);
    let mut target: Box<dyn Target + '_> = match extension {
        Some("mcap") => Box::new(Copy {
            recording: Recording::create(
                &options.output,
                Compression::Zstd,
                options.force,
                inputs,
            )?,
            tracks: HashMap::new(),
        }),
        _ => Box::new(Tables {
            output: &options.output,
            is_folder: extension != Some("csv"),
            force: options.force,
            inputs,
            types: Types::new(&arena),
            tables: HashMap::new(),
            names: HashSet::new(),
        }),
    };
    let mut count: u64 = 0;
    let ending = recorded.read(range, |entry| {
        if options.topics.is_empty() || observe::takes(&options.topics, &entry.track.topic) {
            target.take(&entry)?;
            count += 1;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    target.finish(recorded.lost())?;
    if ending == Ending::CutOff {
        say("note: the recording has no end; what could be read was written");
    }
    Ok(writeln!(std::io::stdout().lock(), "{count} messages written")?)
}

/// Another recording.
struct Copy {
    recording: Recording,
    /// By channel of the first.
    tracks: HashMap<u16, TrackId>,
}

impl Target for Copy {
    fn take(&mut self, entry: &Entry<'_>) -> Result<(), Failure> {
        let track = match self.tracks.get(&entry.channel) {
            Some(track) => *track,
            None => self.recording.track(entry.track)?,
        };
        self.tracks.insert(entry.channel, track);
        self.recording.write(track, entry.time, entry.sequence, entry.frame)
    }

    fn finish(self: Box<Self>, lost: &BTreeMap<String, u64>) -> Result<(), Failure> {
        self.recording.finish(lost)
    }
}

/// CSV files, one a topic and type.
struct Tables<'a, 'o> {
    output: &'o Path,
    is_folder: bool,
    force: bool,
    inputs: &'o [PathBuf],
    types: Types<'a>,
    tables: HashMap<(String, Digest), Table<'a>>,
    /// Of the files in the folder.
    names: HashSet<String>,
}

struct Table<'a> {
    path: PathBuf,
    def: &'a Def<'a>,
    columns: Vec<Column<'a>>,
    out: csv::Writer<BufWriter<File>>,
}

/// Names from the message down.
type Column<'a> = Vec<&'a str>;

impl<'a> Tables<'a, '_> {
    fn open(&mut self, entry: &Entry<'_>) -> Result<Table<'a>, Failure> {
        let track = entry.track;
        let def = self.types.get(track.digest, track.text.as_deref());
        let def = def.map_err(|reason| Failure::Input(format!("{}: {reason}", track.topic)))?;
        let path = match (self.is_folder, self.tables.keys().next()) {
            (true, _) => self.output.join(self.free_name(&track.topic)),
            (false, None) => self.output.to_owned(),
            (false, Some((first, _))) => {
                let second = &track.topic;
                return Err(Failure::Input(format!(
                    "`{first}` and `{second}` do not go into one table: name one topic of one type, or \
                     write to a folder"
                )));
            }
        };
        if self.is_folder {
            std::fs::create_dir_all(self.output).map_err(|error| refused(self.output, &error))?;
        }
        let file = new_file(&path, self.force, self.inputs)?;
        let mut columns = Vec::new();
        add_columns(&mut Vec::new(), def, &mut columns);
        let mut out = csv::Writer::from_writer(BufWriter::new(file));
        let heading = columns.iter().map(|column| column.join("."));
        let heading = ["time".to_owned(), "sequence".to_owned()].into_iter().chain(heading);
        out.write_record(heading).map_err(|error| refused(&path, &error))?;
        Ok(Table { path, def, columns, out })
    }

    /// A name that no table of another topic or type has: topics that differ may be written alike.
    fn free_name(&mut self, topic: &str) -> String {
        let mut names = (0..).map(|same| file_name(topic, same));
        let name = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(name.clone());
        name
    }
}

impl Target for Tables<'_, '_> {
    fn take(&mut self, entry: &Entry<'_>) -> Result<(), Failure> {
        let key = (entry.track.topic.clone(), entry.track.digest);
        if !self.tables.contains_key(&key) {
            let table = self.open(entry)?;
            self.tables.insert(key.clone(), table);
        }
        match self.tables.get_mut(&key) {
            Some(table) => table.add(entry),
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>, _: &BTreeMap<String, u64>) -> Result<(), Failure> {
        for mut table in self.tables.into_values() {
            table.out.flush().map_err(|error| refused(&table.path, &error))?;
        }
        Ok(())
    }
}

impl Table<'_> {
    fn add(&mut self, entry: &Entry<'_>) -> Result<(), Failure> {
        let bad = |error: String| {
            Failure::Input(format!("message {} of {}: {error}", entry.sequence, entry.track.topic))
        };
        let value = value::decode(self.def, entry.frame).map_err(|error| bad(error.to_string()))?;
        let message = json::to_json(self.def, &value).map_err(|error| bad(error.to_string()))?;
        let cells = self.columns.iter().map(|column| {
            let value = column.iter().try_fold(&message, |value, name| value.get(name));
            value.map_or_else(String::new, cell)
        });
        let head = [time::shown(entry.time), entry.sequence.to_string()];
        let written = self.out.write_record(head.into_iter().chain(cells));
        written.map_err(|error| refused(&self.path, &error))
    }
}

/// One column for each field that is no struct or message itself.
fn add_columns<'a>(names: &mut Vec<&'a str>, def: &'a Def<'a>, columns: &mut Vec<Column<'a>>) {
    let (Kind::Message { fields, .. } | Kind::Struct { fields }) = def.kind else { return };
    for field in fields {
        names.push(field.name);
        match inner(field.ty) {
            Some(def) => add_columns(names, def, columns),
            None => columns.push(names.clone()),
        }
        names.pop();
    }
}

fn inner<'a>(ty: &'a Type<'a>) -> Option<&'a Def<'a>> {
    match ty {
        Type::Optional(item) => inner(item),
        Type::Named(def @ Def { kind: Kind::Message { .. } | Kind::Struct { .. }, .. }) => {
            Some(def)
        }
        _ => None,
    }
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A topic as a file's name: it may come from outside.
fn file_name(topic: &str, same: usize) -> String {
    let plain = |char: char| match char {
        char if char.is_ascii_alphanumeric() || "._-@".contains(char) => char,
        _ => '_',
    };
    let name: String = topic.chars().map(plain).collect();
    let name = name.trim_start_matches('.');
    match same {
        0 => format!("{name}.csv"),
        more => format!("{name}-{}.csv", more + 1),
    }
}

fn refused(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Input(format!("{}: {error}", path.display()))
}
