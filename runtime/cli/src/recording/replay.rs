//! `mycelium replay`

use super::read::{Ending, Range, Recorded};
use super::time::Moment;
use super::{Track, read};
use crate::failure::Failure;
use crate::harmless::harmless;
use crate::say::say;
use crate::types::Types;
use crate::watch;
use bumpalo::Bump;
use clap::Args;
use mycelium::{FramePublisher, FrameType, MessageBus, observe};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// The recording
    file: PathBuf,
    /// The topology's file
    topology: PathBuf,
    /// The service in whose place it publishes
    #[arg(long = "as", value_name = "SERVICE")]
    service: String,
    /// Only these topics, by name or pattern [default: all]
    #[arg(value_name = "TOPIC")]
    topics: Vec<String>,
    /// How fast: `1` as it was, `10` ten times as fast, `max` without pauses
    #[arg(long, default_value = "1", value_parser = speed)]
    speed: Speed,
    /// Begin there: a time, or how long after the first message, like `90s`
    #[arg(long, value_parser = Moment::parse)]
    from: Option<Moment>,
    /// End before that
    #[arg(long, value_parser = Moment::parse)]
    to: Option<Moment>,
    /// How long to wait until each topic has a subscriber, before the first message
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = crate::up::seconds)]
    wait: Duration,
    /// Print what was published as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mycelium replay day.mcap topology.toml --as market-data
  mycelium replay day.mcap topology.toml 'market.*' --as market-data --speed max
  mycelium replay day.mcap topology.toml --as market-data --from 90s --to 120s --speed 0.5

Where a subscriber is full, the topology's rules hold, as for any publisher.

Exit status: 0 when all was published, or it was told to end; 1 if the file, topology or service is wrong.";

/// How fast a recording is replayed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Speed {
    Scaled(f64),
    Max,
}

fn speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    match text.trim_end_matches('x').parse() {
        Ok(factor) if factor > 0.0 && f64::is_finite(factor) => Ok(Speed::Scaled(factor)),
        _ => Err("write a factor above 0, or `max`".to_owned()),
    }
}

/// How often whoever waits looks whether to end.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let stop = watch::stop_signal()?;
    let mut recorded = Recorded::open(&options.file)?;
    let range = range_of(&mut recorded, options.from, options.to)?;
    let bus = MessageBus::from_topology(&options.topology, &options.service)
        .map_err(|error| Failure::Input(error.to_string()))?;
    // Types last as long as the process: publishers hold them.
    let arena: &'static Bump = Box::leak(Box::default());
    let mut replay = Replay {
        options,
        bus,
        types: Types::new(arena),
        publishers: HashMap::new(),
        begin: None,
        published: 0,
        topics: BTreeSet::new(),
    };
    replay.open_all(&mut recorded, range)?;
    replay.wait(&stop);
    let ending = recorded.read(range, |entry| replay.publish(&entry, &stop))?;
    if ending == Ending::CutOff {
        say("note: the recording has no end; what could be read was published");
    }
    let (published, topics) = (replay.published, replay.topics.len());
    // Leaves in order: subscribers receive everything.
    drop(replay);
    let mut out = std::io::stdout().lock();
    match options.json {
        true => writeln!(out, "{}", json!({ "published": published, "topics": topics }))?,
        false => writeln!(out, "{published} messages published on {topics} topics")?,
    }
    Ok(())
}

/// The times that are meant, which may count from the first message.
pub(super) fn range_of(
    recorded: &mut Recorded,
    from: Option<Moment>,
    to: Option<Moment>,
) -> Result<Range, Failure> {
    if from.is_none() && to.is_none() {
        return Ok(Range::ALL);
    }
    let known = recorded.summary().and_then(|summary| summary.stats.as_ref());
    let start = match known.map(|stats| stats.message_start_time) {
        Some(start) => start,
        None => {
            let mut start = 0;
            recorded.read(Range::ALL, |entry| {
                start = entry.time;
                Ok(ControlFlow::Break(()))
            })?;
            start
        }
    };
    let from = from.map_or(0, |from| from.from(start));
    Ok(Range { from, to: to.map_or(u64::MAX, |to| to.from(start)) })
}

/// Whether a channel may have messages: that no counts are told says nothing of any.
fn has_messages(counts: Option<&BTreeMap<u16, u64>>, channel: u16) -> bool {
    let told = counts.filter(|all| !all.is_empty());
    told.is_none_or(|all| all.get(&channel).is_some_and(|count| *count > 0))
}

struct Replay<'o> {
    options: &'o Options,
    bus: MessageBus,
    types: Types<'static>,
    /// By channel of the file; nothing for one that is not wanted.
    publishers: HashMap<u16, Option<FramePublisher>>,
    /// When the first message was published, and its time in the recording.
    begin: Option<(Instant, u64)>,
    published: u64,
    /// Those of the messages that were published: a topic may have several channels, or a channel no message.
    topics: BTreeSet<String>,
}

impl Replay<'_> {
    /// Opens publishers for what the index names, so that subscribers can come before the first message.
    fn open_all(&mut self, recorded: &mut Recorded, range: Range) -> Result<(), Failure> {
        match recorded.summary() {
            Some(summary) => {
                let counts = summary.stats.as_ref().map(|stats| &stats.channel_message_counts);
                // For a topic without messages nobody need subscribe.
                let channels = summary.channels.keys().copied();
                let channels: Vec<u16> =
                    channels.filter(|channel| has_messages(counts, *channel)).collect();
                for channel in channels {
                    if let Some(track) = recorded.track(channel).cloned() {
                        self.open(channel, &track)?;
                    }
                }
                Ok(())
            }
            // Without one, the file is read twice.
            None => recorded
                .read(range, |read::Entry { channel, track, .. }| {
                    self.open(channel, track).map(ControlFlow::Continue)
                })
                .map(drop),
        }
    }

    fn open(&mut self, channel: u16, track: &Track) -> Result<(), Failure> {
        if self.publishers.contains_key(&channel) {
            return Ok(());
        }
        let topics = &self.options.topics;
        let publisher = match topics.is_empty() || observe::takes(topics, &track.topic) {
            false => None,
            true => Some(self.publisher(track)?),
        };
        self.publishers.insert(channel, publisher);
        Ok(())
    }

    fn publisher(&mut self, track: &Track) -> Result<FramePublisher, Failure> {
        let opened = match self.types.get(track.digest, track.text.as_deref()) {
            Ok(def) => self.bus.frame_publisher_of(&FrameType::described(&track.topic, def)),
            Err(_) => self.bus.frame_publisher(&track.topic, track.type_id, track.digest),
        };
        opened.map_err(|error| Failure::Input(error.to_string()))
    }

    /// Waits until each topic has a subscriber, or the time for that has passed.
    fn wait(&self, stop: &AtomicBool) {
        let begin = Instant::now();
        let lonely = || {
            let open = self.publishers.values().flatten();
            open.filter(|publisher| publisher.subscribers() == 0).map(FramePublisher::topic)
        };
        while lonely().next().is_some() && !watch::is_set(stop) {
            if begin.elapsed() >= self.options.wait {
                let topics: BTreeSet<String> = lonely().map(harmless).collect();
                let topics = Vec::from_iter(topics).join(", ");
                say(format!("note: nobody subscribes to {topics}"));
                return;
            }
            std::thread::sleep(LOOK);
        }
    }

    fn publish(
        &mut self,
        entry: &read::Entry<'_>,
        stop: &AtomicBool,
    ) -> Result<ControlFlow<()>, Failure> {
        self.open(entry.channel, entry.track)?;
        let Some(Some(publisher)) = self.publishers.get(&entry.channel) else {
            return Ok(ControlFlow::Continue(()));
        };
        let (begin, first) = *self.begin.get_or_insert_with(|| (Instant::now(), entry.time));
        if let Speed::Scaled(factor) = self.options.speed {
            let span = Duration::from_nanos(entry.time.saturating_sub(first));
            pause_until(begin, slowed(span, factor), stop);
        }
        if watch::is_set(stop) {
            return Ok(ControlFlow::Break(()));
        }
        match publisher.publish(entry.frame) {
            Ok(()) => {
                self.published += 1;
                if !self.topics.contains(&entry.track.topic) {
                    self.topics.insert(entry.track.topic.clone());
                }
            }
            Err(error) => {
                let (topic, number) = (harmless(&entry.track.topic), entry.sequence);
                return Err(Failure::Input(format!("message {number} of {topic}: {error}")));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// How long a span of the recording takes at so many times its speed; without end where no clock counts so far.
fn slowed(span: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(span.as_secs_f64() / factor).unwrap_or(Duration::MAX)
}

/// Sleeps until so long after the beginning, or until it is time to end.
fn pause_until(begin: Instant, after: Duration, stop: &AtomicBool) {
    loop {
        let left = after.saturating_sub(begin.elapsed());
        if left.is_zero() || watch::is_set(stop) {
            return;
        }
        std::thread::sleep(left.min(LOOK));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the format has it: an empty table of counts is one that was not made.
    #[test]
    fn channels_are_without_messages_only_where_that_is_told() {
        let told = BTreeMap::from([(1, 5), (2, 0)]);
        let found = [1, 2, 3].map(|channel| has_messages(Some(&told), channel));
        assert_eq!(found, [true, false, false]);
        assert!(has_messages(Some(&BTreeMap::new()), 1) && has_messages(None, 1));
    }

    #[test]
    fn any_speed_gives_a_time() {
        let span = Duration::from_secs(3);
        assert_eq!(slowed(span, 2.0), Duration::from_millis(1500));
        assert_eq!(slowed(span, 1e-300), Duration::MAX);
        assert_eq!(slowed(span, 1e300), Duration::ZERO);
        assert_eq!(slowed(Duration::ZERO, 1e-300), Duration::ZERO);
        let most = Duration::from_nanos(u64::MAX);
        assert_eq!(slowed(most, f64::MIN_POSITIVE), Duration::MAX);
    }
}
