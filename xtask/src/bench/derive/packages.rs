//! A workspace with a library and a program for each derive.

use std::fs;
use std::path::{Path, PathBuf};

use super::set::Set;
use super::source::{CODECS, Codec, program, types};
use crate::failure::{Failure, io_failure};
use crate::repo;

/// The versions of the other codecs are those that the codecs are compared with.
pub(super) const LOCK: &str = "benches/peers/Cargo.lock";

/// What the types are built as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The types alone.
    Library,
    /// And code that uses each.
    Program,
}

pub(super) const FORMS: [Form; 2] = [Form::Library, Form::Program];

/// A package of the workspace.
pub(super) fn package(codec: Codec, form: Form) -> String {
    let form = match form {
        Form::Library => "library",
        Form::Program => "program",
    };
    format!("{}-{form}", codec.name())
}

/// The file whose change makes a package be built anew.
pub(super) fn root(workspace: &Path, codec: Codec, form: Form) -> PathBuf {
    let name = match form {
        Form::Library => "lib.rs",
        Form::Program => "main.rs",
    };
    workspace.join(package(codec, form)).join("src").join(name)
}

/// Writes all.
pub(super) fn write(workspace: &Path, set: &Set) -> Result<(), Failure> {
    let all = CODECS.into_iter().flat_map(|codec| FORMS.map(|form| (codec, form)));
    let members: Vec<String> =
        all.clone().map(|(codec, form)| format!("{:?}", package(codec, form))).collect();
    let manifest = format!("[workspace]\nresolver = \"2\"\nmembers = [{}]\n", members.join(", "));
    file(&workspace.join("Cargo.toml"), &manifest)?;
    let lock = repo::root().join(LOCK);
    let lock = fs::read_to_string(&lock).map_err(io_failure("read", &lock))?;
    file(&workspace.join("Cargo.lock"), &lock)?;
    for (codec, form) in all {
        let folder = workspace.join(package(codec, form));
        file(&folder.join("Cargo.toml"), &manifest_of(codec, form))?;
        let types = types(set, codec);
        let allow = "#![allow(dead_code)]\n";
        match form {
            Form::Library => file(&root(workspace, codec, form), &types)?,
            Form::Program => {
                file(&folder.join("src/types.rs"), &types)?;
                file(&root(workspace, codec, form), &(allow.to_owned() + &program(set, codec)))?;
            }
        }
    }
    Ok(())
}

fn manifest_of(codec: Codec, form: Form) -> String {
    let path = |folder: &str| repo::root().join(folder).display().to_string();
    let dependencies = match codec {
        Codec::None => String::new(),
        Codec::Mycelium => format!(
            "mycelium = {{ package = \"mycelium-wire\", path = {:?} }}\n\
             mycelium-derive = {{ path = {:?}, default-features = false }}\n",
            path("runtime/wire"),
            path("mycelium-derive")
        ),
        Codec::Rkyv => "rkyv = \"0.8\"\n".to_owned(),
        Codec::Prost => "prost = \"0.14\"\n".to_owned(),
    };
    format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}",
        package(codec, form)
    )
}

/// Writes a file, and the folders to it; one that is there already stays, so that nothing is built for it.
fn file(path: &Path, text: &str) -> Result<(), Failure> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io_failure("make the folder", folder))?;
    }
    fs::write(path, text).map_err(io_failure("write", path))
}
