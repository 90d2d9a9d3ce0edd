//! From a checked schema to source files: the back ends of Mycelium.
//!
//! Each [`Backend`] is a function from a [`Schema`] to files in memory. It lowers the schema to a
//! model in its language's terms and prints that; it reads and writes nothing. [`mod@file`] puts the
//! files on disk, [`names`] holds what all back ends agree on about names. The `mycc` command and
//! `mycelium-build` drive them.
//!
//! A back end generates the packages that were named to the compiler ([`Package::is_root`]), not
//! those that they import.
//!
//! [`Package::is_root`]: myc_schema::schema::Package::is_root

use std::path::PathBuf;

use myc_schema::schema::Schema;

#[cfg(feature = "tools")]
pub mod c;
#[cfg(feature = "tools")]
pub mod export;
pub mod file;
#[cfg(feature = "tools")]
pub mod import;
#[cfg(feature = "tools")]
pub mod inspect;
#[cfg(feature = "tools")]
pub mod ir;
#[cfg(feature = "tools")]
pub mod layout;
pub mod names;
mod numbers;
#[cfg(feature = "tools")]
pub mod ocaml;
#[cfg(feature = "tools")]
mod order;
#[cfg(feature = "tools")]
pub mod python;
pub mod rust;
#[cfg(feature = "tools")]
mod shape;
#[cfg(feature = "tools")]
pub mod site;
#[cfg(feature = "tools")]
mod text;

/// Prints a schema in one language.
pub trait Backend {
    /// Files of all root packages, sorted by path. The same schema gives the same bytes.
    fn generate(&self, schema: &Schema) -> Vec<GeneratedFile>;
}

/// A file that a back end made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Where it goes, relative to the language's output folder.
    pub path: PathBuf,
    /// The whole text.
    pub contents: String,
}

/// A language that there is a back end for.
#[cfg(feature = "tools")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Plain types with derives.
    Rust,
    /// Classes with type hints.
    Python,
    /// Modules with interfaces.
    Ocaml,
    /// Headers.
    C,
}

#[cfg(feature = "tools")]
impl Language {
    /// All of them, in the order in which `mycc gen` prints.
    pub const ALL: [Language; 4] = [Language::Rust, Language::Python, Language::Ocaml, Language::C];

    /// Name on the command line and of the output folder.
    pub const fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Python => "python",
            Language::Ocaml => "ocaml",
            Language::C => "c",
        }
    }

    /// The language of that name.
    pub fn from_name(name: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.name() == name)
    }

    /// What prints it.
    pub fn backend(self) -> Box<dyn Backend> {
        match self {
            Language::Rust => Box::new(rust::Rust::default()),
            Language::Python => Box::new(python::Python),
            Language::Ocaml => Box::new(ocaml::Ocaml),
            Language::C => Box::new(c::C),
        }
    }
}
