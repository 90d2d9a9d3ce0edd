//! The common service: subscribe, act on each message, publish what comes of it.

use std::marker::PhantomData;

use crate::actor::traits::{Actor, Context, Publish, Receive, Service};
use crate::carried::Carried;

/// An actor made of a function; see [`each`].
pub struct Each<In, Out, F> {
    act: F,
    ports: PhantomData<fn(&In) -> Out>,
}

/// An actor that calls a function for each message, and publishes what it gives: nothing, one message or
/// several, as an `Option` or a `Vec`.
///
/// ```
/// use mycelium::actor::{Supervisor, each};
/// use mycelium::prelude::*;
///
/// # #[derive(Message, Clone)]
/// # #[myc(package = "market", id = 1)]
/// # struct Trade { price: i64 }
/// # #[derive(Message, Clone)]
/// # #[myc(package = "market", id = 2)]
/// # struct Signal { price: i64 }
/// let bus = MessageBus::new();
/// let supervisor = Supervisor::new(&bus);
/// let mut signals = bus.subscriber::<Signal>()?;
/// supervisor.thread("highs", || {
///     let mut high = i64::MIN;
///     each(move |trade: &Trade| {
///         let is_higher = trade.price > high;
///         high = high.max(trade.price);
///         is_higher.then_some(Signal { price: high })
///     })
/// })?;
///
/// let trades = bus.publisher::<Trade>()?;
/// trades.publish(Trade { price: 7 })?;
/// assert_eq!(signals.recv_blocking()?.expect("a signal").price, 7);
/// supervisor.shutdown(std::time::Duration::from_secs(5))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn each<In, Out, I, F>(act: F) -> Each<In, Out, F>
where
    I: IntoIterator<Item = Out>,
    F: FnMut(&In) -> I,
{
    Each { act, ports: PhantomData }
}

impl<C: Context, In, Out, F> Actor<C> for Each<In, Out, F> {}

impl<C, In, Out, I, F> Receive<In, C> for Each<In, Out, F>
where
    C: Publish<Out>,
    I: IntoIterator<Item = Out>,
    F: FnMut(&In) -> I,
{
    #[inline]
    fn receive(&mut self, message: &In, context: &mut C) {
        for out in (self.act)(message) {
            context.publish(out);
        }
    }
}

impl<In, Out, I, F> Service for Each<In, Out, F>
where
    In: Carried,
    Out: Carried,
    I: IntoIterator<Item = Out>,
    F: FnMut(&In) -> I + 'static,
{
    type Takes = (In,);
    type Publishes = (Out,);
}
