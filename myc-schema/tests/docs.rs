//! The examples of the language's reference compile, or fail as it says.

use myc_schema::{Format, Memory, SourceSet, compile};

/// Code blocks of the reference: first line without the fence, and the code.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let fenced = text.split("\n```").skip(1).step_by(2);
    fenced.filter_map(|block| block.split_once('\n')).collect()
}

#[test]
fn the_examples_of_the_reference_do_what_it_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/language.md");
    let text = std::fs::read_to_string(path).expect("the reference is there");
    let mut count = 0;
    for (info, code) in blocks(&text) {
        let expected = match info.split_once(' ') {
            Some(("myc-error", code)) => vec![code.to_owned()],
            _ if info == "myc" => Vec::new(),
            _ => continue,
        };
        count += 1;
        let package = if code.contains("package ") { "" } else { "package example; " };
        let files = Memory::new().file("example.myc", format!("{package}{code}"));
        let (_, diagnostics) = compile(&SourceSet::new(files).root("example.myc"));
        let codes: Vec<String> = diagnostics.iter().map(|d| d.code.to_string()).collect();
        let report = diagnostics.render(Format::Text { color: false });
        assert_eq!(codes, expected, "{report}\nfor:\n{code}");
    }
    assert!(count > 10, "only {count} examples were found");
}
