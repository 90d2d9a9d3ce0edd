//! A short fault campaign: see the example of this name, which runs the long one.

#[path = "../examples/campaign/nemesis.rs"]
mod nemesis;
#[path = "../examples/campaign/parts.rs"]
mod parts;

/// The parts that other processes play; does nothing in the test itself.
#[test]
fn peer() {
    parts::play();
}

#[test]
fn nothing_is_torn_doubled_or_missing_while_processes_are_killed() {
    let arguments = ["--exact", "peer", "--nocapture", "--quiet"].map(str::to_owned).to_vec();
    let campaign = nemesis::Campaign { kills: 300, seed: 7, arguments };
    let report = campaign.run().unwrap_or_else(|error| panic!("{error}"));
    assert!(report.kills >= 300);
    println!("{report}");
}
