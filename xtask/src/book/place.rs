//! Where the book is run: a folder a page, below `target/book`, and what its commands find there.
//!
//! The folder is a workspace of cargo with our lock file, so that a crate that a page begins is built of what is
//! built anyway; the repository lies beside the pages under its name, as the tutorial has it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::page::Page;
use crate::failure::{Failure, io_failure};
use crate::repo;

/// The workspace of the crates that pages begin.
const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = []
exclude = ["mycelium"]

[profile.dev]
debug = "line-tables-only"

[profile.dev.package."*"]
debug = false
"#;

/// The folder of all pages, and the variables of their commands.
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) environment: Vec<(String, String)>,
    pub(super) python: PathBuf,
    /// Rings lie there; gone with this value.
    rings: PathBuf,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.rings);
    }
}

impl Place {
    /// Makes the folder anew.
    pub(super) fn make(python: PathBuf) -> Result<Self, Failure> {
        let root = repo::target().join("book");
        if root.exists() {
            fs::remove_dir_all(&root).map_err(io_failure("remove", &root))?;
        }
        let made = |path: &Path| fs::create_dir_all(path).map_err(io_failure("make", path));
        made(&root.join(".cargo"))?;
        let config = format!(
            "[net]\noffline = true\n\n[build]\ntarget-dir = {:?}\n",
            repo::target().display().to_string()
        );
        for (name, text) in [("Cargo.toml", WORKSPACE), (".cargo/config.toml", &config)] {
            let path = root.join(name);
            fs::write(&path, text).map_err(io_failure("write", &path))?;
        }
        let lock = root.join("Cargo.lock");
        fs::copy(repo::root().join("Cargo.lock"), &lock).map_err(io_failure("write", &lock))?;
        let beside = root.join("mycelium");
        symlink(repo::root(), &beside).map_err(io_failure("link", &beside))?;
        let rings = Path::new("/dev/shm").join(format!("mycelium-book-{}", std::process::id()));
        made(&rings)?;
        let mut environment = environment(&python);
        environment.push(("RINGS".to_owned(), rings.display().to_string()));
        Ok(Self { root, environment, python, rings })
    }

    /// The folder of a page, empty.
    pub(super) fn folder_of(&self, page: &Page) -> Result<PathBuf, Failure> {
        let folder = self.root.join(page.word());
        fs::create_dir_all(&folder).map_err(io_failure("make", &folder))?;
        Ok(folder)
    }
}

/// Our commands and the environment's Python go before all others.
fn environment(python: &Path) -> Vec<(String, String)> {
    let mut paths = vec![repo::target().join("debug")];
    paths.extend(python.parent().map(Path::to_owned));
    paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let joined = |paths: Vec<PathBuf>| {
        std::env::join_paths(paths).unwrap_or_default().to_string_lossy().into_owned()
    };
    let packages = vec![repo::root().join("runtime/python"), PathBuf::from(".")];
    [
        ("PATH", joined(paths)),
        ("PYTHONPATH", joined(packages)),
        ("PYTHONUNBUFFERED", "1".to_owned()),
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ("OCAMLPATH", repo::target().join("dune/install/default/lib").display().to_string()),
        ("CARGO_TERM_COLOR", "never".to_owned()),
        ("LC_ALL", "C.UTF-8".to_owned()),
        ("NO_COLOR", "1".to_owned()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}
