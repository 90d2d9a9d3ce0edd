//! `mycelium shm inspect`

use super::{One, json, ls};
use crate::control;
use crate::failure::Failure;
use crate::harmless::{harmless, harmless_json};
use crate::table;
use mycelium_ring::RingStatus;
use std::fmt::Write as _;
use std::io::Write as _;

pub(super) fn run(args: &One) -> Result<(), Failure> {
    let status = RingStatus::read(&args.path).map_err(|error| Failure::Input(error.to_string()))?;
    let mut out = std::io::stdout().lock();
    match args.json {
        true => writeln!(out, "{}", harmless_json(&json::ring(&args.path, &status), true))?,
        false => {
            write!(out, "{}\n{}", harmless(&args.path.display().to_string()), as_text(&status))?
        }
    }
    Ok(())
}

fn as_text(status: &RingStatus) -> String {
    let waits = match (status.evicts, status.lossy_only) {
        (_, true) => "waits for nobody",
        (true, false) => "evicts stuck readers",
        (false, false) => "waits for its readers",
    };
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:<10} {value}");
    };
    line("writer", format!("process {}, {}, {waits}", status.writer_pid, ls::state(status)));
    let capacity = table::bytes(status.capacity_bytes);
    line("capacity", format!("{capacity}, frames on multiples of {} bytes", status.frame_align));
    let published = table::bytes(status.published_bytes);
    line("published", format!("about {} frames, {published}", status.published_frames));
    let kept = status.published_bytes.saturating_sub(status.released_bytes);
    line("kept", table::bytes(kept));
    line("epoch", status.epoch.to_string());
    let readers: Vec<Vec<String>> = status
        .readers
        .iter()
        .map(|reader| {
            vec![
                format!("  {}", reader.slot),
                reader.pid.to_string(),
                json::kind(reader.kind).to_owned(),
                if reader.alive { "alive" } else { "dead" }.to_owned(),
                table::bytes(reader.behind_bytes),
                reader.lost_frames.to_string(),
            ]
        })
        .collect();
    text.push_str("\nreaders\n");
    text += &table::lines(&["  SLOT", "PROCESS", "KIND", "STATE", "BEHIND", "LOST"], &readers);
    let channels: Vec<Vec<String>> = control::channels(&status.announcements)
        .iter()
        .map(|channel| {
            vec![
                format!("  {}", channel.number),
                channel.topic.to_string(),
                channel.type_id.to_string(),
                channel.digest.to_string(),
            ]
        })
        .collect();
    text.push_str("\nchannels\n");
    text + &table::lines(&["  NUMBER", "TOPIC", "TYPE", "DIGEST"], &channels)
}
