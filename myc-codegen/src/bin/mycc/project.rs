//! `myc.toml`: what the commands do where nothing is named on the command line.

use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::Language;
use myc_codegen::rust::Feature;
use myc_schema::lint::{Level, Levels, RULES};
use myc_schema::nearest;
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;
use crate::plugin::{self, Plugin};

/// Name of the file.
pub(crate) const FILE: &str = "myc.toml";

/// Name of the lock, unless the file says another.
const LOCK: &str = "myc.lock";

/// Most bytes of the file.
const MOST: u64 = 1 << 16;

/// A language, and the folder that it is written to.
pub(crate) type Output = (Language, PathBuf);

/// A project's choices, paths relative to its folder.
#[derive(Debug)]
pub(crate) struct Project {
    /// Where its file is, relative to the current folder.
    folder: PathBuf,
    /// Folder or file of the schemas.
    pub(crate) schemas: PathBuf,
    /// Lock of the releases, which need not be there yet.
    lock: PathBuf,
    /// Languages that are generated, and the folder of each.
    pub(crate) outputs: Vec<Output>,
    /// Features of the generated Rust.
    pub(crate) features: Vec<Feature>,
    /// Programs that generate.
    pub(crate) plugins: Vec<Plugin>,
    /// Folder of the site.
    pub(crate) doc: Option<PathBuf>,
    /// What the lints do.
    pub(crate) lints: Levels,
}

impl Project {
    /// That of the current folder, or of the nearest one above it.
    pub(crate) fn find() -> Result<Project, Failure> {
        Project::find_any()?.ok_or_else(|| Failure::Usage {
            message: format!("no schemas are named, and there is no {FILE} here or above"),
            help:
                "name files or folders, with --schema where the command has it, or begin a project \
                   with `mycc new DIR`"
                    .to_owned(),
        })
    }

    /// The same, where there is one.
    pub(crate) fn find_any() -> Result<Option<Project>, Failure> {
        let here = std::env::current_dir()
            .map_err(|error| Failure::file("read", Path::new("."), &error))?;
        let mut folder = PathBuf::new();
        for above in here.ancestors() {
            if above.join(FILE).is_file() {
                return read(&folder).map(Some);
            }
            folder.push("..");
        }
        Ok(None)
    }

    /// That of a folder, in which its file is.
    #[cfg(feature = "lsp")]
    pub(crate) fn at(folder: &Path) -> Result<Project, Failure> {
        read(folder)
    }

    /// A path of the file, from the current folder.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }

    /// Makes its folder the current one, so that what is generated, which names its sources, is the
    /// same wherever the command was called.
    pub(crate) fn enter(&self) -> Result<(), Failure> {
        if self.folder.as_os_str().is_empty() {
            return Ok(());
        }
        std::env::set_current_dir(&self.folder)
            .map_err(|error| Failure::file("enter", &self.folder, &error))
    }
}

/// The lock of the command line; if there is none, and no paths either, the project's.
pub(crate) fn lock_for(lock: &Option<PathBuf>, paths: &[PathBuf]) -> Result<PathBuf, Failure> {
    match (lock, paths) {
        (Some(lock), _) => Ok(lock.clone()),
        (None, []) => Project::find().map(|Project { folder, lock, .. }| folder.join(lock)),
        (None, _) => Ok(PathBuf::from(LOCK)),
    }
}

/// The paths of the command line; if there are none, the project's.
pub(crate) fn paths_or_schemas(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    match paths {
        [] => {
            let Project { folder, schemas, .. } = Project::find()?;
            Ok(vec![folder.join(schemas)])
        }
        paths => Ok(paths.to_vec()),
    }
}

fn read(folder: &Path) -> Result<Project, Failure> {
    let path = folder.join(FILE);
    let length = fs::metadata(&path).map(|metadata| metadata.len());
    if length.is_ok_and(|length| length > MOST) {
        return Err(Failure::input(format!("`{}` has more than {MOST} bytes", path.display())));
    }
    let text = fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
    let table = DeTable::parse(&text)
        .map_err(|error| Failure::input(format!("`{}`: {error}", path.display()).trim_end()))?;
    parse(table.get_ref(), folder).map_err(|(message, help)| {
        Failure::input(format!("`{}`: {message}", path.display())).help(help)
    })
}

/// Something that the file should not say, and what to do.
pub(crate) type Wrong = (String, String);

fn parse(table: &DeTable<'_>, folder: &Path) -> Result<Project, Wrong> {
    check_keys(table, &["schemas", "lock", "outputs", "rust", "plugins", "doc", "lints"])?;
    let schemas = match get(table, "schemas") {
        None => PathBuf::from("schemas"),
        Some(value) => path_of("schemas", value)?,
    };
    let lock = match get(table, "lock") {
        None => PathBuf::from(LOCK),
        Some(value) => path_of("lock", value)?,
    };
    let mut outputs = Vec::new();
    match get(table, "outputs") {
        None => {}
        Some(DeValue::Table(table)) => {
            check_keys(table, &Language::ALL.map(Language::name))?;
            for language in Language::ALL {
                if let Some(value) = get(table, language.name()) {
                    outputs.push((language, path_of(language.name(), value)?));
                }
            }
        }
        Some(other) => {
            let message = format!("`outputs` is {}, not a table", kind_of(other));
            return Err((message, "write `[outputs]`, and below it `rust = \"src\"`".to_owned()));
        }
    }
    let (features, plugins) = (features(table)?, plugin::read_settings(table)?);
    let (doc, lints) = (doc_folder(table)?, levels(table)?);
    let folder = folder.to_owned();
    Ok(Project { folder, schemas, lock, outputs, features, plugins, doc, lints })
}

fn features(table: &DeTable<'_>) -> Result<Vec<Feature>, Wrong> {
    let wrong = |message: String| {
        let help = "write `[rust]`, and below it `features = [\"serde\", \"arbitrary\"]`";
        (message, help.to_owned())
    };
    let features = match get(table, "rust") {
        None => return Ok(Vec::new()),
        Some(DeValue::Table(table)) => {
            check_keys(table, &["features"])?;
            get(table, "features")
        }
        Some(other) => return Err(wrong(format!("`rust` is {}, not a table", kind_of(other)))),
    };
    match features {
        None => Ok(Vec::new()),
        Some(DeValue::Array(names)) => {
            let feature = |name: &toml::Spanned<DeValue<'_>>| {
                let feature = name.get_ref().as_str().and_then(Feature::from_name);
                feature.ok_or_else(|| wrong("`features` has one that is not known".to_owned()))
            };
            names.iter().map(feature).collect()
        }
        Some(other) => Err(wrong(format!("`features` is {}, not a list", kind_of(other)))),
    }
}

fn doc_folder(table: &DeTable<'_>) -> Result<Option<PathBuf>, Wrong> {
    match get(table, "doc") {
        None => Ok(None),
        Some(DeValue::Table(table)) => {
            check_keys(table, &["out"])?;
            get(table, "out").map(|value| path_of("out", value)).transpose()
        }
        Some(other) => {
            let message = format!("`doc` is {}, not a table", kind_of(other));
            Err((message, "write `[doc]`, and below it `out = \"site\"`".to_owned()))
        }
    }
}

fn levels(table: &DeTable<'_>) -> Result<Levels, Wrong> {
    let mut levels = Levels::default();
    let table = match get(table, "lints") {
        None => return Ok(levels),
        Some(DeValue::Table(table)) => table,
        Some(other) => {
            let message = format!("`lints` is {}, not a table", kind_of(other));
            return Err((message, "write `[lints]`, and below it `padding = \"warn\"`".to_owned()));
        }
    };
    check_keys(table, &RULES.map(|rule| rule.name))?;
    for rule in RULES {
        let level = match get(table, rule.name) {
            None => continue,
            Some(DeValue::String(text)) => Level::from_name(text),
            Some(_) => None,
        };
        let level = match level {
            Some(level) => level,
            None => {
                let help = "write \"allow\", \"warn\" or \"deny\"".to_owned();
                return Err((format!("`{}` is no level", rule.name), help));
            }
        };
        levels.set(rule.name, level);
    }
    Ok(levels)
}

pub(crate) fn check_keys(table: &DeTable<'_>, known: &[&str]) -> Result<(), Wrong> {
    let Some(key) = table.keys().map(|key| key.get_ref()).find(|key| !known.contains(&&***key))
    else {
        return Ok(());
    };
    let help = match nearest(key, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there is {}", known.join(", ")),
    };
    Err((format!("`{key}` is not known"), help))
}

pub(crate) fn path_of(key: &str, value: &DeValue<'_>) -> Result<PathBuf, Wrong> {
    match value {
        DeValue::String(text) if !text.is_empty() && !text.contains('\0') => {
            Ok(PathBuf::from(&**text))
        }
        DeValue::String(_) => {
            Err((format!("`{key}` is no path"), format!("write `{key} = \"folder\"`")))
        }
        other => {
            let message = format!("`{key}` is {}, not a path", kind_of(other));
            Err((message, format!("write `{key} = \"folder\"`")))
        }
    }
}

pub(crate) fn get<'t>(table: &'t DeTable<'_>, key: &str) -> Option<&'t DeValue<'t>> {
    table.get(key).map(toml::Spanned::get_ref)
}

pub(crate) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
