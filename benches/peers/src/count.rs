//! Instructions of each case, counted by valgrind: they say less than times, and always the same.

use std::env;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::process::Command;

use crate::bench::Case;

/// Asks for the counted passes, and is no option for people.
pub(crate) const PASSES_ONLY: &str = "--passes-only";

/// Runs this program anew under valgrind, with the same choice of cases; gives the instructions for each
/// value, case by case.
pub(crate) fn run(cases: &[Case]) -> Result<Vec<f64>, Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("mycelium-peers-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let dumps = folder.join("counts");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*count::counted"])
        .arg("--dump-after=mycelium_peers::count::counted")
        .arg(format!("--callgrind-out-file={}", dumps.display()))
        .arg(env::current_exe()?)
        .args(env::args_os().skip(1))
        .arg(PASSES_ONLY)
        .output()
        .map_err(|error| format!("cannot run valgrind: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let count = |(index, case): (usize, &Case)| -> Result<f64, Box<dyn Error>> {
        let dump = fs::read_to_string(format!("{}.{}", dumps.display(), index + 1))?;
        let total = dump.lines().find_map(|line| line.strip_prefix("totals: "));
        let total: f64 = total.ok_or("a dump of valgrind has no total")?.trim().parse()?;
        Ok(total / case.values as f64)
    };
    let counts = cases.iter().enumerate().map(count).collect();
    fs::remove_dir_all(&folder)?;
    counts
}

/// What valgrind runs: each case once unobserved, then once counted.
pub(crate) fn passes(cases: &mut [Case]) {
    for case in cases {
        (case.pass)();
        counted(case);
    }
}

#[inline(never)]
fn counted(case: &mut Case) {
    (black_box(case).pass)();
}
