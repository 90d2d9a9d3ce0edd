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
