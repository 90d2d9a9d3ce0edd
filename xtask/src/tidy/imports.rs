//! Crates import one another in one direction only.
//!
//! What tests and build scripts import is free: it never reaches a user.

use super::{Finding, Source};

/// A crate of ours and the crates of ours that it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("mycelium-wire", &[]),
    ("mycelium-derive", &["mycelium-wire", "myc-schema"]),
    ("mycelium-ring", &[]),
    ("myc-schema", &["mycelium-wire"]),
    ("myc-codegen", &["mycelium-wire", "myc-schema"]),
    ("mycelium-build", &["myc-schema", "myc-codegen"]),
    ("mycelium", &["mycelium-wire", "mycelium-derive", "mycelium-ring"]),
    ("mycelium-ffi", &["mycelium", "mycelium-ring"]),
    ("mycelium-cli", &["mycelium", "mycelium-ring", "mycelium-wire"]),
    ("mycelium-guest", &["mycelium-wire", "mycelium-derive"]),
    ("mycelium-python", &["mycelium", "mycelium-ffi"]),
    ("mycelium-python-host", &["mycelium", "mycelium-python"]),
    ("mycelium-generated", &["mycelium"]),
    ("mycelium-agreement", &["mycelium", "mycelium-wire", "mycelium-generated"]),
    ("market", &["mycelium", "mycelium-generated", "mycelium-python-host"]),
    ("backtest", &["mycelium", "mycelium-generated", "market"]),
    ("extension", &["mycelium-guest"]),
    ("hosting", &["mycelium", "mycelium-ffi", "mycelium-generated"]),
    ("build-script-example", &["mycelium"]),
    ("mycelium-benches", &["mycelium", "mycelium-ring", "mycelium-generated", "market"]),
    ("mycelium-ring-bench", &["mycelium", "mycelium-ring"]),
    ("mycelium-peers", &["mycelium", "mycelium-wire", "mycelium-derive"]),
    ("mycelium-actor-peers", &["mycelium"]),
    ("mycelium-backtest-peers", &["mycelium", "market", "backtest"]),
    ("mycelium-bus-peers", &["mycelium"]),
    ("mycelium-net-bench", &["mycelium"]),
    (
        "mycelium-fuzz",
        &[
            "mycelium",
            "mycelium-wire",
            "mycelium-agreement",
            "mycelium-ring",
            "myc-schema",
            "myc-codegen",
        ],
    ),
    // The demo says of its routes what their topology says.
    ("xtask", &["mycelium"]),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| source.path.ends_with("/Cargo.toml") && !source.is_test())
        .flat_map(check_manifest)
        .collect()
}

fn check_manifest(source: &Source) -> Vec<Finding> {
    let (mut section, mut package) = ("", "");
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        if line.starts_with('[') {
            section = line.trim_end();
        } else if section == "[package]" && line.starts_with("name") {
            package = line.split('"').nth(1).unwrap_or_default();
        } else if section == "[dependencies]" {
            let import = imported(line);
            if is_ours(import) && !may_import(package, import) {
                let what = format!("`{package}` must not import `{import}`");
                findings.push(source.find(index + 1, what));
            }
        }
    }
    findings
}

/// The package that a dependency's line names, whatever the crate calls it.
fn imported(line: &str) -> &str {
    let renamed = line.split_once("package = \"").and_then(|(_, name)| name.split('"').next());
    renamed.or_else(|| line.split(['.', ' ', '=']).next()).unwrap_or_default()
}

fn is_ours(name: &str) -> bool {
    MAY_IMPORT.iter().any(|(ours, _)| *ours == name)
}

fn may_import(package: &str, import: &str) -> bool {
    MAY_IMPORT.iter().any(|(ours, imports)| *ours == package && imports.contains(&import))
}
