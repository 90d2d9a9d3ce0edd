//! `mycelium record`

use super::Track;
use super::write::{Compression, Recording, TrackId};
use crate::failure::Failure;
use crate::harmless::{harmless, harmless_json};
use crate::say::say;
use crate::types::Types;
use crate::watch::{self, Watch};
use bumpalo::Bump;
use clap::Args;
use mycelium::observe::{Channel, Event, Seen};
use mycelium_wire::{FrameHeader, Timestamp};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long nothing may come before others are asked whether to end.
const PATIENCE: Duration = Duration::from_millis(50);

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    watch: Watch,
    /// The file to write [default: recording-TIME.mcap]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    /// End after so long
    #[arg(long = "for", value_name = "SECONDS", value_parser = crate::up::seconds)]
    duration: Option<Duration>,
    /// End after so many messages
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// How messages are compressed
    #[arg(long, value_enum, default_value_t = Compression::Zstd)]
    compression: Compression,
    /// How often what was recorded is given to be compressed and written: so much, and what waits for that, may be missing
    /// where this process is killed
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = crate::up::seconds)]
    flush: Duration,
    /// Print what was recorded as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mycelium record topology.toml                          everything, until Ctrl-C
  mycelium record topology.toml 'market.>' -o day.mcap --for 3600
  mycelium record /dev/shm/market --count 100000 --json

Nobody waits for a recorder; what it is too slow for is told when it ends, and stands in the file.
A recorder that is killed leaves a file that can be read up to its last whole chunk.

Exit status: 0 when it was told to end; 1 if a place or the file is wrong, or the disk is full.";

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let path = options.output.clone().unwrap_or_else(default_path);
    let stop = watch::stop_signal()?;
    let mut observer = options.watch.open(true)?;
    let recording = Recording::create(&path, options.compression, options.force, &[])?;
    let arena = Bump::new();
    let mut recorder = Recorder {
        recording,
        types: Types::new(&arena),
        tracks: HashMap::new(),
        last: None,
        lost: BTreeMap::new(),
        most: options.count.unwrap_or(u64::MAX),
    };
    say(format!("recording to {}", path.display()));
    let start = Instant::now();
    let mut flushed = start;
    loop {
        let is_over = options.duration.is_some_and(|duration| start.elapsed() >= duration);
        if is_over || watch::is_set(&stop) || recorder.is_full() {
            break;
        }
        match observer.recv_timeout(PATIENCE) {
            Some(Event::Opened(place)) => say(format!("note: watching {}", harmless(&place))),
            Some(Event::Closed { place, reason }) => {
                say(format!("note: {}: {}", harmless(&place), harmless(&reason)));
            }
            Some(event) => recorder.hear(event)?,
            None => {}
        }
        if flushed.elapsed() >= options.flush {
            recorder.recording.flush()?;
            flushed = Instant::now();
        }
    }
    drop(observer);
    let Recorder { recording, lost, .. } = recorder;
    let (messages, by_topic) = (recording.messages(), recording.by_topic());
    recording.finish(&lost)?;
    report(options.json, &path, messages, &by_topic, &lost)
}

fn default_path() -> PathBuf {
    let now = Timestamp::now().to_string();
    let plain = now.split('.').next().unwrap_or(&now).replace(':', "");
    format!("recording-{plain}Z.mcap").into()
}

fn report(
    is_json: bool,
    path: &std::path::Path,
    messages: u64,
    by_topic: &BTreeMap<String, u64>,
    lost: &BTreeMap<String, u64>,
) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if is_json {
        let file = path.display().to_string();
        let all = json!({ "file": file, "messages": messages, "topics": by_topic, "lost": lost });
        return Ok(writeln!(out, "{}", harmless_json(&all, false))?);
    }
    writeln!(out, "{messages} messages in {}", path.display())?;
    for (topic, count) in by_topic {
        writeln!(out, "  {count:>12} {}", harmless(topic))?;
    }
    for (topic, count) in lost {
        writeln!(out, "  {count:>12} {} were lost to the recorder", harmless(topic))?;
    }
    Ok(())
}

struct Recorder<'a> {
    recording: Recording,
    types: Types<'a>,
    /// By the channel's place in memory, which holds as long as the channel is kept here.
    tracks: HashMap<*const Channel, (Arc<Channel>, TrackId)>,
    /// The one of the last message, which most often is that of the next.
    last: Option<(Arc<Channel>, TrackId)>,
    lost: BTreeMap<String, u64>,
    most: u64,
}

impl Recorder<'_> {
    fn is_full(&self) -> bool {
        self.recording.messages() >= self.most
    }

    fn hear(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Seen(batch) => {
                for seen in &batch {
                    if self.is_full() {
                        break;
                    }
                    self.see(seen)?;
                }
            }
            Event::Missed { channel, count } => self.lose(&channel.topic, count),
            _ => {}
        }
        Ok(())
    }

    fn see(&mut self, seen: &Seen) -> Result<(), Failure> {
        if seen.missed > 0 {
            self.lose(&seen.channel.topic, seen.missed);
        }
        let track = self.track(&seen.channel)?;
        let sequence = FrameHeader::parse(&seen.bytes).map_or(0, |header| header.sequence);
        let time = u64::try_from(seen.time.0).unwrap_or_default();
        self.recording.write(track, time, sequence, &seen.bytes)
    }

    fn lose(&mut self, topic: &str, count: u64) {
        let lost = self.lost.entry(topic.to_owned()).or_default();
        // Counts come from outside.
        *lost = lost.saturating_add(count);
    }

    fn track(&mut self, channel: &Arc<Channel>) -> Result<TrackId, Failure> {
        if let Some((_, track)) = self.last.as_ref().filter(|(last, _)| Arc::ptr_eq(last, channel))
        {
            return Ok(*track);
        }
        let track = self.known_track(channel)?;
        self.last = Some((channel.clone(), track));
        Ok(track)
    }

    fn known_track(&mut self, channel: &Arc<Channel>) -> Result<TrackId, Failure> {
        let key = Arc::as_ptr(channel);
        if let Some((_, track)) = self.tracks.get(&key) {
            return Ok(*track);
        }
        // Channels come and go with processes; a track that comes again is the same in the file.
        self.tracks.retain(|_, (channel, _)| Arc::strong_count(channel) > 1);
        // Only a text that tells what the digest names is one.
        let def = self.types.get(channel.digest, channel.text.as_deref()).ok();
        let track = self.recording.track(&Track {
            topic: channel.topic.to_string(),
            type_name: def.map(|def| format!("{}.{}", def.package, def.name)),
            text: channel.text.as_deref().filter(|_| def.is_some()).map(str::to_owned),
            digest: channel.digest,
            type_id: channel.type_id,
            place: channel.place.to_string(),
        })?;
        self.tracks.insert(key, (channel.clone(), track));
        Ok(track)
    }
}
