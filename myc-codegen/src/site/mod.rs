//! A static site of a schema: a page a package and a page a type, an index, and a search.
//!
//! [`generate`] makes all files in memory; [`folder`] puts them on disk. Lowering turns the schema
//! into [`model`] nodes whose texts are final; the templates print and loop. The pages need no script:
//! the one there is finds names faster and remembers light or dark. Nothing is loaded from elsewhere.
//!
//! The cost is linear in the schema: no page lists more of its neighbours than [`frame`] allows.

pub mod folder;
mod frame;
mod markdown;
mod members;
mod model;
mod pages;
mod search;
mod survey;
mod tables;
mod types;
mod uses;
mod values;

use std::path::PathBuf;

use askama::Template;
use myc_schema::Arena;
use myc_schema::schema::{PackageId, Schema, TypeId};

use crate::GeneratedFile;
use survey::Survey;

/// All files of the site, sorted by path. The same schema gives the same bytes.
pub fn generate(schema: &Schema) -> Vec<GeneratedFile> {
    let arena = Arena::new();
    let survey = Survey::of(schema, schema.reflect_all(&arena));
    let mut files = vec![
        file("assets/site.css", include_str!("assets/site.css").to_owned()),
        file("assets/site.js", include_str!("assets/site.js").to_owned()),
        file("assets/names.js", search::names(&survey)),
        file("index.html", printed(&pages::index::page(&survey))),
        file("names.html", printed(&pages::names::page(&survey))),
    ];
    let packages = (0..schema.packages.len()).map(PackageId);
    files.extend(
        packages
            .map(|id| file(&survey.package_path(id), printed(&pages::package::page(&survey, id)))),
    );
    let types = (0..schema.types.len()).map(TypeId);
    files.extend(
        types.map(|id| file(survey.type_path(id), printed(&pages::named::page(&survey, id)))),
    );
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn file(path: &str, contents: String) -> GeneratedFile {
    GeneratedFile { path: PathBuf::from(path), contents }
}

fn printed(page: &impl Template) -> String {
    match page.render() {
        Ok(text) => text,
        // Writing to a string does not fail, and the templates call nothing that does.
        Err(error) => unreachable!("a template that cannot be printed: {error}"),
    }
}
