//! What a module imports: gathered while its items are lowered.

use std::collections::BTreeSet;

/// Names that a module uses and does not declare.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// From `typing`.
    pub(super) typing: BTreeSet<&'static str>,
    /// Whether `decimal.Decimal` is used.
    pub(super) decimal: bool,
    /// Whether `uuid.UUID` is used.
    pub(super) uuid: bool,
    /// Whether `mycelium.wire` is used.
    pub(super) wire: bool,
    /// Modules of other packages.
    pub(super) modules: BTreeSet<String>,
}

/// Names of types that a module cannot give to its own, since it imports them.
const IMPORTED: &[&str] = &["Annotated", "Decimal", "Final", "TypeAlias", "UUID"];

/// A type's name: as is, unless the module needs the name itself.
pub(super) fn type_name(name: &str) -> String {
    if IMPORTED.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

impl Imports {
    /// Blocks of import lines, sorted.
    pub(super) fn blocks(&self) -> Vec<String> {
        let mut standard = Vec::new();
        if self.decimal {
            standard.push("from decimal import Decimal".to_owned());
        }
        if !self.typing.is_empty() {
            let names: Vec<&str> = self.typing.iter().copied().collect();
            standard.push(format!("from typing import {}", names.join(", ")));
        }
        if self.uuid {
            standard.push("from uuid import UUID".to_owned());
        }
        let mut others: Vec<String> =
            self.modules.iter().map(|module| format!("import {module}")).collect();
        if self.wire {
            others.push("from mycelium import wire".to_owned());
        }
        let blocks = [standard.join("\n"), others.join("\n")];
        blocks.into_iter().filter(|block| !block.is_empty()).collect()
    }
}
