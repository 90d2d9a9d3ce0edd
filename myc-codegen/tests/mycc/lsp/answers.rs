//! What the server knows of a text.

use serde_json::{Value, json};

use super::editor::{Editor, document, edited, place, position, uri};
use crate::folder;

const A: &str = "package a;
import \"b.myc\";
import \"c.myc\" as other;

/// How deep.
const DEPTH: u32 = 20;

/// A trade.
message Trade = 1 {
    /// Paid.
    @unit(\"bps\") price: Price,
    side: b.Side = sell,
    level: other.Level,
    levels: [other.Level; ..DEPTH],
}
";
const B: &str = "package b;
type Price = decimal<8>;
closed enum Side: u8 { buy = 1, sell = 2 }
";
const C: &str = "package c;\nstruct Level { price: u64 }\n";

/// A folder with three files, the first of them open.
fn opened() -> (tempfile::TempDir, Editor, String) {
    let dir = folder(&[("a.myc", A), ("b.myc", B), ("c.myc", C)]);
    let mut editor = Editor::with(json!({ "textDocument": { "completion": {
        "completionItem": { "snippetSupport": true } } } }));
    let a = uri(dir.path(), "a.myc");
    editor.open(&a, A);
    assert_eq!(editor.wrong(&a), [""; 0]);
    (dir, editor, a)
}

#[test]
fn hover_has_documentation_and_the_place_on_the_wire() {
    let (_dir, mut editor, a) = opened();
    let mut hover = |needle: &str| {
        let result = editor.ask("textDocument/hover", place(&a, A, needle));
        result["contents"]["value"].as_str().unwrap().to_owned()
    };
    let trade = hover("Trade");
    assert!(trade.contains("A trade.") && trade.contains("digest `myc1:"), "{trade}");
    let price = hover("price: Price");
    assert!(price.contains("Paid.") && price.contains("offset 0, 8 bytes inline"), "{price}");
    assert!(price.contains("unit `bps`"), "{price}");
    assert!(hover("sell").contains("value 2"));
    assert!(hover("Price,").contains("type Price = decimal<8>"));
    assert!(hover("\"c.myc\"").contains("c.myc"));
    assert_eq!(editor.end(), 0);
}

#[test]
fn definitions_lie_in_other_files_too() {
    let (dir, mut editor, a) = opened();
    for (needle, file, text, target) in [
        ("Price,", "b.myc", B, "Price"),
        ("sell", "b.myc", B, "sell"),
        ("Side =", "b.myc", B, "Side"),
        ("Level,", "c.myc", C, "Level"),
        ("other.Level", "a.myc", A, "other;"),
        ("DEPTH]", "a.myc", A, "DEPTH"),
        ("\"b.myc\"", "b.myc", B, "package"),
    ] {
        let found = editor.ask("textDocument/definition", place(&a, A, needle));
        let (line, character) = position(text, text.find(target).unwrap());
        assert_eq!(found["uri"], uri(dir.path(), file), "{needle}");
        let start = json!({ "line": line, "character": character });
        assert_eq!(found["range"]["start"], start, "{needle}");
    }
    let none = editor.ask("textDocument/definition", place(&a, A, "bps"));
    assert_eq!(none, Value::Null);
    assert_eq!(editor.end(), 0);
}

#[test]
fn references_are_found_in_files_that_are_not_open() {
    let dir = folder(&[("a.myc", A), ("b.myc", B), ("c.myc", C), ("wrong.myc", "package ;")]);
    let b = uri(dir.path(), "b.myc");
    let mut editor = Editor::new();
    editor.open(&b, B);
    let mut params = place(&b, B, "Price");
    params["context"] = json!({ "includeDeclaration": true });
    let found = editor.ask("textDocument/references", params.clone());
    let mut files: Vec<&str> =
        found.as_array().unwrap().iter().map(|found| found["uri"].as_str().unwrap()).collect();
    files.sort_unstable();
    assert_eq!(files, [&uri(dir.path(), "a.myc"), &b]);
    params["context"] = json!({ "includeDeclaration": false });
    assert_eq!(editor.ask("textDocument/references", params).as_array().unwrap().len(), 1);
    let here = editor.ask("textDocument/documentHighlight", place(&b, B, "Price"));
    assert_eq!(here.as_array().unwrap().len(), 1);
    assert_eq!(editor.end(), 0);
}

#[test]
fn symbols_are_what_a_file_declares() {
    let (_dir, mut editor, a) = opened();
    let symbols = editor.ask("textDocument/documentSymbol", document(&a));
    let names = |symbols: &Value| -> Vec<String> {
        let symbols = symbols.as_array().unwrap().iter();
        symbols.map(|symbol| format!("{} {}", symbol["detail"], symbol["name"])).collect()
    };
    assert_eq!(names(&symbols), ["\"const\" \"DEPTH\"", "\"message\" \"Trade\""]);
    let fields = names(&symbols[1]["children"]);
    assert_eq!(fields[0], "\"field\" \"price\"");
    assert_eq!(fields.len(), 4);
    let range = &symbols[1]["range"];
    assert_eq!((&range["start"]["line"], &range["end"]["line"]), (&json!(8), &json!(14)));
    assert_eq!(editor.end(), 0);
}

#[test]
fn completion_offers_what_may_stand_there() {
    let (_dir, mut editor, a) = opened();
    let mut complete = |typed: &str| {
        let text = format!("{A}{typed}");
        editor.change(&a, json!([{ "text": text }]));
        let (line, character) = position(&text, text.len());
        let position = json!({ "line": line, "character": character });
        let params = json!({ "textDocument": { "uri": a }, "position": position });
        let items = editor.ask("textDocument/completion", params);
        (text, items.as_array().unwrap().clone())
    };
    let labels = |items: &[Value]| -> Vec<String> {
        items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    };
    let (_, items) = complete("mess");
    assert!(labels(&items).contains(&"message".to_owned()));
    let (_, items) = complete("struct X { a: ");
    let found = labels(&items);
    for name in ["u64", "decimal", "map", "Price", "Side", "Trade", "other"] {
        assert!(found.contains(&name.to_owned()), "{name} is not among {found:?}");
    }
    assert!(!found.contains(&"DEPTH".to_owned()), "{found:?}");
    let (_, items) = complete("struct X { a: other.");
    assert_eq!(labels(&items), ["Level"]);
    let (_, items) = complete("message X = 2 { side: Side = ");
    assert_eq!(labels(&items), ["buy", "sell"]);
    let (_, items) = complete("message X = 2 { a: [u8; ");
    assert!(labels(&items).contains(&"DEPTH".to_owned()));
    let (_, items) = complete("message X = 2 { @k");
    assert!(labels(&items).contains(&"key".to_owned()));
    assert!(!labels(&items).contains(&"topic".to_owned()));
    let (_, items) = complete("@");
    assert!(labels(&items).contains(&"topic".to_owned()));
    assert_eq!(complete("// mess").1, [Value::Null; 0]);
    // What is typed is replaced, not doubled.
    let (text, items) = complete("struct X { a: dec");
    let decimal = items.iter().find(|item| item["label"] == "decimal").unwrap();
    let after = edited(&text, &json!([decimal["textEdit"]]));
    assert!(after.ends_with("struct X { a: decimal<${1:8}>"), "{after}");
    assert_eq!(editor.end(), 0);
}

#[test]
fn completion_brings_imports_along() {
    let dir = folder(&[
        ("myc.toml", ""),
        ("schemas/a.myc", "package a;\nmessage A = 1 { level: "),
        ("schemas/deep/c.myc", C),
    ]);
    let a = uri(dir.path(), "schemas/a.myc");
    let text = "package a;\nmessage A = 1 { level: ";
    let mut editor = Editor::new();
    editor.open(&a, text);
    let params =
        json!({ "textDocument": { "uri": a }, "position": { "line": 1, "character": 99 } });
    let items = editor.ask("textDocument/completion", params);
    let level = items.as_array().unwrap().iter().find(|item| item["label"] == "Level").unwrap();
    let after = edited(text, &level["additionalTextEdits"]);
    assert!(after.starts_with("package a;\nimport \"deep/c.myc\";\nmessage"), "{after}");
    assert_eq!(editor.end(), 0);
}

#[test]
fn semantic_tokens_are_the_tokens_of_the_text() {
    let uri = "untitled:a.myc";
    let text = "package a;\n// 𝒳\nmessage M = 1 { /* */ a: u8 }\nconst A: u8 = 1;\n";
    let mut editor = Editor::new();
    editor.open(uri, text);
    let result = editor.ask("textDocument/semanticTokens/full", document(uri));
    let data: Vec<u64> =
        result["data"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    let lines: Vec<Vec<u16>> = text.lines().map(|line| line.encode_utf16().collect()).collect();
    let (mut line, mut start) = (0, 0);
    let mut tokens = Vec::new();
    for token in data.chunks(5) {
        start = if token[0] == 0 { start + token[1] as usize } else { token[1] as usize };
        line += token[0] as usize;
        let units = &lines[line][start..start + token[2] as usize];
        tokens.push((String::from_utf16(units).unwrap(), token[3], token[4]));
    }
    let shown: Vec<(&str, u64, u64)> =
        tokens.iter().map(|(t, n, m)| (t.as_str(), *n, *m)).collect();
    assert_eq!(shown[..3], [("package", 1, 0), ("a", 3, 0), ("// 𝒳", 0, 0)]);
    assert!(shown.contains(&("A", 5, 0b11)), "{shown:?}");
    assert!(shown.contains(&("u8", 4, 0b1000)), "{shown:?}");
    assert_eq!(editor.end(), 0);
}
