//! `mycelium top`: topics, rates, sizes, ages, rings and their readers, while they run.
//!
//! It watches as `tap` does: nobody waits for it. [`meter`] counts frames, [`rings`] looks at the files of rings, and
//! [`observation`] is what both give for an interval: a value, which is printed as JSON or drawn.

mod meter;
mod nodes;
mod observation;
mod rings;
mod screen;
mod terminal;
#[cfg(test)]
mod tests;
mod view;

use self::meter::Meter;
use self::nodes::Nodes;
use self::observation::Observation;
use self::rings::Rings;
use self::view::{Asked, View};
use crate::failure::Failure;
use crate::harmless::harmless_json;
use crate::say::say;
use crate::types::Types;
use crate::watch::{self, Target, Watch};
use bumpalo::Bump;
use clap::Args;
use mycelium::observe::Observer;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{Event, KeyEventKind};
use std::io::{IsTerminal, Write};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// How long nothing may come before keys are looked at.
const PATIENCE: Duration = Duration::from_millis(50);

/// How long places may take to be watched before an observation begins all the same.
const WAIT: Duration = Duration::from_secs(2);

/// The shortest observation: nobody reads a screen that changes faster.
const SHORTEST: Duration = Duration::from_millis(20);

fn interval(text: &str) -> Result<Duration, String> {
    let interval = crate::up::seconds(text)?;
    if interval < SHORTEST { Err(format!("at least {SHORTEST:?}")) } else { Ok(interval) }
}

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    watch: Watch,
    /// How long an observation lasts
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = interval)]
    interval: Duration,
    /// The field, a timestamp, that says when a message was sent: ages are counted from it
    #[arg(long, value_name = "FIELD", default_value = meter::DEFAULT_FIELD)]
    sent: String,
    /// Print one observation as JSON and end
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mycelium top topology.toml
  mycelium top topology.toml 'market.>' --interval 5
  mycelium top /dev/shm/market                      all rings of a folder
  mycelium top unix:run/risk.sock --json | jq '.topics[] | {topic, per_second}'

Keys: q ends; s sorts by the next column, r the other way round; / begins a filter of names; p pauses;
arrows and pages move.

Exit status: 0 when it was told to end, its terminal has closed, or it has printed its observation; 1 if a place is
wrong, if with --json nothing can be watched, or if there is no terminal to draw on.";

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if !options.json && !std::io::stdout().is_terminal() {
        let hint = "standard output is no terminal to draw on: --json prints one observation";
        return Err(Failure::Input(hint.to_owned()));
    }
    let stop = watch::stop_signal()?;
    let target = options.watch.target()?;
    let arena = Bump::new();
    let mut watched = Watched {
        observer: options.watch.open_at(&target, false)?,
        meter: Meter::new(Types::new(&arena), options.sent.clone()),
        rings: Rings::default(),
        nodes: Nodes::of(&target),
        began: Instant::now(),
    };
    match options.json {
        true => print(options, &target, &mut watched, &stop),
        false => show(options, &mut watched, &stop),
    }
}

/// What is watched, and what was counted since the last look.
struct Watched<'a> {
    observer: Observer,
    meter: Meter<'a>,
    rings: Rings,
    nodes: Nodes,
    began: Instant,
}

impl Watched<'_> {
    /// Counts what comes, until then at most; comes back once something has come.
    fn hear(&mut self, end: Instant) {
        let left = end.saturating_duration_since(Instant::now());
        if let Some(event) = self.observer.recv_timeout(left.min(PATIENCE)) {
            self.meter.hear(event);
        }
    }

    /// What was observed since the last time.
    fn take(&mut self) -> Observation {
        let length = self.began.elapsed();
        self.began = Instant::now();
        Observation::take(&mut self.meter, &mut self.rings, &self.nodes, length)
    }
}

/// Prints one observation, which begins once all places are watched.
fn print(
    options: &Options,
    target: &Target,
    watched: &mut Watched<'_>,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let (wait_end, places) = (Instant::now() + WAIT, target.places().len());
    while watched.meter.places().len() < places && Instant::now() < wait_end && !watch::is_set(stop)
    {
        watched.hear(wait_end);
    }
    watched.take();
    let end = Instant::now() + options.interval;
    while Instant::now() < end && !watch::is_set(stop) {
        watched.hear(end);
    }
    let observation = watched.take();
    writeln!(std::io::stdout().lock(), "{}", harmless_json(&observation.as_json(), true))?;
    if let Some(told) = &observation.unknown_field {
        say(format!("note: {told}"));
    }
    if observation.places.iter().all(|place| place.fault.is_some()) {
        let reason = "nothing could be watched: nobody publishes there, or may be listened to";
        return Err(Failure::Input(reason.to_owned()));
    }
    Ok(())
}

/// Draws one observation after the other until it is told to end.
fn show(options: &Options, watched: &mut Watched<'_>, stop: &AtomicBool) -> Result<(), Failure> {
    let mut terminal = ratatui::try_init()?;
    let shown = draw_until_end(&mut terminal, options, watched, stop);
    // The terminal is the user's again, whatever has ended us; if it has closed, there is nothing to give back, and
    // nobody to tell.
    let _ = ratatui::try_restore();
    if terminal::is_closed() { Ok(()) } else { shown }
}

fn draw_until_end(
    terminal: &mut DefaultTerminal,
    options: &Options,
    watched: &mut Watched<'_>,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let (mut view, mut shown) = (View::default(), watched.take());
    let (mut next, mut is_stale) = (Instant::now() + options.interval, true);
    let events = terminal::events();
    while !watch::is_set(stop) && !terminal::is_closed() {
        if Instant::now() >= next {
            let observation = watched.take();
            next = Instant::now() + options.interval;
            if !view.is_paused {
                (shown, is_stale) = (observation, true);
            }
        }
        if is_stale {
            let name = options.watch.name();
            terminal.draw(|frame| screen::draw(frame, name, &shown, &view))?;
            is_stale = false;
        }
        watched.hear(next);
        for event in events.try_iter() {
            match event? {
                Event::Key(key) if key.kind == KeyEventKind::Press => match view.press(key) {
                    Asked::End => return Ok(()),
                    Asked::Look => {
                        view.stay_within(&shown);
                        is_stale = true;
                    }
                    Asked::Nothing => {}
                },
                Event::Resize(..) => is_stale = true,
                _ => {}
            }
        }
    }
    Ok(())
}
