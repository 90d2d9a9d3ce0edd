//! `mycc digest`.

use serde_json::Value as Json;

use crate::{POINT, folder, mycc};

const SIZE_FACTS: &str = "myc-digest/1 struct shapes.Size\nfield width _\nfield height _\n";

#[test]
fn digests_of_messages_and_of_all() {
    let dir = folder(&[("point.myc", POINT)]);
    let text = mycc(dir.path(), &["digest", "point.myc"]).ok();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert_eq!((rows[0][0], rows[1][0]), ("shapes.Point", "schema"));

    let json = mycc(dir.path(), &["digest", "--json", "point.myc"]).ok();
    let json: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(json["messages"]["shapes.Point"], rows[0][1]);
    assert_eq!(json["schema"], rows[1][1]);
}

#[test]
fn comments_do_not_move_a_digest_but_facts_do() {
    let digest = |text: &str| {
        let dir = folder(&[("point.myc", text)]);
        mycc(dir.path(), &["digest", "point.myc"]).ok()
    };
    let before = digest(POINT);
    assert_eq!(digest(&format!("//! Shapes.\n// Really.\n{POINT}")), before);
    assert_ne!(digest(&POINT.replace("= -1", "= -2")), before);
}

#[test]
fn the_hashed_text_is_shown() {
    let dir = folder(&[("point.myc", POINT)]);
    let text = mycc(dir.path(), &["digest", "point.myc", "--explain", "Size"]).ok();
    assert!(text.contains("  field width u8\n"), "{text}");
    assert!(text.contains("  field width _\n"), "{text}");
    let explain = ["digest", "point.myc", "--explain", "shapes.Size", "--json"];
    let json: Json = serde_json::from_str(&mycc(dir.path(), &explain).ok()).unwrap();
    assert_eq!(json["facts"], SIZE_FACTS);
    // By sha256sum.
    let hash = "3ba9a0104f5297d72655adf6c5a5852d1c263c1e00fb4dc4fa61156a5c977770";
    assert_eq!(json["facts_sha256"], hash);
    assert_eq!(json["types"], serde_json::json!(["u8", "u8"]));
    assert!(text.contains(json["digest"].as_str().unwrap()), "{text}");
}

#[test]
fn an_unknown_type_has_a_suggestion() {
    let dir = folder(&[("point.myc", POINT)]);
    let explain = |name| mycc(dir.path(), &["digest", "point.myc", "--explain", name]);
    assert_eq!(
        explain("Piont").failed(1),
        "error: no type is called `Piont`\n  = help: did you mean `Point`?\n"
    );
    assert_eq!(
        explain("Elephant").failed(1),
        "error: no type is called `Elephant`\n  = help: there is shapes.Point, shapes.Size\n"
    );
}

#[test]
fn the_first_fact_that_differs_is_shown_for_each_message() {
    let old = "package a;\nclosed enum Side: u8 { buy = 1, sell = 2 }\n\
        struct Level { price: u64, side: Side }\n\
        message Book = 1 { levels: [Level], sides: map<u8, Side> }\n\
        message Note = 2 { text: string, @unit(\"bps\") share: u32 }\n\
        message Gone = 3 { x: u8 }\nmessage Same = 4 { x: u8 }\nmessage Grown = 5 { x: u8 }\n";
    let new = old
        .replace("sell = 2", "sell = 3")
        .replace("share: u32", "share: u64")
        .replace("message Gone = 3", "message Come = 6")
        .replace("Grown = 5 { x: u8", "Grown = 5 { x: u8, y: u8?");
    let dir = folder(&[("old.myc", old), ("new.myc", &new)]);
    let diff = |arguments: &[&str]| {
        let arguments = [&["digest", "--diff", "old.myc", "new.myc"], arguments].concat();
        mycc(dir.path(), &arguments)
    };
    let output = diff(&[]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "a.Book.levels > a.Level.side > a.Side.sell\n  old.myc: 2\n  new.myc: 3\n\
         a.Come\n  old.myc: not there\n  new.myc: message\n\
         a.Gone\n  old.myc: message\n  new.myc: not there\n\
         a.Grown\n  old.myc: not there\n  new.myc: field y u8?\n\
         a.Note.share\n  old.myc: u32 unit 3:bps\n  new.myc: u64 unit 3:bps\n"
    );
    assert_eq!((output.status, output.stderr.as_str()), (1, "5 messages differ\n"));
    let json: Json = serde_json::from_slice(&diff(&["--json"]).stdout).unwrap();
    assert_eq!(json["differences"][0]["message"], "a.Book");
    assert_eq!(json["differences"][1]["a"], Json::Null);

    let same = mycc(dir.path(), &["digest", "--diff", "old.myc", "old.myc"]);
    assert_eq!(same.ok(), "");
}
