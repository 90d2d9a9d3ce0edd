//! Texts that the editor has open. They go before what is on disk.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use myc_codegen::file::read_schema;

use super::position::Lines;
use super::uri::{path_of, uri_of};

/// A text that is open.
pub(super) struct Document {
    /// As the editor writes it.
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: String,
}

/// All texts that are open, by path.
#[derive(Default)]
pub(super) struct Documents(BTreeMap<PathBuf, Document>);

impl Documents {
    pub(super) fn open(&mut self, item: TextDocumentItem) {
        let TextDocumentItem { uri, version, text, .. } = item;
        self.0.insert(path_of(&uri), Document { uri, version, text });
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        self.0.remove(&path_of(uri));
    }

    /// Changes a text piece by piece; false if it is not open.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> bool {
        let Some(document) = self.0.get_mut(&path_of(uri)) else { return false };
        document.version = version;
        for change in changes {
            match change.range {
                None => document.text = change.text,
                Some(range) => {
                    let bytes = Lines::of(&document.text).bytes(range);
                    document.text.replace_range(bytes, &change.text);
                }
            }
        }
        true
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    /// Paths of all, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.0.keys()
    }

    /// Bytes of a source: what is open, or what is on disk.
    pub(super) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.0.get(path) {
            Some(document) => Ok(document.text.clone().into_bytes()),
            None => read_schema(path),
        }
    }

    /// The URI of a file, as the editor writes it where it has it open.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        match self.0.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => uri_of(path),
        }
    }
}
