//! The golden vectors against the code that the derives make: same bytes, same values, same refusals.

use std::fs;
use std::path::{Path, PathBuf};

use mycelium_generated::messages::{Visitor, visit_all};
use mycelium_wire::{DecodeError, DecodeOwned, Message, hex, json, value};
use serde_json::Value as Json;

/// What a message's code does with a frame.
struct Codec {
    name: &'static str,
    digest: String,
    /// Decodes, checks that the view agrees, and encodes again.
    round: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
    strict: fn(&[u8]) -> Result<(), DecodeError>,
    /// What `round` does, done by the type's own tables.
    dynamic: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
    /// The frame's value as JSON, by the type's own tables.
    json: fn(&[u8]) -> String,
    /// The frame of a JSON value, by the type's own tables.
    from_json: fn(&Json) -> Vec<u8>,
}

fn codec<M: Message + DecodeOwned>() -> Codec {
    Codec {
        name: M::NAME,
        digest: M::DIGEST.to_string(),
        round: |frame| {
            let viewed = M::view(frame).map(drop);
            let value = M::from_frame(frame);
            assert_eq!(viewed.as_ref().err(), value.as_ref().err(), "view and value");
            value.map(|value| value.to_frame())
        },
        strict: |frame| M::from_frame_strict(frame).map(drop),
        dynamic: |frame| {
            let value = value::decode(M::DEF, frame).map_err(|error| error.error)?;
            Ok(value::encode(M::DEF, &value).unwrap())
        },
        json: |frame| {
            json::to_json(M::DEF, &value::decode(M::DEF, frame).unwrap()).unwrap().to_string()
        },
        from_json: |json| value::encode(M::DEF, &json::from_json(M::DEF, json).unwrap()).unwrap(),
    }
}

struct Codecs(Vec<Codec>);

impl Visitor for Codecs {
    fn visit<M: Message + DecodeOwned>(&mut self) {
        self.0.push(codec::<M>());
    }
}

fn codecs() -> Vec<Codec> {
    let mut codecs = Codecs(Vec::new());
    visit_all(&mut codecs);
    codecs.0
}

/// Calls `check` with each vector and the code of its message.
fn each_vector(check: impl Fn(&Codec, &Json, &[u8])) {
    let codecs = codecs();
    for path in vector_files() {
        let file: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for vector in file["vectors"].as_array().unwrap() {
            let codec = codecs.iter().find(|codec| vector["type"] == codec.name);
            let codec = codec.unwrap_or_else(|| panic!("no code for {}", vector["type"]));
            let frame = hex::decode(vector["frame"].as_str().unwrap()).unwrap();
            eprintln!("{}: {} {}", path.display(), codec.name, vector["name"]);
            check(codec, vector, &frame);
        }
    }
}

fn vector_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/vectors");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    assert!(files.len() >= 9, "vectors are missing: {files:?}");
    files
}

fn is_refused(vector: &Json) -> bool {
    vector.get("error").is_some()
}

fn is_canonical(vector: &Json) -> bool {
    vector["canonical"] == true
}

#[test]
fn frames_go_round() {
    each_vector(|codec, vector, frame| {
        if is_refused(vector) {
            return;
        }
        let again = (codec.round)(frame).unwrap();
        assert_eq!(again == frame, is_canonical(vector), "{}", hex::encode(&again));
        let strict = (codec.strict)(frame).map_err(|error| error.kind.name());
        assert_eq!(strict, if is_canonical(vector) { Ok(()) } else { Err("not_canonical") });
    });
}

#[test]
fn values_are_the_same() {
    each_vector(|codec, vector, frame| {
        if is_refused(vector) {
            return;
        }
        assert_eq!((codec.json)(frame), vector["value"].to_string());
        let canonical = (codec.round)(frame).unwrap();
        assert_eq!((codec.from_json)(&vector["value"]), canonical);
        assert_eq!((codec.json)(&canonical), vector["value"].to_string());
    });
}

#[test]
fn bad_frames_are_refused_for_the_same_reason() {
    each_vector(|codec, vector, frame| {
        if let Some(kind) = vector.get("error") {
            let error = (codec.round)(frame).unwrap_err();
            assert_eq!(error.kind.name(), kind, "{error}");
        }
    });
}

#[test]
fn digests_are_the_same() {
    let codecs = codecs();
    for path in vector_files() {
        let file: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for (name, digest) in file["digests"].as_object().unwrap() {
            let codec = codecs.iter().find(|codec| codec.name == name).unwrap();
            assert_eq!(*digest, codec.digest, "{name}");
        }
    }
}

#[test]
fn an_altered_frame_is_another_value_or_none() {
    each_vector(|codec, vector, frame| {
        if is_refused(vector) || frame.len() > 4096 {
            return;
        }
        // Channel and sequence, bytes 6, 7 and 12 to 15, are no part of the value.
        for at in (0..6).chain(8..12).chain(16..frame.len()) {
            let mut altered = frame.to_vec();
            altered[at] ^= 0x40;
            if let Ok(again) = (codec.round)(&altered)
                && is_canonical(vector)
            {
                let same = again == frame;
                let strict = (codec.strict)(&altered);
                assert!(!same || strict.is_err(), "byte {at} does not matter");
            }
        }
    });
}

#[test]
fn the_dynamic_codec_does_the_same_with_any_bytes() {
    each_vector(|codec, _, frame| {
        if frame.len() > 4096 {
            return;
        }
        for at in 0..frame.len() {
            for change in (0..8).map(|bit| 1 << bit).chain([0xff]) {
                let mut altered = frame.to_vec();
                altered[at] ^= change;
                compare(codec, &altered);
            }
            compare(codec, &frame[..at]);
        }
    });
}

fn compare(codec: &Codec, frame: &[u8]) {
    // Only generated code names the place in the type.
    let derived = (codec.round)(frame).map_err(|mut error| {
        error.place = None;
        error
    });
    assert_eq!((codec.dynamic)(frame), derived, "{}", hex::encode(frame));
}
