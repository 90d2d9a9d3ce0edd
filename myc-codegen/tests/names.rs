//! Names in each language.

use std::path::Path;

use myc_codegen::names::*;

#[test]
fn rust_keeps_names_and_escapes_keywords() {
    assert_eq!(rust_name("bid_size"), "bid_size");
    assert_eq!(rust_name("type"), "r#type");
    assert_eq!(rust_name("gen"), "r#gen");
    assert_eq!(rust_name("self"), "self_");
    assert_eq!(rust_name("Self"), "Self_");
    assert_eq!(rust_variant("book_update"), "BookUpdate");
    assert_eq!(rust_variant("self"), "Self_");
    assert_eq!(rust_file("a.b"), Path::new("a.b.rs"));
}

#[test]
fn python_adds_an_underscore_to_what_is_taken() {
    assert_eq!(python_name("bid_size"), "bid_size");
    assert_eq!(python_name("from"), "from_");
    assert_eq!(python_name("bytes"), "bytes_");
    assert_eq!(python_name("None"), "None_");
    assert_eq!(python_member("book_update"), "BOOK_UPDATE");
    assert_eq!(python_module("a.class.b"), "a.class_.b");
    assert_eq!(python_file("a.b"), Path::new("a/b.py"));
}

#[test]
fn ocaml_follows_its_own_case() {
    assert_eq!(ocaml_name("bid_size"), "bid_size");
    assert_eq!(ocaml_name("val"), "val_");
    assert_eq!(ocaml_name("MAX_DEPTH"), "max_depth");
    assert_eq!(ocaml_constructor("book_update"), "Book_update");
    assert_eq!(ocaml_constructor("end"), "End");
    assert_eq!(ocaml_module("a.b"), "A_b");
    assert_eq!(ocaml_stem("a.b"), "a_b");
}
