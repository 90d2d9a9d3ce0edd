//! How sessions begin, go on after nonsense, and end.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::editor::{Editor, document};

const URI: &str = "untitled:a.myc";

#[test]
fn a_session_has_an_order() {
    let mut editor = Editor::start();
    let hover =
        json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 0 } });
    assert_eq!(editor.refused("textDocument/hover", hover.clone()).0, -32002);
    let params = json!({ "processId": null, "rootUri": null, "capabilities": {} });
    let result = editor.ask("initialize", params.clone());
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(result["serverInfo"]["name"], "mycc");
    editor.tell("initialized", json!({}));
    assert_eq!(editor.refused("initialize", params).0, -32600);
    assert_eq!(editor.ask("textDocument/hover", hover.clone()), Value::Null);
    assert_eq!(editor.ask("shutdown", Value::Null), Value::Null);
    assert_eq!(editor.refused("textDocument/hover", hover).0, -32600);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.status(), 0);
}

#[test]
fn an_end_without_shutdown_is_an_error() {
    let mut editor = Editor::new();
    editor.tell("exit", Value::Null);
    assert_eq!(editor.status(), 1);
    assert_eq!(Editor::new().status(), 1);
    assert_eq!(Editor::start().status(), 1);
}

#[test]
fn nonsense_is_refused_and_the_session_goes_on() {
    let mut editor = Editor::new();
    assert_eq!(editor.refused("textDocument/dance", json!({})).0, -32601);
    assert_eq!(editor.refused("textDocument/hover", json!({ "textDocument": 5 })).0, -32602);
    assert_eq!(editor.refused("textDocument/hover", Value::Null).0, -32602);
    for body in [&b"{ this is no JSON"[..], b"[1, 2]", b"5", b"\xff\xfe", b"{\"id\": 7}"] {
        editor.send_bytes(body);
        let answer = editor.next_answer();
        assert_eq!(answer["error"]["code"], -32700, "{answer}");
        assert_eq!(answer["id"], Value::Null);
    }
    editor.tell("$/setTrace", json!({ "value": "off" }));
    editor.tell("textDocument/didChange", json!({ "textDocument": "what?" }));
    editor.tell("textDocument/didOpen", json!(7));
    let unknown = json!({ "uri": URI, "version": 3 });
    editor.tell("textDocument/didChange", json!({ "textDocument": unknown, "contentChanges": [] }));
    editor.tell("$/cancelRequest", json!({ "id": 12345 }));
    assert_eq!(editor.ask("textDocument/documentSymbol", document(URI)), Value::Null);
    assert_eq!(editor.end(), 0);
}

#[test]
fn positions_outside_of_the_text_are_no_error() {
    let mut editor = Editor::new();
    editor.open(URI, "package a;\nstruct A { a: u8 }");
    for (line, character) in [(0, 9999), (99, 0), (4_000_000_000_u32, 4_000_000_000_u32)] {
        let position = json!({ "line": line, "character": character });
        let place = json!({ "textDocument": { "uri": URI }, "position": position });
        for method in ["hover", "definition", "completion", "documentHighlight"] {
            editor.ask(&format!("textDocument/{method}"), place.clone());
        }
        let range = json!({ "start": position, "end": { "line": 0, "character": 1 } });
        editor.change(URI, json!([{ "range": range, "text": "" }]));
    }
    assert_eq!(editor.end(), 0);
}

#[test]
fn every_request_is_answered_once_cancelled_or_not() {
    let mut editor = Editor::new();
    editor.open(URI, &format!("package a;\n{}", "struct A { a: u8 }\n".repeat(200)));
    let mut open = BTreeSet::new();
    for _ in 0..20 {
        let id = editor.request("textDocument/semanticTokens/full", document(URI));
        editor.tell("$/cancelRequest", json!({ "id": id }));
        open.insert(id);
    }
    while !open.is_empty() {
        let answer = editor.next_answer();
        assert!(open.remove(&answer["id"].as_i64().unwrap()), "{answer}");
        let code = answer["error"]["code"].as_i64();
        assert!(code.is_none_or(|code| code == -32800), "{answer}");
    }
    assert_eq!(editor.end(), 0);
}
