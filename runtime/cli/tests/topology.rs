//! `mycelium topology`, through the command itself.
//!
//! `BLESS=1 cargo test -p mycelium-cli --test topology` writes the expectations anew.

mod common;

use common::terminal::Terminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn mycelium(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mycelium"));
    command.current_dir(folder()).arg("topology").args(arguments);
    command.env_remove("NO_COLOR").output().expect("it runs")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/topology")
}

/// Holds what is printed against a file.
fn expect(arguments: &[&str], file: &str) {
    let output = mycelium(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    compare(file, &String::from_utf8(output.stdout).expect("UTF-8"));
}

fn compare(file: &str, found: &str) {
    let path = folder().join(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, found).expect("it is written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{file} (BLESS=1 writes it anew)");
}

#[test]
fn who_talks_to_whom_is_shown() {
    expect(&["show", "hybrid.toml"], "hybrid.txt");
    expect(&["show", "hybrid.toml", "--format", "mermaid"], "hybrid.mmd");
    expect(&["show", "hybrid.toml", "--format", "svg"], "hybrid.svg");
    expect(&["show", "hybrid.toml", "--format", "json"], "hybrid.json");
}

#[test]
fn what_a_process_opens_is_shown() {
    expect(&["plan", "hybrid.toml", "execution"], "execution.txt");
    expect(&["plan", "hybrid.toml", "archive", "--format", "json"], "archive.json");
}

#[test]
fn an_unknown_service_is_an_error() {
    let output = mycelium(&["plan", "hybrid.toml", "archiv"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("error: hybrid.toml holds no service `archiv`"), "{said}");
}

#[test]
fn faults_fail_and_are_shown() {
    let output = mycelium(&["check", "faulty.toml"]);
    assert_eq!(output.status.code(), Some(1));
    compare("faulty.txt", &String::from_utf8_lossy(&output.stderr));
    let output = mycelium(&["check", "faulty.toml", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    compare("faulty.json", &String::from_utf8_lossy(&output.stdout));
    assert!(output.stderr.is_empty());
}

/// On a terminal they have colours, and what the file says does nothing to it.
#[test]
fn faults_are_coloured_on_a_terminal() {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("t.toml");
    // A key that would clear the screen.
    std::fs::write(&file, "\"no\\u001b[2Jkey\\u009b\" = 1\n").expect("a file");
    let (program, file) = (env!("CARGO_BIN_EXE_mycelium"), file.display());
    let clear = "printf '\\033[2J\\033[H'";
    for (choice, is_coloured) in [("unset NO_COLOR", true), ("export NO_COLOR=1", false)] {
        let line = format!(
            "{clear}; {choice}; '{program}' topology check '{file}'; echo status $?; exec cat"
        );
        let Some(terminal) = Terminal::run(&line) else {
            eprintln!("SKIPPED: there is no tmux here; `cargo xtask test` installs it");
            return;
        };
        let is_over = |lines: &[&str]| lines.iter().any(|line| line.contains("status 1"));
        let screen = terminal.wait_for_colours("the end", is_over).join("\n");
        assert_eq!(screen.contains("\u{1b}[1m"), is_coloured, "{screen:?}");
        assert!(screen.contains("error") && screen.contains("no\\u{1b}[2Jkey\\u{9b}"), "{screen}");
        assert!(!screen.contains("u{1b}[1m"), "{screen}");
    }
}

/// A name may turn round what stands behind it.
#[test]
fn names_do_nothing_to_a_terminal() {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("t.toml");
    let nodes = "[[nodes]]\nname = \"a\"\nservices = [\"s\\u202e\"]\n[[nodes]]\nname = \"b\"\n\
                 services = [\"t\"]\nport = 7000\n";
    std::fs::write(&file, nodes).expect("a file");
    let file = file.display().to_string();
    for (words, is_json) in [
        (&["show", &file][..], false),
        (&["show", &file, "--format", "json"], true),
        (&["show", &file, "--format", "mermaid"], false),
        (&["show", &file, "--format", "svg"], false),
        (&["plan", &file, "s\u{202e}"], false),
        (&["plan", &file, "s\u{202e}", "--format", "json"], true),
    ] {
        let output = mycelium(words);
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let escaped = if is_json { "s\\u202e" } else { "s\\u{202e}" };
        assert!(shown.contains(escaped) && !shown.contains('\u{202e}'), "{words:?}: {shown}");
    }
}

#[test]
fn warnings_fail_only_where_that_is_asked_for() {
    let plain = mycelium(&["check", "hybrid.toml", "--host", "10.0.2.21"]);
    assert_eq!(plain.status.code(), Some(0));
    let said = String::from_utf8_lossy(&plain.stderr);
    assert!(said.contains("warning: the certificate of `archive` cannot be read"), "{said}");
    assert!(!said.contains("`ml-node` cannot be read"), "{said}");
    let strict = mycelium(&["check", "hybrid.toml", "--strict"]);
    assert_eq!(strict.status.code(), Some(1));
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let output = mycelium(&["check", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("error: cannot read the topology nowhere.toml"), "{said}");
}

#[test]
fn the_schema_is_that_of_the_documentation() {
    let output = mycelium(&["schema"]);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/topology.schema.json");
    assert_eq!(output.stdout, std::fs::read(page).expect("it is there"));
}
