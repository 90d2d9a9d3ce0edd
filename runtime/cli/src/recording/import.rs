//! `mycelium import-feed`: captured files of Binance's futures streams as a recording.
//!
//! A line is `<receive time, ns> <json>`, in a plain file or one of gzip. The messages are those of the market's
//! schema; their types stand in `market.types` as canonical texts, so what is recorded is exactly what the
//! pipeline's own services publish.

use super::Track;
use super::write::{Compression, Recording, TrackId};
use crate::failure::Failure;
use bumpalo::Bump;
use clap::Args;
use flate2::bufread::MultiGzDecoder;
use mycelium_wire::reflect::{Def, Kind};
use mycelium_wire::{canon, json, value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Captured files, plain or gzip; merged by receive time
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The recording to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    /// Print what was recorded as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mycelium import-feed btcusdt.jsonl.gz ethusdt.jsonl.gz -o day.mcap
  mycelium replay day.mcap topology.toml --as market-data --speed max

Exit status: 0 if all lines were taken; 1 at the first that is none.";

/// Canonical texts of the messages, and of what they use.
const TYPES: &str = include_str!("market.types");

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// Lines that are looked at for the symbol of a snapshot, whose own JSON does not say it.
const LINES_AHEAD: usize = 100;

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let arena = Bump::new();
    let defs = canon::parse(&arena, TYPES).map_err(|error| Failure::Input(error.to_string()))?;
    let mut feeds: Vec<Feed> = Vec::new();
    for path in &options.files {
        feeds.extend(Feed::open(path)?);
    }
    let (output, inputs) = (&options.output, &options.files);
    let mut recording = Recording::create(output, Compression::Zstd, options.force, inputs)?;
    let names = options.files.iter().filter_map(|file| file.file_name());
    let place: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    let messages = defs.iter().filter(|def| matches!(def.kind, Kind::Message { .. }));
    let mut kinds = Vec::new();
    for def in messages {
        let track = recording.track(&track_of(def, &place.join(", ")))?;
        kinds.push(KindOf { def, track, count: 0 });
    }
    // The earliest of all comes next; of equal ones that of the first file.
    while let Some(index) = (0..feeds.len()).min_by_key(|&index| feeds[index].next.time) {
        let feed = &mut feeds[index];
        let (name, message) =
            message(&feed.next.json, &feed.symbol).map_err(|e| feed.refuse(&e))?;
        let kind = kinds.iter_mut().find(|kind| kind.def.name == name);
        let kind = kind.ok_or_else(|| feed.refuse("it is of no known kind"))?;
        let value = json::from_json(kind.def, &message);
        let frame = value.and_then(|value| value::encode(kind.def, &value));
        let frame = frame.map_err(|error| feed.refuse(&error.to_string()))?;
        recording.write(kind.track, feed.next.time, kind.count, &frame)?;
        kind.count = kind.count.wrapping_add(1);
        if !feed.advance()? {
            feeds.remove(index);
        }
    }
    let messages = recording.messages();
    recording.finish(&BTreeMap::new())?;
    let counts: BTreeMap<&str, u32> =
        kinds.iter().map(|kind| (kind.def.name, kind.count)).collect();
    let mut out = std::io::stdout().lock();
    match options.json {
        true => writeln!(out, "{}", json!({ "messages": messages, "types": counts }))?,
        false => writeln!(out, "{messages} messages in {}", options.output.display())?,
    }
    Ok(())
}

/// A kind of message.
struct KindOf<'a> {
    def: &'a Def<'a>,
    track: TrackId,
    /// How many there were.
    count: u32,
}

fn track_of(def: &Def<'_>, place: &str) -> Track {
    let (type_id, topic) = match def.kind {
        Kind::Message { id, topic, .. } => (id, topic),
        _ => (0, ""),
    };
    Track {
        topic: topic.to_owned(),
        type_name: Some(format!("{}.{}", def.package, def.name)),
        text: Some(canon::texts(def)),
        digest: def.digest,
        type_id,
        place: place.to_owned(),
    }
}

/// A captured file.
struct Feed {
    path: PathBuf,
    lines: Box<dyn BufRead>,
    /// Lines that were read ahead, the next one last.
    ahead: Vec<String>,
    line: u64,
    symbol: Option<String>,
    next: Event,
}

#[derive(Default)]
struct Event {
    time: u64,
    json: Json,
}

impl Feed {
    /// Opens a file; nothing where it is empty.
    fn open(path: &Path) -> Result<Option<Self>, Failure> {
        let refused =
            |error: std::io::Error| Failure::Input(format!("{}: {error}", path.display()));
        let mut file = BufReader::new(File::open(path).map_err(refused)?);
        let is_gzip = file.fill_buf().map_err(refused)?.starts_with(GZIP_MAGIC);
        let lines: Box<dyn BufRead> = match is_gzip {
            true => Box::new(BufReader::new(MultiGzDecoder::new(file))),
            false => Box::new(file),
        };
        let path = path.to_owned();
        let mut feed =
            Self { path, lines, ahead: Vec::new(), line: 0, symbol: None, next: Event::default() };
        let mut ahead = Vec::new();
        while feed.symbol.is_none() && ahead.len() < LINES_AHEAD {
            let Some(line) = feed.read()? else { break };
            feed.symbol =
                split(&line).and_then(|event| event.json["data"]["s"].as_str().map(str::to_owned));
            ahead.push(line);
        }
        feed.ahead = ahead.into_iter().rev().collect();
        Ok(if feed.advance()? { Some(feed) } else { None })
    }

    /// Goes to the next event, if there is one.
    fn advance(&mut self) -> Result<bool, Failure> {
        let line = match self.ahead.pop() {
            Some(line) => Some(line),
            None => self.read()?,
        };
        let Some(line) = line else { return Ok(false) };
        self.line += 1;
        let next = split(&line)
            .ok_or_else(|| self.refuse("it is not `<receive time, ns> <json>`, or is cut short"))?;
        if next.time < self.next.time {
            return Err(self.refuse("its receive time goes back"));
        }
        self.next = next;
        Ok(true)
    }

    fn read(&mut self) -> Result<Option<String>, Failure> {
        let mut line = String::new();
        // A line may be long, but not endless.
        let read = (&mut self.lines).take(16 << 20).read_line(&mut line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(error) => Err(Failure::Input(format!("{}: {error}", self.path.display()))),
        }
    }

    fn refuse(&self, reason: &str) -> Failure {
        Failure::Input(format!("{}:{}: {reason}", self.path.display(), self.line))
    }
}

/// `<receive time, ns> <json>`
fn split(line: &str) -> Option<Event> {
    let (time, json) = line.split_once(' ')?;
    Some(Event { time: time.parse().ok()?, json: serde_json::from_str(json).ok()? })
}

/// The type and the JSON of the message that an event is.
fn message(event: &Json, symbol: &Option<String>) -> Result<(&'static str, Json), String> {
    let Some(data) = event.get("data") else {
        return Ok((
            "Snapshot",
            json!({
                "event_time": nanos(&event["T"])?,
                "sent_time": 0,
                "last_update_id": event["lastUpdateId"],
                "symbol": symbol.as_ref().ok_or("no line says whose snapshot it is")?,
                "venue": "binance",
                "bids": levels(&event["bids"])?,
                "asks": levels(&event["asks"])?,
            }),
        ));
    };
    let head = json!({
        "event_time": nanos(&data["T"])?, "sent_time": 0, "symbol": data["s"], "venue": "binance",
    });
    let (name, own) = match data["e"].as_str() {
        Some("bookTicker") => (
            "BookTicker",
            json!({
                "update_id": data["u"],
                "bid": { "price": data["b"], "quantity": data["B"] },
                "ask": { "price": data["a"], "quantity": data["A"] },
            }),
        ),
        Some("trade") => ("Trade", trade(data)?),
        Some("depthUpdate") => (
            "DepthUpdate",
            json!({
                "first_update_id": data["U"],
                "last_update_id": data["u"],
                "previous_update_id": data["pu"],
                "bids": levels(&data["b"])?,
                "asks": levels(&data["a"])?,
            }),
        ),
        other => return Err(format!("unknown kind of event: {}", other.unwrap_or("none"))),
    };
    let members = [head, own].into_iter().filter_map(|part| match part {
        Json::Object(members) => Some(members),
        _ => None,
    });
    Ok((name, Json::Object(members.flatten().collect())))
}

fn trade(data: &Json) -> Result<Json, String> {
    let buyer_is_maker = data["m"].as_bool().ok_or("`m` is missing")?;
    let is_liquidation = matches!(data["X"].as_str(), Some("INSURANCE_FUND" | "ADL"));
    let flags = [(buyer_is_maker, "buyer_is_maker"), (is_liquidation, "liquidation")];
    let flags: Vec<&str> =
        flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| *flag).collect();
    Ok(json!({
        "trade_id": data["t"],
        "side": if buyer_is_maker { "sell" } else { "buy" },
        "flags": flags,
        "price": data["p"],
        "quantity": data["q"],
    }))
}

/// The venue's milliseconds.
fn nanos(millis: &Json) -> Result<i64, String> {
    let nanos = millis.as_i64().and_then(|millis| millis.checked_mul(1_000_000));
    nanos.ok_or_else(|| "`T` is no time".to_owned())
}

fn levels(levels: &Json) -> Result<Json, String> {
    let levels = levels.as_array().ok_or("a list of levels is missing")?;
    let level = |level: &Json| json!({ "price": level[0], "quantity": level[1] });
    Ok(levels.iter().map(level).collect())
}
