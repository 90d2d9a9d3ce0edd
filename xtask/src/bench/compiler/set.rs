//! A set of schemas on disk, in three languages.

use std::fs;
use std::path::{Path, PathBuf};

use super::{flat, myc, proto, shapes};
use crate::failure::{Failure, io_failure};

/// A set that was written.
pub(super) struct Set {
    /// Holds a folder for each language: `myc`, `proto`, `fbs`.
    pub(super) folder: PathBuf,
    /// Its files, without their endings.
    pub(super) stems: Vec<String>,
    pub(super) messages: usize,
    /// Of all its messages.
    pub(super) fields: usize,
    /// Bytes of the `.myc` files.
    pub(super) bytes: usize,
}

/// Writes the set of so many messages below a folder.
pub(super) fn write(below: &Path, messages: usize) -> Result<Set, Failure> {
    let folder = below.join(messages.to_string());
    let mut set = Set { folder, stems: Vec::new(), messages, fields: 0, bytes: 0 };
    for number in 0..messages / shapes::FILE_MESSAGES {
        let file = shapes::file(number);
        let stem = file.place.stem();
        let text = myc::write(&file);
        set.bytes += text.len();
        set.fields += file.messages.iter().map(|message| message.body.fields.len()).sum::<usize>();
        put(&set.folder.join(format!("myc/{stem}.myc")), &text)?;
        put(&set.folder.join(format!("proto/{stem}.proto")), &proto::write(&file))?;
        put(&set.folder.join(format!("fbs/{stem}.fbs")), &flat::write(&file))?;
        set.stems.push(stem);
    }
    Ok(set)
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(io_failure("make the folder", folder))?;
    fs::write(path, text).map_err(io_failure("write", path))
}
