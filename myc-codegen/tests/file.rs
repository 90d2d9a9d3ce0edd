//! Writing generated files.

use std::fs;
use std::path::Path;

use myc_codegen::GeneratedFile;
use myc_codegen::file::{Change, compare, write};

fn file(path: &str, contents: &str) -> GeneratedFile {
    GeneratedFile { path: path.into(), contents: contents.into() }
}

fn changes(outcomes: &[myc_codegen::file::Outcome]) -> Vec<Change> {
    outcomes.iter().map(|outcome| outcome.change).collect()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn writes_new_and_changed_files_only() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("same.py"), "same").unwrap();
    fs::write(dir.path().join("other.py"), "old").unwrap();
    let before = fs::metadata(dir.path().join("same.py")).unwrap().modified().unwrap();
    let files = [file("a/b.py", "new"), file("other.py", "new"), file("same.py", "same")];

    let outcomes = write(dir.path(), &files).unwrap();

    assert_eq!(changes(&outcomes), [Change::New, Change::Changed, Change::Same]);
    assert_eq!(fs::read_to_string(dir.path().join("a/b.py")).unwrap(), "new");
    assert_eq!(fs::read_to_string(dir.path().join("other.py")).unwrap(), "new");
    assert_eq!(fs::metadata(dir.path().join("same.py")).unwrap().modified().unwrap(), before);
    assert_eq!(changes(&compare(dir.path(), &files).unwrap()), [Change::Same; 3]);
}

#[test]
fn comparing_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let outcomes = compare(dir.path(), &[file("a/b.py", "new")]).unwrap();
    assert_eq!(changes(&outcomes), [Change::New]);
    assert_eq!(outcomes[0].path, dir.path().join("a/b.py"));
    assert!(names(dir.path()).is_empty());
}

#[test]
fn a_failure_leaves_old_files_and_no_temporary_ones() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("kept.rs"), "old").unwrap();
    fs::write(dir.path().join("blocked"), "a file where a folder is needed").unwrap();

    let error = write(dir.path(), &[file("kept.rs", "new"), file("blocked/x.rs", "new")]);

    let text = error.unwrap_err().to_string();
    assert!(text.contains("blocked"), "{text}");
    assert_eq!(fs::read_to_string(dir.path().join("kept.rs")).unwrap(), "old");
    assert_eq!(names(dir.path()), ["blocked", "kept.rs"]);
}
