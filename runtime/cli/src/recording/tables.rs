//! Recordings as tables: one a topic and type, in one file or in a folder of files.

use super::convert::{LeftOut, Target};
use super::csv::Csv;
#[cfg(feature = "parquet")]
use super::parquet::Parquet;
use super::read::Entry;
use crate::failure::Failure;
use crate::harmless::harmless;
use crate::types::Types;
use mycelium_wire::Digest;
use mycelium_wire::reflect::Def;
use mycelium_wire::value::{self, Value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What tables are written as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

/// Most columns of a table. Types come from outside: a short text may tell of more fields than any memory holds.
pub(super) const MOST_COLUMNS: usize = 10_000;

/// Says that a type has more.
pub(super) fn too_wide() -> String {
    format!("its type has more than {MOST_COLUMNS} fields in all, too many for a table")
}

/// A table that is written; errors are told without its path.
pub(super) trait Table {
    fn add(&mut self, entry: &Entry<'_>, value: &Value) -> Result<(), String>;
    fn finish(self: Box<Self>) -> Result<(), String>;
}

/// Makes a file.
type Open<'a> = Box<dyn Fn(&Path) -> Result<File, Failure> + 'a>;

/// All tables of a recording.
pub(super) struct Tables<'a> {
    form: Form,
    output: &'a Path,
    is_folder: bool,
    open: Open<'a>,
    types: Types<'a>,
    tables: HashMap<(String, Digest), Opened<'a>>,
    /// Of the files in the folder.
    names: HashSet<String>,
    /// Messages of types that are not known, by channel of the recording.
    left_out: BTreeMap<u16, LeftOut>,
}

struct Opened<'a> {
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

    fn open<'a>(
        self,
        file: File,
        def: &'a Def<'a>,
        topic: &str,
    ) -> Result<Box<dyn Table + 'a>, String> {
        Ok(match self {
            Self::Csv => Box::new(Csv::new(file, def)?),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(Parquet::new(file, def, topic)?),
        })
    }
}

impl<'a> Tables<'a> {
    /// Into one file, or into a folder.
    pub(super) fn new(
        form: Form,
        output: &'a Path,
        is_folder: bool,
        types: Types<'a>,
        open: Open<'a>,
    ) -> Self {
        let (tables, names, left_out) = (HashMap::new(), HashSet::new(), BTreeMap::new());
        Self { form, output, is_folder, open, types, tables, names, left_out }
    }

    /// The type of a message; nothing where nobody has told it, which is counted.
    fn type_of(&mut self, entry: &Entry<'_>) -> Option<&'a Def<'a>> {
        let track = entry.track;
        let left_out = self.left_out.get_mut(&entry.channel);
        // What was told wrong is read once. Another may have told it right since.
        let text = track.text.as_deref().filter(|_| left_out.is_none());
        match (self.types.get(track.digest, text), left_out) {
            (Ok(def), _) => return Some(def),
            (Err(_), Some(left_out)) => left_out.count += 1,
            (Err(reason), None) => {
                let topic = track.topic.clone();
                self.left_out.insert(entry.channel, LeftOut { topic, count: 1, reason });
            }
        }
        None
    }

    fn open(&mut self, entry: &Entry<'_>, def: &'a Def<'a>) -> Result<Opened<'a>, Failure> {
        let track = entry.track;
        let path = match (self.is_folder, self.tables.keys().next()) {
            (true, _) => self.output.join(self.free_name(&track.topic)),
            (false, None) => self.output.to_owned(),
            (false, Some((first, _))) => {
                let (first, second) = (harmless(first), harmless(&track.topic));
                return Err(Failure::Input(format!(
                    "`{first}` and `{second}` do not go into one table: name one topic of one type, or \
                     write to a folder"
                )));
            }
        };
        if self.is_folder {
            std::fs::create_dir_all(self.output)
                .map_err(|error| refused(self.output, &error.to_string()))?;
        }
        let file = (self.open)(&path)?;
        let table = self.form.open(file, def, &track.topic);
        let table = table.map_err(|error| refused(&path, &error))?;
        Ok(Opened { path, def, table })
    }

    /// A name that no table of another topic or type has: topics that differ may be written alike.
    fn free_name(&mut self, topic: &str) -> String {
        let extension = self.form.extension();
        let mut names = (0..).map(|same| file_name(topic, same, extension));
        let name = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(name.clone());
        name
    }
}

impl Target for Tables<'_> {
    fn take(&mut self, entry: &Entry<'_>) -> Result<bool, Failure> {
        let Some(def) = self.type_of(entry) else { return Ok(false) };
        let key = (entry.track.topic.clone(), entry.track.digest);
        if !self.tables.contains_key(&key) {
            let opened = self.open(entry, def)?;
            self.tables.insert(key.clone(), opened);
        }
        let Some(opened) = self.tables.get_mut(&key) else { return Ok(false) };
        let value = value::decode(opened.def, entry.frame).map_err(|error| {
            let (sequence, topic) = (entry.sequence, harmless(&entry.track.topic));
            Failure::Input(format!("message {sequence} of {topic}: {error}"))
        })?;
        opened.table.add(entry, &value).map_err(|error| refused(&opened.path, &error))?;
        Ok(true)
    }

    fn finish(self: Box<Self>, _: &BTreeMap<String, u64>) -> Result<Vec<LeftOut>, Failure> {
        for Opened { path, table, .. } in self.tables.into_values() {
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
