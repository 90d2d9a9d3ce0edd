//! `mycelium info`

use super::read::{Ending, Range, Recorded};
use super::time;
use crate::failure::Failure;
use crate::harmless::{harmless, harmless_json};
use crate::table;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// The recording
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mycelium info day.mcap
  mycelium info day.mcap --json | jq .messages

Exit status: 0 if the file can be read, also where it has no end; 1 if it is no recording.";

/// What a recording holds.
struct Contents {
    is_complete: bool,
    first: u64,
    last: u64,
    /// By channel.
    counts: BTreeMap<u16, u64>,
}

impl Contents {
    /// How many messages there are; the index may be hostile.
    fn messages(&self) -> u64 {
        self.counts.values().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut recorded = Recorded::open(&options.file)?;
    let contents = look(&mut recorded)?;
    let bytes = std::fs::metadata(&options.file)
        .map_err(|error| Failure::Input(format!("{}: {error}", options.file.display())))?
        .len();
    let mut out = std::io::stdout().lock();
    match options.json {
        true => {
            let json = as_json(options, &recorded, &contents, bytes);
            writeln!(out, "{}", harmless_json(&json, true))?;
        }
        false => write!(out, "{}", as_text(options, &recorded, &contents, bytes))?,
    }
    Ok(())
}

fn look(recorded: &mut Recorded) -> Result<Contents, Failure> {
    if let Some(stats) = recorded.summary().and_then(|summary| summary.stats.as_ref()) {
        return Ok(Contents {
            is_complete: true,
            first: stats.message_start_time,
            last: stats.message_end_time,
            counts: stats.channel_message_counts.clone(),
        });
    }
    let (mut first, mut last, mut counts) = (u64::MAX, 0, BTreeMap::new());
    let ending = recorded.read(Range::ALL, |entry| {
        (first, last) = (first.min(entry.time), last.max(entry.time));
        *counts.entry(entry.channel).or_default() += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    let first = first.min(last);
    Ok(Contents { is_complete: ending == Ending::Whole, first, last, counts })
}

fn as_json(
    options: &Options,
    recorded: &Recorded,
    contents: &Contents,
    bytes: u64,
) -> serde_json::Value {
    let track = |(channel, count): (&u16, &u64)| {
        let track = recorded.track(*channel)?;
        Some(json!({
            "topic": track.topic, "type": track.type_name, "type_id": track.type_id,
            "digest": track.digest.to_string(), "place": track.place, "messages": count,
        }))
    };
    json!({
        "file": options.file.display().to_string(),
        "bytes": bytes,
        "complete": contents.is_complete,
        "messages": contents.messages(),
        "first": time::shown(contents.first),
        "last": time::shown(contents.last),
        "tracks": contents.counts.iter().filter_map(track).collect::<Vec<_>>(),
        "lost": recorded.lost(),
    })
}

fn as_text(options: &Options, recorded: &Recorded, contents: &Contents, bytes: u64) -> String {
    let messages = contents.messages();
    let seconds = contents.last.saturating_sub(contents.first) as f64 / 1e9;
    let state = match contents.is_complete {
        true => "complete",
        false => {
            "without an end: its recorder was killed; `mycelium convert` makes a whole one of it"
        }
    };
    let mut rows: Vec<Vec<String>> = contents
        .counts
        .iter()
        .filter_map(|(channel, count)| {
            let track = recorded.track(*channel)?;
            let name = track.type_name.as_deref().unwrap_or("?");
            let cells = [&track.topic, name, &track.digest.to_string(), &track.place];
            let cells = cells.into_iter().map(str::to_owned);
            Some(std::iter::once(count.to_string()).chain(cells).collect())
        })
        .collect();
    rows.sort_by(|a, b| a[1..].cmp(&b[1..]));
    let table = table::lines(&["MESSAGES", "TOPIC", "TYPE", "DIGEST", "PLACE"], &rows);
    let lost: String = recorded
        .lost()
        .iter()
        .map(|(topic, count)| format!("{count} of {} were lost to the recorder\n", harmless(topic)))
        .collect();
    format!(
        "{}: {}, {state}\n{messages} messages in {seconds:.3} s\nfrom {} to {}\n\n{table}{lost}",
        options.file.display(),
        table::bytes(bytes),
        time::shown(contents.first),
        time::shown(contents.last),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_no_file_can_hold_are_no_crash() {
        let counts = BTreeMap::from([(1, u64::MAX), (2, u64::MAX)]);
        let contents = Contents { is_complete: true, first: 0, last: 0, counts };
        assert_eq!(contents.messages(), u64::MAX);
    }
}
