//! Actors: state that nobody else touches, and handlers for typed messages.
//!
//! An actor is a plain type. What it takes it says by [`Receive`], what it publishes by the bounds of its
//! handlers on their context, so that the compiler checks both wherever it is put:
//!
//! - under a [`Supervisor`], as a task of tokio or on a thread of its own, at a [`MessageBus`](crate::MessageBus);
//! - in a [`Simulation`](crate::sim::Simulation), on a virtual clock.
//!
//! It is the same actor each time, compiled for each: nothing is looked up and no `dyn` is called between
//! a message and its handler.
//!
//! ```
//! use mycelium::actor::{Actor, Context, Publish, Receive, Service, Supervisor};
//! use mycelium::prelude::*;
//!
//! # #[derive(Message, Debug, Clone)]
//! # #[myc(package = "market", id = 1)]
//! # struct Trade { price: i64 }
//! # #[derive(Message, Debug, Clone)]
//! # #[myc(package = "market", id = 2)]
//! # struct Signal { price: i64 }
//! /// Signals every new high.
//! #[derive(Default)]
//! struct Highs {
//!     price: i64,
//! }
//!
//! impl<C: Context> Actor<C> for Highs {}
//!
//! impl<C: Publish<Signal>> Receive<Trade, C> for Highs {
//!     fn receive(&mut self, trade: &Trade, context: &mut C) {
//!         if trade.price > self.price {
//!             self.price = trade.price;
//!             context.publish(Signal { price: trade.price });
//!         }
//!     }
//! }
//!
//! impl Service for Highs {
//!     type Takes = (Trade,);
//!     type Publishes = (Signal,);
//! }
//!
//! let bus = MessageBus::new();
//! let mut signals = bus.subscriber::<Signal>()?;
//! let trades = bus.publisher::<Trade>()?;
//!
//! let supervisor = Supervisor::new(&bus);
//! supervisor.thread("highs", Highs::default)?;
//! for price in [7, 5, 9] {
//!     trades.publish(Trade { price })?;
//! }
//! drop(trades); // the last publisher: the actor handles what waits, and ends
//! supervisor.join()?;
//! let prices: Vec<i64> = signals.iter().map(|signal| signal.map(|it| it.price)).collect::<Result<_, _>>()?;
//! assert_eq!(prices, [7, 9]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What happens when
//!
//! - *a handler panics*, or calls [`Context::fail`]: the fault is caught and counted, the message that it
//!   handled is gone, and its [`Policy`] says what comes next: a restart after a pause, with a state that
//!   is made anew or kept. Subscriptions and publishers stay open meanwhile, so nothing else is lost.
//! - *it fails too often*: its group stops the others in order, and hands the failure up when it may not start
//!   them again; of a supervisor's own actors whoever [joins](Supervisor::join) it stops the others.
//! - *a topic is full* that it publishes on: what its handler published waits, and so does the actor;
//!   the task or thread that carries it is not blocked.
//! - *all publishers* of what it takes *have closed*: [`Actor::ended`], which stops it unless it says
//!   otherwise.
//! - *the supervisor shuts down*: children stop one after the other, the last one started first, each
//!   when it has handled the messages that wait for it. Its timers are due no more.

mod bus_context;
mod child;
mod children;
mod control;
mod counts;
mod drive;
mod each;
mod failure;
mod outbox;
mod pace;
mod policy;
mod ports;
mod supervisor;
mod timers;
mod traits;

pub use self::bus_context::BusContext;
pub use self::counts::{ActorState, ActorStats, ActorTable};
pub use self::drive::Placement;
pub use self::each::{Each, each};
pub use self::failure::{Escalation, Failure, ShutdownError, SpawnError};
pub use self::policy::{Backoff, Intensity, KeptState, Policy, Restart, Restarts};
pub use self::ports::{Inputs, Outputs};
pub use self::supervisor::{Scope, Supervisor};
pub use self::timers::Timer;
pub use self::traits::{Actor, Context, Publish, Receive, Service};
pub use crate::random::{Random, derive_seed};
