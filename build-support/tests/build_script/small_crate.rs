//! Small crates in a folder of their own, built by Cargo.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use serde_json::Value as Json;

/// This repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

/// A crate that depends on the crates here.
pub(crate) struct Crate {
    path: PathBuf,
}

/// Files of a folder, and when each was written.
pub(crate) type Files = BTreeMap<PathBuf, SystemTime>;

/// What a build came to.
struct Build {
    ok: bool,
    /// Whether the crate was up to date already.
    is_fresh: bool,
    /// `OUT_DIR` of its build script.
    out_dir: Option<PathBuf>,
    stderr: String,
}

impl Crate {
    /// Each test has another name. The folder stays, so that the next run does not fill the target
    /// folder with another copy.
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Crate {
        let this = Crate { path: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name) };
        if this.path.exists() {
            fs::remove_dir_all(&this.path).unwrap();
        }
        let path = |folder: &str| root().join(folder).display().to_string();
        let manifest = format!(
            "[workspace]\n\n[package]\nname = {name:?}\nedition = \"2024\"\n\n\
             [dependencies]\nmycelium = {{ path = {:?} }}\n\n\
             [build-dependencies]\nmycelium-build = {{ path = {:?} }}\n\n\
             [profile.dev]\ndebug = \"line-tables-only\"\n\n\
             [profile.dev.package.\"*\"]\ndebug = false\n",
            path("runtime/bus"),
            path("build-support"),
        );
        this.write("Cargo.toml", &manifest);
        this.write("Cargo.lock", &fs::read_to_string(root().join("Cargo.lock")).unwrap());
        files.iter().for_each(|(file, contents)| this.write(file, contents));
        this
    }

    /// A copy of `examples/build-script`.
    pub(crate) fn example(name: &str) -> Crate {
        let this = Crate::new(name, &[]);
        for file in ["build.rs", "src/main.rs", "schemas/weather.myc", "schemas/places.myc"] {
            let from = root().join("examples/build-script").join(file);
            this.write(file, &fs::read_to_string(from).unwrap());
        }
        this
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write(&self, file: &str, contents: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.path().join(file)).unwrap();
    }

    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path().join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, &text.replace(from, to));
    }

    pub(crate) fn files(&self) -> Files {
        files_below(&self.path)
    }

    /// Runs Cargo offline, with the target folder that the tests themselves were built in, so that
    /// most of what we depend on is built already.
    pub(crate) fn cargo(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
            .args(arguments)
            .args(["--offline", "--target-dir"])
            .arg(target())
            .env_remove("CARGO_TERM_COLOR")
            .env_remove("NO_COLOR")
            // With it Cargo itself speaks of backtraces.
            .env_remove("RUST_BACKTRACE")
            .envs(variables.iter().copied())
            .current_dir(self.path())
            .output()
            .unwrap()
    }

    fn build(&self, variables: &[(&str, &str)]) -> Build {
        let arguments = ["build", "--message-format", "json-render-diagnostics"];
        let output = self.cargo(&arguments, variables);
        let stdout = String::from_utf8(output.stdout).unwrap();
        let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let (mut is_fresh, mut out_dir) = (true, None);
        for message in messages {
            let id = message["package_id"].as_str().unwrap_or_default();
            if id.contains(&*self.path.to_string_lossy()) {
                is_fresh &= message["fresh"] != false;
                out_dir = message["out_dir"].as_str().map(PathBuf::from).or(out_dir);
            }
        }
        let stderr = String::from_utf8(output.stderr).unwrap();
        Build { ok: output.status.success(), is_fresh, out_dir, stderr }
    }

    /// Gives what the build script has written.
    #[track_caller]
    pub(crate) fn rebuilds(&self) -> Files {
        let build = self.build(&[]);
        assert!(build.ok, "{}", build.stderr);
        assert!(!build.is_fresh, "the crate was not built again");
        files_below(&build.out_dir.unwrap())
    }

    /// The build succeeds, and Cargo shows this text.
    #[track_caller]
    pub(crate) fn warns(&self, expected: &str) {
        let build = self.build(&[]);
        assert!(build.ok, "{}", build.stderr);
        assert!(build.stderr.contains(expected), "no {expected:?} in:\n{}", build.stderr);
    }

    #[track_caller]
    pub(crate) fn stays(&self) {
        let build = self.build(&[]);
        assert!(build.ok, "{}", build.stderr);
        assert!(build.is_fresh, "the crate was built again:\n{}", build.stderr);
    }

    /// The build fails with these texts.
    #[track_caller]
    pub(crate) fn fails(&self, expected: &[&str]) {
        self.fails_with(&[], expected);
    }

    #[track_caller]
    pub(crate) fn fails_with(&self, variables: &[(&str, &str)], expected: &[&str]) {
        let build = self.build(variables);
        assert!(!build.ok, "the build succeeded");
        for text in expected {
            assert!(build.stderr.contains(text), "no {text:?} in:\n{}", build.stderr);
        }
    }

    /// The build script fails with these texts and status 1, and nothing panics.
    #[track_caller]
    pub(crate) fn script_fails(&self, expected: &[&str]) {
        let build = self.build(&[]);
        assert!(!build.ok, "the build succeeded");
        for text in expected.iter().chain(&["build-script-build` (exit status: 1)"]) {
            assert!(build.stderr.contains(text), "no {text:?} in:\n{}", build.stderr);
        }
        for text in ["panicked", "BACKTRACE", "backtrace"] {
            assert!(!build.stderr.contains(text), "{}", build.stderr);
        }
    }
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// By their paths in the folder.
fn files_below(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let written = fs::metadata(&path).unwrap().modified().unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), written);
            }
        }
    }
    found
}
