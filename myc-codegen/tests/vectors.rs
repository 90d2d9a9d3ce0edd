//! The golden vectors are what their tool makes of them, and leave out nothing.

#[path = "../examples/vectors/bless.rs"]
mod bless;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value as Json, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).with_file_name("")
}

fn texts() -> Vec<(PathBuf, String)> {
    let files = bless::files(&root()).unwrap();
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn files_are_up_to_date() {
    for (path, text) in texts() {
        let blessed = bless::bless(&root(), &text).unwrap();
        assert!(
            blessed == text,
            "{}: run `cargo run -p myc-codegen --example vectors`",
            path.display()
        );
    }
}

#[test]
fn each_kind_of_error_has_vectors() {
    let mut kinds = BTreeSet::new();
    for (_, text) in texts() {
        let file: Json = serde_json::from_str(&text).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        kinds.extend(vectors.iter().filter_map(|v| v["error"].as_str().map(str::to_owned)));
    }
    let all = [
        "block",
        "bool",
        "count",
        "enum",
        "key_order",
        "len",
        "length",
        "missing",
        "out_of_range",
        "presence",
        "reference",
        "tag",
        "trailing",
        "truncated",
        "type_id",
        "utf8",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

#[test]
fn each_message_has_vectors() {
    for (path, text) in texts() {
        let file: Json = serde_json::from_str(&text).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        for name in file["digests"].as_object().unwrap().keys() {
            assert!(vectors.iter().any(|v| v["type"] == *name), "{}: {name}", path.display());
        }
    }
}

/// An altered vector is seen: by the tool here, by the codecs in each language's tests.
#[test]
fn an_altered_vector_is_found() {
    let (_, text) = texts().into_iter().find(|(path, _)| path.ends_with("enums.json")).unwrap();
    let altered = |change: &dyn Fn(&mut Json)| {
        let mut file: Json = serde_json::from_str(&text).unwrap();
        let vector = file["vectors"].as_array_mut().unwrap().last_mut().unwrap();
        change(vector);
        bless::bless(&root(), &file.to_string()).unwrap_err()
    };
    let error = altered(&|vector| vector["error"] = json!("bool"));
    assert!(error.contains("refused as \"enum\""), "{error}");
    let error = altered(&|vector| vector["type"] = json!("vectors.enums.Side"));
    assert!(error.contains("no message `vectors.enums.Side`"), "{error}");
    let error = altered(&|vector| drop(vector.as_object_mut().unwrap().remove("error")));
    assert!(error.contains("no member of this closed enum"), "{error}");
}
