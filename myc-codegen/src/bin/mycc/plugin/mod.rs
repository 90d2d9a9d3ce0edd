//! Back ends that are programs: `docs/plugins.md` says what they are given and what they answer.
//!
//! A plugin gets the schema on its standard input and answers with files on its standard output; what it
//! writes to standard error is shown. Nothing of it is written to disk before all of it is right.

mod answer;
mod paths;
mod process;
mod settings;

use std::path::PathBuf;

use myc_codegen::{GeneratedFile, ir};
use myc_schema::Schema;
use serde_json::{Map, Value as Json, json};

use crate::args::MessageFormat;
use crate::failure::Failure;

pub(crate) use settings::read as read_settings;

/// Version of what plugins are given and answer.
const VERSION: u32 = 1;

/// A program that generates.
#[derive(Debug)]
pub(crate) struct Plugin {
    /// A path, or a name that is looked for in PATH.
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    /// What it is told beside the schema.
    pub(crate) options: Map<String, Json>,
    /// Folder that its files go to.
    pub(crate) out: PathBuf,
}

impl Plugin {
    /// Runs it; nothing is written.
    pub(crate) fn generate(
        &self,
        schema: &Schema,
        format: MessageFormat,
    ) -> Result<Vec<GeneratedFile>, Failure> {
        let request =
            json!({ "version": VERSION, "options": self.options, "schema": ir::to_json(schema) });
        let output = process::run(self, request.to_string().into_bytes())?;
        let answer = answer::parse(&output).map_err(|message| {
            Failure::input(format!("the answer of {self} is not right: {message}"))
                .help("docs/plugins.md says what a plugin writes to standard output")
        })?;
        answer::show(self, &answer.remarks, format)?;
        paths::check(&self.out, &answer.files)
            .map_err(|message| Failure::input(format!("{self} answers with {message}")))?;
        Ok(answer.files)
    }
}

impl std::fmt::Display for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the plugin `{}`", self.program.display())
    }
}
