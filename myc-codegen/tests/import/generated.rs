//! Sources that are wrong, hostile or cut off: an error, never a panic or a long wait.

use myc_codegen::import::{Format, Source, import};

use crate::{assert_compiles, files_below, import_one};

#[test]
fn hostile_text_is_refused() {
    let deep = |open: &str| open.repeat(20_000);
    let nested: String = (0..5_000).map(|index| format!("message M{index} {{ ")).collect();
    for (format, text) in [
        (Format::Proto, format!("syntax = \"proto3\";{nested}")),
        (Format::Proto, format!("syntax = \"proto3\"; option x = {};", deep("{["))),
        (Format::Proto, "syntax = \"proto3\"; /* no end".to_owned()),
        (Format::Proto, "syntax = \"proto3\"; /*/".to_owned()),
        (
            Format::Proto,
            "syntax = \"proto3\"; message A { int32 x = 99999999999999999999; }".to_owned(),
        ),
        (Format::Sbe, format!("<messageSchema>{}", deep("<types>"))),
        (Format::Sbe, "<!DOCTYPE a [<!ENTITY b \"c\">]><messageSchema/>".to_owned()),
        (Format::Sbe, "<html/>".to_owned()),
        (Format::Contracts, deep("[")),
        (Format::Contracts, deep("{a: ")),
        (Format::Contracts, "messages: [1, 2]".to_owned()),
        (
            Format::Contracts,
            format!("messages: {{A: {{tlv_type: 1, fields: {{a: '{}'}}}}}}", deep("[")),
        ),
        (Format::Ros, format!("float32[{}] x", u64::MAX)),
        (Format::Ros, format!("float32[{}] x", u32::MAX)),
        (Format::Ros, "float32".to_owned()),
        (Format::Ulog, "ULog".to_owned()),
    ] {
        let error = import_one(format, "a/msg/Bad.msg", text.as_bytes()).unwrap_err();
        assert!(error.len() < 500 && !error.is_empty(), "{error}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for format in Format::ALL {
        let error = import_one(format, "a/msg/Bad.msg", b"a\nb\xff\0").unwrap_err();
        let place = if format == Format::Ulog { ": byte 0" } else { ":2: " };
        assert!(error.contains(place), "{error}");
    }
}

/// Every beginning of a good source is good too or gives an error.
#[test]
fn sources_that_are_cut_off_are_refused_or_compile() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    for format in [Format::Proto, Format::Sbe, Format::Ros, Format::Contracts] {
        for (path, bytes) in files_below(&root.join(format.name())) {
            let is_source = path.components().any(|part| part.as_os_str() == "in");
            for end in (0..bytes.len()).step_by(97).filter(|_| is_source) {
                let source = Source { path: path.clone(), bytes: bytes[..end].to_vec() };
                if let Ok(imported) = import(format, &[source], None) {
                    assert_compiles(&imported.files);
                }
            }
        }
    }
}

/// Types that lead from one to the next, as text that begins with the first of them.
fn chain_of_composites(count: usize) -> String {
    let link = |index: usize| {
        let next = index + 1;
        format!("<composite name=\"A{index}\"><ref name=\"a\" type=\"A{next}\"/></composite>\n")
    };
    let links: String = (0..count).map(link).collect();
    let last = format!("<type name=\"A{count}\" primitiveType=\"int8\"/>");
    format!("<messageSchema package=\"a\"><types>\n{links}{last}</types></messageSchema>")
}

#[test]
fn a_long_chain_of_composites_is_refused() {
    let error = import_one(Format::Sbe, "a.xml", chain_of_composites(100_000).as_bytes());
    let expected = "a.xml:34: types refer to one another more than 32 deep";
    assert_eq!(error.unwrap_err(), expected);
    let imported = import_one(Format::Sbe, "a.xml", chain_of_composites(31).as_bytes());
    assert_compiles(&imported.unwrap().files);
}

/// References are counted beside composites inside composites.
#[test]
fn chains_of_nested_composites_are_read() {
    let nested = |index: usize| {
        let (open, next) = ("<composite name=\"c\">".repeat(15), index + 1);
        let part = format!("<ref name=\"a\" type=\"A{next}\"/>");
        let close = "</composite>".repeat(15);
        format!("<composite name=\"A{index}\">{open}{part}{close}</composite>")
    };
    let links: String = (0..1000).map(nested).collect();
    let text = format!("<messageSchema><types>{links}</types></messageSchema>");
    let error = import_one(Format::Sbe, "a.xml", text.as_bytes()).unwrap_err();
    assert!(error.contains("more than 32 deep"), "{error}");
}
