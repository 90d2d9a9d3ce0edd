//! Counts what is seen, by topic and place.
//!
//! Frames that were lost to us count too: their numbers have a gap. So rates are those of the publisher, however few
//! of its frames we see; sizes and ages are those of the frames that we have seen.

use crate::types::Types;
use hdrhistogram::Histogram;
use mycelium::observe::{Channel, Event, Seen};
use mycelium_wire::reflect::{Def, Kind, Type};
use mycelium_wire::{Digest, FrameHeader, layout};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Most topics that are kept; what comes beyond is not counted. Names come from outside.
const MOST_TOPICS: usize = 10_000;

/// A time may lie so far ahead of when its message was seen: frames that come together are seen at one time.
const SKEW_NANOS: i64 = 5_000_000;

/// Counts what is seen.
pub(super) struct Meter<'a> {
    types: Types<'a>,
    /// The field that says when a message was sent.
    sent_field: String,
    topics: Vec<Topic>,
    /// Where a topic of a place stands in the list.
    by_name: HashMap<(Arc<str>, Arc<str>), usize>,
    /// The same by a channel's place in memory, which holds as long as the channel is kept here.
    by_channel: HashMap<*const Channel, (Arc<Channel>, usize)>,
    /// Places, and why one is not watched.
    places: BTreeMap<Arc<str>, Option<String>>,
}

/// A topic at one place.
struct Topic {
    channel: Arc<Channel>,
    type_name: Option<String>,
    /// Where in a payload the time lies at which it was sent.
    sent_at: Option<usize>,
    /// Messages since we have watched.
    total: u64,
    /// Since the last look.
    now: Count,
}

/// What was seen of a topic between two looks.
#[derive(Default)]
struct Count {
    seen: u64,
    missed: u64,
    bytes: u64,
    longest: u64,
    ages: Option<Histogram<u64>>,
    /// Messages whose time had not come.
    early: u64,
}

/// A topic in an interval.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TopicCount {
    pub(super) place: Arc<str>,
    pub(super) topic: Arc<str>,
    pub(super) type_id: u16,
    pub(super) digest: Digest,
    pub(super) type_name: Option<String>,
    /// Messages published, those that we have missed included.
    pub(super) published: u64,
    pub(super) missed: u64,
    pub(super) mean_bytes: f64,
    pub(super) longest_bytes: u64,
    pub(super) age: Option<Age>,
    pub(super) total: u64,
}

/// How long ago messages were sent when they were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age {
    pub(super) p50_nanos: u64,
    pub(super) p99_nanos: u64,
    pub(super) most_nanos: u64,
    /// Messages that were sent later than they were seen: their clock is another one.
    pub(super) early: u64,
}

impl<'a> Meter<'a> {
    pub(super) fn new(types: Types<'a>, sent_field: String) -> Self {
        let (by_name, by_channel) = (HashMap::new(), HashMap::new());
        let (topics, places) = (Vec::new(), BTreeMap::new());
        Self { types, sent_field, topics, by_name, by_channel, places }
    }

    pub(super) fn hear(&mut self, event: Event) {
        match event {
            Event::Seen(batch) => batch.iter().for_each(|seen| self.see(seen)),
            Event::Missed { channel, count } => {
                if let Some(topic) = self.topic(&channel) {
                    topic.miss(count);
                }
            }
            Event::Opened(place) => drop(self.places.insert(place, None)),
            Event::Closed { place, reason } => drop(self.places.insert(place, Some(reason))),
            _ => {}
        }
    }

    /// Places that have been heard of, and why one is not watched now.
    pub(super) fn places(&self) -> &BTreeMap<Arc<str>, Option<String>> {
        &self.places
    }

    /// What was counted since the last time.
    pub(super) fn take(&mut self) -> Vec<TopicCount> {
        // Channels come and go with processes. One that others hold too stays: its type is read once.
        self.by_channel.retain(|_, (channel, _)| Arc::strong_count(channel) > 1);
        // All topics of a place stand in one queue. Where we were too slow for some, the others have waited for us: their
        // age would be ours.
        let missing = self.topics.iter().filter(|topic| topic.now.missed > 0);
        let late: HashSet<Arc<str>> = missing.map(|topic| topic.channel.place.clone()).collect();
        let take = |topic: &mut Topic| {
            let mut count = topic.take();
            count.age = count.age.filter(|_| !late.contains(&count.place));
            count
        };
        self.topics.iter_mut().map(take).collect()
    }

    fn see(&mut self, seen: &Seen) {
        if let Some(topic) = self.topic(&seen.channel) {
            topic.miss(seen.missed);
            topic.see(seen);
        }
    }

    fn topic(&mut self, channel: &Arc<Channel>) -> Option<&mut Topic> {
        let key = Arc::as_ptr(channel);
        let index = match self.by_channel.get(&key) {
            Some((_, index)) => *index,
            None => {
                let index = self.index(channel)?;
                self.by_channel.insert(key, (channel.clone(), index));
                index
            }
        };
        self.topics.get_mut(index)
    }

    fn index(&mut self, channel: &Arc<Channel>) -> Option<usize> {
        let name = (channel.place.clone(), channel.topic.clone());
        let index = self.by_name.get(&name).copied().unwrap_or(self.topics.len());
        if index == MOST_TOPICS {
            return None;
        }
        let def = self.types.get(channel.digest, channel.text.as_deref()).ok();
        let type_name = def.map(|def| format!("{}.{}", def.package, def.name));
        let sent_at = def.and_then(|def| offset_of_time(def, &self.sent_field));
        match self.topics.get_mut(index) {
            // Its publisher may be another one, and its type.
            Some(topic) => {
                (topic.channel, topic.type_name, topic.sent_at) =
                    (channel.clone(), type_name, sent_at);
            }
            None => {
                let (channel, now) = (channel.clone(), Count::default());
                self.topics.push(Topic { channel, type_name, sent_at, total: 0, now });
                self.by_name.insert(name, index);
            }
        }
        Some(index)
    }
}

/// Where in a message's block a time lies, always.
fn offset_of_time(def: &Def<'_>, field: &str) -> Option<usize> {
    let Kind::Message { fields, .. } = def.kind else { return None };
    let is_sent = |found: &mycelium_wire::reflect::Field<'_>| {
        found.name == field && matches!(found.ty, Type::Timestamp)
    };
    fields.iter().position(is_sent).map(|index| layout::field_offset(fields, index))
}

impl Topic {
    fn miss(&mut self, count: u64) {
        // Counts come from outside.
        self.now.missed = self.now.missed.saturating_add(count);
    }

    fn see(&mut self, seen: &Seen) {
        let len = seen.bytes.len() as u64;
        self.now.seen += 1;
        self.now.bytes += len;
        self.now.longest = self.now.longest.max(len);
        let Some(sent) = self.sent_at.and_then(|at| time_at(&seen.bytes, at)) else { return };
        let age = seen.time.0.saturating_sub(sent);
        if age < -SKEW_NANOS {
            self.now.early += 1;
        } else {
            let ages = self.now.ages.get_or_insert_with(histogram);
            ages.saturating_record(u64::try_from(age).unwrap_or(0));
        }
    }

    fn take(&mut self) -> TopicCount {
        let Count { seen, missed, bytes, longest, ages, early } = std::mem::take(&mut self.now);
        let published = seen.saturating_add(missed);
        self.total = self.total.saturating_add(published);
        let age = (ages.is_some() || early > 0).then(|| {
            let ages = ages.unwrap_or_else(histogram);
            Age {
                p50_nanos: ages.value_at_quantile(0.5),
                p99_nanos: ages.value_at_quantile(0.99),
                most_nanos: ages.max(),
                early,
            }
        });
        TopicCount {
            place: self.channel.place.clone(),
            topic: self.channel.topic.clone(),
            type_id: self.channel.type_id,
            digest: self.channel.digest,
            type_name: self.type_name.clone(),
            published,
            missed,
            mean_bytes: if seen == 0 { 0.0 } else { bytes as f64 / seen as f64 },
            longest_bytes: longest,
            age,
            total: self.total,
        }
    }
}

/// Up to an hour, in two digits.
fn histogram() -> Histogram<u64> {
    const HOUR_NANOS: u64 = 3_600_000_000_000;
    Histogram::new_with_max(HOUR_NANOS, 2).expect("two digits of an hour are few")
}

/// The time at an offset of a frame's block, if the block reaches so far.
fn time_at(frame: &[u8], at: usize) -> Option<i64> {
    let header = FrameHeader::parse(frame).ok()?;
    let end = at.checked_add(size_of::<i64>())?;
    let bytes = frame.get(FrameHeader::SIZE..)?.get(at..end)?;
    (end <= header.block as usize).then(|| bytes.try_into().ok().map(i64::from_le_bytes))?
}
