//! What the results were measured on.

use std::fs;
use std::process::Command;

/// One sentence: processor, cores, kernel, compilers.
pub(super) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let versions = [
        version("rustc", &["--version"]),
        version("python3", &["--version"]),
        version("ocamlfind", &["ocamlopt", "-version"]).map(|version| format!("OCaml {version}")),
    ];
    let versions: Vec<String> = versions.into_iter().flatten().collect();
    format!("{} ({cores} cores), Linux {}, {}", processor(), kernel.trim(), versions.join(", "))
}

fn processor() -> String {
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or("unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn version(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // `rustc 1.95.0 (59807616e 2026-04-14)`: the brackets say nothing to a reader.
    Some(text.split(" (").next().unwrap_or_default().trim().to_owned())
}
