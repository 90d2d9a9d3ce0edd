//! `mycelium shm gc`

use super::{Places, places};
use crate::failure::Failure;
use crate::harmless::{harmless, harmless_json};
use mycelium_ring::RingDirectory;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

pub(super) fn run(args: &Places) -> Result<(), Failure> {
    if let Some(file) = args.paths.iter().find(|path| !path.is_dir()) {
        let message = format!("{} is no folder; `gc` cleans folders of rings", file.display());
        return Err(Failure::Input(message));
    }
    let mut cleaned = Vec::new();
    for folder in places::folders(&args.paths)? {
        if let Some(found) = clean(&folder)? {
            cleaned.push(found);
        }
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let folders = cleaned.iter().map(|cleaned| {
            json!({
                "folder": cleaned.path.display().to_string(),
                "removed_files": cleaned.files,
                "removed_folder": cleaned.folder_is_gone,
            })
        });
        writeln!(out, "{}", harmless_json(&Value::Array(folders.collect()), true))?;
        return Ok(());
    }
    for Cleaned { path, files, folder_is_gone } in &cleaned {
        let too = if *folder_is_gone { ", and the empty folder" } else { "" };
        writeln!(out, "{}: {files} removed{too}", harmless(&path.display().to_string()))?;
    }
    if cleaned.is_empty() {
        writeln!(out, "nothing to remove")?;
    }
    Ok(())
}

struct Cleaned {
    path: PathBuf,
    files: usize,
    folder_is_gone: bool,
}

/// Removes what is stale, and the folder if nothing else was in it. `None` where nothing was.
fn clean(folder: &RingDirectory) -> Result<Option<Cleaned>, Failure> {
    let files = folder.remove_stale().map_err(|error| Failure::Input(error.to_string()))?;
    if files == 0 {
        return Ok(None);
    }
    let folder_is_gone = folder.remove_if_empty();
    Ok(Some(Cleaned { path: folder.path().to_owned(), files, folder_is_gone }))
}
