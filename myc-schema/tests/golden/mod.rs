//! Compares what came out with what is kept in a file beside the case.

use std::path::{Path, PathBuf};

/// Runs `actual` for each `.myc` file of a folder and compares the result with the file of the same
/// name that ends in `extension`. With `MYC_BLESS=1` in the environment it writes those files.
pub(crate) fn check_folder(folder: &str, extension: &str, actual: impl Fn(&Path) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let bless = std::env::var_os("MYC_BLESS").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    let cases = cases(&folder);
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    for case in &cases {
        let actual = actual(case);
        let golden = case.with_extension(extension);
        if bless {
            std::fs::write(&golden, &actual).expect("a golden file can be written");
            continue;
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        if actual != expected {
            wrong.push(format!("== {} is\n{actual}", golden.display()));
        }
    }
    assert_no_orphans(&folder, extension, &cases);
    assert!(wrong.is_empty(), "{}\nMYC_BLESS=1 takes these over", wrong.join("\n"));
}

/// The `.myc` files of a folder, without those of its subfolders.
pub(crate) fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut cases = files(folder);
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "myc"));
    cases
}

fn assert_no_orphans(folder: &Path, extension: &str, cases: &[PathBuf]) {
    let goldens = files(folder).into_iter().filter(|path| !cases.contains(path));
    for golden in goldens {
        assert!(
            golden.extension().is_some_and(|e| e == extension)
                && cases.contains(&golden.with_extension("myc")),
            "{} belongs to no case",
            golden.display()
        );
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of cases is there");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("it can be listed").path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}
