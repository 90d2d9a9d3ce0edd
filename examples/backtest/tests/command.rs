//! The commands as a person runs them, on a generated market.

use std::fs;
use std::path::Path;
use std::process::Command;

fn run(out: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_backtest"))
        .args(arguments)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
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
    let [first, second, whole] = ["first", "second", "whole"].map(|name| folder.path().join(name));
    // A hundred of the ten thousand, on the first moments of the market.
    let sweep = |out: &Path, shard: &str| run(out, &["sweep", "--seconds", "0", "--shard", shard]);
    sweep(&first, "1/200");
    sweep(&second, "2/200");
    let tables = [&first, &second].map(|out| out.join("sweep.csv").display().to_string());
    let text = run(&whole, &["merge", &tables[0], &tables[1]]);
    assert!(text.starts_with("runs") && text.contains("100\n"), "{text}");
    assert!(is_picture(&whole.join("heatmap.svg")));
    let lines = fs::read_to_string(whole.join("sweep.csv")).unwrap().lines().count();
    assert_eq!(lines, 101);
}

#[test]
fn a_monte_carlo_shows_what_may_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let text = run(folder.path(), &["monte-carlo", "--paths", "200", "--steps", "20"]);
    assert!(text.contains("value at risk") && text.contains("expected shortfall"), "{text}");
    assert!(is_picture(&folder.path().join("profits.svg")));
}
