//! Protocol Buffers: the part of proto3 that says what messages are made of.

mod declared;
mod enums;
mod lex;
mod lower;
mod parse;
mod tree;
mod types;

use std::path::Path;

use super::model::Module;
use super::names;
use super::report::{At, ImportError, Report};
use super::{Lowered, Source, output_paths};
use declared::Declared;
use lower::Ids;

/// A file, parsed, and where its types go.
struct ProtoFile {
    tree: tree::File,
    /// Package in the style of the language.
    package: String,
    report: Report,
}

pub(super) fn lower(sources: &[Source]) -> Result<Lowered, ImportError> {
    let mut files = sources.iter().map(read).collect::<Result<Vec<ProtoFile>, ImportError>>()?;
    for index in 0..files.len() {
        note_missing_imports(index, &mut files, sources);
    }
    let mut declared = Declared::collect(&mut files)?;
    let mut ids = Ids::default();
    let mut modules = Vec::new();
    for (index, path) in output_paths(sources).into_iter().enumerate() {
        let file = &mut files[index];
        let items = lower::items(file, index, &mut declared, &mut ids)?;
        let tree = &mut file.tree;
        let mut comments = std::mem::take(&mut tree.head);
        comments.append(&mut tree.left_out);
        modules.push(Module {
            path,
            origin: sources[index].name(),
            package: file.package.clone(),
            docs: std::mem::take(&mut tree.docs),
            comments,
            items,
        });
    }
    Ok((modules, files.into_iter().map(|file| file.report).collect()))
}

fn read(source: &Source) -> Result<ProtoFile, ImportError> {
    let mut report = Report::new(&source.path);
    let tokens = lex::lex(source.text()?, &report)?;
    let tree = parse::parse(&tokens, &mut report)?;
    let package = match tree.package.as_str() {
        "" => names::package(&source.stem()),
        named => names::package(named),
    };
    Ok(ProtoFile { tree, package, report })
}

/// Imports of files that were not given matter only where their types are used.
fn note_missing_imports(index: usize, files: &mut [ProtoFile], sources: &[Source]) {
    let ProtoFile { tree, report, .. } = &mut files[index];
    for import in &tree.imports {
        let path = Path::new(&import.path);
        let is_given = sources.iter().any(|source| {
            source.path.ends_with(path) || source.path.file_name() == path.file_name()
        });
        if !is_given && !path.starts_with("google/protobuf") {
            let text = format!("the import `{}` is not among the files given", import.path);
            report.note(At::Line(import.line), text);
        }
    }
}
