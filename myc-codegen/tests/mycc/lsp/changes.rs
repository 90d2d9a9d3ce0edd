//! Changes that the server proposes: formatting, renaming, fixes.

use std::fs;

use serde_json::{Value, json};

use super::editor::{Editor, document, edited, place, uri};
use crate::folder;

const A: &str = "package a;
import \"b.myc\";
message Trade = 1 { level: Level, at: b.Level }
";
const B: &str = "package b;\nstruct Level { price: u64 }\n";

fn with_name(mut place: Value, name: &str) -> Value {
    place["newName"] = json!(name);
    place
}

#[test]
fn a_text_is_formatted() {
    let uri = "untitled:a.myc";
    let mut editor = Editor::new();
    let text = "// 𝒳\npackage a;\n\nstruct  A {a:u8}\n\n/// Last.\nstruct B { a: u8 }\n";
    editor.open(uri, text);
    let mut params = document(uri);
    params["options"] = json!({ "tabSize": 8, "insertSpaces": false });
    let edits = editor.ask("textDocument/formatting", params.clone());
    let after = edited(text, &edits);
    assert_eq!(after, text.replace("struct  A {a:u8}", "struct A { a: u8 }"));
    // Only the line that changes is touched.
    assert_eq!(edits[0]["range"]["start"], json!({ "line": 3, "character": 0 }));
    editor.change(uri, json!([{ "text": after }]));
    assert_eq!(editor.ask("textDocument/formatting", params.clone()), json!([]));
    editor.change(uri, json!([{ "text": "package a; struct" }]));
    assert_eq!(editor.ask("textDocument/formatting", params), Value::Null);
    assert_eq!(editor.end(), 0);
}

#[test]
fn renaming_changes_all_files_and_says_what_peers_see() {
    let dir = folder(&[("a.myc", A), ("b.myc", B)]);
    let (a, b) = (uri(dir.path(), "a.myc"), uri(dir.path(), "b.myc"));
    let mut editor = Editor::with(json!({ "workspace": { "workspaceEdit": {
        "documentChanges": true, "changeAnnotationSupport": {} } } }));
    editor.open(&b, B);
    let prepared = editor.ask("textDocument/prepareRename", place(&b, B, "Level"));
    assert_eq!(prepared["placeholder"], "Level");
    let params = with_name(place(&b, B, "Level"), "Row");
    let edit = editor.ask("textDocument/rename", params);
    assert!(editor.said[0].contains("changes the digest of `a.Trade`"), "{:?}", editor.said);
    let annotation = &edit["changeAnnotations"]["wire"];
    assert_eq!(annotation["needsConfirmation"], true);
    assert!(annotation["description"].as_str().unwrap().contains("`a.Trade`"));
    let changes = edit["documentChanges"].as_array().unwrap();
    let of = |uri: &str| changes.iter().find(|c| c["textDocument"]["uri"] == uri).unwrap();
    assert_eq!(of(&b)["textDocument"]["version"], 1);
    assert_eq!(of(&a)["textDocument"]["version"], Value::Null);
    let (new_a, new_b) = (edited(A, &of(&a)["edits"]), edited(B, &of(&b)["edits"]));
    assert_eq!(new_a, A.replace("Level", "Row"));
    assert_eq!(new_b, B.replace("Level", "Row"));
    fs::write(dir.path().join("a.myc"), &new_a).unwrap();
    fs::write(dir.path().join("b.myc"), &new_b).unwrap();
    crate::mycc(dir.path(), &["check", "a.myc"]).ok();
    assert_eq!(editor.end(), 0);
}

#[test]
fn renaming_without_consequences_is_a_plain_edit() {
    let uri = "untitled:a.myc";
    let text = "package a;\ntype Price = u64;\nmessage M = 1 { price: Price }\n";
    let mut editor = Editor::new();
    editor.open(uri, text);
    let edit = editor.ask("textDocument/rename", with_name(place(uri, text, "Price"), "Cost"));
    assert_eq!(edited(text, &edit["changes"][uri]), text.replace("Price", "Cost"));
    assert!(editor.said.is_empty(), "{:?}", editor.said);
    assert_eq!(editor.end(), 0);
}

#[test]
fn renaming_is_refused_where_it_would_be_wrong() {
    let uri = "untitled:a.myc";
    let text = "package a;\ntype Price = u64;\nclosed enum Side: u8 { buy = 1, sell = 2 }\n";
    let mut editor = Editor::new();
    editor.open(uri, text);
    for (needle, name, why) in [
        ("Price", "Side", "declared twice"),
        ("Price", "price", "PascalCase"),
        ("Price", "type", "PascalCase"),
        ("sell", "buy", "declared twice"),
        ("u64", "U64", "language's own"),
        ("a;", "b", "package"),
    ] {
        let (code, message) =
            editor.refused("textDocument/rename", with_name(place(uri, text, needle), name));
        assert_eq!(code, -32803, "{message}");
        assert!(message.contains(why), "{name}: {message}");
    }
    let (code, _) = editor.refused("textDocument/prepareRename", place(uri, text, "u64"));
    assert_eq!(code, -32803);
    editor.change(uri, json!([{ "text": format!("{text}struct ") }]));
    let params = with_name(place(uri, text, "Price"), "Cost");
    let (_, message) = editor.refused("textDocument/rename", params);
    assert!(message.contains("mend them first"), "{message}");
    assert_eq!(editor.end(), 0);
}

/// Asks for fixes at all places of a text, gives the titles and what the text becomes with each.
fn fixes(editor: &mut Editor, uri: &str, text: &str) -> Vec<(String, String)> {
    editor.open(uri, text);
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let mut params = document(uri);
    params["range"] = range;
    params["context"] = json!({ "diagnostics": [] });
    let actions = editor.ask("textDocument/codeAction", params.clone());
    params["context"] = json!({ "diagnostics": [], "only": ["refactor"] });
    assert_eq!(editor.ask("textDocument/codeAction", params), json!([]));
    let actions = actions.as_array().unwrap().iter();
    let fix = |action: &Value| {
        assert_eq!(action["kind"], "quickfix");
        assert_eq!(action["diagnostics"].as_array().unwrap().len(), 1);
        let after = edited(text, &action["edit"]["changes"][uri]);
        (action["title"].as_str().unwrap().to_owned(), after)
    };
    actions.map(fix).collect()
}

#[test]
fn what_a_diagnostic_offers_is_an_action_that_mends_it() {
    let dir = folder(&[
        ("myc.toml", ""),
        ("schemas/b.myc", B),
        ("schemas/c.myc", "package c;\nstruct Other { a: u8 }\n"),
    ]);
    let uri = uri(dir.path(), "schemas/a.myc");
    let cases = [
        ("struct A { a: timstamp }", "replace by `timestamp`", "struct A { a: timestamp }"),
        ("struct A { a: int32 }", "this language calls it `i32`", "struct A { a: i32 }"),
        ("struct A { a: u8?? }", "remove it", "struct A { a: u8? }"),
        ("message a = 1 { a: u8 }", "write `A`", "message A = 1 { a: u8 }"),
        (
            "message A = 1 { @untt(\"m\") a: u8 }",
            "replace by `unit`",
            "message A = 1 { @unit(\"m\") a: u8 }",
        ),
        (
            "enum A: u8 { a = 1 }",
            "write `open`: values that are added later are kept",
            "open enum A: u8 { a = 1 }",
        ),
        ("open enum A { a = 1 }", "name one", "open enum A: u8 { a = 1 }"),
        ("struct A { a: u8 b: u8 }", "add `,`", "struct A { a: u8, b: u8 }"),
        ("import \"b.myc\";\nstruct A { a: u8 }", "remove the import", "struct A { a: u8 }"),
        ("struct A { a: Level }", "import `b.myc`", "import \"b.myc\";\nstruct A { a: Level }"),
        (
            "import \"c.myc\";\nstruct A { a: Other, b: Level }",
            "import `b.myc`",
            "import \"c.myc\";\nimport \"b.myc\";\nstruct A { a: Other, b: Level }",
        ),
    ];
    let mut editor = Editor::new();
    for (wrong, title, right) in cases {
        let text = format!("package a;\n{wrong}\n");
        let fixes = fixes(&mut editor, &uri, &text);
        let fix = fixes.iter().find(|(found, _)| found == title);
        let (_, after) = fix.unwrap_or_else(|| panic!("{wrong}: {fixes:?}"));
        assert_eq!(*after, format!("package a;\n{right}\n"));
        editor.change(&uri, json!([{ "text": after }]));
        assert_eq!(editor.wrong(&uri), [""; 0], "{right}");
    }
    assert_eq!(editor.end(), 0);
}
