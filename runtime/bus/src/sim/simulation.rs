//! Runs a world.

use mycelium_wire::Timestamp;

use crate::carried::Carried;
use crate::sim::context::{Due, SimContext};
use crate::sim::error::{LogError, SimulationError, UnknownActor};
use crate::sim::link::Link;
use crate::sim::log::EventLog;
use crate::sim::world::{Carries, World};

/// One run of a world on a virtual clock, which begins at 1970.
///
/// It can be made in less time than a message takes through a socket, and thousands may live at a time.
/// See [the module](crate::sim) for an example.
pub struct Simulation<W: World> {
    world: W,
    context: SimContext<W>,
    is_started: bool,
    /// Timers are due no more.
    is_draining: bool,
    events: u64,
}

impl<W: World> Simulation<W> {
    /// A simulation of the world, in which all chance comes from the seed.
    #[must_use]
    pub fn new(world: W, seed: u64) -> Self {
        let context = SimContext::new(seed);
        Self { world, context, is_started: false, is_draining: false, events: 0 }
    }

    /// Lets the clock begin at another time. Nothing has happened before.
    #[must_use]
    pub fn starting_at(mut self, time: Timestamp) -> Self {
        self.context.pass_to(time.0);
        self
    }

    /// Says how messages get from one actor to another from now on. Without a link they arrive at once; none
    /// overtakes one that is under way already.
    ///
    /// # Errors
    /// The world has no such actor.
    pub fn link(&mut self, from: &str, to: &str, link: Link) -> Result<(), UnknownActor> {
        self.context.set_link(from, to, link)
    }

    /// Writes down every message that reaches an actor from now on.
    pub fn record(&mut self) {
        self.context.log.get_or_insert_with(EventLog::of::<W>);
    }

    /// What was written down so far; empty if nothing was.
    #[must_use]
    pub fn take_log(&mut self) -> EventLog {
        self.context.log.take().unwrap_or_else(EventLog::of::<W>)
    }

    /// Puts a message into the world from outside, at a time to come; one that is past is now. It comes
    /// before what actors publish later for the same time, unlike one that is [fed](Simulation::feed) or
    /// [replayed](Simulation::replay).
    pub fn inject<M: Carried>(&mut self, at: Timestamp, message: M)
    where
        W: Carries<M>,
    {
        self.context.put_from_outside(at.0, W::event(message), W::TARGETS);
    }

    /// Runs on messages from outside, in order of their times. What is due in the world at the time of one
    /// comes before it; what comes of the last one is left to come.
    ///
    /// # Errors
    /// An actor failed.
    pub fn feed<M: Carried>(
        &mut self,
        messages: impl IntoIterator<Item = (Timestamp, M)>,
    ) -> Result<(), SimulationError>
    where
        W: Carries<M>,
    {
        for (at, message) in messages {
            self.run_until(at)?;
            self.inject(at, message);
        }
        Ok(())
    }

    /// Runs all that happens up to this time, and lets it be this time.
    ///
    /// # Errors
    /// An actor failed.
    pub fn run_until(&mut self, at: Timestamp) -> Result<(), SimulationError> {
        self.start()?;
        while self.context.next_ns().is_some_and(|next_ns| next_ns <= at.0) {
            self.step()?;
        }
        self.context.pass_to(at.0);
        Ok(())
    }

    /// Runs until nothing is to come, or all actors have stopped. With a timer that is set again and again
    /// that is never: then [`run_until`](Simulation::run_until) a time.
    ///
    /// # Errors
    /// An actor failed.
    pub fn run(&mut self) -> Result<(), SimulationError> {
        self.start()?;
        while !self.context.is_over() && self.step()? {}
        Ok(())
    }

    /// Stops the actors, as [`stop`](Simulation::stop) does, and gives the world back.
    ///
    /// # Errors
    /// An actor failed.
    pub fn finish(mut self) -> Result<W, SimulationError> {
        self.stop()?;
        Ok(self.world)
    }

    /// Stops the actors, one after the other as the world names them. What is on its way still arrives, but
    /// timers are due no more, as at a shutdown of a [`Supervisor`](crate::actor::Supervisor).
    ///
    /// # Errors
    /// An actor failed.
    pub fn stop(&mut self) -> Result<(), SimulationError> {
        self.start()?;
        self.is_draining = true;
        while self.step()? {}
        for actor in 0..W::ACTORS.len() {
            self.context.enter(actor);
            crate::actor::Context::stop(&mut self.context);
            self.settle()?;
            while self.step()? {}
        }
        Ok(())
    }

    /// Runs on the messages that a log says came from outside, at their times, as [`feed`](Simulation::feed)
    /// does. What comes of the last one is left to come.
    ///
    /// So what was fed comes again event by event. The log does not hold what was
    /// [injected](Simulation::inject) ahead of its time as such: where something else of the world is due at the
    /// very same time, it comes before such a message here, and may have come behind it then.
    ///
    /// # Errors
    /// The log is of another world, a message of it is none any more, or an actor failed.
    pub fn replay(&mut self, log: &EventLog) -> Result<(), LogError> {
        log.check_world::<W>()?;
        for entry in log.entries() {
            if entry.from as usize != W::ACTORS.len() {
                continue;
            }
            self.run_until(entry.at)?;
            let damaged = LogError::Damaged { at_byte: entry.at_byte };
            let event = W::decode(entry.route, entry.frame).ok_or(damaged)?;
            let at_byte = entry.at_byte;
            let event = event.map_err(|source| LogError::Decode { at_byte, source })?;
            self.context.put_from_outside(entry.at.0, event, entry.targets);
        }
        Ok(())
    }

    /// The time in the simulation.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.context.now_ns())
    }

    /// The actors.
    #[must_use]
    pub fn world(&self) -> &W {
        &self.world
    }

    /// The actors, to be changed from outside.
    #[must_use]
    pub fn world_mut(&mut self) -> &mut W {
        &mut self.world
    }

    /// Handlers that ran: a message counts once for each actor that took it, a timer once.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Messages that links have lost.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.context.lost
    }

    #[inline]
    fn start(&mut self) -> Result<(), SimulationError> {
        if !self.is_started {
            self.is_started = true;
            self.world.start(&mut self.context);
            self.settle()?;
        }
        Ok(())
    }

    /// Lets the next event happen; gives whether there was one.
    #[inline]
    fn step(&mut self) -> Result<bool, SimulationError> {
        let Some(due) = self.context.take_next() else { return Ok(false) };
        match due {
            Due::Message { event, from, targets } => {
                let targets = self.context.alive(targets);
                self.events += u64::from(targets.count_ones());
                let now_ns = self.context.now_ns();
                if let Some(log) = &mut self.context.log
                    && targets != 0
                {
                    log.append::<W>(now_ns, from, targets, &event);
                }
                self.world.deliver(&event, targets, &mut self.context);
            }
            Due::Timer { actor, timer }
                if !self.is_draining && self.context.alive(1 << actor) != 0 =>
            {
                self.events += 1;
                self.world.fire(usize::from(actor), timer, &mut self.context);
            }
            Due::Timer { .. } | Due::Nothing => {}
        }
        self.settle()?;
        Ok(true)
    }

    /// Does what handlers have asked for by `fail` and `stop`; whoever fails is not asked to stop, as at a bus.
    #[inline]
    fn settle(&mut self) -> Result<(), SimulationError> {
        loop {
            if let Some(failure) = self.context.failure.take() {
                return Err(failure);
            }
            let Some(actor) = self.context.take_leaving() else { return Ok(()) };
            self.world.stop(actor, &mut self.context);
        }
    }
}

impl<W: World> std::fmt::Debug for Simulation<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Simulation({} at {}, {} events)", W::ACTORS.join(", "), self.now(), self.events)
    }
}
