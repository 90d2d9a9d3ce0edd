//! Finds the declaration of a type in a schema file.

use std::path::{Path, PathBuf};

use myc_schema::schema::{TypeId, TypeKind};
use myc_schema::{Arena, Format, Schema, SourceSet, nearest};
use mycelium_wire::reflect::Def;
use syn::LitStr;

use crate::errors::Errors;

/// Compiles the file and gives what `look` makes of the type called `full_name`, beside the files that
/// the compiler read.
pub(super) fn declaration<T>(
    path: &LitStr,
    full_name: &str,
    errors: &Errors,
    look: impl FnOnce(&Def<'_>) -> T,
) -> Option<(Vec<String>, T)> {
    let root = absolute(path);
    let load = |path: &Path| std::fs::read(path);
    let (schema, diagnostics) = myc_schema::compile(&SourceSet::new(load).root(&root));
    let Some(schema) = schema else {
        let text = diagnostics.render(Format::Text { color: false });
        errors.at(path, format!("{} does not compile:\n{}", path.value(), text.trim_end()));
        return None;
    };
    let files = diagnostics.files().paths().map(|path| path.to_string_lossy().into()).collect();
    let index =
        (0..schema.types.len()).find(|index| schema.qualified_name(TypeId(*index)) == full_name);
    let Some(index) = index else {
        errors.at(path, not_declared(&schema, full_name, &path.value()));
        return None;
    };
    let arena = Arena::new();
    Some((files, look(schema.reflect(&arena, TypeId(index)))))
}

/// A path is seen from the folder of the crate's manifest, one with a leading `./` or `../` from that
/// of the source file.
fn absolute(path: &LitStr) -> PathBuf {
    let text = path.value();
    let manifest = || std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let source = || {
        let file = path.span().unwrap().local_file()?;
        Some(std::env::current_dir().ok()?.join(file.parent()?))
    };
    let is_beside = text.starts_with("./") || text.starts_with("../");
    let folder = if is_beside { source().or_else(manifest) } else { manifest() };
    folder.unwrap_or_default().join(text)
}

fn not_declared(schema: &Schema, full_name: &str, file: &str) -> String {
    let messages: Vec<String> = (0..schema.types.len())
        .filter(|index| matches!(schema.types[*index].kind, TypeKind::Message(_)))
        .map(|index| schema.qualified_name(TypeId(index)))
        .collect();
    match nearest(full_name, messages.iter().map(String::as_str)) {
        Some(near) => format!("{file} declares no `{full_name}`; did you mean `{near}`?"),
        None => format!("{file} declares no `{full_name}`; its messages: {}", messages.join(", ")),
    }
}
