//! The Python back end: the files in `tests/python` are what it makes of the schemas beside them; the
//! tests of the Python runtime import them. `BLESS=1` writes them anew.

use std::fs;
use std::path::Path;

use myc_codegen::python::Python;
use myc_codegen::{Backend, GeneratedFile, file};
use myc_schema::{Format, Memory, SourceSet};

#[test]
fn the_files_are_what_the_back_end_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    // Paths stand in the files, so they must be the same on every machine.
    let read = |path: &Path| fs::read(folder.join(path));
    let files = generate(&SourceSet::new(read).roots(["outer.common.myc", "outer.inner.myc"]));
    if std::env::var_os("BLESS").is_some() {
        file::write(&folder, &files).unwrap();
    }
    for file in files {
        let expected = fs::read_to_string(folder.join(&file.path)).unwrap();
        assert_eq!(file.contents, expected, "{}", file.path.display());
    }
}

#[test]
fn a_package_that_others_lie_in_is_the_module_of_their_folder() {
    let files = generate(
        &SourceSet::new(
            Memory::new()
                .file("a.myc", "package a; const N: u8 = 1;")
                .file("b.myc", "package a.b; const N: u8 = 1;"),
        )
        .roots(["a.myc", "b.myc"]),
    );
    let paths: Vec<&Path> = files.iter().map(|file| file.path.as_path()).collect();
    assert_eq!(paths, [Path::new("a/__init__.py"), Path::new("a/b.py")]);
}

#[test]
fn the_folder_of_nested_packages_is_made_except_the_runtimes_own() {
    let nested = |package: &str| {
        let text = format!("package {package}; const N: u8 = 1;");
        let files = Memory::new().file("it.myc", text);
        let files = generate(&SourceSet::new(files).root("it.myc"));
        files.into_iter().map(|file| file.path.display().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(nested("a.b.c"), ["a/__init__.py", "a/b/__init__.py", "a/b/c.py"]);
    assert_eq!(nested("mycelium.control"), ["mycelium/control.py"]);
}

fn generate(sources: &SourceSet<'_>) -> Vec<GeneratedFile> {
    let (schema, diagnostics) = myc_schema::compile(sources);
    let Some(schema) = schema else {
        panic!("{}", diagnostics.render(Format::Text { color: false }));
    };
    Python.generate(&schema)
}
