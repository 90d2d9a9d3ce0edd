//! The peers, each behind the same two traits.

mod broadcasts;
mod channels;
mod disruptor;
mod ours;

pub(crate) use broadcasts::{AsyncBroadcast, Bus, PhotonRing, TokioBroadcast};
pub(crate) use channels::{Crossbeam, Flume, Kanal, Rtrb, StdMpsc, TokioMpsc};
pub(crate) use disruptor::{Disruptor, Disruptor4};
pub(crate) use ours::{ByArc, ByValue, MyceliumArc, MyceliumByValue};
