//! `mycc doc`.

use std::fs;

use crate::{POINT, files_in, folder, mycc};

#[test]
fn a_site_of_schemas_that_are_named() {
    let dir = folder(&[("shapes.myc", POINT)]);
    let run = mycc(dir.path(), &["doc", "--out", "pages", "shapes.myc"]);
    assert_eq!(run.ok(), "");
    assert!(
        run.stderr.contains("pages/index.html: 8 files, 8 changed, 0 removed"),
        "{}",
        run.stderr
    );
    let expected = [
        ".mycc-doc",
        "assets/names.js",
        "assets/site.css",
        "assets/site.js",
        "index.html",
        "names.html",
        "packages/shapes.html",
        "types/shapes.Point.html",
        "types/shapes.Size.html",
    ];
    assert_eq!(files_in(&dir.path().join("pages")), expected);

    fs::write(dir.path().join("shapes.myc"), "package shapes; struct Size { width: u8 }").unwrap();
    let run = mycc(dir.path(), &["doc", "--out", "pages", "shapes.myc"]);
    run.ok();
    assert!(run.stderr.contains("1 removed"), "{}", run.stderr);
    assert!(!dir.path().join("pages/types/shapes.Point.html").exists());
    let run = mycc(dir.path(), &["doc", "--out", "pages", "shapes.myc"]);
    assert!(run.stderr.contains("7 files, 0 changed, 0 removed"), "{}", run.stderr);
}

#[test]
fn a_project_says_where_the_site_goes() {
    let dir = folder(&[
        ("myc.toml", "schemas = \"all\"\n[doc]\nout = \"docs/site\"\n"),
        ("all/shapes.myc", POINT),
        ("below/x", ""),
    ]);
    mycc(&dir.path().join("below"), &["doc"]).ok();
    assert!(dir.path().join("docs/site/index.html").exists());
    // What the command line names counts from where it was called.
    mycc(&dir.path().join("below"), &["doc", "--out", "here"]).ok();
    assert!(dir.path().join("below/here/index.html").exists());

    fs::write(dir.path().join("myc.toml"), "schemas = \"all\"\n").unwrap();
    mycc(dir.path(), &["doc"]).ok();
    assert!(dir.path().join("site/index.html").exists());
    for (text, expected) in [
        ("[doc]\nuot = \"x\"\n", "did you mean `out`?"),
        ("doc = 1\n", "`doc` is a number, not a table"),
        ("[doc]\nout = 1\n", "`out` is a number, not a path"),
    ] {
        fs::write(dir.path().join("myc.toml"), text).unwrap();
        let run = mycc(dir.path(), &["doc"]);
        assert!(run.failed(1).contains(expected), "{}", run.stderr);
    }
}

#[test]
fn what_is_wrong() {
    let dir = folder(&[("shapes.myc", POINT), ("full/letter.txt", "dear"), ("bad.myc", "package")]);
    let run = mycc(dir.path(), &["doc", "--out", "full", "shapes.myc"]);
    assert!(
        run.failed(1).contains("the folder `full` has files in it that `mycc doc` did not make")
    );
    assert!(
        run.stderr.contains("name an empty folder, or a new one, with --out"),
        "{}",
        run.stderr
    );
    assert_eq!(files_in(&dir.path().join("full")), ["letter.txt"]);
    mycc(dir.path(), &["doc", "--out", "shapes.myc", "shapes.myc"]).failed(1);
    mycc(dir.path(), &["doc", "--out", "none", "bad.myc"]).failed(1);
    assert!(!dir.path().join("none").exists());
    mycc(dir.path(), &["doc"]).failed(2);
}
