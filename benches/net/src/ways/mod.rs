//! The ways, one a file.

mod bare;
#[cfg(feature = "nng")]
mod nng;
mod ours;
mod task;
mod zeromq;

use crate::Outcome;
use crate::measure;
use crate::plan::Plan;
use crate::processes::Part;

/// Sockets, each message written and read by itself.
pub(crate) const BARE: &str = "bare socket";
pub(crate) const BARE_POLLED: &str = "bare socket, polled";
/// The same by tasks of tokio.
pub(crate) const BARE_TASK: &str = "bare socket, tokio";
/// 64 messages to a write.
pub(crate) const BARE_BATCHES: &str = "bare socket, batches of 64";
pub(crate) const BARE_BATCHES_POLLED: &str = "bare socket, batches of 64, polled";
/// The bus; whoever receives sleeps at once.
pub(crate) const OURS: &str = "Mycelium";
/// The bus as it is: whoever receives looks for a while before it sleeps.
pub(crate) const OURS_PATIENT: &str = "Mycelium, looks for 20 µs first";
pub(crate) const OURS_POLLED: &str = "Mycelium, polled";
pub(crate) const OURS_TASK: &str = "Mycelium, tokio";
/// The bus; who receives runs where its network does.
pub(crate) const OURS_HOSTED: &str = "Mycelium, `block_on` of the bus";
pub(crate) const ZEROMQ: &str = "ZeroMQ";
pub(crate) const ZEROMQ_POLLED: &str = "ZeroMQ, polled";
pub(crate) const NNG: &str = "nng";
pub(crate) const NNG_POLLED: &str = "nng, polled";

/// Messages to a write of `BARE_BATCHES`.
const BATCH: usize = 64;

/// Whether this program was built with what the way needs.
pub(crate) fn is_here(way: &str) -> bool {
    cfg!(feature = "nng") || ![NNG, NNG_POLLED].contains(&way)
}

/// Plays one of the two processes of the plan.
pub(crate) fn play(part: Part, plan: &Plan) -> Outcome<()> {
    match plan.way.as_str() {
        BARE => measure::play::<bare::Bare<false, 1>>(part, plan),
        BARE_POLLED => measure::play::<bare::Bare<true, 1>>(part, plan),
        BARE_BATCHES => measure::play::<bare::Bare<false, BATCH>>(part, plan),
        BARE_BATCHES_POLLED => measure::play::<bare::Bare<true, BATCH>>(part, plan),
        BARE_TASK => measure::play::<task::Bare>(part, plan),
        OURS => measure::play::<ours::Ours<ours::Asleep>>(part, plan),
        OURS_PATIENT => measure::play::<ours::Ours<ours::Patient>>(part, plan),
        OURS_POLLED => measure::play::<ours::Ours<ours::Polled>>(part, plan),
        OURS_TASK => measure::play::<ours::Ours<ours::Task>>(part, plan),
        OURS_HOSTED => measure::play::<ours::Ours<ours::Hosted>>(part, plan),
        ZEROMQ => measure::play::<zeromq::Pair<false>>(part, plan),
        ZEROMQ_POLLED => measure::play::<zeromq::Pair<true>>(part, plan),
        #[cfg(feature = "nng")]
        NNG => measure::play::<nng::Pair<false>>(part, plan),
        #[cfg(feature = "nng")]
        NNG_POLLED => measure::play::<nng::Pair<true>>(part, plan),
        other => Err(format!("no way is called {other}").into()),
    }
}
