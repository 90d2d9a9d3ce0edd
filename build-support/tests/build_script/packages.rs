//! Modules of packages, and what refers to what.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::small_crate::Crate;

const MONEY: &str = "package money; struct Amount { cents: i64 }";
const EUROPE: &str = "package market.eu;
import \"../money.myc\";
message Order = 1 { amounts: [Amount] }
";
const NOTES: &str = "package notes; message Note = 2 { text: string }";

const LIB: &str = "mycelium::include_schema!(\"money\", \"market.eu\");
pub fn order() -> market_eu::Order {
    market_eu::Order { amounts: vec![money::Amount { cents: 1 }] }
}
";

fn market(name: &str) -> Crate {
    Crate::new(
        name,
        &[
            ("build.rs", "fn main() { mycelium_build::compile(&[\"schemas/markets\"]); }"),
            ("schemas/money.myc", MONEY),
            ("schemas/markets/eu.myc", EUROPE),
            ("schemas/markets/notes.myc", NOTES),
            ("src/lib.rs", LIB),
        ],
    )
}

#[test]
fn features_are_those_of_the_crate() {
    let build = "fn main() {
    mycelium_build::Config::new()
        .schema(\"money.myc\")
        .features([mycelium_build::Feature::Serde])
        .compile();
}";
    let lib = "mycelium::include_schema!(\"money\");
#[cfg(feature = \"serde\")]
pub fn json(amount: &money::Amount) -> String {
    serde_json::to_string(amount).unwrap_or_default()
}
";
    let krate = Crate::new(
        "has-features",
        &[("build.rs", build), ("money.myc", MONEY), ("src/lib.rs", lib)],
    );
    let features =
        "[features]\nserde = [\"mycelium/serde\"]\n\n[dependencies]\nserde_json = \"1\"\n";
    krate.edit("Cargo.toml", "[dependencies]\n", features);
    krate.rebuilds();
    let build = || krate.cargo(&["build", "--features", "serde"], &[]);
    assert!(build().status.success(), "{:?}", build());

    // What is off is said to be.
    krate.edit("Cargo.toml", "\"mycelium/serde\"", "");
    let stderr = String::from_utf8(build().stderr).unwrap();
    assert!(stderr.contains("`serde` needs the feature `serde` of `mycelium`"), "{stderr}");
}

#[test]
fn imported_packages_are_included_beside() {
    let krate = market("imported-packages");
    krate.rebuilds();

    krate.edit("src/lib.rs", "\"money\", \"market.eu\"", "");
    krate.edit("src/lib.rs", "pub fn", "pub type All = notes::Note;\npub fn");
    krate.rebuilds();

    krate.edit("src/lib.rs", "include_schema!()", "include_schema!(\"market.eu\")");
    krate.fails(&[
        "use super::money as _; // mycelium::include_schema!(\"money\", \"market.eu\");\n",
    ]);

    // A module of another crate, say, does as well.
    krate.edit("src/lib.rs", "notes::Note", "money::Amount");
    krate.edit(
        "src/lib.rs",
        "pub type",
        "mod other { mycelium::include_schema!(\"money\"); }\nuse other::money;\npub type",
    );
    krate.rebuilds();

    krate.edit("src/lib.rs", "\"market.eu\"", "\"market.us\"");
    krate.fails(&["couldn't read `", "/out/mycelium/market.us.rs`"]);
}

#[test]
fn writes_what_changes_to_out_dir_alone() {
    let krate = market("what-changes");
    krate.edit("src/lib.rs", "\"money\", \"market.eu\"", "");
    let before = krate.files();
    let first = krate.rebuilds();
    let names: Vec<&Path> = first.keys().map(|path| path.as_path()).collect();
    assert_eq!(
        names,
        ["all-packages.rs", "market.eu.rs", "money.rs", "notes.rs"]
            .map(|name| Path::new("mycelium").join(name))
    );
    krate.edit("schemas/money.myc", "package", "//! In cents.\npackage");
    let second = krate.rebuilds();
    let changed = |path: &str| first[Path::new(path)] != second[Path::new(path)];
    assert!(changed("mycelium/money.rs"));
    assert!(!changed("mycelium/market.eu.rs") && !changed("mycelium/notes.rs"));
    assert!(!changed("mycelium/all-packages.rs"));

    // A package that is gone is not included any more.
    krate.remove("schemas/markets/notes.myc");
    let third = krate.rebuilds();
    assert!(!third.contains_key(Path::new("mycelium/notes.rs")), "{third:?}");
    krate.edit("src/lib.rs", "include_schema!()", "include_schema!(\"notes\")");
    krate.fails(&["/out/mycelium/notes.rs`"]);

    // Where a build script compiles twice, both stay.
    krate.write("schemas/notes.myc", NOTES);
    let twice = "fn main() { for path in [\"schemas/markets\", \"schemas/notes.myc\"] {\n\
                 mycelium_build::compile(&[path]); } }";
    krate.write("build.rs", twice);
    krate.edit("src/lib.rs", "include_schema!(\"notes\")", "include_schema!()");
    assert_eq!(krate.rebuilds().len(), first.len());
    let mut expected: BTreeSet<PathBuf> = before.into_keys().collect();
    expected.remove(Path::new("schemas/markets/notes.myc"));
    expected.insert("schemas/notes.myc".into());
    assert_eq!(krate.files().into_keys().collect::<BTreeSet<_>>(), expected);
}
