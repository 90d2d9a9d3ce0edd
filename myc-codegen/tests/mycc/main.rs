//! `mycc` as people run it: the binary's output, errors and exit status.

mod ancestors;
mod check;
mod codec;
mod digest;
mod doc;
mod evolution;
mod export;
mod format;
mod generate;
mod import;
mod inspect;
mod ir;
mod layout;
mod lints;
#[cfg(feature = "lsp")]
mod lsp;
mod plugins;
mod project;
mod usage;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A schema that most tests use.
const POINT: &str = "package shapes;
message Point = 7 { x: i32, y: i32 = -1, label: string? }
struct Size { width: u8, height: u8 }
";

/// What a run of `mycc` came to.
#[derive(Debug)]
struct Run {
    status: i32,
    stdout: Vec<u8>,
    stderr: String,
}

impl Run {
    /// Standard output of a run that went well.
    #[track_caller]
    fn ok(&self) -> String {
        assert_eq!(self.status, 0, "{}", self.stderr);
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// Standard error of a run that ended with this status and wrote nothing to standard output.
    #[track_caller]
    fn failed(&self, status: i32) -> &str {
        assert_eq!(self.status, status, "{}", self.stderr);
        assert!(self.stdout.is_empty(), "{}", String::from_utf8_lossy(&self.stdout));
        &self.stderr
    }
}

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, contents) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    dir
}

/// Runs `mycc` in a folder with nothing on standard input.
fn mycc(dir: &Path, arguments: &[&str]) -> Run {
    mycc_with(dir, arguments, b"")
}

/// Runs `mycc` in a folder with these bytes on standard input.
fn mycc_with(dir: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mycc"))
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Where the command ends before it has read everything, the pipe breaks; its output tells why.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Names of all files below a folder, sorted.
fn files_in(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
