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

/// The field that says when a message was sent, if nothing else is said.
pub(super) const DEFAULT_FIELD: &str = "sent_time";

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
    /// By a channel's place in memory, which holds as long as the channel is kept here.
    by_channel: HashMap<*const Channel, Known>,
    /// Messages of topics beyond the most that are kept.
    uncounted: u64,
    /// Whether a type was told, and whether one has the field.
    has_type: bool,
    has_field: bool,
    /// Places, and why one is not watched.
    places: BTreeMap<Arc<str>, Option<String>>,
}

/// A channel that was heard of. A topic may have several: of publishers of different types, or one after the other.
struct Known {
    channel: Arc<Channel>,
    /// Where its topic stands in the list.
    topic: usize,
    /// Where in its payloads the time lies at which they were sent.
    sent_at: Option<usize>,
}

/// A topic at one place.
struct Topic {
    /// The one that was heard of last.
    channel: Arc<Channel>,
    type_name: Option<String>,
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
    /// Of the messages that were seen, if any were.
    pub(super) mean_bytes: Option<f64>,
    pub(super) longest_bytes: Option<u64>,
    pub(super) age: Option<Age>,
    pub(super) total: u64,
}

/// How long ago messages were sent when they were seen. Nothing stands for an age of a message that was early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age {
    pub(super) p50_nanos: Option<u64>,
    pub(super) p99_nanos: Option<u64>,
    pub(super) most_nanos: Option<u64>,
    /// Messages that were sent later than they were seen: their clock is another one.
    pub(super) early: u64,
}

impl<'a> Meter<'a> {
    pub(super) fn new(types: Types<'a>, sent_field: String) -> Self {
        let (by_name, by_channel) = (HashMap::new(), HashMap::new());
        let (topics, places) = (Vec::new(), BTreeMap::new());
        let (uncounted, has_type, has_field) = (0, false, false);
        Self {
            types,
            sent_field,
            topics,
            by_name,
            by_channel,
            uncounted,
            has_type,
            has_field,
            places,
        }
    }

    pub(super) fn hear(&mut self, event: Event) {
        match event {
            Event::Seen(batch) => batch.iter().for_each(|seen| self.see(seen)),
            Event::Missed { channel, count } => match self.topic(&channel) {
                Some((topic, _)) => topic.miss(count),
                None => self.leave_out(count),
            },
            Event::Opened(place) => drop(self.places.insert(place, None)),
            Event::Closed { place, reason } => drop(self.places.insert(place, Some(reason))),
            _ => {}
        }
    }

    /// Places that have been heard of, and why one is not watched now.
    pub(super) fn places(&self) -> &BTreeMap<Arc<str>, Option<String>> {
        &self.places
    }

    /// Messages so far of topics beyond the most that are kept.
    pub(super) fn uncounted(&self) -> u64 {
        self.uncounted
    }

    /// Says so where types were told and none has the field. That of the default need not be there.
    pub(super) fn unknown_field(&self) -> Option<String> {
        let field = self.sent_field.as_str();
        let is_unknown = self.has_type && !self.has_field && field != DEFAULT_FIELD;
        is_unknown
            .then(|| format!("no type that was seen has a timestamp `{field}`: no ages are known"))
    }

    fn leave_out(&mut self, count: u64) {
        self.uncounted = self.uncounted.saturating_add(count);
    }

    /// What was counted since the last time.
    pub(super) fn take(&mut self) -> Vec<TopicCount> {
        // Channels come and go with processes. One that others hold too stays: its type is read once.
        self.by_channel.retain(|_, known| Arc::strong_count(&known.channel) > 1);
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
        match self.topic(&seen.channel) {
            Some((topic, sent_at)) => {
                topic.miss(seen.missed);
                topic.see(seen, sent_at);
            }
            None => self.leave_out(seen.missed.saturating_add(1)),
        }
    }

    /// The topic of a channel, and where the times of the channel's messages lie.
    fn topic(&mut self, channel: &Arc<Channel>) -> Option<(&mut Topic, Option<usize>)> {
        let key = Arc::as_ptr(channel);
        let (topic, sent_at) = match self.by_channel.get(&key) {
            Some(known) => (known.topic, known.sent_at),
            None => {
                let known = self.learn(channel)?;
                let found = (known.topic, known.sent_at);
                self.by_channel.insert(key, known);
                found
            }
        };
        self.topics.get_mut(topic).map(|topic| (topic, sent_at))
    }

    fn learn(&mut self, channel: &Arc<Channel>) -> Option<Known> {
        let name = (channel.place.clone(), channel.topic.clone());
        let index = self.by_name.get(&name).copied().unwrap_or(self.topics.len());
        if index == MOST_TOPICS {
            return None;
        }
        let def = self.types.get(channel.digest, channel.text.as_deref()).ok();
        let type_name = def.map(|def| format!("{}.{}", def.package, def.name));
        let sent_at = def.and_then(|def| offset_of_time(def, &self.sent_field));
        self.has_type |= def.is_some();
        self.has_field |= sent_at.is_some();
        match self.topics.get_mut(index) {
            // Its publisher may be another one, and its type.
            Some(topic) => (topic.channel, topic.type_name) = (channel.clone(), type_name),
            None => {
                let (channel, now) = (channel.clone(), Count::default());
                self.topics.push(Topic { channel, type_name, total: 0, now });
                self.by_name.insert(name, index);
            }
        }
        Some(Known { channel: channel.clone(), topic: index, sent_at })
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

    fn see(&mut self, seen: &Seen, sent_at: Option<usize>) {
        let len = seen.bytes.len() as u64;
        self.now.seen += 1;
        self.now.bytes += len;
        self.now.longest = self.now.longest.max(len);
        let Some(sent) = sent_at.and_then(|at| time_at(&seen.bytes, at)) else { return };
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
        let age = (ages.is_some() || early > 0).then(|| Age::of(ages.as_ref(), early));
        TopicCount {
            place: self.channel.place.clone(),
            topic: self.channel.topic.clone(),
            type_id: self.channel.type_id,
            digest: self.channel.digest,
            type_name: self.type_name.clone(),
            published,
            missed,
            mean_bytes: (seen > 0).then(|| bytes as f64 / seen as f64),
            longest_bytes: (seen > 0).then_some(longest),
            age,
            total: self.total,
        }
    }
}

impl Age {
    /// Of the ages that there are, and messages that come before all of them.
    fn of(ages: Option<&Histogram<u64>>, early: u64) -> Self {
        let count = ages.map_or(0, Histogram::len);
        let all = count.saturating_add(early) as f64;
        let at = |quantile: f64| {
            // How far among those that were not early.
            let rank = quantile * all - early as f64;
            let ages = ages.filter(|_| rank > 0.0)?;
            Some(ages.value_at_quantile(rank / count as f64))
        };
        let most_nanos = ages.map(Histogram::max);
        Self { p50_nanos: at(0.5), p99_nanos: at(0.99), most_nanos, early }
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
