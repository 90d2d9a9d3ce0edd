//! `mycc inspect`.

use std::path::Path;

use serde_json::Value as Json;

use crate::{POINT, folder, mycc, mycc_with};

/// Its reference does not point to the next byte of the tail.
const FRAME: &str = "18000000 0700 0000 10000000 05000000
  01000000 ffffffff 04000000 01000000 6100000000000000";

#[test]
fn every_byte_is_explained() {
    let dir = folder(&[("point.myc", POINT)]);
    let json = br#"{"x":1,"y":-2,"label":"a \"b\""}"#;
    let arguments = ["encode", "Point", "--schema", "point.myc", "-o", "point.bin"];
    mycc_with(dir.path(), &arguments, json).ok();
    let text = mycc(dir.path(), &["inspect", "--schema", "point.myc", "point.bin"]).ok();
    let expected = "\
frame 1 (from byte 0): 40 bytes, shapes.Point
     0  18 00 00 00              header.length    24, bytes of payload
     4  07 00                    header.type_id   7, type of the message
     6  00 00                    header.channel   0, topic channel of the sender
     8  10 00 00 00              header.block     16, bytes of the block
    12  00 00 00 00              header.sequence  0, number on the channel
    16  01 00 00 00              x                i32: 1
    20  fe ff ff ff              y                i32: -2
    24  00 00 00 00 05 00 00 00  label            a reference to 5 bytes, from byte 32
    32  61 20 22 62 22           label            \"a \\\"b\\\"\"
    37  00 00 00                                  padding

";
    assert_eq!(text, expected);
    let without = mycc(dir.path(), &["inspect", "point.bin"]).ok();
    assert!(without.contains("the block\n") && without.contains("the tail\n"), "{without}");
}

#[test]
fn what_is_wrong_stands_where_it_is() {
    let dir = folder(&[("point.myc", POINT)]);
    let run = mycc_with(
        dir.path(),
        &["inspect", "--hex", "--schema", "point.myc", "-"],
        FRAME.as_bytes(),
    );
    assert_eq!(run.status, 1);
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("y                i32: -1\n"), "{text}");
    assert!(
        text.contains("\n>>>>>>  byte 24: a reference to 1 bytes at 4 of a tail of 8"),
        "{text}"
    );
    assert!(text.contains("32  61 00 00 00 00 00 00 00                   not read"), "{text}");
    assert!(run.stderr.starts_with("error: frame 1 (from byte 0): $.label: "), "{}", run.stderr);
}

/// Bytes that the table tells of, one for each time that it does.
fn told(text: &str) -> usize {
    let hex = |line: &str| {
        let bytes = line.get(8..31.min(line.len())).unwrap_or_default();
        bytes.split(' ').filter(|b| b.len() == 2 && u8::from_str_radix(b, 16).is_ok()).count()
    };
    let more = |line: &str| {
        let number = line.trim().strip_prefix("… ")?.strip_suffix(" bytes more")?;
        number.parse::<usize>().ok()
    };
    let rows = text.lines().filter(|line| !line.starts_with(['f', '>']));
    rows.map(|line| more(line).unwrap_or_else(|| hex(line))).sum()
}

#[test]
fn all_bytes_of_the_golden_vectors_and_their_faults() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut count = 0;
    for entry in std::fs::read_dir(root.join("schemas/vectors")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let schema = file["schema"].as_str().unwrap();
        for vector in file["vectors"].as_array().unwrap() {
            let (name, frame) =
                (vector["type"].as_str().unwrap(), vector["frame"].as_str().unwrap());
            if frame.is_empty() {
                continue;
            }
            let arguments = ["inspect", "--schema", schema, "--type", name, "--hex", "-"];
            let run = mycc_with(&root, &arguments, frame.as_bytes());
            let text = String::from_utf8(run.stdout).unwrap();
            let place = format!("{}: {}\n{text}{}", path.display(), vector["name"], run.stderr);
            let is_trailing = vector["error"] == "trailing";
            assert!(run.status == i32::from(vector["error"].is_string()) || is_trailing, "{place}");
            assert_eq!(text.contains(">>>>>>"), run.status == 1, "{place}");
            assert!(!text.contains("not read") || run.status == 1, "{place}");
            let is_canonical = vector["canonical"] == true;
            assert!(!is_canonical || !text.contains("should be zero"), "{place}");
            if run.status == 0 || !run.stderr.contains("not looked at") {
                assert_eq!(told(&text), frame.len() / 2, "{place}");
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// Whatever byte of a frame is altered: a table, all of whose bytes are told.
#[test]
fn altered_frames() {
    let dir = folder(&[(
        "lists.myc",
        "package a; struct S { a: string, b: u8? }
        closed union U { s: S = 1, n: u16 = 2 } open union V { u: U = 1, m: M = 2 }
        message M = 1 { x: u8 } message L = 2 { s: [S; ..2], v: V, w: V?, l: [[u16]], m: M }",
    )]);
    let json = br#"{"s":[{"a":"hi","b":1}],"v":{"u":{"s":{"a":"x","b":null}}},"l":[[1],[2,3]],"m":{"x":1}}"#;
    let encode = ["encode", "L", "--schema", "lists.myc", "-o", "frame.bin"];
    mycc_with(dir.path(), &encode, json).ok();
    let frame = std::fs::read(dir.path().join("frame.bin")).unwrap();
    for at in (0..frame.len()).filter(|at| !(12..16).contains(at)) {
        let mut altered = frame.clone();
        altered[at] ^= if at % 2 == 0 { 0xff } else { 1 };
        let arguments = ["inspect", "--schema", "lists.myc", "--type", "L", "-"];
        let run = mycc_with(dir.path(), &arguments, &altered);
        let text = String::from_utf8(run.stdout).unwrap();
        assert!(run.status <= 1, "byte {at}: {}", run.stderr);
        if !run.stderr.contains("not looked at") {
            assert_eq!(told(&text), frame.len(), "byte {at}\n{text}{}", run.stderr);
        }
    }
}

#[test]
fn hostile_input_is_an_error() {
    let dir = folder(&[("point.myc", POINT)]);
    let inspect =
        |input: &[u8]| mycc_with(dir.path(), &["inspect", "--schema", "point.myc", "-"], input);
    for input in [&[0; 4096][..], &[0xff; 4096], b"\0", &[b' '; 17], &[0x08; 1 << 20]] {
        assert_eq!(inspect(input).status, 1);
    }
    assert!(inspect(&vec![0; (1 << 22) + 1]).failed(1).contains("more than 4194304 bytes"));
    assert_eq!(inspect(b"").ok(), "");
    mycc(dir.path(), &["inspect", "none.bin"]).failed(1);
    mycc(dir.path(), &["inspect", "--type", "Point", "none.bin"]).failed(2);
    let run = mycc_with(dir.path(), &["inspect", "--hex", "-"], b"0g");
    assert!(run.failed(1).contains("no hexadecimal digit"));
}
