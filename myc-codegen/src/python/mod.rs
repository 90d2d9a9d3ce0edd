//! The Python back end: plain, typed modules of classes.
//!
//! Each package becomes one module, `a.b` the file `a/b.py`: its docs, constants, aliases and types in
//! the order of the schema. Annotations carry the facts (`price: Annotated[Decimal, wire.decimal(8)]`),
//! from which the runtime makes constructors and codecs when the module is imported; so nothing of them
//! is printed here.
//!
//! Lowering ([`lower`]) turns the schema into [`model`] nodes whose texts are final; the templates
//! print and loop. The text is what `ruff format` would leave as it is.

mod doc;
mod expr;
mod imports;
mod lower;
mod model;
mod order;
mod types;
mod values;

use askama::Template;
use myc_schema::schema::{Package, PackageId, Schema};

use crate::{Backend, GeneratedFile, names};

/// The Python back end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Python;

impl Backend for Python {
    fn generate(&self, schema: &Schema) -> Vec<GeneratedFile> {
        let roots = schema.packages.iter().enumerate().filter(|(_, package)| package.is_root);
        let mut files = Vec::new();
        for (index, package) in roots {
            files.push(module_file(schema, PackageId(index)));
            files.extend(folder_files(schema, package));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup();
        files
    }
}

fn module_file(schema: &Schema, package: PackageId) -> GeneratedFile {
    let module = lower::lower(schema, package);
    let contents = match module.render() {
        Ok(text) => text,
        // Writing to a string does not fail, and the templates call nothing that does.
        Err(error) => unreachable!("a template that cannot be printed: {error}"),
    };
    let path = names::python_file(&schema.packages[package.0].name);
    let path =
        if has_inner(schema, package) { path.with_extension("").join("__init__.py") } else { path };
    GeneratedFile { path, contents }
}

/// Whether other packages lie inside this one, `a.b` inside `a`: then its module is a folder's.
fn has_inner(schema: &Schema, package: PackageId) -> bool {
    let prefix = format!("{}.", schema.packages[package.0].name);
    schema.packages.iter().any(|other| other.name.starts_with(&prefix))
}

/// The `__init__.py` of each folder that a nested package lies in.
///
/// The packages inside `mycelium` are the runtime's own, whose folder has one.
fn folder_files(schema: &Schema, package: &Package) -> Vec<GeneratedFile> {
    let mut files = Vec::new();
    let mut folder = package.name.as_str();
    while let Some((outer, _)) = folder.rsplit_once('.') {
        folder = outer;
        let is_package = schema.packages.iter().any(|other| other.name == folder);
        if !is_package && folder != "mycelium" {
            let path = names::python_file(folder).with_extension("").join("__init__.py");
            let contents =
                format!("\"\"\"Modules that mycc made of the packages in `{folder}`.\"\"\"\n");
            files.push(GeneratedFile { path, contents });
        }
    }
    files
}
