//! The ways, one a file.

mod bounce;
mod bus;
mod futex;
mod iceoryx;
mod ring;
mod unix;

use crate::Outcome;
use crate::link::Plan;
use crate::measure::{self, Measured};

/// The bare exchange of one cache line.
pub(crate) const BOUNCE: &str = "bare line bounce";
/// Our ring, polled.
pub(crate) const RING: &str = "ring";
/// The same, frames taken and given in batches.
pub(crate) const RING_BATCH: &str = "ring, batches";
/// The same, put to sleep between any two messages.
pub(crate) const RING_PARKED: &str = "ring, parked";
/// Loans of the bus, over the ring.
pub(crate) const BUS: &str = "bus, over the ring";
pub(crate) const ICEORYX: &str = "iceoryx2";
pub(crate) const ICEORYX_EVENT: &str = "iceoryx2 event";
pub(crate) const UNIX: &str = "Unix socket";
pub(crate) const UNIX_BLOCKING: &str = "Unix socket, blocking";
/// Two processes that wake each other by a futex and do nothing else.
pub(crate) const FUTEX: &str = "bare futex";

macro_rules! by_name {
    ($plan:expr, $function:ident $(, $argument:expr)*) => {
        match $plan.link.as_str() {
            BOUNCE => measure::$function::<bounce::Sender, bounce::Receiver>($plan $(, $argument)*),
            RING => measure::$function::<ring::Sender, ring::Receiver>($plan $(, $argument)*),
            RING_BATCH => measure::$function::<ring::BatchSender, ring::Receiver>($plan $(, $argument)*),
            RING_PARKED => measure::$function::<ring::Sender, ring::ParkedReceiver>($plan $(, $argument)*),
            BUS => measure::$function::<bus::Sender, bus::Receiver>($plan $(, $argument)*),
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
    by_name!(plan, first)
}

/// Plays the second process of the plan.
pub(crate) fn second(plan: &Plan, ready: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    by_name!(plan, second, ready)
}
