//! A world: actors, and which messages go to whom, known to the compiler.

use mycelium_wire::DecodeError;

use crate::actor::Timer;
use crate::carried::Carried;
use crate::sim::SimContext;

/// Actors with routes between them; what [`world!`](crate::world) makes.
pub trait World: Sized + 'static {
    /// A message of any route.
    #[doc(hidden)]
    type Event: Clone;
    /// Names of the actors.
    const ACTORS: &'static [&'static str];
    /// Names of the routes.
    const ROUTES: &'static [&'static str];

    #[doc(hidden)]
    fn start(&mut self, context: &mut SimContext<Self>);
    #[doc(hidden)]
    fn fire(&mut self, actor: usize, timer: Timer, context: &mut SimContext<Self>);
    #[doc(hidden)]
    fn stop(&mut self, actor: usize, context: &mut SimContext<Self>);
    #[doc(hidden)]
    fn deliver(&mut self, event: &Self::Event, targets: u64, context: &mut SimContext<Self>);
    /// Gives the route and appends the frame.
    #[doc(hidden)]
    fn encode(event: &Self::Event, frame: &mut Vec<u8>) -> u16;
    /// Nothing where there is no such route.
    #[doc(hidden)]
    fn decode(route: u16, frame: &[u8]) -> Option<Result<Self::Event, DecodeError>>;
}

/// Has a route for messages of type `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no route for `{M}`",
    label = "nothing takes `{M}` in this world",
    note = "add a route to its `world!`, as in `name: {M} => actor;`"
)]
pub trait Carries<M>: World {
    /// A bit for each actor that takes it.
    #[doc(hidden)]
    const TARGETS: u64;
    #[doc(hidden)]
    fn event(message: M) -> Self::Event;
}

#[doc(hidden)]
pub fn append_frame<M: Carried>(message: &M, frame: &mut Vec<u8>) {
    frame.extend_from_slice(&message.to_frame());
}

/// Makes a [`World`](crate::sim::World): a struct of actors, with one route for each type of message.
///
/// It reads like [`router!`](crate::router): each route has a name, a type of message, and the actors that take
/// it, in this order where a message reaches them at one time. Whatever one of the actors publishes
/// needs a route; each actor of a route must [receive](crate::actor::Receive) its type. There may be
/// 63 actors.
///
/// ```
/// # use mycelium::actor::{Actor, Context, Publish, Receive};
/// # use mycelium::prelude::*;
/// # #[derive(Message, Clone)]
/// # #[myc(package = "test", id = 1)]
/// # pub struct Ping { number: u64 }
/// # pub struct Echo;
/// # impl<C: Context> Actor<C> for Echo {}
/// # impl<C: Context> Receive<Ping, C> for Echo { fn receive(&mut self, _: &Ping, _: &mut C) {} }
/// mycelium::world! {
///     /// Two that hear the same.
///     pub struct Pair {
///         one: Echo,
///         other: Echo,
///     }
///
///     pings: Ping => one, other;
/// }
/// ```
#[macro_export]
macro_rules! world {
    (
        $(#[$about:meta])*
        $visibility:vis struct $world:ident {
            $($(#[$of_actor:meta])* $actor:ident: $Actor:ty),* $(,)?
        }

        $($(#[$of_route:meta])* $route:ident: $Message:ty => $($to:ident),+ $(,)?;)*
    ) => {
        $(#[$about])*
        #[allow(missing_docs, reason = "an actor says what it is by its type")]
        $visibility struct $world {
            $($(#[$of_actor])* $visibility $actor: $Actor,)*
        }

        const _: () = {
            /// A message of any route.
            #[allow(non_camel_case_types, reason = "named as the routes are")]
            #[derive(Clone)]
            pub enum Event {
                $($(#[$of_route])* $route($Message),)*
            }

            #[allow(non_camel_case_types, reason = "named as the actors are")]
            enum Index {
                $($actor,)*
                Count,
            }

            #[allow(non_camel_case_types, dead_code, reason = "named as the routes are")]
            enum RouteIndex {
                $($route,)*
            }

            const _: () = assert!((Index::Count as usize) < 64, "a world has 63 actors at most");

            impl $crate::sim::World for $world {
                type Event = Event;
                const ACTORS: &'static [&'static str] = &[$(stringify!($actor)),*];
                const ROUTES: &'static [&'static str] = &[$(stringify!($route)),*];

                fn start(&mut self, context: &mut $crate::sim::SimContext<Self>) {
                    $(
                        context.enter(Index::$actor as usize);
                        $crate::actor::Actor::started(&mut self.$actor, context);
                    )*
                }

                fn fire(
                    &mut self,
                    actor: usize,
                    timer: $crate::actor::Timer,
                    context: &mut $crate::sim::SimContext<Self>,
                ) {
                    context.enter(actor);
                    $(
                        if actor == Index::$actor as usize {
                            return $crate::actor::Actor::timer(&mut self.$actor, timer, context);
                        }
                    )*
                }

                fn stop(&mut self, actor: usize, context: &mut $crate::sim::SimContext<Self>) {
                    context.enter(actor);
                    $(
                        if actor == Index::$actor as usize {
                            return $crate::actor::Actor::stopping(&mut self.$actor, context);
                        }
                    )*
                }

                #[inline]
                fn deliver(
                    &mut self,
                    event: &Event,
                    targets: u64,
                    context: &mut $crate::sim::SimContext<Self>,
                ) {
                    match event {
                        $(
                            Event::$route(message) => {
                                $(
                                    if targets & (1 << Index::$to as u64) != 0 {
                                        context.enter(Index::$to as usize);
                                        $crate::actor::Receive::<$Message, _>::receive(
                                            &mut self.$to,
                                            message,
                                            context,
                                        );
                                    }
                                )+
                            }
                        )*
                    }
                }

                fn encode(event: &Event, frame: &mut ::std::vec::Vec<u8>) -> u16 {
                    match event {
                        $(
                            Event::$route(message) => {
                                $crate::sim::__append_frame(message, frame);
                                RouteIndex::$route as u16
                            }
                        )*
                    }
                }

                fn decode(
                    route: u16,
                    frame: &[u8],
                ) -> ::core::option::Option<::core::result::Result<Event, $crate::DecodeError>>
                {
                    $(
                        if route == RouteIndex::$route as u16 {
                            let message = <$Message as $crate::Message>::from_frame(frame);
                            return ::core::option::Option::Some(message.map(Event::$route));
                        }
                    )*
                    ::core::option::Option::None
                }
            }

            $(
                impl $crate::sim::Carries<$Message> for $world {
                    const TARGETS: u64 = 0 $(| 1 << Index::$to as u64)+;

                    #[inline]
                    fn event(message: $Message) -> Event {
                        Event::$route(message)
                    }
                }
            )*
        };
    };
}
