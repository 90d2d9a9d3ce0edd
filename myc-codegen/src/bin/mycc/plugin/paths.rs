//! Where the files of a plugin may go: into its folder, each to a place of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::GeneratedFile;

/// Longest path, in bytes.
const LONGEST: usize = 1024;

/// Says what is wrong with a path.
pub(super) fn check(out: &Path, files: &[GeneratedFile]) -> Result<(), String> {
    // File systems that do not tell letters of different case take these for one.
    let mut taken: BTreeMap<String, &Path> = BTreeMap::new();
    for file in files {
        let path = file.path.as_path();
        if !is_plain(&path.to_string_lossy()) {
            return Err(format!(
                "the path `{}`, which is not one below its folder: write names with `/` between them",
                path.display()
            ));
        }
        if let Some(other) = taken.insert(path.to_string_lossy().to_lowercase(), path) {
            let (path, other) = (path.display(), other.display());
            return Err(format!("two files for one place, `{other}` and `{path}`"));
        }
        if let Some(link) = link_on_the_way(out, path) {
            let link = link.display();
            return Err(format!("the path `{}`, and `{link}` is a link", path.display()));
        }
    }
    for (key, path) in &taken {
        let mut above = Path::new(key).ancestors().skip(1);
        if let Some(file) = above.find_map(|above| taken.get(above.to_string_lossy().as_ref())) {
            let (path, file) = (path.display(), file.display());
            return Err(format!("the files `{file}` and `{path}`, one inside the other"));
        }
    }
    Ok(())
}

/// `a/b.md`: names with one slash between them, none of which leads elsewhere on any system.
fn is_plain(path: &str) -> bool {
    let is_name = |name: &str| {
        !matches!(name, "" | "." | "..")
            && !name.contains(|c: char| c.is_control() || "\\:".contains(c))
    };
    path.len() <= LONGEST && path.split('/').all(is_name)
}

/// A symbolic link below the folder, through which a file would go elsewhere.
fn link_on_the_way(out: &Path, path: &Path) -> Option<PathBuf> {
    let mut here = out.to_owned();
    path.components().find_map(|name| {
        here.push(name);
        let is_link = fs::symlink_metadata(&here).is_ok_and(|metadata| metadata.is_symlink());
        is_link.then(|| here.clone())
    })
}
