//! Flight logs: one that is made here, its bytes changed at random, and a real one.

use std::path::Path;

use myc_codegen::import::{Format, Source, import};

use crate::{assert_compiles, import_one, notes};

const HEADER: &[u8] = b"ULog\x01\x12\x35\x01\0\0\0\0\0\0\0\0";

fn message(kind: u8, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).unwrap().to_le_bytes();
    [&len[..], &[kind], payload].concat()
}

/// A log with these definitions, and data behind them.
fn log(definitions: &[&str]) -> Vec<u8> {
    let mut bytes = HEADER.to_vec();
    bytes.extend(message(b'B', &[0; 40]));
    bytes.extend(message(b'I', b"\x0dchar[3] sys_name123"));
    definitions.iter().for_each(|text| bytes.extend(message(b'F', text.as_bytes())));
    bytes.extend(message(b'A', b"\0\0\0status"));
    bytes.extend(message(b'F', b"late:float x;"));
    bytes
}

const DEFINITIONS: &[&str] = &[
    "vehicle_status:uint64_t timestamp;uint8_t[2] raw;esc_report[4] esc;char[16] name;char grade;\
     bool armed;uint8_t[5] _padding0;",
    "esc_report:uint64_t timestamp_sample;float[3] xyz;int16_t rpm;double load;esc_state state;",
    "esc_state:uint32_t type;int8_t unknown;",
    "empty:uint8_t[8] _padding0;",
    "outer:empty nothing;int64_t x;",
];

#[test]
fn definitions_become_messages() {
    let imported = import_one(Format::Ulog, "logs/flight-1.ulg", &log(DEFINITIONS)).unwrap();
    assert_compiles(&imported.files);
    let expected = "\
// Made by `mycc import` of flight-1.ulg.
package flight_1;

message VehicleStatus = 1 {
    @unit(\"us\") timestamp: u64,
    raw: [u8; 2],
    esc: [EscReport; 4],
    name: string<16>,
    grade: u8,
    armed: bool,
}

struct EscReport {
    @unit(\"us\") timestamp_sample: u64,
    xyz: [f32; 3],
    rpm: i16,
    load: f64,
    state: EscState,
}

struct EscState {
    type: u32,
    unknown: i8,
}

message Outer = 2 {
    x: i64,
}
";
    assert_eq!(imported.files[0].contents, expected);
    assert_eq!(imported.files[0].path, Path::new("flight-1.myc"));
    let notes = notes(&imported);
    for text in [
        "logs/flight-1.ulg: note: message ids 1 to 2 are given in the order of the log",
        "`_padding0` of `vehicle_status` is not carried over: it is padding",
        "`empty` is left out: nothing is in it",
        "`nothing` of `outer` is not carried over: it has nothing in it",
    ] {
        assert!(notes.contains(text), "{notes}");
    }
}

#[test]
fn what_is_wrong_has_its_byte() {
    for (definitions, expected) in [
        (&["a:missing x;"][..], "a.ulg: byte 82: `x` of `a` has the unknown type `missing`"),
        (&["a:b x;", "b:a x;"], "a.ulg: byte 82: `A` contains itself: A → B → A"),
        (&["a:float x;", "a:double x;"], "byte 95: `a` is defined otherwise than at byte 82"),
        (&["a:float[0] x;"], "byte 82: `float[0] x` is not a field"),
        (&["no colon"], "byte 82: a definition without `:`"),
        (&[], "the log defines no messages"),
    ] {
        let error = import_one(Format::Ulog, "a.ulg", &log(definitions)).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let mut flagged = HEADER.to_vec();
    let mut flags = [0; 40];
    flags[8] = 2;
    flagged.extend(message(b'B', &flags));
    assert!(import_one(Format::Ulog, "a.ulg", &flagged).unwrap_err().contains("flags"));
    // A definition that is there twice with the same fields is one.
    let twice = import_one(Format::Ulog, "a.ulg", &log(&["a:float x;", "a:float x;"])).unwrap();
    assert_eq!(twice.files[0].contents.matches("message").count(), 1);
}

/// An array that claims four gigabytes is an error of the compiler, made of few bytes.
#[test]
fn claims_allocate_nothing() {
    let claims = "a:double[4294967295] x;";
    let error = import_one(Format::Ulog, "a.ulg", &log(&[claims])).unwrap_err();
    assert!(error.contains("cannot be written as .myc"), "{error}");
}

#[test]
fn random_bytes_never_panic() {
    let good = log(DEFINITIONS);
    let mut state = 1_u64;
    let mut below = |end: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % end
    };
    let (mut fine, mut wrong) = (0, 0);
    for _ in 0..1_500 {
        let mut bytes = good.clone();
        for _ in 0..=below(4) {
            let at = below(bytes.len().max(2)).min(bytes.len() - 1);
            match below(3) {
                0 => bytes[at] = u8::try_from(below(256)).unwrap(),
                1 => bytes.truncate(at.max(2)),
                _ if bytes.len() > 2 => {
                    bytes.remove(at);
                }
                _ => {}
            }
        }
        // Whatever comes out has been compiled by the importer itself.
        match import_one(Format::Ulog, "a.ulg", &bytes) {
            Ok(_) => fine += 1,
            Err(_) => wrong += 1,
        }
    }
    assert!(fine > 20 && wrong > 100, "{fine} fine, {wrong} wrong");
}

#[test]
fn a_real_log_compiles() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/px4_sample.ulg.gz");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let source = Source { path: "px4_sample.ulg.gz".into(), bytes };
    let imported = import(Format::Ulog, &[source], None).unwrap();
    assert_compiles(&imported.files);
    let text = &imported.files[0].contents;
    let items =
        text.lines().filter(|line| line.starts_with("message ") || line.starts_with("struct "));
    assert_eq!(items.count(), 103);
    assert!(text.contains("package px4_sample;"));
}

#[test]
fn what_holds_only_what_is_empty_is_empty_too() {
    let definitions = [
        "user:c deep;int64_t x;",
        "c:b middle;",
        "b:a inner;uint8_t[2] _padding0;",
        "a:uint8_t[8] _padding0;",
    ];
    let imported = import_one(Format::Ulog, "logs/empty.ulg", &log(&definitions)).unwrap();
    assert_compiles(&imported.files);
    let text = &imported.files[0].contents;
    assert!(text.ends_with("message User = 1 {\n    x: i64,\n}\n"), "{text}");
    let said = notes(&imported);
    assert!(said.contains("`deep` of `user` is not carried over: it has nothing in it"), "{said}");
    assert!(said.contains("`c` is left out: nothing is in it"), "{said}");
    // What is empty and contains itself is still refused.
    let circle = ["d:e inner;", "e:d inner;"];
    let error = import_one(Format::Ulog, "logs/circle.ulg", &log(&circle)).unwrap_err();
    assert!(error.contains("contains itself"), "{error}");
}
