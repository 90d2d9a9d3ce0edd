//! `mycc encode` and `mycc decode`.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use mycelium_wire::hex;

use crate::{POINT, Run, folder, mycc, mycc_with};

/// `{"x":1,"y":2,"label":"a"}` by hand: length 24, type 7, block 16; x, y, label at 0 with 1 byte; 'a'.
const FRAME: &str = "18000000070000001000000000000000\
                     010000000200000000000000010000006100000000000000";
const JSON: &str = "{\"x\":1,\"y\":2,\"label\":\"a\"}\n";

fn encode(arguments: &[&str], input: &str) -> Run {
    let dir = folder(&[("point.myc", POINT)]);
    let arguments = [&["encode", "Point", "--schema", "point.myc"], arguments].concat();
    mycc_with(dir.path(), &arguments, input.as_bytes())
}

fn decode(arguments: &[&str], input: &[u8]) -> Run {
    let dir = folder(&[("point.myc", POINT)]);
    let arguments = [&["decode", "Point", "--schema", "point.myc"], arguments].concat();
    mycc_with(dir.path(), &arguments, input)
}

#[test]
fn values_become_frames_and_frames_values() {
    assert_eq!(encode(&["--hex"], JSON).ok(), format!("{FRAME}\n"));
    assert_eq!(encode(&[], JSON).stdout, hex::decode(FRAME).unwrap());
    assert_eq!(decode(&["--hex"], FRAME.as_bytes()).ok(), JSON);
    assert_eq!(decode(&[], &hex::decode(FRAME).unwrap()).ok(), JSON);
}

#[test]
fn several_values_and_frames() {
    let spread = "{\"x\":1,\n \"y\":2, \"label\":\"a\"}\n\n{\"x\":1,\"y\":2,\"label\":\"a\"}{\"x\":1,\"y\":2,\"label\":\"a\"}";
    let run = encode(&["--hex"], spread);
    assert_eq!(run.ok(), format!("{FRAME}\n").repeat(3));
    assert_eq!(decode(&["--hex"], &run.stdout).ok(), JSON.repeat(3));
    let frames = hex::decode(&FRAME.repeat(3)).unwrap();
    assert_eq!(decode(&[], &frames).ok(), JSON.repeat(3));
    assert_eq!(encode(&[], "").ok(), "");
    assert_eq!(decode(&[], b"").ok(), "");
}

#[test]
fn hex_may_have_spaces_and_comments() {
    let (header, payload) = FRAME.split_at(32);
    let text = format!("# a frame\n{header} # header\n\n  {}\n {}", &payload[..7], &payload[7..]);
    assert_eq!(decode(&["--hex"], text.to_uppercase().as_bytes()).ok(), JSON);
}

#[test]
fn defaults_and_absent_fields() {
    let frame = encode(&["--hex"], "{\"x\":1}").ok();
    assert_eq!(decode(&["--hex"], frame.as_bytes()).ok(), "{\"x\":1,\"y\":-1,\"label\":null}\n");
}

#[test]
fn files_instead_of_streams() {
    let dir = folder(&[("point.myc", POINT), ("in.json", JSON)]);
    let schema = ["--schema", "point.myc"];
    let encode = ["encode", "shapes.Point", "in.json", "-o", "out.bin"];
    assert_eq!(mycc(dir.path(), &[&encode[..], &schema].concat()).ok(), "");
    assert_eq!(fs::read(dir.path().join("out.bin")).unwrap(), hex::decode(FRAME).unwrap());
    let decode = ["decode", "Point", "out.bin", "-o", "out.bin"];
    assert_eq!(mycc(dir.path(), &[&decode[..], &schema].concat()).ok(), "");
    assert_eq!(fs::read_to_string(dir.path().join("out.bin")).unwrap(), JSON);
}

#[test]
fn a_failure_leaves_the_old_output_and_nothing_else() {
    let dir = folder(&[("point.myc", POINT), ("in.json", "{\"x\":1}{\"x\":true}"), ("out", "old")]);
    let encode = ["encode", "Point", "--schema", "point.myc", "in.json", "-o", "out"];
    let run = mycc(dir.path(), &encode);
    assert_eq!(
        run.failed(1),
        "error: `in.json`, value 2: $.x: expected an integer from -2147483648 to 2147483647, found \
         true\n"
    );
    assert_eq!(fs::read_to_string(dir.path().join("out")).unwrap(), "old");
    assert_eq!(crate::files_in(dir.path()), ["in.json", "out", "point.myc"]);
}

#[test]
fn json_that_is_wrong() {
    for (json, expected) in [
        ("{\"x\":", "standard input, value 1: EOF while parsing a value at line 1 column 5"),
        ("[]", "value 1: $: expected an object for `shapes.Point`, found an array of 0 items"),
        (
            "{}",
            "value 1: $.x: expected an integer from -2147483648 to 2147483647, found no such field",
        ),
        ("{\"x\":1,\"z\":2}", "one of \"x\", \"y\", \"label\", found \"z\""),
        ("{\"x\":1,\"label\":2}", "$.label: expected text, found the number 2"),
        ("{\"x\":1e2}", "found the number 1e+2"),
        ("nonsense", "value 1: expected ident at line 1 column 2"),
    ] {
        let run = encode(&["--hex"], json);
        let error = run.failed(1);
        assert!(error.starts_with("error: standard input, value 1"), "{error}");
        assert!(error.contains(expected), "{json}: {error}");
    }
    let nested = "[".repeat(100_000);
    assert!(encode(&["--hex"], &nested).failed(1).contains("recursion limit exceeded"));
}

#[test]
fn a_member_that_is_given_twice() {
    let run = encode(&["--hex"], "{\"x\":1,\"y\":2,\"x\":3}");
    assert!(run.failed(1).contains("the member \"x\" is given twice"), "{}", run.failed(1));
}

#[test]
fn constraints_hold_in_json_and_in_frames() {
    const HELD: &str =
        "package held; message Held = 7 { @range(1..=9) x: i32, @len(..=2) s: string }";
    let dir = folder(&[("held.myc", HELD)]);
    let with = |verb: &str, input: &str| {
        mycc_with(dir.path(), &[verb, "Held", "--schema", "held.myc", "--hex"], input.as_bytes())
    };
    let frame = with("encode", "{\"x\":9,\"s\":\"ab\"}").ok();
    assert_eq!(with("decode", &frame).ok(), "{\"x\":9,\"s\":\"ab\"}\n");
    let low = with("encode", "{\"x\":0,\"s\":\"\"}");
    assert!(
        low.failed(1).contains("$.x: expected 1 to 9, found the integer 0"),
        "{}",
        low.failed(1)
    );
    let long = with("encode", "{\"x\":1,\"s\":\"abc\"}");
    assert!(long.failed(1).contains("$.s: expected 0 to 2 of them, found text of 3 bytes"));
    let high = with("decode", &frame.replacen("09000000", "0a000000", 1));
    assert!(high.failed(1).contains("$.x: a number outside the field's range (at byte 16)"));
}

#[test]
fn frames_that_are_wrong() {
    let frame = hex::decode(FRAME).unwrap();
    let altered = |at: usize, byte: u8| {
        let mut frame = frame.clone();
        frame[at] = byte;
        frame
    };
    for (bytes, expected) in [
        (frame[..7].to_vec(), "the input ends early: 16 bytes are needed, 7 are there (at byte 7)"),
        (frame[..39].to_vec(), "the input ends early: 40 bytes are needed, 39 are there"),
        (altered(4, 9), "a frame of type 9 where type 7 was asked for"),
        (altered(0, 20), "a payload of 20 bytes: the length must be a multiple of 8"),
        (altered(32, 0xff), "$.label: text that is not UTF-8 (at byte 32)"),
        (altered(24, 8), "$.label: a reference to 1 bytes at 8 of a tail of 8"),
        ([&frame[..], &[0; 3]].concat(), "frame 2 (from byte 40): $: the input ends early"),
    ] {
        let run = decode(&[], &bytes);
        assert_eq!(run.status, 1);
        assert!(run.stderr.starts_with("error: standard input, frame "), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn a_huge_length_is_not_believed() {
    let mut header = hex::decode(&FRAME[..32]).unwrap();
    header[..4].copy_from_slice(&0xffff_fff8_u32.to_le_bytes());
    assert!(decode(&[], &header).failed(1).contains("4294967304 bytes are needed, 16 are there"));
}

#[test]
fn hex_that_is_wrong() {
    let error = |text: &str| decode(&["--hex"], text.as_bytes()).failed(1).to_owned();
    assert_eq!(
        error("\n0g"),
        "error: standard input, frame 1 (from byte 0): line 2: `g` is no hexadecimal digit\n"
    );
    assert_eq!(
        error("000"),
        "error: standard input, frame 1 (from byte 0): line 1: the digit `0` has no pair\n"
    );
}

#[test]
fn strict_refuses_what_is_not_canonical() {
    let padded = FRAME.replace("6100000000000000", "61000000000000ff");
    assert_eq!(decode(&["--hex"], padded.as_bytes()).ok(), JSON);
    let run = decode(&["--hex", "--strict"], padded.as_bytes());
    assert_eq!(
        run.failed(1),
        "error: standard input, frame 1 (from byte 0): $: not the canonical form of its value (at \
         byte 39)\n  = help: without --strict it is a value\n"
    );
    assert_eq!(decode(&["--hex", "--strict"], FRAME.as_bytes()).ok(), JSON);
}

#[test]
fn types_that_are_wrong() {
    let dir = folder(&[
        ("point.myc", POINT),
        ("other.myc", "package other;\nmessage Point = 8 { a: u8 }\nmessage Line = 9 { a: u8 }\n"),
    ]);
    let decode = |name: &str, frame: &str| {
        let schemas = ["--schema", "point.myc", "--schema", "other.myc", "--hex"];
        let arguments = [&["decode", name], &schemas[..]].concat();
        mycc_with(dir.path(), &arguments, frame.as_bytes())
    };
    assert_eq!(
        decode("Point", "").failed(1),
        "error: several messages are called `Point`\n  = help: name one of other.Point, \
         shapes.Point\n"
    );
    assert_eq!(
        decode("Size", "").failed(1),
        "error: `shapes.Size` is a struct: only messages have frames\n  = help: there is other.Line, \
         other.Point, shapes.Point\n"
    );
    assert_eq!(
        decode("Lime", "").failed(1),
        "error: no message is called `Lime`\n  = help: did you mean `Line`?\n"
    );
    assert!(decode("Line", FRAME).failed(1).ends_with(
        "a frame of type 7 where type 9 was asked for (at byte 4)\n  = help: a frame with this id is \
         one of `shapes.Point`\n"
    ));
    assert_eq!(decode("shapes.Point", FRAME).ok(), JSON);
}

#[test]
fn missing_files() {
    let dir = folder(&[("point.myc", POINT)]);
    let schema = ["--schema", "point.myc"];
    let run = |arguments: &[&str]| mycc(dir.path(), &[arguments, &schema].concat());
    let none = "No such file or directory (os error 2)\n";
    assert_eq!(
        run(&["decode", "Point", "none.bin"]).failed(1),
        format!("error: cannot read `none.bin`: {none}")
    );
    assert_eq!(
        run(&["encode", "Point", "-o", "none/out.bin"]).failed(1),
        format!("error: cannot write `none/out.bin`: {none}")
    );
}

/// The reader takes one line and goes: no error, no backtrace.
#[test]
fn a_broken_pipe_is_quiet() {
    let dir = folder(&[("point.myc", POINT)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_mycc"))
        .args(["decode", "Point", "--schema", "point.myc"])
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    let frame = hex::decode(FRAME).unwrap();
    input.write_all(&frame).unwrap();
    let mut line = vec![0; JSON.len()];
    output.read_exact(&mut line).unwrap();
    assert_eq!(line, JSON.as_bytes());
    drop(output);
    // The next value finds nobody; what the command no longer reads breaks our pipe in turn.
    let _ = input.write_all(&frame.repeat(10_000));
    drop(input);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    assert!(ended.status.success());
}
