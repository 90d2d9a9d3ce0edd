//! The folder of a site: what is written, what is removed, and what is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::GeneratedFile;
use myc_codegen::site::folder::{self, FolderError};

fn files(names: &[&str]) -> Vec<GeneratedFile> {
    let file = |name: &&str| GeneratedFile { path: PathBuf::from(name), contents: (*name).into() };
    names.iter().map(file).collect()
}

#[test]
fn only_what_changes_is_written_and_only_what_is_ours_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("new/site");
    let first =
        folder::write(&out, files(&["index.html", "types/a.html", "types/b.html"])).unwrap();
    assert_eq!((first.files, first.changed.len(), first.removed.len()), (3, 3, 0));
    let modified = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
    let before = (modified("index.html"), modified("types/a.html"));
    fs::write(out.join("types/own.txt"), "mine").unwrap();

    let second = folder::write(&out, files(&["index.html", "types/a.html"])).unwrap();
    assert!(second.changed.is_empty(), "{:?}", second.changed);
    assert_eq!(second.removed, [Path::new("types/b.html")]);
    assert_eq!(before, (modified("index.html"), modified("types/a.html")));
    assert!(!out.join("types/b.html").exists());
    assert_eq!(fs::read_to_string(out.join("types/own.txt")).unwrap(), "mine");

    let third = folder::write(&out, files(&["index.html", "types/a.html"])).unwrap();
    assert_eq!((third.changed.len(), third.removed.len()), (0, 0));
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("thesis.txt"), "all of it").unwrap();
    let error = folder::write(dir.path(), files(&["index.html"])).unwrap_err();
    assert!(matches!(error, FolderError::NotOurs(_)), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    // A list that we did not begin is no list of ours.
    fs::write(dir.path().join(".mycc-doc"), "thesis.txt\n").unwrap();
    folder::write(dir.path(), files(&["index.html"])).unwrap_err();
    assert!(dir.path().join("thesis.txt").exists());
}

#[cfg(unix)]
#[test]
fn a_list_that_was_edited_removes_nothing_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let (out, other) = (dir.path().join("site"), dir.path().join("other"));
    folder::write(&out, files(&["index.html"])).unwrap();
    fs::create_dir(&other).unwrap();
    let victim = other.join("victim.txt");
    fs::write(&victim, "here").unwrap();
    std::os::unix::fs::symlink(&other, out.join("link")).unwrap();
    let list = out.join(".mycc-doc");
    let mut text = fs::read_to_string(&list).unwrap();
    text.push_str(&format!(
        "../other/victim.txt\n{}\nlink/victim.txt\nlink\n.\n\n",
        victim.display()
    ));
    fs::write(&list, text).unwrap();
    let written = folder::write(&out, files(&["index.html"])).unwrap();
    assert!(written.removed.is_empty(), "{:?}", written.removed);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "here");
    assert!(out.join("link").exists() && out.join("index.html").exists());
}
