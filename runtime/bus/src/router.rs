//! Routes from message types to handlers, as direct calls.

/// Takes messages of type `M`; what a route of [`router!`](crate::router) leads to.
///
/// ```
/// # use mycelium::Handle;
/// struct Trade { price: i64 }
///
/// #[derive(Default)]
/// struct High { price: i64 }
///
/// impl Handle<Trade> for High {
///     fn handle(&mut self, trade: &Trade) {
///         self.price = self.price.max(trade.price);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{M}`",
    label = "a route leads `{M}` here",
    note = "write `impl Handle<{M}> for {Self}`, or take it out of the route"
)]
pub trait Handle<M> {
    /// Acts on a message.
    fn handle(&mut self, message: &M);
}

/// Has a route for messages of type `M`; implemented by [`router!`](crate::router).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no route for `{M}`",
    label = "this router does not take `{M}`",
    note = "add a route to its `router!`, as in `name: {M} => handler;`"
)]
pub trait Route<M> {
    /// Hands a message to every handler of its route, in the order in which they are named.
    fn route(&mut self, message: &M);
}

/// What a route does for each handler: by itself, so that the compiler points at the one that fails.
#[doc(hidden)]
#[inline(always)]
pub fn __hand_to<M, H: Handle<M>>(handler: &mut H, message: &M) {
    handler.handle(message);
}

/// Makes a router: a struct of handlers, with one route for each type of message.
///
/// A message goes through its route as direct calls, one for each handler, which the compiler can
/// inline; nothing is looked up, shared or allocated. It suits the parts of one thread; between threads
/// and processes a [`MessageBus`](crate::MessageBus) carries the same messages.
///
/// ```
/// use mycelium::{Handle, Route, router};
///
/// pub struct Trade { pub price: i64 }
/// pub struct Halt;
///
/// #[derive(Default)]
/// pub struct High { price: i64 }
///
/// #[derive(Default)]
/// pub struct Tape { trades: usize, is_halted: bool }
///
/// impl Handle<Trade> for High {
///     fn handle(&mut self, trade: &Trade) {
///         self.price = self.price.max(trade.price);
///     }
/// }
///
/// impl Handle<Trade> for Tape {
///     fn handle(&mut self, _: &Trade) {
///         self.trades += 1;
///     }
/// }
///
/// impl Handle<Halt> for Tape {
///     fn handle(&mut self, _: &Halt) {
///         self.is_halted = true;
///     }
/// }
///
/// router! {
///     /// What is kept of a market.
///     #[derive(Default)]
///     pub struct Desk {
///         high: High,
///         tape: Tape,
///     }
///
///     /// A trade was printed.
///     trades: Trade => high, tape;
///     /// Trading has stopped.
///     halts: Halt => tape;
/// }
///
/// let mut desk = Desk::default();
/// desk.trades(&Trade { price: 7 });
/// desk.route(&Trade { price: 5 }); // by type, for code that is generic over it
/// desk.route(&Halt);
/// assert_eq!((desk.high.price, desk.tape.trades, desk.tape.is_halted), (7, 2, true));
/// ```
///
/// What does not fit together is not compiled: a handler that does not take the type of its route, a
/// message that has no route, a route to a handler that is not there, two routes of one type.
#[macro_export]
macro_rules! router {
    (
        $(#[$about:meta])*
        $visibility:vis struct $router:ident {
            $($(#[$of_handler:meta])* $handler:ident: $Handler:ty),* $(,)?
        }

        $($(#[$of_route:meta])* $route:ident: $Message:ty => $($to:ident),+ $(,)?;)*
    ) => {
        $(#[$about])*
        $visibility struct $router {
            $($(#[$of_handler])* $visibility $handler: $Handler,)*
        }

        impl $router {
            $(
                $(#[$of_route])*
                #[inline]
                $visibility fn $route(&mut self, message: &$Message) {
                    $({
                        // Named as in the route, so that the compiler points there.
                        let $to = &mut self.$to;
                        $crate::__hand_to::<$Message, _>($to, message);
                    })+
                }
            )*
        }

        $(
            impl $crate::Route<$Message> for $router {
                #[inline]
                fn route(&mut self, message: &$Message) {
                    self.$route(message);
                }
            }
        )*
    };
}
