//! Where types and members are declared.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use crate::names::Names;
use crate::source::{Files, LineColumn};
use crate::tree::Name;

/// Where something is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// File.
    pub file: PathBuf,
    /// Line and column.
    pub at: LineColumn,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.at.line, self.at.column)
    }
}

/// Places by path: `market.Trade`, `market.Trade.price`. A version that has no source has none.
#[derive(Debug, Clone, Default)]
pub struct Places(HashMap<String, Place>);

impl Places {
    /// Where a type or member is declared.
    pub fn get(&self, path: &str) -> Option<&Place> {
        self.0.get(path)
    }

    pub(crate) fn collect(names: &Names<'_>, files: &Files) -> Places {
        let mut places = Places::default();
        for decl in &names.decls {
            let package = names.packages[decl.package.0].name;
            let path = format!("{package}.{}", decl.item.name.text);
            for member in decl.item.kind.names() {
                places.add(files, format!("{path}.{}", member.text), member);
            }
            places.add(files, path, &decl.item.name);
        }
        places
    }

    fn add(&mut self, files: &Files, path: String, name: &Name) {
        let file = files.path(name.span.file).to_owned();
        let at = files.line_column(name.span.file, name.span.start);
        self.0.insert(path, Place { file, at });
    }
}
