//! `mycelium tap`: live messages, decoded.
//!
//! The types come with the messages: rings announce their canonical text, and publishers tell it to an observer
//! that asks. Nobody waits for a tap; what it is too slow for is lost to it alone, and told.

mod pace;
mod show;

use self::pace::Pace;
use self::show::{Format, Line, Output};
use crate::failure::Failure;
use crate::filter::{Bound, Filter};
use crate::harmless::harmless;
use crate::say::say;
use crate::types::Types;
use crate::watch::{self, Watch};
use bumpalo::Bump;
use clap::Args;
use mycelium::observe::{Channel, Event, Seen};
use mycelium_wire::reflect::Def;
use mycelium_wire::{Digest, Value, value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long what was printed may wait to be shown, and nothing may come before others are asked whether to end.
const PATIENCE: Duration = Duration::from_millis(50);

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    watch: Watch,
    /// Only messages of this type, `market.Trade` or `Trade`; may be given more than once
    #[arg(long = "type", value_name = "NAME")]
    types: Vec<String>,
    /// Only messages for which this holds
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// End after so many messages
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Show at most so many messages a second; the others are skipped, and counted
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// End after so long
    #[arg(long = "for", value_name = "SECONDS", value_parser = crate::up::seconds)]
    duration: Option<Duration>,
    /// How a message is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as --format json: one object a line
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Take the processor from others too; else, where none is free, a two-hundredth of one is taken, at a nice value of 19
    #[arg(long)]
    eager: bool,
    /// Say nothing of places that come and go, and of losses
    #[arg(long)]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  mycelium tap topology.toml                          everything that passes
  mycelium tap topology.toml market.trades --count 10
  mycelium tap topology.toml 'market.>' --where 'price > 60000 and symbol == \"BTCUSDT\"'
  mycelium tap /dev/shm/market --rate 5               five messages a second of all rings in a folder
  mycelium tap unix:run/risk.sock --json | jq .message
  mycelium tap tcp:localhost:9002 '*.*@*' --format hex

Conditions:
  ==  !=  <  <=  >  >=  contains  and  or  not  ( )
  side == \"buy\"   note == null   bids[0].price >= 61800.2   asks.len > 5   flags contains \"liquidation\"
  event_time > \"2024-08-08T23:54:15Z\"   Numbers are compared exactly.

Exit status: 0 when it was told to end, or has shown --count messages; 1 if a place or a condition is wrong.";

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let filter = options.condition.as_deref().map(Filter::parse).transpose();
    let filter = filter.map_err(|error| Failure::Input(format!("the condition: {error}")))?;
    let stop = watch::stop_signal()?;
    let mut observer = options.watch.open(options.eager)?;
    let arena = Bump::new();
    let format = if options.json { Format::Json } else { options.format };
    let mut tap = Tap {
        options,
        filter: filter.as_ref(),
        types: Types::new(&arena),
        looks: HashMap::new(),
        hidden: HashSet::new(),
        found: HashSet::new(),
        output: Output::new(format),
        pace: options.rate.map(Pace::new),
        shown: 0,
        missed: BTreeMap::new(),
    };
    let end = options.duration.and_then(|duration| Instant::now().checked_add(duration));
    let outcome = loop {
        let left = end.map_or(PATIENCE, |end| end.saturating_duration_since(Instant::now()));
        if watch::is_set(&stop) || left.is_zero() {
            break Ok(());
        }
        let event = observer.recv_timeout(left.min(PATIENCE));
        match tap.hear(event) {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(failure) => break Err(failure),
        }
    };
    tap.tell_losses();
    tap.output.flush()?;
    outcome
}

struct Tap<'a, 'o> {
    options: &'o Options,
    filter: Option<&'o Filter>,
    types: Types<'a>,
    /// How a channel's messages are looked at, by its place in memory, which holds as long as the channel is kept here.
    looks: HashMap<*const Channel, (Arc<Channel>, Look<'a>)>,
    /// Types of which it was said that they are not shown.
    hidden: HashSet<Digest>,
    /// Those of the types that were asked for that have been seen.
    found: HashSet<&'o str>,
    output: Output,
    pace: Option<Pace>,
    shown: u64,
    /// By topic.
    missed: BTreeMap<String, u64>,
}

/// How messages of a channel are looked at.
enum Look<'a> {
    Shown {
        def: &'a Def<'a>,
        condition: Option<Bound<'a>>,
    },
    /// What the type is, is not known, for this reason.
    Bytes(String),
    Hidden,
}

impl<'a> Tap<'a, '_> {
    /// Shows what has come; false once enough was shown.
    fn hear(&mut self, event: Option<Event>) -> Result<bool, Failure> {
        match event {
            None => self.output.flush()?,
            Some(Event::Seen(batch)) => {
                for seen in &batch {
                    self.count_missed(&seen.channel, seen.missed);
                    self.see(seen)?;
                    if self.options.count.is_some_and(|count| self.shown >= count) {
                        return Ok(false);
                    }
                }
            }
            Some(Event::Missed { channel, count }) => self.count_missed(&channel, count),
            Some(Event::Opened(place)) => self.note(format!("watching {}", harmless(&place))),
            Some(Event::Closed { place, reason }) => {
                self.note(format!("{}: {}", harmless(&place), harmless(&reason)));
            }
            Some(_) => {}
        }
        self.output.flush_after(PATIENCE)?;
        Ok(true)
    }

    fn see(&mut self, seen: &Seen) -> Result<(), Failure> {
        if self.options.count == Some(0) {
            return Ok(());
        }
        let key = Arc::as_ptr(&seen.channel);
        if !self.looks.contains_key(&key) {
            // Channels come and go with processes.
            self.looks.retain(|_, (channel, _)| Arc::strong_count(channel) > 1);
            let look = self.look_at(&seen.channel)?;
            self.looks.insert(key, (seen.channel.clone(), look));
        }
        let Some((_, look)) = self.looks.get(&key) else { return Ok(()) };
        // What every message fulfils need not be decoded to be skipped.
        let is_conditional = matches!(look, Look::Hidden | Look::Shown { condition: Some(_), .. });
        if !is_conditional && !takes(&mut self.pace) {
            return Ok(());
        }
        let line = match look {
            Look::Hidden => return Ok(()),
            Look::Bytes(reason) => Line::unknown(seen, reason.clone()),
            Look::Shown { def, condition } => match value::decode(def, &seen.bytes) {
                Ok(value) if !fulfils(condition.as_ref(), &value) => return Ok(()),
                Ok(value) => Line::known(seen, def, value),
                // Nobody can say whether it would fulfil a condition.
                Err(_) if condition.is_some() => return Ok(()),
                Err(error) => Line::unknown(seen, format!("no {}: {error}", def.name)),
            },
        };
        if is_conditional && !takes(&mut self.pace) {
            return Ok(());
        }
        self.shown += 1;
        self.output.show(&line)
    }

    /// Decides once for a channel: one publisher may tell what its type is where another does not.
    fn look_at(&mut self, channel: &Channel) -> Result<Look<'a>, Failure> {
        let is_chosen = !self.options.types.is_empty() || self.filter.is_some();
        let def = match self.types.get(channel.digest, channel.text.as_deref()) {
            Ok(def) => def,
            Err(reason) if is_chosen => {
                let topic = harmless(&channel.topic);
                self.note(format!("messages of {topic} are not shown: {reason}"));
                return Ok(Look::Hidden);
            }
            Err(reason) => return Ok(Look::Bytes(reason)),
        };
        let full_name = format!("{}.{}", def.package, def.name);
        let options = self.options;
        let is_named = |wanted: &&String| **wanted == full_name || *wanted == def.name;
        let named = options.types.iter().find(is_named);
        if named.is_none() && !options.types.is_empty() {
            return Ok(Look::Hidden);
        }
        self.found.extend(named.map(String::as_str));
        match self.filter.map(|filter| filter.bind(def)).transpose() {
            Ok(condition) => Ok(Look::Shown { def, condition }),
            Err(error) if error.is_unknown_member() => {
                if self.hidden.insert(channel.digest) {
                    self.note(format!("messages of {full_name} are not shown: {error}"));
                }
                Ok(Look::Hidden)
            }
            Err(error) => Err(Failure::Input(format!("the condition, for {full_name}: {error}"))),
        }
    }

    fn count_missed(&mut self, channel: &Channel, count: u64) {
        if count > 0 {
            let missed = self.missed.entry(channel.topic.to_string()).or_default();
            // Counts come from outside.
            *missed = missed.saturating_add(count);
        }
    }

    /// At the end.
    fn tell_losses(&self) {
        let types = self.options.types.iter();
        for missing in types.filter(|wanted| !self.found.contains(wanted.as_str())) {
            self.note(format!("no message of a type `{}` was seen", harmless(missing)));
        }
        for (topic, count) in &self.missed {
            let topic = harmless(topic);
            self.note(format!("{count} messages of {topic} were lost to this tap alone"));
        }
        let skipped = self.pace.as_ref().map_or(0, Pace::skipped);
        if skipped > 0 {
            self.note(format!("{skipped} messages were skipped by --rate"));
        }
    }

    fn note(&self, what: String) {
        if !self.options.quiet {
            say(format!("note: {what}"));
        }
    }
}

/// Whether one may be shown now.
fn takes(pace: &mut Option<Pace>) -> bool {
    pace.as_mut().is_none_or(|pace| pace.takes(Instant::now()))
}

fn fulfils(condition: Option<&Bound<'_>>, value: &Value) -> bool {
    condition.is_none_or(|condition| condition.holds(value))
}
