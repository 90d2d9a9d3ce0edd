//! Tuples of message types as what an actor takes and publishes.
//!
//! The place of a message in a tuple is found while the program is compiled: each handler gets code for
//! its own messages alone.

use std::any::{Any, TypeId};
use std::task::{Context, Poll, ready};

use crate::actor::BusContext;
use crate::actor::outbox::Outbox;
use crate::actor::traits::{Actor, Receive, Service};
use crate::bus::MessageBus;
use crate::carried::Carried;
use crate::error::{OpenError, PublishError, RecvError, TryRecvError};
use crate::received::Received;
use crate::subscriber::Subscriber;

/// Messages that an actor is subscribed to: a tuple of up to eight types, each of which it
/// [receives](Receive).
pub trait Inputs<S: Service> {
    #[doc(hidden)]
    type Subscribers: Send;
    #[doc(hidden)]
    const COUNT: usize;

    #[doc(hidden)]
    fn open(bus: &MessageBus) -> Result<Self::Subscribers, OpenError>;

    /// Handles what is there next of one input, at most so many messages, up to one after which the actor is to
    /// pause; gives whether there was something.
    #[doc(hidden)]
    fn take(
        subscribers: &mut Self::Subscribers,
        index: usize,
        most: usize,
        actor: &mut S,
        context: &mut BusContext<S>,
    ) -> bool;

    /// The same of an input at which there was nothing just now: the task is woken when there is more.
    #[doc(hidden)]
    fn take_or_wait(
        subscribers: &mut Self::Subscribers,
        index: usize,
        actor: &mut S,
        context: &mut BusContext<S>,
        task: &mut Context<'_>,
    ) -> bool;

    /// How many inputs have ended.
    #[doc(hidden)]
    fn ended(subscribers: &Self::Subscribers) -> usize;
}

/// Messages that an actor publishes: a tuple of up to eight types.
pub trait Outputs {
    #[doc(hidden)]
    type Outboxes: Send;
    #[doc(hidden)]
    const NAMES: &'static [&'static str];

    #[doc(hidden)]
    fn open(bus: &MessageBus) -> Result<Self::Outboxes, OpenError>;

    /// Publishes; gives whether the message is out.
    #[doc(hidden)]
    fn publish<M: Carried>(outboxes: &mut Self::Outboxes, message: M)
    -> Result<bool, PublishError>;

    #[doc(hidden)]
    fn poll_flush(
        outboxes: &mut Self::Outboxes,
        task: &mut Context<'_>,
    ) -> Poll<Result<(), PublishError>>;
}

/// One subscription of an actor.
pub struct Input<M: Carried> {
    subscriber: Subscriber<M>,
    has_ended: bool,
}

impl<M: Carried> Input<M> {
    fn open(bus: &MessageBus) -> Result<Self, OpenError> {
        Ok(Self { subscriber: bus.subscriber()?, has_ended: false })
    }

    #[inline]
    fn take<S: Service + Receive<M, BusContext<S>>>(
        &mut self,
        most: usize,
        actor: &mut S,
        context: &mut BusContext<S>,
    ) -> bool {
        for count in 0..most {
            let Some(message) = self.subscriber.take_near() else {
                return count > 0 || self.take_more(actor, context);
            };
            context.tally.received += 1;
            actor.receive(&message, context);
            if context.is_to_pause() {
                break;
            }
        }
        true
    }

    /// Takes what may be there beside messages of this process.
    fn take_more<S: Service + Receive<M, BusContext<S>>>(
        &mut self,
        actor: &mut S,
        context: &mut BusContext<S>,
    ) -> bool {
        self.has_ended = false;
        self.subscriber.may_have_more() && {
            let found = self.subscriber.try_recv();
            self.handle(found, actor, context)
        }
    }

    fn take_or_wait<S: Service + Receive<M, BusContext<S>>>(
        &mut self,
        actor: &mut S,
        context: &mut BusContext<S>,
        task: &mut Context<'_>,
    ) -> bool {
        let found = match self.subscriber.poll_armed(task) {
            Poll::Ready(found) => found.map_err(TryRecvError::Failed),
            Poll::Pending => Err(TryRecvError::Empty),
        };
        self.handle(found, actor, context)
    }

    fn handle<S: Service + Receive<M, BusContext<S>>>(
        &mut self,
        found: Result<Option<Received<M>>, TryRecvError>,
        actor: &mut S,
        context: &mut BusContext<S>,
    ) -> bool {
        self.has_ended = matches!(found, Ok(None));
        match found {
            Ok(Some(message)) => {
                context.tally.received += 1;
                actor.receive(&message, context);
                true
            }
            Err(TryRecvError::Failed(fault)) => {
                take_fault(actor, &fault, context);
                true
            }
            Ok(None) | Err(TryRecvError::Empty) => false,
        }
    }
}

#[cold]
fn take_fault<S: Service>(actor: &mut S, fault: &RecvError, context: &mut BusContext<S>) {
    context.tally.faults += 1;
    Actor::fault(actor, fault, context);
}

/// Whether a list of names holds one, while the program is compiled.
pub(super) const fn holds(names: &[&str], name: &str) -> bool {
    let mut index = 0;
    while index < names.len() {
        if is_same(names[index].as_bytes(), name.as_bytes()) {
            return true;
        }
        index += 1;
    }
    false
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

/// Implements both traits for the tuple of these types, each with its place.
macro_rules! tuple_of_messages {
    ($($M:ident $index:tt)*) => {
        impl<S: Service, $($M: Carried),*> Inputs<S> for ($($M,)*)
        where
            $(S: Receive<$M, BusContext<S>>,)*
        {
            type Subscribers = ($(Input<$M>,)*);
            const COUNT: usize = 0 $(+ { let _ = $index; 1 })*;

            #[allow(unused_variables, clippy::unused_unit, reason = "of no messages")]
            fn open(bus: &MessageBus) -> Result<Self::Subscribers, OpenError> {
                Ok(($(Input::<$M>::open(bus)?,)*))
            }

            #[inline]
            #[allow(unused_variables, reason = "of no messages")]
            fn take(
                subscribers: &mut Self::Subscribers,
                index: usize,
                most: usize,
                actor: &mut S,
                context: &mut BusContext<S>,
            ) -> bool {
                match index {
                    $($index => subscribers.$index.take(most, actor, context),)*
                    _ => false,
                }
            }

            #[inline]
            #[allow(unused_variables, reason = "of no messages")]
            fn take_or_wait(
                subscribers: &mut Self::Subscribers,
                index: usize,
                actor: &mut S,
                context: &mut BusContext<S>,
                task: &mut Context<'_>,
            ) -> bool {
                match index {
                    $($index => subscribers.$index.take_or_wait(actor, context, task),)*
                    _ => false,
                }
            }

            #[allow(unused_variables, reason = "of no messages")]
            fn ended(subscribers: &Self::Subscribers) -> usize {
                0 $(+ usize::from(subscribers.$index.has_ended))*
            }
        }

        impl<$($M: Carried),*> Outputs for ($($M,)*) {
            type Outboxes = ($(Outbox<$M>,)*);
            const NAMES: &'static [&'static str] = &[$($M::NAME),*];

            #[allow(unused_variables, clippy::unused_unit, reason = "of no messages")]
            fn open(bus: &MessageBus) -> Result<Self::Outboxes, OpenError> {
                Ok(($(Outbox::<$M>::open(bus)?,)*))
            }

            #[inline]
            #[allow(unused_variables, reason = "of no messages")]
            fn publish<P: Carried>(
                outboxes: &mut Self::Outboxes,
                message: P,
            ) -> Result<bool, PublishError> {
                // What is compared is known to the compiler, which leaves one arm, or none.
                $(
                    if TypeId::of::<P>() == TypeId::of::<$M>() {
                        let outbox: &mut dyn Any = &mut outboxes.$index;
                        if let Some(outbox) = outbox.downcast_mut::<Outbox<P>>() {
                            return outbox.publish(message);
                        }
                    }
                )*
                unreachable!("two Rust types of the name {}", P::NAME)
            }

            #[allow(unused_variables, reason = "of no messages")]
            fn poll_flush(
                outboxes: &mut Self::Outboxes,
                task: &mut Context<'_>,
            ) -> Poll<Result<(), PublishError>> {
                $(ready!(outboxes.$index.poll_flush(task))?;)*
                Poll::Ready(Ok(()))
            }
        }
    };
}

tuple_of_messages!();
tuple_of_messages!(A 0);
tuple_of_messages!(A 0 B 1);
tuple_of_messages!(A 0 B 1 C 2);
tuple_of_messages!(A 0 B 1 C 2 D 3);
tuple_of_messages!(A 0 B 1 C 2 D 3 E 4);
tuple_of_messages!(A 0 B 1 C 2 D 3 E 4 F 5);
tuple_of_messages!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple_of_messages!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn names_are_found_whole() {
        let names = ["market.Trade", "market.Order"];
        assert!(holds(&names, "market.Order"));
        assert!(!holds(&names, "market.Ord") && !holds(&names, "market.Orders"));
        assert!(!holds(&[], "market.Order"));
    }
}
