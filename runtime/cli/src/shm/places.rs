//! Where rings are.

use crate::failure::Failure;
use mycelium_ring::RingDirectory;
use std::path::{Path, PathBuf};

/// Where nodes have their folders where nothing else is said.
const SHM: &str = "/dev/shm";

/// The files of rings at these places, sorted: rings themselves, those in folders, or, where no place is
/// given, those in the folders of this user in `/dev/shm`.
pub(super) fn rings(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut rings = Vec::new();
    for folder in folders(paths)? {
        rings.extend(rings_in(&folder)?);
    }
    rings.extend(paths.iter().filter(|path| !path.is_dir()).cloned());
    rings.sort();
    rings.dedup();
    Ok(rings)
}

/// The folders of rings at these places.
pub(super) fn folders(paths: &[PathBuf]) -> Result<Vec<RingDirectory>, Failure> {
    if paths.is_empty() {
        return Ok(own_folders(Path::new(SHM)));
    }
    let folders = paths.iter().filter(|path| path.is_dir());
    let open = |path: &PathBuf| {
        let folder =
            RingDirectory::open(path).map_err(|error| Failure::Input(error.to_string()))?;
        folder.ok_or_else(|| Failure::Input(format!("there is no folder {}", path.display())))
    };
    folders.map(open).collect()
}

fn rings_in(folder: &RingDirectory) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: mycelium_ring::DirectoryError| Failure::Input(error.to_string());
    let names = folder.rings().map_err(failed)?;
    names.iter().map(|name| folder.ring_path(name).map_err(failed)).collect()
}

/// Those folders in `parent` that could hold rings: private ones of this user. Others are nobody's business.
fn own_folders(parent: &Path) -> Vec<RingDirectory> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter().filter_map(|path| RingDirectory::open(path).ok().flatten()).collect()
}
