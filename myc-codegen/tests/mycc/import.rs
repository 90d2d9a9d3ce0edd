//! `mycc import`: where it reads and writes, what it says, and how it fails.

use std::fs;

use serde_json::Value as Json;

use crate::{files_in, folder, mycc};

const PING: &str = "syntax = \"proto3\";\npackage ping;\noption x = 1;\n// Somebody calls.\nmessage Ping { uint64 at = 1; }\n";
const PONG: &str = "syntax = \"proto3\";\npackage pong;\nimport \"a/ping.proto\";\nmessage Pong { ping.Ping ping = 1; }\n";

#[test]
fn one_source_is_printed_and_passes_the_check() {
    let dir = folder(&[("ping.proto", PING)]);
    let run = mycc(dir.path(), &["import", "proto", "ping.proto"]);
    let expected = "\
// Made by `mycc import` of ping.proto.
package ping;

/// Somebody calls.
message Ping = 1 {
    at: u64 = 0,
}
";
    assert_eq!(run.ok(), expected);
    assert!(run.stderr.contains("ping.proto:3: note: option `x` is not carried over\n"));
    fs::write(dir.path().join("ping.myc"), expected).unwrap();
    mycc(dir.path(), &["check", "ping.myc"]).ok();
}

#[test]
fn several_files_go_to_a_folder_and_one_to_a_file() {
    let dir = folder(&[("a/ping.proto", PING), ("b/pong.proto", PONG)]);
    let both = ["import", "proto", "a/ping.proto", "b/pong.proto"];
    let run = mycc(dir.path(), &both);
    assert!(run.failed(2).contains("these definitions make 2 files"), "{}", run.stderr);
    mycc(dir.path(), &[&both[..], &["--out", "one.myc"]].concat()).failed(2);
    let run = mycc(dir.path(), &[&both[..], &["--package", "all", "--out", "new"]].concat());
    assert!(run.failed(1).contains("several packages, `ping` and `pong`"), "{}", run.stderr);
    assert!(!dir.path().join("new").exists(), "nothing is written beside an error");

    let run = mycc(dir.path(), &[&both[..], &["--out", "new"]].concat());
    assert!(run.stderr.contains("made new/b/pong.myc"), "{}", run.stderr);
    assert_eq!(files_in(&dir.path().join("new")), ["a/ping.myc", "b/pong.myc"]);
    let text = fs::read_to_string(dir.path().join("new/b/pong.myc")).unwrap();
    assert!(text.contains("import \"../a/ping.myc\";"), "{text}");
    mycc(dir.path(), &["check", "new"]).ok();

    let one = ["import", "proto", "a/ping.proto", "--out", "one.myc", "--package", "calls.v1"];
    mycc(dir.path(), &one).ok();
    let text = fs::read_to_string(dir.path().join("one.myc")).unwrap();
    assert!(text.contains("package calls.v1;"), "{text}");
}

#[test]
fn errors_name_the_place_and_write_nothing() {
    let dir = folder(&[("bad.proto", "syntax = \"proto3\";\nmessage {\n"), ("a.xml", "<a>")]);
    let arguments = ["import", "proto", "bad.proto", "--out", "bad.myc"];
    let run = mycc(dir.path(), &arguments);
    assert_eq!(run.failed(1), "error: bad.proto:2: expected the name of a message, found `{`\n");
    assert!(!dir.path().join("bad.myc").exists());
    let run = mycc(dir.path(), &[&arguments[..], &["--message-format", "json"]].concat());
    let json: Json = serde_json::from_str(run.failed(1)).unwrap();
    assert_eq!((&json["severity"], &json["place"]["line"]), (&"error".into(), &2.into()));
    let run = mycc(dir.path(), &["import", "sbe", "a.xml", "--message-format", "github"]);
    assert!(run.failed(1).starts_with("::error file=a.xml,line=1::"), "{}", run.stderr);
    mycc(dir.path(), &["import", "proto", "none.proto"]).failed(1);
    mycc(dir.path(), &["import", "proto", "bad.proto", "--package", "A B"]).failed(1);
    mycc(dir.path(), &["import", "thrift", "bad.proto"]).failed(2);
    mycc(dir.path(), &["import", "proto"]).failed(2);
}

#[test]
fn notes_for_tools() {
    let dir = folder(&[("ping.proto", PING)]);
    let run = mycc(dir.path(), &["import", "proto", "ping.proto", "--message-format", "json"]);
    run.ok();
    let notes: Vec<Json> =
        run.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(notes.iter().all(|note| note["severity"] == "note"));
    assert_eq!(notes[1]["place"]["line"], 3);
    let run = mycc(dir.path(), &["import", "proto", "ping.proto", "--message-format", "github"]);
    assert!(run.stderr.contains("::notice file=ping.proto,line=3::option"), "{}", run.stderr);
}

/// A head is enough of a log, so one that is cut off behind it, packed or not, is read.
#[test]
fn a_packed_log_is_unpacked() {
    let definition = b"tick:uint64_t timestamp;float value;";
    let mut log = b"ULog\x01\x12\x35\x01\0\0\0\0\0\0\0\0".to_vec();
    log.extend([u8::try_from(definition.len()).unwrap(), 0, b'F']);
    log.extend(definition);
    log.extend([200, 0, b'A', 1, 2]);
    let mut packed = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(&*log, flate2::Compression::default());
    std::io::Read::read_to_end(&mut encoder, &mut packed).unwrap();
    let dir = folder(&[]);
    fs::write(dir.path().join("flight.ulg"), &log).unwrap();
    fs::write(dir.path().join("flight.ulg.gz"), &packed).unwrap();
    let plain = mycc(dir.path(), &["import", "ulog", "flight.ulg"]).ok();
    assert!(plain.contains("message Tick = 1 {\n    @unit(\"us\") timestamp: u64,"), "{plain}");
    let unpacked = mycc(dir.path(), &["import", "ulog", "flight.ulg.gz"]).ok();
    assert_eq!(unpacked.replace("flight.ulg.gz", "flight.ulg"), plain);
}

/// A pipe would be waited for, and a device may never end.
#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let dir = folder(&[]);
    let pipe = dir.path().join("pipe.proto");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in ["pipe.proto", "/dev/zero"] {
        let run = mycc(dir.path(), &["import", "proto", path]);
        assert!(run.failed(1).contains("it is not a regular file"), "{}", run.stderr);
    }
}

/// What the source says begins no command of its own.
#[test]
fn notes_for_github_are_one_line_each() {
    let yaml = "\"a\\n::error::b%\": 1\nmessages: { Ping: { tlv_type: 1 } }\n";
    let dir =
        folder(&[("a,b:c.yaml", yaml), ("bad.yaml", "messages: { \"a\\n::error::b\": 1 }\n")]);
    let github = ["--message-format", "github"];
    let import = |path: &'static str| [&["import", "contracts", path][..], &github].concat();
    let run = mycc(dir.path(), &import("a,b:c.yaml"));
    run.ok();
    assert_eq!(
        run.stderr,
        "::notice file=a%2Cb%3Ac.yaml,line=1::`a%0A::error::b%25` is not carried over\n"
    );
    let run = mycc(dir.path(), &import("bad.yaml"));
    assert_eq!(
        run.failed(1),
        "::error file=bad.yaml,line=1::message `a%0A::error::b` is not a map\n"
    );
    let run = mycc(dir.path(), &import("none\n::error::b.yaml"));
    assert_eq!(run.failed(1).lines().count(), 1, "{}", run.stderr);
}
