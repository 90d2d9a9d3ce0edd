//! Any bytes as a frame of any message of this repository: inspected without a panic, each byte told
//! once, and wrong exactly where decoding says so. What decodes, encodes to one form and goes through JSON.
//!
//! The first byte names the message. The second says which parts of the header are put right, so that
//! the fuzzer need not guess them: 1 the length, 2 the type.

use myc_codegen::inspect::{Report, inspect};
use mycelium_wire::reflect::Def;
use mycelium_wire::{FrameHeader, json, value};

use crate::messages::{choose, has_own_block, with_def};
use crate::read::put_right;

/// Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let Some((message, rest)) = choose(bytes) else { return };
    let Some((fixes, frame)) = rest.split_first() else { return };
    let frame = put_right(frame.to_vec(), *fixes, message.type_id);
    let report = inspect(message.schema, Some(message.id), &frame);
    report.text(1, 0);
    assert_covered(&report);
    with_def(message, |def| compare(def, &frame, &report));
    let unknown = inspect(message.schema, None, &frame);
    unknown.text(1, 0);
    assert_covered(&unknown);
}

/// Notes stand in order, do not overlap and leave nothing out.
fn assert_covered(report: &Report<'_>) {
    let mut end = 0;
    for note in &report.notes {
        if note.start < note.end {
            assert_eq!(note.start, end, "{}: {}", note.path, note.what);
            end = note.end;
        }
        assert!(note.start <= note.end && note.end <= report.bytes.len());
    }
    assert_eq!(end, report.bytes.len());
}

fn compare(def: &Def<'_>, frame: &[u8], report: &Report<'_>) {
    let value = match value::decode(def, frame) {
        Ok(value) => value,
        Err(error) => {
            let fault =
                report.fault.as_ref().expect("what cannot be decoded is inspected as wrong");
            assert_eq!(fault.to_string(), error.to_string());
            assert!(fault.error.at <= frame.len());
            return;
        }
    };
    assert!(report.fault.is_none(), "what can be decoded is inspected as right");
    assert!(report.notes.iter().all(|note| !note.what.starts_with("not read")), "all is told");
    let encoded = value::encode(def, &value).expect("what was decoded can be encoded");
    let again = value::decode_strict(def, &encoded).expect("what was encoded has the one form");
    let json = json::to_json(def, &value).expect("what was decoded has a JSON form");
    assert_eq!(json::to_json(def, &again).ok().as_ref(), Some(&json));
    let back = json::from_json(def, &json).expect("JSON is read back");
    assert_eq!(json::to_json(def, &back).ok().as_ref(), Some(&json));
    let header = FrameHeader::parse(frame).expect("what was decoded has a header");
    let sent_as = FrameHeader::parse(&encoded).expect("what was encoded has a header");
    // A sender of another version has a block of another length, and each frame its own number.
    if has_own_block(def, header.block) {
        let is_canonical = value::decode_strict(def, frame).is_ok();
        assert_eq!(is_canonical, report.other_form.is_none());
        let same = frame[FrameHeader::SIZE..header.frame_len()] == encoded[FrameHeader::SIZE..];
        assert_eq!(is_canonical, same, "strict decoding takes the one form and no other");
        assert_eq!(sent_as.block, header.block);
    }
}
