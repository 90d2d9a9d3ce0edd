//! `mycc breaking` and `mycc release`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use crate::{POINT, folder, mycc};

fn breaking(dir: &Path, against: &str) -> crate::Run {
    mycc(dir, &["breaking", "--against", against, "point.myc"])
}

#[test]
fn a_break_is_named_with_both_places() {
    let broken = POINT.replace("y: i32 = -1", "y: i64 = -1");
    let dir = folder(&[("old.myc", POINT), ("point.myc", &broken)]);
    let run = breaking(dir.path(), "old.myc");
    assert_eq!(run.status, 1);
    assert_eq!(run.stderr, "1 break\n");
    assert_eq!(
        String::from_utf8(run.stdout).unwrap(),
        "field-retyped: field `shapes.Point.y` was `i32` and is `i64`\n\
        \x20 previous  old.myc:2:29\n\
        \x20 current   point.myc:2:29\n\
        \x20 breaks    new reads old, old reads new, source\n\
        \x20 messages  shapes.Point\n\
        \x20 help      append a field of the new type, and mark this one @deprecated\n"
    );
    let json = mycc(dir.path(), &["breaking", "--against", "old.myc", "point.myc", "--json"]);
    assert_eq!(json.status, 1);
    let json: Json = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["breaks"][0]["rule"], "field-retyped");
    assert_eq!(json["breaks"][0]["current"]["place"]["column"], 29);
    assert_eq!(breaking(dir.path(), "point.myc").ok(), "");
}

#[test]
fn the_last_release_is_what_is_meant_where_nothing_is_said() {
    let dir = folder(&[("myc.toml", ""), ("schemas/point.myc", POINT)]);
    let none = mycc(dir.path(), &["breaking"]);
    assert_eq!(none.status, 1);
    assert!(none.stderr.contains("myc.lock` to compare with"), "{}", none.stderr);
    assert!(none.stderr.contains("begin a lock with `mycc release`"), "{}", none.stderr);
    assert_eq!(mycc(dir.path(), &["release"]).ok(), "");
    assert_eq!(mycc(dir.path(), &["breaking"]).ok(), "");
    let broken = POINT.replace("y: i32 = -1", "y: i64 = -1");
    fs::write(dir.path().join("schemas/point.myc"), broken).unwrap();
    let run = mycc(dir.path(), &["breaking"]);
    assert_eq!(run.status, 1);
    assert!(
        String::from_utf8(run.stdout).unwrap().starts_with("field-retyped: field `shapes.Point.y`")
    );
}

#[test]
fn releases_are_locked() {
    let dir = folder(&[("point.myc", POINT)]);
    let release = || mycc(dir.path(), &["release", "point.myc"]);
    let lock = || fs::read_to_string(dir.path().join("myc.lock")).unwrap();
    assert_eq!(release().ok(), "");
    let first = lock();
    assert!(
        first.starts_with("myc-lock/1\nrelease 1 with 2 types\ntype shapes.Point myc1:"),
        "{first}"
    );
    assert!(first.contains("\n  field y i32 default -1\n"), "{first}");

    // Once more, and nothing changes.
    assert!(release().stderr.contains("nothing has changed since release 1"));
    assert_eq!(lock(), first);

    // A message grows at its end.
    let grown = POINT.replace("label: string?", "label: string?, z: i32 = 0");
    fs::write(dir.path().join("point.myc"), &grown).unwrap();
    assert_eq!(breaking(dir.path(), "myc.lock").ok(), "");
    assert_eq!(release().ok(), "");
    let second = lock();
    assert!(second.starts_with(&first), "{second}");
    // What did not change is not written again.
    assert_eq!(second.matches("struct shapes.Size").count(), 1, "{second}");

    // What breaks is refused, and the lock stays.
    fs::write(dir.path().join("point.myc"), POINT).unwrap();
    let refused = release();
    assert!(refused.failed(1).starts_with("field-removed: field `shapes.Point.z` is gone\n"));
    assert_eq!(lock(), second);
    assert_eq!(breaking(dir.path(), "myc.lock").status, 1);
}

#[test]
fn a_lock_that_was_changed_by_hand_is_refused() {
    let dir = folder(&[("point.myc", POINT)]);
    mycc(dir.path(), &["release", "point.myc"]).ok();
    let path = dir.path().join("myc.lock");
    let lock = fs::read_to_string(&path).unwrap();
    let refused = |text: &str| {
        fs::write(&path, text).unwrap();
        breaking(dir.path(), "myc.lock").failed(1).to_owned()
    };
    let changed = refused(&lock.replace("field x i32", "field x i64"));
    assert!(changed.contains("the digest of `shapes.Point` is not that of its text"), "{changed}");
    assert!(refused("").contains("line 1: expected `myc-lock/1`"));
    assert!(
        refused(&lock.replace("release 1", "release 7"))
            .contains("line 2: expected `release 1 with`")
    );
    for end in (0..lock.len() - 1).step_by(23) {
        refused(&lock[..end]);
    }
}

#[test]
fn git_has_earlier_versions() {
    let dir = folder(&[
        ("point.myc", "package shapes;\nimport \"size.myc\";\nmessage P = 1 { s: Size }\n"),
        ("size.myc", "package shapes;\nstruct Size { width: u8 }\n"),
    ]);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
        let mut command = Command::new("git");
        command.args(identity).args(arguments).current_dir(dir.path());
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "first"]);
    assert_eq!(breaking(dir.path(), "git:HEAD").ok(), "");
    fs::write(dir.path().join("size.myc"), "package shapes;\nstruct Size { width: u16 }\n")
        .unwrap();
    let run = breaking(dir.path(), "git:HEAD");
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(String::from_utf8(run.stdout).unwrap().starts_with("struct-changed: "));
    assert!(
        breaking(dir.path(), "git:nowhere").failed(1).starts_with("error: git has no `nowhere`")
    );
    let run = mycc(dir.path(), &["breaking", "--against", "git:HEAD", "point.myc", "size.myc"]);
    assert_eq!(run.status, 1);
    fs::write(dir.path().join("new.myc"), POINT).unwrap();
    let run = mycc(dir.path(), &["breaking", "--against", "git:HEAD", "new.myc"]);
    assert!(run.failed(1).contains("has no .myc file"));
    assert!(breaking(dir.path(), "git:--help").failed(1).contains("is no revision"));
}
