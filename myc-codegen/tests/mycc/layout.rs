//! `mycc layout`.

use std::path::Path;

use serde_json::Value as Json;

use crate::{Run, folder, mycc};

const SCHEMA: &str = "package shapes;
struct Wasteful { small: u8, wide: u64, middle: u16 }
struct Tight { wide: u64, middle: u16, small: u8 }
message Fixed = 1 { id: u64, at: Wasteful, more: [u64; 100], @since(2) late: u8?, @since(2) last: u32? }
message Free = 2 { text: string, flag: bool }
message Empty = 3 {}
closed union Either { number: u64 = 1, bytes: bytes<11> = 2 }
open union Any { number: u64 = 1 }
closed enum Side: u16 { buy = 1 }
";

fn layout(dir: &Path, arguments: &[&str]) -> Run {
    mycc(dir, &[&["layout", "--schema", "shapes.myc"], arguments].concat())
}

#[test]
fn a_table_with_a_better_order() {
    let dir = folder(&[("shapes.myc", SCHEMA)]);
    let expected = "\
shapes.Wasteful: struct, 24 bytes, aligned to 8, 13 of padding, 1 cache line

offset    size  align  member     type
     0       1      1  small      u8
     1       7         (padding)
     8       8      8  wide       u64
    16       2      2  middle     u16
    18       6         (padding)

another order saves 8 bytes: wide, middle, small
(only before the first release: an order is part of the digest)
";
    assert_eq!(layout(dir.path(), &["Wasteful"]).ok(), expected);
    assert!(!layout(dir.path(), &["Tight"]).ok().contains("another order"));
}

#[test]
fn messages_say_their_frame_and_cache_lines() {
    let dir = folder(&[("shapes.myc", SCHEMA)]);
    let text = layout(dir.path(), &["Fixed"]).ok();
    assert!(text.contains("fixed: every frame has 864 bytes, header included"), "{text}");
    assert!(text.contains("more       [u64; 100]  (cache lines 0 to 12)"), "{text}");
    assert!(text.contains("------ cache line 13, from byte 832\n"), "{text}");
    let text = layout(dir.path(), &["shapes.Free"]).ok();
    assert!(text.contains("a block of 9 bytes, 7 of padding"), "{text}");
    assert!(text.contains("not fixed"), "{text}");
    assert!(layout(dir.path(), &["Empty"]).ok().contains("a block of 0 bytes"));
}

#[test]
fn layouts_for_tools() {
    let dir = folder(&[("shapes.myc", SCHEMA)]);
    let json = |name| -> Json {
        serde_json::from_str(&layout(dir.path(), &["--json", name]).ok()).unwrap()
    };
    let either = json("Either");
    assert_eq!((&either["size"], &either["align"]), (&24.into(), &8.into()));
    let offsets: Vec<_> =
        either["cells"].as_array().unwrap().iter().map(|c| &c["offset"]).collect();
    assert_eq!(offsets, [0, 1, 8, 8, 20]);
    assert_eq!(json("Any")["size"], 12);
    assert_eq!(json("Side")["cells"][0]["size"], 2);
    assert_eq!(json("Wasteful")["better_order"]["saves"], 8);
    // Fields of a later version stay behind.
    assert_eq!(json("Fixed")["better_order"], Json::Null);
}

#[test]
fn a_picture() {
    let dir = folder(&[("shapes.myc", SCHEMA)]);
    for name in ["Fixed", "Free", "Empty", "Either", "Any", "Side"] {
        let svg = layout(dir.path(), &["--svg", name]).ok();
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{svg}");
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        assert!(svg.lines().count() < 60, "long fields are cut: {}", svg.lines().count());
    }
    assert!(layout(dir.path(), &["--svg", "Either"]).ok().contains("bytes: bytes&lt;11&gt;"));
}

#[test]
fn what_is_wrong() {
    let dir = folder(&[("shapes.myc", SCHEMA)]);
    assert!(layout(dir.path(), &["Tihgt"]).failed(1).contains("did you mean `Tight`?"));
    layout(dir.path(), &["Tight", "--svg", "--json"]).failed(2);
    for bytes in [&b"\0"[..], b"\xff", &[b'('; 1 << 16], &vec![b' '; 2 << 20]] {
        std::fs::write(dir.path().join("shapes.myc"), bytes).unwrap();
        layout(dir.path(), &["Tight"]).failed(1);
    }
    let huge = "package a; struct Huge { a: [[u64; 1000]; 2000], b: u8 }";
    std::fs::write(dir.path().join("shapes.myc"), huge).unwrap();
    assert!(layout(dir.path(), &["Huge", "--svg"]).ok().lines().count() < 30);
}
