//! What the lock of earlier releases adds.

use std::fs;

use myc_schema::{Arena, Lock, Memory, SourceSet, Version, compile};

use crate::small_crate::Crate;

pub(crate) const OLD: &str = "package shapes; message Point = 7 { x: i32 }\n";
pub(crate) const NEW: &str = "package shapes; message Point = 7 { x: i32, y: i32? }\n";

/// A lock with releases of these sources.
pub(crate) fn lock(sources: &[&str]) -> String {
    let mut lock = Lock::default();
    for source in sources {
        let files = Memory::new().file("shapes.myc", *source);
        let schema = compile(&SourceSet::new(files).root("shapes.myc")).0.unwrap();
        let arena = Arena::new();
        let version = Version { defs: &schema.reflect_all(&arena), reserved: &schema.reserved() };
        lock.release(version).unwrap();
    }
    lock.to_string()
}

#[test]
fn messages_name_their_ancestors() {
    let krate = Crate::new(
        "ancestors",
        &[
            (
                "build.rs",
                "fn main() { mycelium_build::Config::new()\n    \
                 .schema(\"shapes.myc\").lock(\"releases/myc.lock\").compile(); }",
            ),
            ("shapes.myc", NEW),
            (
                "src/lib.rs",
                "mycelium::include_schema!(\"shapes\");\n\
                 const _: () = assert!(<shapes::Point as mycelium::Message>::ANCESTORS.len() == 1);",
            ),
        ],
    );
    krate.script_fails(&["error: cannot read `releases/myc.lock`: No such file or directory"]);
    krate.write("releases/myc.lock", &lock(&[OLD]));
    krate.rebuilds();
    krate.stays();

    // The build script runs again when the lock changes.
    krate.write("releases/myc.lock", &lock(&[NEW]));
    krate.fails(&["assert!(<shapes::Point"]);
    let text = fs::read_to_string(krate.path().join("releases/myc.lock")).unwrap();
    krate.write("releases/myc.lock", &text.replace("field y", "field z"));
    krate.script_fails(&["error: `releases/myc.lock` is not right: line 2: the digest of"]);
}
