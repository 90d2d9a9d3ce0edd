//! Unsafe code lives in a few modules, each named here with what it needs it for.

use super::{Finding, Source};

/// A file, or a folder ending in `/`, and its reason.
const MODULES: &[(&str, &str)] = &[
    ("runtime/ring/src/", "maps memory that processes share"),
    ("runtime/ring/tests/common/", "reads a mapping whose file is gone"),
    ("runtime/ffi/", "crosses the C ABI"),
    ("runtime/guest/", "crosses the C ABI"),
    ("examples/hosting/src/", "is called through the C ABI"),
    ("benches/ring/src/links/", "exchanges a bare line, and lends memory as others do"),
    ("runtime/bus/src/local/", "a ring whose slots are written by one thread and read by others"),
    ("runtime/bus/src/loan.rs", "asks for memory of zeros that may be refused"),
    ("runtime/bus/src/recycle.rs", "uses the memory of a message again"),
    ("runtime/bus/src/received.rs", "copies plain messages bit by bit"),
    ("runtime/bus/tests/loom.rs", "says how a message of a model is taken several times"),
    ("runtime/bus/tests/memory.rs", "counts what the system's allocator gives"),
    ("runtime/bus/tests/simulation_memory.rs", "counts what the system's allocator gives"),
    ("benches/peers/src/memory.rs", "sets the C library's allocator"),
    ("benches/peers/src/peers/flatbuffers/", "trusts bytes, which is measured too"),
    ("benches/peers/src/peers/rkyv.rs", "trusts bytes, which is measured too"),
    ("runtime/wire/src/in_place.rs", "reads frames that it has checked as plain messages"),
    ("generated/agreement/tests/allocation.rs", "counts what the system's allocator gives"),
    ("runtime/wire/src/plain.rs", "reads rows of plain values as bytes, and bytes as rows of them"),
    ("runtime/python/src/bus/share.rs", "hands the bus over the C ABI"),
    ("runtime/python/src/bus/room.rs", "shows memory of the bus as a buffer"),
    ("runtime/python-host/src/interpreter.rs", "starts and ends the interpreter"),
    ("runtime/python/src/object.rs", "reads and makes the interpreter's objects"),
    ("runtime/python/src/given.rs", "asks the interpreter for numbers and texts"),
    (
        "runtime/python/src/memory.rs",
        "reads ints, floats and texts where they lie in the interpreter's objects",
    ),
    ("runtime/python/src/items.rs", "reads and makes the interpreter's lists and tuples"),
    ("runtime/python/src/texts.rs", "keeps texts under the interpreter's lock"),
    ("runtime/python/src/numpy.rs", "calls numpy's C interface"),
    ("runtime/python/src/rows.rs", "is an iterator of the interpreter's"),
    ("runtime/python/src/method.rs", "is called by the interpreter"),
    ("runtime/wire/src/room.rs", "makes items where they will lie"),
    ("runtime/wire/src/text.rs", "makes text of bytes that it has seen to be UTF-8"),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let is_listed = |source: &Source| {
        MODULES.iter().any(|(place, _)| match place.strip_suffix('/') {
            Some(_) => source.path.starts_with(place),
            None => source.path == *place,
        })
    };
    let rust = sources.iter().filter(|source| source.has_extension(&["rs"]));
    rust.filter(|source| !is_listed(source))
        .flat_map(|source| {
            let lines = source.text.lines().enumerate();
            lines.filter(|(_, line)| allows_unsafe(line)).map(|(index, _)| {
                source.find(index + 1, "unsafe code in a module that is not listed for it")
            })
        })
        .collect()
}

fn allows_unsafe(line: &str) -> bool {
    let line = line.trim_start();
    (line.starts_with("#![") || line.starts_with("#["))
        && (line.contains("allow(") || line.contains("expect("))
        && line.contains("unsafe_code")
}
