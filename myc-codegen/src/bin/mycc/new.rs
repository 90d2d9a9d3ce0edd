//! `mycc new`: a small project that works.

use std::fs;
use std::io;
use std::path::Path;

use myc_codegen::GeneratedFile;
use myc_codegen::file;

use crate::args::{MessageFormat, NewArgs};
use crate::failure::{Failure, print_error};
use crate::project;

const PROJECT: &str = "\
# What mycc does where no schemas are named: in this folder and those below it.

# Folder of the .myc files.
schemas = \"schemas\"

# Languages to generate, and the folder of each.
[outputs]
rust = \"generated/rust\"
python = \"generated/python\"
";

const SCHEMA: &str = "\
//! Greetings, to begin with.
package hello;

/// How urgent a greeting is.
closed enum Urgency: u8 { low = 1, high = 2 }

/// Somebody greets.
@topic(\"hello.greetings\")
message Greeting = 1 {
    /// When it was said.
    sent: timestamp,
    /// Who says it.
    @key from: string<32>,
    /// How urgent it is.
    urgency: Urgency,
    /// What is said.
    text: string,
}
";

/// Runs the command.
pub(crate) fn run(args: &NewArgs, format: MessageFormat) -> Result<(), Failure> {
    let folder = &args.folder;
    refuse_full(folder)?;
    let files = [(project::FILE, PROJECT), ("schemas/hello.myc", SCHEMA)]
        .map(|(path, text)| GeneratedFile { path: path.into(), contents: text.to_owned() });
    file::write(folder, &files)
        .map_err(|error| Failure::file(error.action, &error.path, &error.source))?;
    if format == MessageFormat::Text {
        let shown = folder.display();
        print_error(&format!(
            "made `{shown}`: {} and schemas/hello.myc\n  = next: cd {shown} && mycc gen\n",
            project::FILE
        ));
    }
    Ok(())
}

/// Nothing that is there already is touched.
fn refuse_full(folder: &Path) -> Result<(), Failure> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(Failure::input(format!("`{}` is not empty", folder.display()))
            .help("name a folder that is empty or not there yet")),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::file("read", folder, &error)),
    }
}
