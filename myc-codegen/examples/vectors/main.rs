//! Brings the golden vectors up to date: `cargo run -p myc-codegen --example vectors`.
//!
//! Computes what is computed in `schemas/vectors/*.json` (see [`bless`]) from what people wrote there.
//! With `--check` it writes nothing and fails where a file would change.

mod bless;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let check = std::env::args().skip(1).any(|argument| argument == "--check");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
    match run(&root, check) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(stale) if check => {
            eprintln!("error: {stale} vector files are out of date: run without --check");
            ExitCode::FAILURE
        }
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Blesses all files and says how many were, or would be, changed.
fn run(root: &Path, check: bool) -> Result<usize, String> {
    let mut changed = 0;
    for path in bless::files(root)? {
        let old = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let new = bless::bless(root, &old).map_err(|e| format!("{}: {e}", path.display()))?;
        if new == old {
            continue;
        }
        changed += 1;
        println!("changed: {}", path.display());
        if !check {
            fs::write(&path, new).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(changed)
}
