//! Definitions of other systems as `.myc` files: folders of data, `FORMAT/CASE/in` with what is
//! imported, and beside it `out`, what comes of it, and `notes.txt`, what is said; or `error.txt`.
//! `MYC_BLESS=1` rewrites them.

mod generated;
mod names;
mod ulog;

use std::fs;
use std::path::{Path, PathBuf};

use myc_codegen::GeneratedFile;
use myc_codegen::import::{Format, Imported, Source, import};
use myc_schema::{Memory, SourceSet, compile};

/// Holds files against the compiler, and against its formatter.
#[track_caller]
fn assert_compiles(files: &[GeneratedFile]) {
    let memory = files
        .iter()
        .fold(Memory::new(), |memory, file| memory.file(&file.path, file.contents.as_str()));
    let set = SourceSet::new(memory).roots(files.iter().map(|file| &file.path));
    let (schema, diagnostics) = compile(&set);
    assert!(
        schema.is_some() && diagnostics.is_empty(),
        "{}\n{}",
        diagnostics.render(myc_schema::Format::Line),
        files.iter().map(|file| file.contents.as_str()).collect::<String>()
    );
    for file in files {
        let source = file.contents.clone().into_bytes();
        assert_eq!(myc_schema::format(&file.path, source).0.unwrap(), file.contents);
    }
}

/// What comes of one source.
fn import_one(format: Format, path: &str, bytes: &[u8]) -> Result<Imported, String> {
    let source = Source { path: path.into(), bytes: bytes.to_vec() };
    import(format, &[source], None).map_err(|error| error.to_string())
}

fn notes(imported: &Imported) -> String {
    imported.notes.iter().map(|note| format!("{note}\n")).collect()
}

/// All files below a folder with their paths in it, sorted.
fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn check_case(format: Format, case: &Path) {
    let sources: Vec<Source> = files_below(&case.join("in"))
        .into_iter()
        .map(|(path, bytes)| Source { path, bytes })
        .collect();
    let mut expected: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    match import(format, &sources, None) {
        Ok(imported) => {
            assert_compiles(&imported.files);
            let text = notes(&imported);
            expected.push(("notes.txt".into(), text.into_bytes()));
            for file in imported.files {
                expected.push((Path::new("out").join(file.path), file.contents.into_bytes()));
            }
        }
        Err(error) => {
            let help = error.help.as_ref().map(|help| format!("help: {help}\n"));
            let text = format!("{error}\n{}", help.unwrap_or_default());
            expected.push(("error.txt".into(), text.into_bytes()));
        }
    }
    expected.sort();
    let mut found = files_below(case);
    found.retain(|(path, _)| !path.starts_with("in"));
    if std::env::var_os("MYC_BLESS").is_some() {
        found.iter().for_each(|(path, _)| fs::remove_file(case.join(path)).unwrap());
        for (path, bytes) in &expected {
            let path = case.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        return;
    }
    let paths = |files: &[(PathBuf, Vec<u8>)]| -> Vec<PathBuf> {
        files.iter().map(|(path, _)| path.clone()).collect()
    };
    assert_eq!(paths(&found), paths(&expected), "{}", case.display());
    for ((path, found), (_, expected)) in found.iter().zip(&expected) {
        let (found, expected) = (String::from_utf8_lossy(found), String::from_utf8_lossy(expected));
        assert_eq!(found, expected, "{}", case.join(path).display());
    }
}

/// Runs all cases of a format; there must be some.
fn check_format(format: Format) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(format.name());
    let mut cases: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases.iter().for_each(|case| check_case(format, case));
}

#[test]
fn protobuf() {
    check_format(Format::Proto);
}

#[test]
fn simple_binary_encoding() {
    check_format(Format::Sbe);
}

#[test]
fn ros_messages() {
    check_format(Format::Ros);
}

#[test]
fn yaml_contracts() {
    check_format(Format::Contracts);
}
