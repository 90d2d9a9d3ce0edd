//! Texts that are half typed, at every length: each question has an answer.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::editor::{Editor, document, position};

const TYPED: &str = "//! Typed.
package market;
import \"gone.myc\" as gone;
const DEPTH: u32 = 2 * 10;
/// A price, 𝒳.
type Price = decimal<8>;
@was(\"Sides\") closed enum Side: u8 { buy = 1, sell = 2, }
struct Level { price: Price, at: (u8, [bytes<4>; ..DEPTH])? }
reserved message 3, 9..=12, \"Old\";
@topic(\"a.b\") message Trade = 1 {
    @unit(\"bps\") @range(0..=10) slippage: u16 = 3,
    sides: map<Side, gone.Level> = { buy: { a: 1 } },
}
open union Any { level: Level = 1 }
";

#[test]
fn a_schema_is_typed_letter_by_letter() {
    let uri = "untitled:a.myc";
    let mut editor = Editor::new();
    editor.open(uri, "");
    for (at, letter) in TYPED.char_indices() {
        let (line, character) = position(TYPED, at);
        let start = json!({ "line": line, "character": character });
        let range = json!({ "start": start, "end": start });
        editor.change(uri, json!([{ "range": range, "text": letter.to_string() }]));
        let (line, character) = position(TYPED, at + letter.len_utf8());
        let end = json!({ "line": line, "character": character });
        let place = json!({ "textDocument": { "uri": uri }, "position": end });
        let mut actions = document(uri);
        actions["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": end });
        actions["context"] = json!({ "diagnostics": [] });
        // Each letter is looked at, and asked one thing about.
        match at % 4 {
            0 => editor.ask("textDocument/hover", place),
            1 => editor.ask("textDocument/semanticTokens/full", document(uri)),
            2 => editor.ask("textDocument/codeAction", actions),
            _ => editor.ask("textDocument/completion", place),
        };
    }
    let wrong = editor.wrong(uri);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].contains("gone.myc"), "{wrong:?}");
    assert_eq!(editor.end(), 0);
}

#[test]
fn every_beginning_of_a_schema_is_looked_at() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/vectors/nested.myc");
    let text = fs::read_to_string(path).unwrap();
    let uri = "untitled:a.myc";
    let mut editor = Editor::new();
    editor.open(uri, "");
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        editor.change(uri, json!([{ "text": &text[..end] }]));
        editor.ask("textDocument/semanticTokens/full", document(uri));
    }
    assert_eq!(editor.wrong(uri), [""; 0]);
    assert_eq!(editor.end(), 0);
}
