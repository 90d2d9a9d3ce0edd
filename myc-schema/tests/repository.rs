//! The schemas of this repository compile.

use std::path::{Path, PathBuf};

use myc_schema::{Format, SourceSet, compile};

#[test]
fn the_schemas_of_this_repository_compile() {
    let schemas = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"));
    assert!(!schemas.is_empty());
    for path in schemas {
        let set = SourceSet::new(|path: &Path| std::fs::read(path)).root(&path);
        let (schema, diagnostics) = compile(&set);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(Format::Text { color: false }));
        assert!(schema.is_some());
    }
}

/// All `.myc` files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "myc") {
            found.push(path);
        }
    }
    found
}
