//! The schemas of this repository compile.

use std::path::Path;

use myc_schema::{Format, SourceSet, compile};

#[test]
fn the_schemas_of_this_repository_compile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    for path in ["market.myc", "mycelium/control.myc"] {
        let set = SourceSet::new(|path: &Path| std::fs::read(path)).root(root.join(path));
        let (schema, diagnostics) = compile(&set);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(Format::Text { color: false }));
        assert!(schema.is_some());
    }
}
