//! `cargo xtask bench --ocaml`: the OCaml codec beside others, on the same values.

use serde::Deserialize;

use super::machine;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::setup::ocaml;
use crate::tool::Tool;

const SECTION: &str = include_str!("section.md");
const PROGRAM: &str = "benches/ocaml/peers/peers.exe";
const BUS_PROGRAM: &str = "benches/ocaml/shared/shared_bus.exe";
const BUS_ROUNDS: &str = "20000";
/// Messages that wait for a subscriber together.
const BUS_BATCH: &str = "64";

/// One operation of one codec.
#[derive(Deserialize)]
struct Measured {
    /// What is compared, `book read`.
    group: String,
    /// Whose it is.
    name: String,
    /// Of the encoded value; 0 where that is not the question.
    bytes: usize,
    median_ns: f64,
    least_ns: f64,
}

/// What one side of the bus takes.
#[derive(Deserialize)]
struct Side {
    name: String,
    median_ns: f64,
    least_ns: f64,
}

/// Builds, measures; gives the section of the page.
pub(super) fn measure(rounds: usize, progress: &Progress) -> Result<String, Failure> {
    ocaml::prepare(progress)?;
    ocaml::prepare_peers(progress)?;
    // dune's dev profile keeps functions of other libraries from being inlined.
    let build = ["build", "--profile", "release", PROGRAM];
    ocaml::dune(&build, "release").run("bench-ocaml-build", progress)?;
    progress.detail("OCaml codecs in turns");
    let program = Tool::new("taskset").args(["--cpu-list", "0"]).arg(ocaml::built(PROGRAM));
    let output = program.arg(rounds.to_string()).run("bench-ocaml-peers", progress)?;
    let measured: Vec<Measured> = serde_json::from_str(&output)
        .map_err(|error| Failure::new(format!("the benchmark prints no results: {error}")))?;
    let bus = measure_bus(progress)?;
    let (protoc, no_protoc) = protoc(&measured);
    Ok(SECTION
        .replace("{machine}", &machine::describe())
        .replace("{bin_prot}", &ocaml::version_of("bin_prot"))
        .replace("{protoc}", &protoc)
        .replace("{no_protoc}", no_protoc)
        .replace("{rounds}", &rounds.to_string())
        .replace("{tables}", &table(&measured))
        .replace("{batch}", BUS_BATCH)
        .replace("{bus_rounds}", BUS_ROUNDS)
        .replace("{bus}", &bus))
}

/// What is said of ocaml-protoc, which is not in the distribution: it is measured where somebody has built it.
fn protoc(measured: &[Measured]) -> (String, &'static str) {
    match measured.iter().any(|one| one.name == "ocaml-protoc") {
        true => {
            (format!(", ocaml-protoc {} (built of its sources)", ocaml::version_of("pbrt")), "")
        }
        false => (String::new(), " ocaml-protoc is not in Debian, and was not built."),
    }
}

/// The bus between OCaml and Rust in one process: a row an operation.
fn measure_bus(progress: &Progress) -> Result<String, Failure> {
    let build = ["build", "--release", "--locked", "--package", "hosting"];
    Tool::cargo().args(build).args(["--package", "mycelium-ffi"]).run("bench-hosting", progress)?;
    let build = ["build", "--profile", "release", BUS_PROGRAM];
    ocaml::dune(&build, "release").run("bench-ocaml-bus-build", progress)?;
    progress.detail("OCaml and Rust in one process");
    let program = Tool::new("taskset").args(["--cpu-list", "0"]).arg(ocaml::built(BUS_PROGRAM));
    let output = program.args([BUS_ROUNDS, BUS_BATCH]).run("bench-ocaml-bus", progress)?;
    let measured: Vec<Side> = serde_json::from_str(&output)
        .map_err(|error| Failure::new(format!("the benchmark prints no results: {error}")))?;
    let rows = measured.iter().map(|one| {
        format!("| {} | {} ({}) |", one.name, figure(one.median_ns), figure(one.least_ns))
    });
    Ok(["| | ns |".to_owned(), "|---|--:|".to_owned()]
        .into_iter()
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n"))
}

/// A row a codec and operation, with its time as a part of the fastest other's.
fn table(measured: &[Measured]) -> String {
    let mut text =
        String::from("| | | ns | bytes | ratio to the best other |\n|---|---|--:|--:|--:|\n");
    // Together by group, the groups in the order in which they were first measured.
    let mut sorted: Vec<&Measured> = measured.iter().collect();
    sorted.sort_by_key(|one| measured.iter().position(|first| first.group == one.group));
    for group in sorted.chunk_by(|one, next| one.group == next.group) {
        let others = group.iter().filter(|one| !is_ours(one)).map(|one| one.median_ns);
        let best = others.fold(f64::INFINITY, f64::min);
        for one in group {
            let bytes = if one.bytes > 0 { one.bytes.to_string() } else { String::new() };
            let ratio = match is_ours(one) {
                true => format!("{:.2}", one.median_ns / best),
                false => String::new(),
            };
            text.push_str(&format!(
                "| {} | {} | {} ({}) | {bytes} | {ratio} |\n",
                one.group,
                one.name,
                figure(one.median_ns),
                figure(one.least_ns),
            ));
        }
    }
    text.trim_end().to_owned()
}

fn is_ours(measured: &Measured) -> bool {
    measured.name.starts_with("mycelium")
}

fn figure(ns: f64) -> String {
    if ns < 100.0 { format!("{ns:.1}") } else { format!("{ns:.0}") }
}

#[cfg(test)]
mod tests {
    use super::{Measured, table};

    #[test]
    fn ratios_are_to_the_fastest_other() {
        let of = |name: &str, median_ns: f64| Measured {
            group: "trade encode".into(),
            name: name.into(),
            bytes: 80,
            median_ns,
            least_ns: 5.0,
        };
        let text = table(&[of("mycelium", 10.0), of("bin_prot", 40.0), of("Marshal", 80.0)]);
        assert!(text.contains("| trade encode | mycelium | 10.0 (5.0) | 80 | 0.25 |"), "{text}");
        assert!(text.contains("| trade encode | Marshal | 80.0 (5.0) | 80 |  |"), "{text}");
    }
}
