//! The ways, one a file.

#[cfg(feature = "aeron")]
mod aeron;
mod bounce;
mod bus;
mod futex;
mod iceoryx;
mod ring;
pub(crate) mod typed;
mod unix;

use crate::Outcome;
use crate::foreign::{self, Programs};
use crate::link::Plan;
use crate::measure::{self, Measured};

/// The bare exchange of one cache line.
pub(crate) const BOUNCE: &str = "bare line bounce";
/// Our ring, polled.
pub(crate) const RING: &str = "ring";
/// The same, as small as it can be for its frames: a quarter of it holds one.
pub(crate) const RING_SMALL: &str = "ring, the smallest for its frames";
/// The same with room for many.
pub(crate) const RING_LARGE: &str = "ring, eight times as large";
/// The same, frames taken and given in batches.
pub(crate) const RING_BATCH: &str = "ring, batches";
/// The same, put to sleep between any two messages.
pub(crate) const RING_PARKED: &str = "ring, parked";
/// Loans of the bus, over the ring.
pub(crate) const BUS: &str = "bus, over the ring";
/// Small typed messages of the bus over the ring, between two processes of these languages.
pub(crate) const RUST: &str = "Rust and Rust";
pub(crate) const PYTHON: &str = "Rust and Python";
pub(crate) const PYTHON_ALONE: &str = "Python and Python";
pub(crate) const OCAML: &str = "Rust and OCaml";
/// Aeron, over shared memory.
pub(crate) const AERON: &str = "Aeron";
pub(crate) const ICEORYX: &str = "iceoryx2";
pub(crate) const ICEORYX_EVENT: &str = "iceoryx2 event";
pub(crate) const UNIX: &str = "Unix socket";
pub(crate) const UNIX_BLOCKING: &str = "Unix socket, blocking";
/// Two processes that wake each other by a futex and do nothing else.
pub(crate) const FUTEX: &str = "bare futex";

/// Whether this program was built, and started, with what the way needs.
pub(crate) fn is_here(link: &str, programs: &Programs) -> bool {
    match link {
        AERON => cfg!(feature = "aeron"),
        PYTHON | PYTHON_ALONE => !programs.python.is_empty(),
        OCAML => !programs.ocaml.is_empty(),
        _ => true,
    }
}

macro_rules! by_name {
    ($plan:expr, $function:ident $(, $argument:expr)*) => {
        match $plan.link.as_str() {
            BOUNCE => measure::$function::<bounce::Sender, bounce::Receiver>($plan $(, $argument)*),
            RING | RING_SMALL | RING_LARGE => measure::$function::<ring::Sender, ring::Receiver>($plan $(, $argument)*),
            RING_BATCH => measure::$function::<ring::BatchSender, ring::Receiver>($plan $(, $argument)*),
            RING_PARKED => measure::$function::<ring::Sender, ring::ParkedReceiver>($plan $(, $argument)*),
            BUS => measure::$function::<bus::Sender, bus::Receiver>($plan $(, $argument)*),
            RUST => measure::$function::<typed::Sender, typed::Receiver>($plan $(, $argument)*),
            #[cfg(feature = "aeron")]
            AERON => measure::$function::<aeron::Sender, aeron::Receiver>($plan $(, $argument)*),
            ICEORYX => measure::$function::<iceoryx::Sender, iceoryx::Receiver>($plan $(, $argument)*),
            ICEORYX_EVENT => measure::$function::<iceoryx::Notifier, iceoryx::Listener>($plan $(, $argument)*),
            UNIX => measure::$function::<unix::Sender, unix::Receiver<false>>($plan $(, $argument)*),
            UNIX_BLOCKING => measure::$function::<unix::Sender, unix::Receiver<true>>($plan $(, $argument)*),
            FUTEX => measure::$function::<futex::Sender, futex::Receiver>($plan $(, $argument)*),
            other => Err(format!("no way is called {other}").into()),
        }
    };
}

/// Plays the first process of the plan.
pub(crate) fn first(plan: &Plan) -> Outcome<Measured> {
    match plan.link.as_str() {
        PYTHON => foreign::answers(plan, &plan.programs.python),
        PYTHON_ALONE => foreign::asks_itself(plan, &plan.programs.python),
        OCAML => foreign::answers(plan, &plan.programs.ocaml),
        _ => by_name!(plan, first),
    }
}

/// Plays the second process of the plan.
pub(crate) fn second(plan: &Plan, ready: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    by_name!(plan, second, ready)
}
