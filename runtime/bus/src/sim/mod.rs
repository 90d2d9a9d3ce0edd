//! Actors on a virtual clock: one thread, one order of events, the same for the same seed.
//!
//! [`world!`](crate::world) says which actors there are, and which messages go to whom. A [`Simulation`]
//! of it runs the actors as they are (see [`crate::actor`]); a [`Sweep`] runs many, on all processors.
//!
//! ```
//! use mycelium::actor::{Actor, Context, Publish, Receive};
//! use mycelium::prelude::*;
//! use mycelium::sim::{Latency, Link, Simulation};
//!
//! # #[derive(Message, Debug, Clone)]
//! # #[myc(package = "market", id = 1)]
//! # struct Trade { price: i64 }
//! # #[derive(Message, Debug, Clone)]
//! # #[myc(package = "market", id = 2)]
//! # struct Signal { price: i64 }
//! # #[derive(Default)]
//! # struct Highs { price: i64 }
//! # impl<C: Context> Actor<C> for Highs {}
//! # impl<C: Publish<Signal>> Receive<Trade, C> for Highs {
//! #     fn receive(&mut self, trade: &Trade, context: &mut C) {
//! #         if trade.price > self.price {
//! #             self.price = trade.price;
//! #             context.publish(Signal { price: trade.price });
//! #         }
//! #     }
//! # }
//! #[derive(Default)]
//! struct Desk {
//!     heard: Vec<(Timestamp, i64)>,
//! }
//!
//! impl<C: Context> Actor<C> for Desk {}
//!
//! impl<C: Context> Receive<Signal, C> for Desk {
//!     fn receive(&mut self, signal: &Signal, context: &mut C) {
//!         self.heard.push((context.now(), signal.price));
//!     }
//! }
//!
//! mycelium::world! {
//!     /// A strategy, and a desk that hears of it later.
//!     #[derive(Default)]
//!     struct Market {
//!         highs: Highs,
//!         desk: Desk,
//!     }
//!
//!     trades: Trade => highs;
//!     signals: Signal => desk;
//! }
//!
//! let mut simulation = Simulation::new(Market::default(), 42);
//! simulation.link("highs", "desk", Link::of(Latency::Constant(Duration(250))))?;
//! simulation.feed([(1_000, 7), (2_000, 5), (3_000, 9)].map(|(at, price)| (Timestamp(at), Trade { price })))?;
//! let market = simulation.finish()?;
//! assert_eq!(market.desk.heard, [(Timestamp(1_250), 7), (Timestamp(3_250), 9)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! - Events happen in order of their time; those of one time in the order in which they were published. Along
//!   a [`Link`] messages keep their order, however long each takes.
//! - A simulation looks at no clock, no address and no random number but its seed's. So for one program on
//!   one kind of machine, the same seed and the same feed give the same events, to the byte of the
//!   [`EventLog`], in any build and beside any number of others.
//! - Instances share nothing, and take memory for what waits in them only.

mod context;
mod error;
mod link;
mod log;
mod simulation;
mod sweep;
mod world;

pub use self::context::SimContext;
pub use self::error::{LogError, SimulationError, UnknownActor};
pub use self::link::{Latency, Link};
pub use self::log::{Entry, EventLog};
pub use self::simulation::Simulation;
pub use self::sweep::{
    Cancel, Cell, CellError, Grid, ParseShardError, Row, Run, Shard, Sweep, SweepError, Table,
    TableError,
};
pub use self::world::{Carries, World};

#[doc(hidden)]
pub use self::sweep::__read_cell;
#[doc(hidden)]
pub use self::world::append_frame as __append_frame;
