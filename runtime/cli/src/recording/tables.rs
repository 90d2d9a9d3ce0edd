//! Recordings as tables: one a topic and type, in one file or in a folder of files.
//!
//! What fits into no table, and whatever else is left out, is counted and told at the end, and keeps no other table from
//! its messages. A type that has no table makes no file, and replaces none.

use super::csv::Csv;
use super::output::new_file;
#[cfg(feature = "parquet")]
use super::parquet::{Layout, Parquet};
use super::read::Entry;
use super::target::{LeftOut, Target};
use super::unfit::Unfit;
use super::{Track, csv};
use crate::failure::Failure;
use crate::harmless::harmless;
use crate::types::Types;
use mycelium_wire::Digest;
use mycelium_wire::reflect::Def;
use mycelium_wire::value::{self, Value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Most bytes that wait in the memory of all tables together, about: topics come from outside, as many as anybody likes.
const MOST_WAITING_BYTES: usize = 64 << 20;

/// What tables are written as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

/// A table that is written; errors are told without its path.
pub(super) trait Table {
    /// Adds a message as a row, or nothing of it.
    fn add(&mut self, entry: &Entry<'_>, value: &Value) -> Result<(), Fault>;
    /// Bytes that wait in memory, about.
    fn waiting_bytes(&self) -> usize;
    /// Writes what waits.
    fn flush(&mut self) -> Result<(), String>;
    fn finish(self: Box<Self>) -> Result<(), String>;
}

/// Why a message has become no row.
pub(super) enum Fault {
    /// It is left out, and others may follow. Text holds all that was decoded.
    #[cfg(feature = "parquet")]
    Unfit(Unfit),
    /// Nothing more can be written.
    Failed(String),
}

/// Begins a table whose columns are known, of a topic, in a file that is empty.
type Begin<'a> = Box<dyn FnOnce(File, &str) -> Result<Box<dyn Table + 'a>, String> + 'a>;

/// Where tables are written.
pub(super) struct Place<'a> {
    /// A file, or the folder of all.
    pub(super) output: &'a Path,
    pub(super) is_folder: bool,
    /// Whether files that are there are replaced.
    pub(super) force: bool,
    /// What is read, and never replaced.
    pub(super) inputs: &'a [PathBuf],
}

/// All tables of a recording.
pub(super) struct Tables<'a> {
    form: Form,
    place: Place<'a>,
    types: Types<'a>,
    tables: Vec<Opened<'a>>,
    /// Places in `tables`, by channel of the recording.
    by_channel: HashMap<u16, usize>,
    /// Of the files in the folder.
    names: HashSet<String>,
    /// Of all tables together.
    waiting_bytes: usize,
    /// Types that have no table, and why.
    unfit: HashMap<Digest, String>,
    /// Messages that were not written, by channel of the recording.
    left_out: BTreeMap<u16, LeftOut>,
}

struct Opened<'a> {
    topic: String,
    digest: Digest,
    path: PathBuf,
    def: &'a Def<'a>,
    table: Box<dyn Table + 'a>,
}

impl Form {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
        }
    }

    /// What a type's columns are, before there is a file.
    fn begin<'a>(self, def: &'a Def<'a>) -> Result<Begin<'a>, Unfit> {
        Ok(match self {
            Self::Csv => {
                let columns = csv::columns(def)?;
                Box::new(|file, _| Ok(Box::new(Csv::new(file, def, columns)?)))
            }
            #[cfg(feature = "parquet")]
            Self::Parquet => {
                let layout = Layout::of(def)?;
                Box::new(|file, topic| Ok(Box::new(Parquet::new(file, topic, layout)?)))
            }
        })
    }
}

impl<'a> Tables<'a> {
    pub(super) fn new(form: Form, place: Place<'a>, types: Types<'a>) -> Self {
        Self {
            form,
            place,
            types,
            tables: Vec::new(),
            by_channel: HashMap::new(),
            names: HashSet::new(),
            waiting_bytes: 0,
            unfit: HashMap::new(),
            left_out: BTreeMap::new(),
        }
    }

    /// Where the table of a message stands; nothing where it has none, which is counted.
    fn table_of(&mut self, entry: &Entry<'_>) -> Result<Option<usize>, Failure> {
        let track = entry.track;
        // A file may give a channel's number to another topic later.
        let known = self.by_channel.get(&entry.channel).copied();
        if let Some(index) = known.filter(|index| self.tables[*index].is_of(track)) {
            return Ok(Some(index));
        }
        let index = match self.tables.iter().position(|opened| opened.is_of(track)) {
            Some(index) => index,
            None => match self.begin(entry) {
                Ok((def, begin)) => self.open(track, def, begin)?,
                Err(reason) => {
                    self.leave_out(entry, reason);
                    return Ok(None);
                }
            },
        };
        self.by_channel.insert(entry.channel, index);
        Ok(Some(index))
    }

    /// The type of a message and the beginning of its table, or why it has none.
    fn begin(&mut self, entry: &Entry<'_>) -> Result<(&'a Def<'a>, Begin<'a>), String> {
        let track = entry.track;
        // What was told wrong is read once. Another may have told it right since.
        let is_new = !self.left_out.contains_key(&entry.channel);
        let def = self.types.get(track.digest, track.text.as_deref().filter(|_| is_new))?;
        if let Some(reason) = self.unfit.get(&track.digest) {
            return Err(reason.clone());
        }
        let begin = self.form.begin(def).map_err(|unfit| unfit.to_string());
        if let Err(reason) = &begin {
            self.unfit.insert(track.digest, reason.clone());
        }
        Ok((def, begin?))
    }

    fn leave_out(&mut self, entry: &Entry<'_>, reason: String) {
        let left_out = self.left_out.entry(entry.channel);
        let topic = &entry.track.topic;
        left_out.or_insert_with(|| LeftOut { topic: topic.clone(), count: 0, reason }).count += 1;
    }

    fn open(
        &mut self,
        track: &Track,
        def: &'a Def<'a>,
        begin: Begin<'a>,
    ) -> Result<usize, Failure> {
        let Place { output, is_folder, force, inputs } = self.place;
        let path = match (is_folder, self.tables.first()) {
            (true, _) => output.join(self.free_name(&track.topic)),
            (false, None) => output.to_owned(),
            (false, Some(Opened { topic: first, .. })) => {
                let (first, second) = (harmless(first), harmless(&track.topic));
                return Err(Failure::Input(format!(
                    "`{first}` and `{second}` do not go into one table: name one topic of one type, or \
                     write to a folder"
                )));
            }
        };
        if is_folder {
            std::fs::create_dir_all(output).map_err(|error| refused(output, &error.to_string()))?;
        }
        let file = new_file(&path, force, inputs)?;
        let table = begin(file, &track.topic).map_err(|error| refused(&path, &error))?;
        let (topic, digest) = (track.topic.clone(), track.digest);
        self.tables.push(Opened { topic, digest, path, def, table });
        Ok(self.tables.len() - 1)
    }

    /// A name that no table of another topic or type has: topics that differ may be written alike.
    fn free_name(&mut self, topic: &str) -> String {
        let extension = self.form.extension();
        let mut names = (0..).map(|same| file_name(topic, same, extension));
        let name = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(name.clone());
        name
    }

    /// Writes what waits of the table of which most does.
    fn flush_largest(&mut self) -> Result<(), Failure> {
        let largest = self.tables.iter_mut().max_by_key(|opened| opened.table.waiting_bytes());
        if let Some(Opened { path, table, .. }) = largest {
            table.flush().map_err(|error| refused(path, &error))?;
        }
        self.waiting_bytes = self.tables.iter().map(|opened| opened.table.waiting_bytes()).sum();
        Ok(())
    }
}

impl Opened<'_> {
    fn is_of(&self, track: &Track) -> bool {
        self.digest == track.digest && self.topic == track.topic
    }
}

impl Target for Tables<'_> {
    fn take(&mut self, entry: &Entry<'_>) -> Result<bool, Failure> {
        let Some(index) = self.table_of(entry)? else { return Ok(false) };
        let Opened { def, path, table, .. } = &mut self.tables[index];
        let value = value::decode(def, entry.frame).map_err(|error| {
            let (sequence, topic) = (entry.sequence, harmless(&entry.track.topic));
            Failure::Input(format!("message {sequence} of {topic}: {error}"))
        })?;
        let before = table.waiting_bytes();
        match table.add(entry, &value) {
            Ok(()) => {}
            Err(Fault::Failed(error)) => return Err(refused(path, &error)),
            #[cfg(feature = "parquet")]
            Err(Fault::Unfit(unfit)) => {
                self.leave_out(entry, unfit.to_string());
                return Ok(false);
            }
        }
        self.waiting_bytes = (self.waiting_bytes + table.waiting_bytes()).saturating_sub(before);
        if self.waiting_bytes > MOST_WAITING_BYTES {
            self.flush_largest()?;
        }
        Ok(true)
    }

    fn finish(self: Box<Self>, _: &BTreeMap<String, u64>) -> Result<Vec<LeftOut>, Failure> {
        for Opened { path, table, .. } in self.tables {
            table.finish().map_err(|error| refused(&path, &error))?;
        }
        Ok(self.left_out.into_values().collect())
    }
}

/// A topic as a file's name: it may come from outside.
fn file_name(topic: &str, same: usize, extension: &str) -> String {
    let plain = |char: char| match char {
        char if char.is_ascii_alphanumeric() || "._-@".contains(char) => char,
        _ => '_',
    };
    let name: String = topic.chars().map(plain).collect();
    let name = name.trim_start_matches('.');
    match same {
        0 => format!("{name}.{extension}"),
        more => format!("{name}-{}.{extension}", more + 1),
    }
}

fn refused(path: &Path, error: &str) -> Failure {
    Failure::Input(format!("{}: {error}", path.display()))
}
