//! Ways in: definitions of other systems become `.myc` text.
//!
//! Importers stand in front of the compiler. Each is a function from the bytes of sources to the items
//! of `.myc` files and to [`Note`]s on all that it could not carry over; one printer makes text of the
//! items. [`import`] then compiles the text itself, so that what it gives always passes `mycc check`.

mod contracts;
mod cycles;
mod model;
mod names;
mod print;
mod proto;
mod report;
mod ros;
mod sbe;
mod ulog;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use myc_schema::{Memory, SourceSet, compile};

use crate::GeneratedFile;
use model::Module;
use report::Report;

pub use report::{At, ImportError, Note, Place};

/// What definitions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Protocol Buffers, proto3.
    Proto,
    /// Simple Binary Encoding, XML.
    Sbe,
    /// ROS 2, `.msg`.
    Ros,
    /// PX4 flight logs, whose head defines their messages.
    Ulog,
    /// Contracts in YAML.
    Contracts,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 5] =
        [Format::Proto, Format::Sbe, Format::Ros, Format::Ulog, Format::Contracts];

    /// Name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Proto => "proto",
            Format::Sbe => "sbe",
            Format::Ros => "ros",
            Format::Ulog => "ulog",
            Format::Contracts => "contracts",
        }
    }
}

/// Bytes of a source that are looked at; of a flight log that is longer, the head.
pub const SOURCE_BYTES: usize = 1 << 24;

/// A file of definitions.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path, which names it in notes, and from which names may come.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Source {
    fn text(&self) -> Result<&str, ImportError> {
        let report = Report::new(&self.path);
        if self.bytes.len() > SOURCE_BYTES {
            return Err(report.error(At::Whole, format!("more than {SOURCE_BYTES} bytes")));
        }
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let before = &self.bytes[..error.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            report.error(At::Line(line), "this is not UTF-8")
        })
    }

    /// Name of the file without folder and extensions.
    fn stem(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.split('.').next().unwrap_or_default().to_owned()
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// `.myc` files.
    pub files: Vec<GeneratedFile>,
    /// What was not carried over, or not as it was.
    pub notes: Vec<Note>,
}

/// Modules of one format and the reports on its sources.
type Lowered = (Vec<Module>, Vec<Report>);

/// Makes `.myc` files of definitions. All sources that refer to one another are given together.
///
/// `package` is what the files' package is called; without it the definitions say, or their path.
pub fn import(
    format: Format,
    sources: &[Source],
    package: Option<&str>,
) -> Result<Imported, ImportError> {
    let lower = match format {
        Format::Proto => proto::lower,
        Format::Sbe => sbe::lower,
        Format::Ros => ros::lower,
        Format::Ulog => ulog::lower,
        Format::Contracts => contracts::lower,
    };
    let (mut modules, reports) = lower(sources)?;
    if let Some(package) = package {
        rename_package(&mut modules, package)?;
    }
    refuse_equal_paths(&modules)?;
    cycles::refuse_cycles(&modules)?;
    let files = print_all(&modules)?;
    refuse_uncompilable(&files)?;
    Ok(Imported { files, notes: reports.into_iter().flat_map(Report::into_notes).collect() })
}

fn rename_package(modules: &mut [Module], package: &str) -> Result<(), ImportError> {
    let whole = |path: &str, message: String| {
        let place = Place { path: path.into(), at: At::Whole };
        ImportError { place, message, help: None }
    };
    if names::package(package) != package {
        let message = format!("`{package}` is not the name of a package");
        let better = names::package(package);
        return Err(whole("--package", message)
            .help(format!("parts in snake_case with points between them, such as `{better}`")));
    }
    let first = modules.first().map(|module| module.package.clone()).unwrap_or_default();
    for module in modules {
        if module.package != first {
            let message = format!(
                "the definitions belong to several packages, `{first}` and `{}`: one name cannot \
                 stand for them all",
                module.package
            );
            return Err(whole("--package", message).help("leave `--package` out"));
        }
        package.clone_into(&mut module.package);
    }
    Ok(())
}

fn refuse_equal_paths(modules: &[Module]) -> Result<(), ImportError> {
    let mut taken = HashSet::new();
    match modules.iter().find(|module| !taken.insert(&module.path)) {
        None => Ok(()),
        Some(module) => Err(ImportError {
            place: Place { path: module.path.clone(), at: At::Whole },
            message: format!("several sources, {} among them, would be this file", module.origin),
            help: Some("import them one by one".to_owned()),
        }),
    }
}

fn print_all(modules: &[Module]) -> Result<Vec<GeneratedFile>, ImportError> {
    let print_one = |index: usize| {
        let path = modules[index].path.clone();
        let text = print::print(modules, index);
        let (formatted, diagnostics) = myc_schema::format(&path, text.into_bytes());
        let contents = formatted.ok_or_else(|| inexpressible(&path, &diagnostics))?;
        Ok(GeneratedFile { path, contents })
    };
    (0..modules.len()).map(print_one).collect()
}

/// What an importer cannot foresee, such as limits on sizes, the compiler says.
fn refuse_uncompilable(files: &[GeneratedFile]) -> Result<(), ImportError> {
    let memory = files.iter().fold(Memory::new(), |memory, file| {
        memory.file(file.path.clone(), file.contents.clone().into_bytes())
    });
    let set = SourceSet::new(memory).roots(files.iter().map(|file| file.path.clone()));
    match compile(&set) {
        (Some(_), _) => Ok(()),
        (None, diagnostics) => Err(inexpressible(&files[0].path, &diagnostics)),
    }
}

fn inexpressible(path: &Path, diagnostics: &myc_schema::Diagnostics) -> ImportError {
    let lines = diagnostics.render(myc_schema::Format::Line);
    let first = lines.lines().next().unwrap_or_default().to_owned();
    ImportError {
        place: Place { path: path.to_owned(), at: At::Whole },
        message: format!("the definitions cannot be written as .myc: {first}"),
        help: None,
    }
}

/// Where the file of each source goes: below the folder that all share, with the extension `.myc`.
fn output_paths(sources: &[Source]) -> Vec<PathBuf> {
    let folders: Vec<Vec<_>> = sources.iter().map(|source| folder_names(&source.path)).collect();
    let mut shared = folders.first().map_or(0, Vec::len);
    for folder in &folders {
        let equal = folder.iter().zip(&folders[0]).take_while(|(a, b)| a == b).count();
        shared = shared.min(equal);
    }
    let path = |(source, folder): (&Source, &Vec<&OsStr>)| {
        let below: PathBuf = folder[shared..].iter().collect();
        below.join(format!("{}.myc", source.stem()))
    };
    sources.iter().zip(&folders).map(path).collect()
}

/// Names of the folders on the way to a file, without `.` and `..`.
fn folder_names(path: &Path) -> Vec<&OsStr> {
    let parts = path.parent().unwrap_or(Path::new("")).components();
    parts
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect()
}
