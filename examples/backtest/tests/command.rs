//! The commands as a person runs them, on a generated market.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn output(out: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backtest"));
    command.args(arguments).arg("--out").arg(out).output().unwrap()
}

fn refusal(out: &Path, arguments: &[&str]) -> String {
    let output = output(out, arguments);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

fn run(out: &Path, arguments: &[&str]) -> String {
    let output = output(out, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn is_picture(path: &Path) -> bool {
    let svg = fs::read_to_string(path).unwrap();
    svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("NaN")
}

#[test]
fn one_run_shows_its_accounts_and_its_curve() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
    let text = run(&one, &["run", "--seconds", "3"]);
    assert!(text.contains("\nprofit ") && text.contains("\nfills "), "{text}");
    assert!(is_picture(&one.join("equity.svg")));
    assert_eq!(run(&other, &["run", "--seconds", "3"]), text);
    let log = |out: &Path| fs::read(out.join("events.log")).unwrap();
    assert!(log(&one).len() > 10_000 && log(&one) == log(&other));
}

#[test]
fn shards_of_a_sweep_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, other, whole] =
        ["first", "second", "other", "whole"].map(|name| folder.path().join(name));
    // On the first moments of the market.
    let sweep = |out: &Path, shard: &str, seed: &str| {
        run(out, &["sweep", "--seconds", "0", "--shard", shard, "--seed", seed]);
        out.join("sweep.csv").display().to_string()
    };
    let (first, second) = (sweep(&first, "1/2", "7"), sweep(&second, "2/2", "7"));
    let text = run(&whole, &["merge", "--seed", "7", &first, &second]);
    assert!(text.starts_with("runs") && text.contains("10000\n"), "{text}");
    assert!(is_picture(&whole.join("heatmap.svg")));
    let lines = fs::read_to_string(whole.join("sweep.csv")).unwrap().lines().count();
    assert_eq!(lines, 10_001);

    let missing = refusal(&whole, &["merge", "--seed", "7", &first]);
    assert!(missing.contains("no table holds run 1:"), "{missing}");
    let other = sweep(&other, "2/2", "8");
    let mixed = refusal(&whole, &["merge", "--seed", "7", &first, &other]);
    assert!(mixed.contains("run 1 is not of seed 7"), "{mixed}");
}

#[test]
fn a_monte_carlo_shows_what_may_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let text = run(folder.path(), &["monte-carlo", "--paths", "200", "--steps", "20"]);
    assert!(text.contains("value at risk") && text.contains("expected shortfall"), "{text}");
    assert!(is_picture(&folder.path().join("profits.svg")));
}
