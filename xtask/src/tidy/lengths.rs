//! A file holds one subject: at most 500 lines, its tests apart.

use super::{Finding, Source};

const MOST_LINES: usize = 500;

/// Files that may be longer, each with its reason.
const LONGER: &[(&str, &str)] = &[
    ("runtime/ocaml/control/mycelium_control.ml", "made by mycc from control.myc"),
    ("benches/peers/src/peers/capnp/generated.rs", "made by capnp from peers.capnp"),
    ("runtime/ffi/include/mycelium.h", "made by cbindgen of all that C programs call"),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let code = &["rs", "py", "pyi", "ml", "mli", "c", "h", "pest", "j2", "sh"];
    sources
        .iter()
        .filter(|source| source.has_extension(code) && !source.is_generated() && !source.is_test())
        .filter(|source| LONGER.iter().all(|(path, _)| *path != source.path))
        .filter_map(|source| {
            let lines = own_lines(source);
            (lines > MOST_LINES)
                .then(|| source.find(lines, format!("{lines} lines, at most {MOST_LINES}")))
        })
        .collect()
}

/// Lines up to the tests that a Rust file ends with.
fn own_lines(source: &Source) -> usize {
    let lines: Vec<&str> = source.text.lines().collect();
    let tests = lines.windows(2).position(|pair| {
        pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
    });
    tests.unwrap_or(lines.len())
}
