//! What is wrong, while it is typed.

use std::fs;

use serde_json::json;

use super::editor::{Editor, uri};
use crate::folder;

#[test]
fn diagnostics_follow_what_is_typed() {
    let uri = "untitled:a.myc";
    let mut editor = Editor::new();
    // Four bytes and two units of UTF-16 stand before the word.
    editor.open(uri, "package a;\nmessage A = 1 { @unit(\"𝒳\") a: timstamp }\n");
    let wrong = editor.wrong(uri);
    assert_eq!(wrong, ["unknown type `timstamp`\ndid you mean `timestamp`?"]);
    let shown = &editor.shown[uri][0];
    let range = |from: u32, to: u32| json!({ "start": { "line": 1, "character": from }, "end": { "line": 1, "character": to } });
    assert_eq!(shown["range"], range(31, 39));
    assert_eq!(shown["code"], "E0010");
    assert_eq!((&shown["source"], &shown["severity"]), (&json!("mycc"), &json!(1)));
    editor.change(uri, json!([{ "range": range(31, 39), "text": "u64" }]));
    assert_eq!(editor.wrong(uri), [""; 0]);
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(editor.end(), 0);
}

#[test]
fn what_is_open_goes_before_what_is_on_disk() {
    let dir = folder(&[
        ("a.myc", "package a; import \"b.myc\"; message A = 1 { b: B }"),
        ("b.myc", "package b; struct B { a: u8 }"),
    ]);
    let (a, b) = (uri(dir.path(), "a.myc"), uri(dir.path(), "b.myc"));
    let mut editor = Editor::new();
    editor.open(&a, &fs::read_to_string(dir.path().join("a.myc")).unwrap());
    assert_eq!(editor.wrong(&a), [""; 0]);
    editor.open(&b, "package b; struct C { a: u8 }");
    assert!(editor.wrong(&a)[0].starts_with("unknown type `B`"));
    // The file on disk counts again.
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": b } }));
    assert_eq!(editor.wrong(&a), [""; 0]);
    editor.open(&b, "package b; struct B { a: u9 }");
    assert!(editor.wrong(&b)[0].starts_with("unknown type `u9`"));
    editor.change(&b, json!([{ "text": "package b; struct B { a: u8 }" }]));
    assert_eq!((editor.wrong(&a), editor.wrong(&b)), (vec![], vec![]));
    let related = "package b; struct B { a: u8 } struct B { a: u8 }";
    editor.change(&b, json!([{ "text": related }]));
    assert_eq!(editor.wrong(&b).len(), 1);
    assert_eq!(editor.shown[&b][0]["relatedInformation"][0]["location"]["uri"], b);
    assert_eq!(editor.end(), 0);
}

#[test]
fn a_project_is_compiled_as_check_does() {
    let dir = folder(&[
        ("myc.toml", "schemas = \"defs\"\n[lints]\nmissing_docs = \"deny\"\n"),
        ("defs/a.myc", "package p;\n/// One.\nmessage A = 1 { }\n"),
        ("defs/deep/b.myc", "package p;\n/// Two.\nmessage B = 1 { }\n"),
    ]);
    let (a, b) = (uri(dir.path(), "defs/a.myc"), uri(dir.path(), "defs/deep/b.myc"));
    let mut editor = Editor::new();
    editor.open(&a, "package p;\n/// One.\nmessage A = 1 { }\n");
    editor.wrong(&a);
    // Two files that do not import each other, one of them not open, use one id.
    let all: Vec<String> = [&a, &b]
        .iter()
        .flat_map(|uri| editor.shown.get(*uri).cloned().unwrap_or_default())
        .map(|shown| shown["message"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].starts_with("two messages of this package have the id 1"), "{all:?}");
    editor.change(&a, json!([{ "text": "package p;\nmessage A = 2 { }\n" }]));
    let wrong = editor.wrong(&a);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(editor.shown[&a][0]["code"], "missing_docs");
    assert_eq!(editor.shown[&a][0]["range"]["start"]["line"], 1);
    fs::write(dir.path().join("myc.toml"), "schemas = 5\n").unwrap();
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert_eq!(editor.wrong(&a), [""; 0]);
    assert!(editor.said[0].contains("`schemas` is a number"), "{:?}", editor.said);
    assert_eq!(editor.end(), 0);
}
