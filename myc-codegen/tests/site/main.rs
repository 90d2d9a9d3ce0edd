//! The documentation site: the pages in `golden` are what is made of the schemas here, and every site
//! holds together. `MYC_BLESS=1` writes the pages anew.

mod folder;
mod hostile;
mod links;
mod size;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::{GeneratedFile, file, site};
use myc_schema::{Format, Memory, Schema, SourceSet};

/// Files of a site by their paths.
type Site = BTreeMap<String, String>;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site")
}

#[track_caller]
fn compile(sources: &SourceSet<'_>) -> Schema {
    let (schema, diagnostics) = myc_schema::compile(sources);
    schema.unwrap_or_else(|| panic!("{}", diagnostics.render(Format::Text { color: false })))
}

/// The schema of one file.
#[track_caller]
fn schema_of(text: &str) -> Schema {
    compile(&SourceSet::new(Memory::new().file("a.myc", text)).root("a.myc"))
}

/// The schema of files and folders.
fn schema_in(paths: &[PathBuf]) -> Schema {
    let files = paths.iter().flat_map(|path| file::find_schemas(path).unwrap());
    compile(&SourceSet::new(|path: &Path| fs::read(path)).roots(files))
}

fn site_of(schema: &Schema) -> Site {
    let files = site::generate(schema).into_iter();
    files.map(|file| (file.path.to_str().unwrap().to_owned(), file.contents)).collect()
}

#[test]
fn the_pages_are_what_the_site_makes() {
    let schema = schema_in(&[here().join("garden.myc")]);
    // Script and style are no pages: they are sources, and the browser test looks at them.
    let is_own = |file: &GeneratedFile| file.path.extension().is_none_or(|found| found != "css");
    let files: Vec<GeneratedFile> = site::generate(&schema)
        .into_iter()
        .filter(|file| is_own(file) && !file.path.ends_with("site.js"))
        .collect();
    let golden = here().join("golden");
    if std::env::var_os("MYC_BLESS").is_some() {
        file::write(&golden, &files).unwrap();
    }
    for file in &files {
        let expected = fs::read_to_string(golden.join(&file.path)).unwrap_or_default();
        assert_eq!(file.contents, expected, "{}: MYC_BLESS=1 writes it", file.path.display());
    }
}

#[test]
fn the_same_schemas_give_the_same_bytes_in_any_order() {
    let one = schema_in(&[here().join("garden.myc"), here().join("tools.myc")]);
    let other = schema_in(&[here().join("tools.myc"), here().join("garden.myc")]);
    assert_eq!(site::generate(&one), site::generate(&other));
}

#[test]
fn a_page_says_every_fact_of_a_message() {
    let site = site_of(&schema_in(&[here().join("garden.myc")]));
    let page = &site["types/garden.Report.html"];
    let facts = [
        ("topic", "<dd class=\"code\">garden.reports</dd>"),
        ("id", "<dd class=\"code\">7</dd>"),
        ("digest", "<dd class=\"digest\">myc1:"),
        ("key", "<span class=\"chip key\""),
        ("since", ">since 2</span>"),
        ("deprecation", "<strong>Deprecated.</strong> <p>use <code>faults</code></p>"),
        ("default of a timestamp", "= 1970-01-01T00:00:00"),
        ("default of a duration", "= 0.5s"),
        ("default of a decimal", "= 12.5<"),
        ("default of an enum", "= clear<"),
        ("default that is escaped", "= &#34;\\&#34;home\\&#34; &#38; &#60;away&#62;&#34;"),
        ("type of a list", "[<a href=\"../types/garden.Bed.html\">Bed</a>; ..4]"),
        (
            "type of a pair",
            "(<a href=\"../packages/garden.html#alias.Moisture\">Moisture</a>, bool)?",
        ),
        ("picture", "<svg class=\"layout\""),
        ("canonical text", "field at timestamp default"),
    ];
    for (what, text) in facts {
        assert!(page.contains(text), "{what}: no {text} in\n{page}");
    }
    let bed = &site["types/garden.Bed.html"];
    assert!(bed.contains("<a href=\"../types/tools.Tool.html\">tools.Tool</a>"), "{bed}");
    assert!(bed.contains("href=\"../types/garden.Report.html#member.beds\">beds</a>"), "{bed}");
    assert!(site["packages/tools.html"].contains(">imported</span>"));
    assert!(site["types/garden.Faults.html"].contains("<code>0x200</code>"));
}
