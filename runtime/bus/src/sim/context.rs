//! The world of an actor in a simulation: a virtual clock, and the events to come.
//!
//! ```text
//!   later (by time, then number) ──► ┐
//!                                    ├─► the next event ──► actors ──► publish, set_timer
//!   soon (due now, in order) ──────► ┘                                  │
//!     ▲                                                                 │
//!     └──── due at once ────────────────────────────────────────────────┘
//! ```
//!
//! What is due at once waits in a queue, for nothing can come between. Only what is due later passes
//! the heap, which holds times and places; messages lie still meanwhile.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt::Display;

use mycelium_wire::{Duration, Timestamp};

use crate::actor::{Context, Publish, Timer};
use crate::carried::Carried;
use crate::random::{Random, derive_seed};
use crate::sim::error::{SimulationError, UnknownActor};
use crate::sim::link::{Link, Way};
use crate::sim::log::EventLog;
use crate::sim::world::{Carries, World};

/// The context of an actor in a [`Simulation`](crate::sim::Simulation).
pub struct SimContext<W: World> {
    now_ns: i64,
    /// Whose handler runs; one behind the last for the world outside.
    actor: usize,
    /// Due at `now_ns`, behind what is due then in `later`.
    soon: VecDeque<Due<W::Event>>,
    later: BinaryHeap<Reverse<Later>>,
    /// What `later` speaks of, by place.
    parked: Vec<Due<W::Event>>,
    free: Vec<u32>,
    /// Of all that was ever put into `later` or made a timer.
    count: u64,
    /// A bit for each actor that is not stopped, and for each that wants to stop.
    alive: u64,
    leaving: u64,
    pub(super) failure: Option<SimulationError>,
    /// One stream for each actor.
    randoms: Vec<Random>,
    link_random: Random,
    /// From each actor to each; empty while no link was set.
    ways: Vec<Way>,
    /// Times and receivers of the message that is published.
    arrivals: Vec<(i64, u64)>,
    pub(super) log: Option<EventLog>,
    pub(super) lost: u64,
}

/// Something that happens.
#[derive(Debug)]
pub(super) enum Due<E> {
    Message {
        event: E,
        from: u16,
        targets: u64,
    },
    Timer {
        actor: u16,
        timer: Timer,
    },
    /// A timer that was taken back, or a place that is free.
    Nothing,
}

/// When, in which order, and where in `parked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Later {
    at_ns: i64,
    number: u64,
    place: u32,
}

impl<W: World> SimContext<W> {
    pub(super) fn new(seed: u64) -> Self {
        let actors = W::ACTORS.len();
        let of_actor = |index| Random::seeded(derive_seed(seed, index as u64 + 1));
        Self {
            now_ns: 0,
            actor: actors,
            soon: VecDeque::new(),
            later: BinaryHeap::new(),
            parked: Vec::new(),
            free: Vec::new(),
            count: 0,
            alive: (1 << actors) - 1,
            leaving: 0,
            failure: None,
            randoms: (0..actors).map(of_actor).collect(),
            link_random: Random::seeded(derive_seed(seed, 0)),
            ways: Vec::new(),
            arrivals: Vec::new(),
            log: None,
            lost: 0,
        }
    }

    /// Says whose handler runs next.
    #[doc(hidden)]
    #[inline]
    pub fn enter(&mut self, actor: usize) {
        self.actor = actor;
    }

    pub(super) fn now_ns(&self) -> i64 {
        self.now_ns
    }

    /// Lets time pass in which nothing happens.
    pub(super) fn pass_to(&mut self, at_ns: i64) {
        self.now_ns = self.now_ns.max(at_ns);
    }

    pub(super) fn set_link(
        &mut self,
        from: &str,
        to: &str,
        link: Link,
    ) -> Result<(), UnknownActor> {
        let (from, to) = (index_of::<W>(from)?, index_of::<W>(to)?);
        let actors = W::ACTORS.len();
        if self.ways.is_empty() {
            self.ways = vec![Way::new(Link::default()); actors * actors];
        }
        self.ways[from * actors + to].set_link(link);
        Ok(())
    }

    /// When the next event happens.
    #[inline]
    pub(super) fn next_ns(&self) -> Option<i64> {
        if !self.soon.is_empty() {
            return Some(self.now_ns);
        }
        self.later.peek().map(|Reverse(later)| later.at_ns)
    }

    /// Takes the next event, and lets the time be its time.
    #[inline]
    pub(super) fn take_next(&mut self) -> Option<Due<W::Event>> {
        let later = self.later.peek().map(|Reverse(later)| later.at_ns);
        if let Some(at_ns) = later
            && (at_ns <= self.now_ns || self.soon.is_empty())
        {
            let Reverse(later) = self.later.pop()?;
            self.now_ns = at_ns;
            self.free.push(later.place);
            return Some(std::mem::replace(&mut self.parked[later.place as usize], Due::Nothing));
        }
        self.soon.pop_front()
    }

    #[inline]
    fn put(&mut self, at_ns: i64, due: Due<W::Event>) {
        if at_ns <= self.now_ns {
            self.soon.push_back(due);
            return;
        }
        let place = match self.free.pop() {
            Some(place) => {
                self.parked[place as usize] = due;
                place
            }
            None => {
                self.parked.push(due);
                (self.parked.len() - 1) as u32
            }
        };
        self.count += 1;
        self.later.push(Reverse(Later { at_ns, number: self.count, place }));
    }

    /// Puts a message that comes from outside, for all that take it.
    #[inline]
    pub(super) fn put_from_outside(&mut self, at_ns: i64, event: W::Event, targets: u64) {
        let from = W::ACTORS.len() as u16;
        self.put(at_ns, Due::Message { event, from, targets });
    }

    /// Those of the targets that are not stopped.
    #[inline]
    pub(super) fn alive(&self, targets: u64) -> u64 {
        self.alive & targets
    }

    pub(super) fn is_over(&self) -> bool {
        self.alive == 0
    }

    /// The next actor that wants to stop; it does not run any more.
    #[inline]
    pub(super) fn take_leaving(&mut self) -> Option<usize> {
        let leaving = self.leaving & self.alive;
        if leaving == 0 {
            return None;
        }
        let actor = leaving.trailing_zeros() as usize;
        self.leaving &= !(1 << actor);
        self.alive &= !(1 << actor);
        Some(actor)
    }

    /// Sends along the links: the message once for each time at which somebody gets it.
    fn publish_by_links(&mut self, event: W::Event, targets: u64) {
        let (actors, from) = (W::ACTORS.len(), self.actor);
        let mut arrivals = std::mem::take(&mut self.arrivals);
        let mut left = targets;
        while left != 0 {
            let to = left.trailing_zeros() as usize;
            left &= left - 1;
            let way = &mut self.ways[from * actors + to];
            let Some(at_ns) = way.send(self.now_ns, &mut self.link_random) else {
                self.lost += 1;
                continue;
            };
            match arrivals.iter_mut().find(|(at, _)| *at == at_ns) {
                Some((_, together)) => *together |= 1 << to,
                None => arrivals.push((at_ns, 1 << to)),
            }
        }
        if let Some((last, before)) = arrivals.split_last() {
            let from = from as u16;
            for &(at_ns, targets) in before {
                self.put(at_ns, Due::Message { event: event.clone(), from, targets });
            }
            self.put(last.0, Due::Message { event, from, targets: last.1 });
        }
        arrivals.clear();
        self.arrivals = arrivals;
    }
}

fn index_of<W: World>(name: &str) -> Result<usize, UnknownActor> {
    let found = W::ACTORS.iter().position(|actor| *actor == name);
    found.ok_or_else(|| UnknownActor { name: name.to_owned(), known: W::ACTORS })
}

impl<W: World> Context for SimContext<W> {
    fn name(&self) -> &str {
        W::ACTORS[self.actor]
    }

    #[inline]
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ns)
    }

    #[inline]
    fn set_timer(&mut self, after: Duration) -> Timer {
        self.count += 1;
        let timer = Timer(self.count);
        let at_ns = self.now_ns.saturating_add(after.0.max(0));
        self.put(at_ns, Due::Timer { actor: self.actor as u16, timer });
        timer
    }

    fn cancel_timer(&mut self, timer: Timer) {
        // Few events wait at a time: looking through them costs less than a table beside them.
        for due in self.soon.iter_mut().chain(&mut self.parked) {
            if matches!(due, Due::Timer { timer: set, .. } if *set == timer) {
                *due = Due::Nothing;
            }
        }
    }

    #[inline]
    fn random(&mut self) -> &mut Random {
        &mut self.randoms[self.actor]
    }

    fn stop(&mut self) {
        self.leaving |= 1 << self.actor;
    }

    fn fail(&mut self, reason: impl Display) {
        let (actor, at) = (W::ACTORS[self.actor], self.now());
        self.failure.get_or_insert_with(|| SimulationError {
            actor,
            at,
            reason: reason.to_string(),
        });
    }
}

impl<W: World + Carries<M>, M: Carried> Publish<M> for SimContext<W> {
    #[inline]
    fn publish(&mut self, message: M) {
        if let Err(fault) = message.validate() {
            return self.fail(fault);
        }
        let (event, targets) = (W::event(message), W::TARGETS);
        if !self.ways.is_empty() {
            return self.publish_by_links(event, targets);
        }
        let from = self.actor as u16;
        self.soon.push_back(Due::Message { event, from, targets });
    }
}
