//! What an actor is, and what it may ask of the world that it is in.

use std::fmt::Display;

use mycelium_wire::{Duration, Timestamp};

use crate::actor::ports::{Inputs, Outputs};
use crate::actor::{BusContext, Random, Timer};
use crate::error::RecvError;

/// Owns its state and acts on messages; every hook may be left out.
///
/// Hooks and handlers return soon: while one runs, the actor takes nothing else, and a task lets no other
/// task have its thread. What takes long belongs on a [thread](crate::actor::Placement::Thread) of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no actor in the world of `{C}`",
    note = "write `impl<C: Context> Actor<C> for {Self} {{}}`, with the bounds that its hooks need"
)]
pub trait Actor<C: Context> {
    /// It is there, and nothing has reached it yet. Also after each restart.
    fn started(&mut self, context: &mut C) {
        let _ = context;
    }

    /// A timer that it has set is due.
    fn timer(&mut self, timer: Timer, context: &mut C) {
        let _ = (timer, context);
    }

    /// A message was lost on the way, a peer is gone, or a peer has another version of a type. It is
    /// counted whatever this does.
    fn fault(&mut self, fault: &RecvError, context: &mut C) {
        let _ = (fault, context);
    }

    /// All publishers of everything that it takes have closed, and what they sent is handled. It stops,
    /// unless this is written otherwise; an actor that stays also takes what later publishers send.
    fn ended(&mut self, context: &mut C) {
        context.stop();
    }

    /// It stops in order; what it publishes now still goes out. Not called after a failure.
    fn stopping(&mut self, context: &mut C) {
        let _ = context;
    }
}

/// Takes messages of type `M`. The bounds on `C` say what the handler needs: `C: Publish<Order>` to
/// publish orders, `C: Context` for nothing but time and timers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take `{M}` in this world",
    label = "`{M}` leads here",
    note = "write `impl<C: Context> Receive<{M}, C> for {Self}`; where it is written, what it publishes \
            (`C: Publish<…>`) has no way in this world"
)]
pub trait Receive<M, C: Context>: Actor<C> {
    /// Acts on a message.
    fn receive(&mut self, message: &M, context: &mut C);
}

/// What every world gives an actor. The actor never sees which world it is.
pub trait Context {
    /// The actor's name in this world.
    fn name(&self) -> &str;

    /// The time: of the system, or of the simulation. It does not go by while a simulated handler runs.
    fn now(&self) -> Timestamp;

    /// Calls [`Actor::timer`] with the returned timer, once, `after` from now. A timer that is due already
    /// comes after the running handler.
    fn set_timer(&mut self, after: Duration) -> Timer;

    /// Takes a timer back. One that was due, or was taken back already, is left alone.
    fn cancel_timer(&mut self, timer: Timer);

    /// Random numbers of this actor alone: of the seed in a simulation, of the system elsewhere.
    fn random(&mut self) -> &mut Random;

    /// Stops the actor in order when the running handler returns: [`Actor::stopping`], then the end.
    fn stop(&mut self);

    /// Fails the actor when the running handler returns; as a panic would, but in order. What it has
    /// published in this handler goes out.
    fn fail(&mut self, reason: impl Display);
}

/// A context that carries messages of type `M` to whom they concern.
#[diagnostic::on_unimplemented(
    message = "`{M}` has no way out of `{Self}`",
    label = "nothing takes `{M}` here",
    note = "name `{M}` in a route of its `world!`, or let the handler's context be `C: Publish<{M}>`"
)]
pub trait Publish<M>: Context {
    /// Publishes a message. It never blocks. Where it cannot be published, the actor fails with the reason
    /// when the running handler returns, and if its bus was shut down, it stops.
    fn publish(&mut self, message: M);
}

/// An actor that a bus can feed: which topics it takes, and which it publishes on.
///
/// ```
/// # use mycelium::actor::{Actor, Context, Publish, Receive, Service};
/// # use mycelium::prelude::*;
/// # #[derive(Message, Clone)]
/// # #[myc(package = "market", id = 1)]
/// # struct Trade { price: i64 }
/// # #[derive(Message, Clone)]
/// # #[myc(package = "market", id = 2)]
/// # struct Signal { price: i64 }
/// # struct Highs;
/// # impl<C: Context> Actor<C> for Highs {}
/// # impl<C: Context> Receive<Trade, C> for Highs {
/// #     fn receive(&mut self, _: &Trade, _: &mut C) {}
/// # }
/// impl Service for Highs {
///     type Takes = (Trade,); // up to eight, each with a `Receive`
///     type Publishes = (Signal,); // up to eight; `()` for none
/// }
/// ```
///
/// Publishing what `Publishes` does not name is not compiled:
///
/// ```compile_fail
/// # use mycelium::actor::{Supervisor, Actor, Context, Publish, Receive, Service};
/// # use mycelium::prelude::*;
/// # #[derive(Message, Clone)]
/// # #[myc(package = "market", id = 1)]
/// # struct Trade { price: i64 }
/// # struct Echo;
/// # impl<C: Context> Actor<C> for Echo {}
/// impl<C: Publish<Trade>> Receive<Trade, C> for Echo {
///     fn receive(&mut self, trade: &Trade, context: &mut C) {
///         context.publish(trade.clone());
///     }
/// }
///
/// impl Service for Echo {
///     type Takes = (Trade,);
///     type Publishes = ();
/// }
/// # fn main() { Supervisor::new(&MessageBus::new()).thread("echo", || Echo).unwrap(); }
/// ```
pub trait Service: Actor<BusContext<Self>> + Sized + 'static {
    /// Messages that it is subscribed to, as a tuple.
    type Takes: Inputs<Self>;
    /// Messages that it publishes, as a tuple.
    type Publishes: Outputs;
}
